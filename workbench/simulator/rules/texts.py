"""Rules on messages and their texts: 3 to 6, and 36."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.simulator.asked import Asked
from workbench.simulator.prefix import placed
from workbench.simulator.rules.shape import NEW_VERSION
from workbench.wire.events import Json


def some_message(asked: Asked) -> str | None:
    """3: There is at least one message."""
    return None if asked.messages else "messages: at least one message is required"


def not_empty(asked: Asked) -> str | None:
    """4: No text block is empty; one that carries a breakpoint is told so by rule 26."""
    for section, text, marked in _texts(asked):
        if not text and not marked:
            return f"{section}: text content blocks must be non-empty"
    last = len(asked.messages) - 1
    for i, message in enumerate(asked.messages):
        may_be_empty = 0 < i == last and message["role"] == "assistant"
        if not message["content"] and not may_be_empty:
            return (
                f"messages.{i}: all messages must have non-empty content except for the optional "
                "final assistant message"
            )
    return None


def not_blank(asked: Asked) -> str | None:
    """5: No text block is only whitespace."""
    for section, text, _ in _texts(asked):
        if text.isspace():
            return f"{section}: text content blocks must contain non-whitespace text"
    return None


def system_role(asked: Asked) -> str | None:
    """6: The system role inside messages needs a model that has it."""
    allowed = asked.model.capabilities.get("mid_conversation_system")
    if allowed is False and any(message["role"] == "system" for message in asked.messages):
        return (
            'messages: Unexpected role "system". The Messages API accepts a top-level `system` '
            'parameter, not "system" as an input message role.'
        )
    return None


def of_the_new_version(asked: Asked) -> str | None:
    """36: What version 2026-10-21 no longer takes inside messages."""
    if asked.version != NEW_VERSION:
        return None
    for block in placed(asked.body):
        kind = block.block.get("type")
        if block.role == "assistant" and kind == "document":
            return f"{block.path}: document blocks are not permitted in assistant messages"
        cited = next(_cited(block.block, block.path), None) if block.role == "user" else None
        if cited is not None:
            return f"{cited}.citations: citations are not permitted in user messages"
    return None


def _cited(block: Json, path: str) -> Iterator[str]:
    """The paths of text blocks with citations, here or in results."""
    if block.get("type") == "text" and block.get("citations"):
        yield path
    inner = block.get("content")
    if block.get("type") in ("search_result", "tool_result") and isinstance(inner, list):
        for i, one in enumerate(inner):
            yield from _cited(one, f"{path}.content.{i}")


def _texts(asked: Asked) -> Iterator[tuple[str, str, bool]]:
    """Every text block: `system` or `messages`, its text, whether a breakpoint stands on it.

    A system prompt that is a plain string may be empty.
    """
    for block in placed(asked.body):
        section = block.path.split(".")[0]
        if block.block.get("type") == "text" and block.path != "system":
            yield section, block.block["text"], block.mark is not None
