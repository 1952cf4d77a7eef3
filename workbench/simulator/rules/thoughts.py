"""Rule 31: thinking comes back as it was sent.

Source: messages-api.md sections 7 and 16.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.simulator.asked import THOUGHTS, Asked, blocks_of
from workbench.simulator.signature import verdict
from workbench.wire.events import Json

_EDITED = (
    "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. "
    "These blocks must remain as they were in the original response."
)
_FOREIGN = {
    "thinking": "Invalid `signature` in `thinking` block",
    "redacted_thinking": "Invalid `data` in `redacted_thinking` block",  # [G] wording
}
_NOT_FIRST = (
    "Expected `thinking` or `redacted_thinking`, but found `{found}`. When `thinking` is enabled, "
    "a final `assistant` message must start with a thinking block (preceeding the lastmost set of "
    "`tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous "
    "turns. To avoid this requirement, disable `thinking`."
)


def unedited(asked: Asked) -> str | None:
    """31: A thinking block is as it was sent, and came from here.

    One that the model strips is not looked at; one of another model is, and then ignored.
    """
    latest, stripped = _latest(asked), asked.stripped
    for at, path, block in _thinking(asked):
        redacted = block["type"] == "redacted_thinking"
        signature = block["data" if redacted else "signature"]
        found = verdict("" if redacted else block["thinking"], signature)
        if found == "edited" and at == latest:
            return f"{path}: {_EDITED}"
        if found != "whole" and path not in stripped:
            return f"{path}: {_FOREIGN[block['type']]}"
    return None


def thought_first(asked: Asked) -> str | None:
    """31, by its kin: with manual thinking, a turn that goes on after tools began with thoughts."""
    latest = _latest(asked)
    if asked.thinking != "enabled" or latest is None or not asked.tool_results:
        return None
    first = blocks_of(asked.messages[latest])[0]["type"]
    if first in THOUGHTS:
        return None
    return f"messages.{latest}.content.0.type: {_NOT_FIRST.format(found=first)}"


def _latest(asked: Asked) -> int | None:
    """The index of the last message by the assistant that says anything."""
    backwards = range(len(asked.messages) - 1, -1, -1)
    said = (
        i
        for i in backwards
        if asked.messages[i]["role"] == "assistant" and asked.messages[i]["content"]
    )
    return next(said, None)


def _thinking(asked: Asked) -> Iterator[tuple[int, str, Json]]:
    for i, message in enumerate(asked.messages):
        for j, block in enumerate(blocks_of(message)):
            if block["type"] in THOUGHTS:
                yield i, f"messages.{i}.content.{j}", block
