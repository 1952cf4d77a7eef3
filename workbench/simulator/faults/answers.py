"""Faults in what is said: another answer than the model's, the same in a stream and in JSON.

Source: messages-api.md section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from workbench.simulator.answer import (
    Answer,
    RedactedBlock,
    TextBlock,
    ThinkingBlock,
    ToolBlock,
    arguments_text,
)
from workbench.simulator.asked import Asked
from workbench.simulator.faults.table import Fault, applied
from workbench.simulator.signature import sign

_REFUSAL = {
    "type": "refusal",
    "category": "general_harms",
    "explanation": "This answer was stopped by a fault of the simulator.",
}
_THOUGHTS = ThinkingBlock("What was thought of here is not for everybody to read.", 12, None)


def answer_with(faults: Sequence[Fault], answer: Answer, asked: Asked) -> Answer:
    """The answer, as these faults change it."""
    tool = next((str(tool["name"]) for tool in asked.tools if "name" in tool), "look_up")
    return applied(faults, ANSWERS, answer if _calls(answer) else _calling(answer, tool, faults))


def refusal_before(answer: Answer, fault: Fault) -> Answer:
    """Nothing is said."""
    return Answer((), "refusal", stop_details=_REFUSAL)


def refusal_mid(answer: Answer, fault: Fault) -> Answer:
    """Half of what was to be said is said."""
    blocks = list(answer.blocks)
    for place, block in enumerate(blocks):
        if isinstance(block, TextBlock):
            half = block.text[: (len(block.text) + 1) // 2]
            blocks[place:] = [TextBlock(half, max(1, block.tokens // 2))]
            break
    return Answer(tuple(blocks), "refusal", stop_details=_REFUSAL)


def pause_turn(answer: Answer, fault: Fault) -> Answer:
    """The answer is to be gone on with; the caller's tools are not waited for."""
    others = tuple(block for block in answer.blocks if not isinstance(block, ToolBlock))
    return Answer(others or answer.blocks, "pause_turn")


def empty_content(answer: Answer, fault: Fault) -> Answer:
    """The model has nothing to say."""
    return Answer((), "end_turn")


def redacted_thinking(answer: Answer, fault: Fault) -> Answer:
    """Nobody may read the thoughts; one without any has had some all the same."""
    thoughts = [b for b in answer.blocks if isinstance(b, ThinkingBlock)] or [_THOUGHTS]
    others = [b for b in answer.blocks if not isinstance(b, ThinkingBlock)]
    hidden = [RedactedBlock(sign("", "", b.text, hidden=b.text), b.tokens) for b in thoughts]
    return replace(answer, blocks=(*hidden, *others))


def max_tokens_in_tool(answer: Answer, fault: Fault) -> Answer:
    """The first tool call breaks off in its arguments."""
    place, call = next(iter(_calls(answer)))
    half = call.text[: (len(call.text) + 1) // 2]
    cut = replace(call, text=half, tokens=max(1, call.tokens // 2))
    return Answer((*answer.blocks[:place], cut), "max_tokens")


ANSWERS: Mapping[str, Callable[[Answer, Fault], Answer]] = {
    act.__name__: act
    for act in (
        *(redacted_thinking, max_tokens_in_tool, refusal_before),
        *(refusal_mid, pause_turn, empty_content),
    )
}


def _calls(answer: Answer) -> list[tuple[int, ToolBlock]]:
    """The tool calls with arguments, by their place."""
    return [(i, b) for i, b in enumerate(answer.blocks) if isinstance(b, ToolBlock) and b.text]


def _calling(answer: Answer, tool: str, faults: Sequence[Fault]) -> Answer:
    """The answer with a call of `tool` to be cut, where these faults need one and it has none."""
    if all(fault.name != "max_tokens_in_tool" for fault in faults):
        return answer
    arguments = {"query": "what the customer has ordered, and when it was sent", "limit": 3}
    text = arguments_text(arguments)
    call = ToolBlock("toolu_01" + "0" * 22, tool, arguments, text, len(text) // 4)
    return replace(answer, blocks=(*answer.blocks, call))
