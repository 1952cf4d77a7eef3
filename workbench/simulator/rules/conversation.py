"""Rules on the course of a conversation: prefill and tool results, 16 to 21."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from workbench.simulator.asked import Asked, blocks_of
from workbench.wire.events import Json

_NO_PREFILL = (
    "This model does not support assistant message prefill. "
    "The conversation must end with a user message."
)


def prefill(asked: Asked) -> str | None:
    """16: Only models up to 4.5 let one begin their answer."""
    refused = asked.model.capabilities.get("prefill") is False
    return _NO_PREFILL if refused and asked.prefill is not None else None


def prefill_blank(asked: Asked) -> str | None:
    """17: What an answer begins with has no trailing whitespace."""
    if asked.prefill and asked.prefill[-1].isspace():
        return "messages: final assistant content cannot end with trailing whitespace"
    return None


def prefill_alone(asked: Asked) -> str | None:
    """18: Prefill goes neither with thinking nor with a format. [G] wording."""
    if asked.prefill is None:
        return None
    if asked.thinking != "disabled":
        return "messages: prefilling assistant messages is not supported when thinking is enabled"
    if asked.format is not None:
        return "messages: prefilling assistant messages is not supported with output_config.format"
    return None


def calls_answered(asked: Asked) -> str | None:
    """19: Every tool call is answered in the next message."""
    for (i, calling), (_, following) in pairwise([*_turns(asked), _NOTHING]):
        answered = _ids(following, "tool_result", "tool_use_id")
        open_calls = [call for call in _ids(calling, "tool_use", "id") if call not in answered]
        if open_calls:
            return (
                f"messages.{i}: `tool_use` ids were found without `tool_result` blocks "
                f"immediately after: {', '.join(open_calls)}. Each `tool_use` block must have a "
                "corresponding `tool_result` block in the next message."
            )
    return None


def results_asked_for(asked: Asked) -> str | None:
    """20: Every tool result answers a call of the message before it."""
    for (_, before), (i, blocks) in pairwise([_NOTHING, *_turns(asked)]):
        called = _ids(before, "tool_use", "id")
        for j, block in enumerate(blocks):
            if block["type"] == "tool_result" and block["tool_use_id"] not in called:
                return (
                    f"messages.{i}.content.{j}: unexpected `tool_use_id` found in `tool_result` "
                    f"blocks: {block['tool_use_id']}. Each `tool_result` block must have a "
                    "corresponding `tool_use` block in the previous message."
                )
    return None


def results_first(asked: Asked) -> str | None:
    """21: Tool results come before anything else in their message."""
    for i, blocks in _turns(asked):
        kinds = [block["type"] == "tool_result" for block in blocks]
        if kinds != sorted(kinds, reverse=True):
            return f"messages.{i}: `tool_result` blocks must come before any other content"
    return None


_Turn = tuple[int, Sequence[Json]]
_NOTHING: _Turn = (0, ())


def _turns(asked: Asked) -> Iterator[_Turn]:
    """The conversation as the API reads it: messages of one role in a row are one message.

    Each with the index of the first of them.
    """
    for _, group in groupby(enumerate(asked.messages), key=lambda pair: pair[1]["role"]):
        together = list(group)
        yield together[0][0], [block for _, message in together for block in blocks_of(message)]


def _ids(blocks: Sequence[Json], kind: str, key: str) -> list[str]:
    return [block[key] for block in blocks if block["type"] == kind]
