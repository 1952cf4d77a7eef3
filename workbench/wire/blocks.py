"""Content blocks: what a message is made of, as far as it has arrived.

One shape for every type, known or not: the block as it began, and what its deltas added.
Source: messages-api.md sections 5, 10 and 13.2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.wire.events import (
    BlockDelta,
    InputJsonDelta,
    Json,
    TextDelta,
    ThinkingDelta,
)

TEXT_TYPES = ("text", "thinking")


@dataclass(frozen=True, slots=True)
class Block:
    """One content block of an answer, as it stands.

    Args:
        start: The block's JSON as `content_block_start` gave it.
        text: What deltas added: to `text`, to `thinking`, or to a tool call's JSON arguments.
        signature: A thinking block's signature, once it has come.
        citations: What `citations_delta` added.
        stopped: Whether the block is whole.
    """

    start: Json
    text: str = ""
    signature: str | None = None
    citations: tuple[Json, ...] = ()
    stopped: bool = False

    @property
    def type(self) -> str:
        """The API's name of the block's type."""
        return str(self.start.get("type", ""))

    @property
    def shown(self) -> str:
        """The text to show: the words of a text or thinking block, a tool call's JSON so far."""
        if self.type in TEXT_TYPES:
            return str(self.start.get(self.type) or "") + self.text
        if not self.text and self.start.get("input"):
            return json.dumps(self.start["input"], ensure_ascii=False)
        return self.text

    @property
    def sealed(self) -> str:
        """Thinking that is not shown, as it comes encrypted: redacted, or behind its signature."""
        if self.type == "redacted_thinking":
            return str(self.start.get("data") or "")
        if self.type == "thinking" and not self.shown:
            return self.signature or str(self.start.get("signature") or "")
        return ""

    def after(self, delta: TextDelta | ThinkingDelta | InputJsonDelta | BlockDelta) -> Block:
        """The block with a delta applied; a delta of unknown type changes nothing."""
        if not isinstance(delta, BlockDelta):
            return Block(
                self.start, self.text + delta.text, self.signature, self.citations, self.stopped
            )
        match delta.delta:
            case {"type": "signature_delta", "signature": str(signature)}:
                return replace(self, signature=signature)
            case {"type": "citations_delta", "citation": Mapping() as citation}:
                return replace(self, citations=(*self.citations, citation))
            case {"type": "text_delta", "text": str(text)}:
                return replace(self, text=self.text + text)
            case {"type": "thinking_delta", "thinking": str(text)}:
                return replace(self, text=self.text + text)
            case {"type": "input_json_delta", "partial_json": str(text)}:
                return replace(self, text=self.text + text)
        return self

    @property
    def input(self) -> Any:
        """A tool call's arguments; None while, or where, their JSON is not whole."""
        if not self.text:
            return self.start.get("input")
        try:
            return json.loads(self.text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return None

    def to_json(self) -> dict[str, Any]:
        """The block as the API would give it whole, in the key order in which it began.

        A tool call cut off inside its arguments has no valid `input`; what came of it is then
        kept as `partial_json`, so that nothing is lost and nobody can mistake it for a call. Nor
        has thinking cut off before its signature an empty one, which the API would refuse.
        """
        whole = dict(self.start)
        if not self.stopped and not whole.get("signature", True):
            del whole["signature"]
        if self.type in TEXT_TYPES:
            whole[self.type] = self.shown
        elif self.text:
            arguments = self.input
            if arguments is None:
                whole["partial_json"] = self.text
            else:
                whole["input"] = arguments
        if self.signature is not None:
            whole["signature"] = self.signature
        if self.citations:
            before = self.start.get("citations")
            whole["citations"] = [*(before if isinstance(before, list) else ()), *self.citations]
        return whole


def _refuse(constant: str) -> Any:
    """NaN and Infinity, which Python reads but JSON does not have and nobody could send back."""
    raise ValueError(constant)


@dataclass(frozen=True, slots=True)
class BlockShape:
    """The fields that a content block of one type may have, and who may send it."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    roles: tuple[str, ...]


_USER, _ASSISTANT = ("user",), ("assistant",)
_RESULT = BlockShape(("tool_use_id", "content"), ("caller", "cache_control"), _ASSISTANT)

BLOCK_SHAPES: Mapping[str, BlockShape] = {
    "text": BlockShape(("text",), ("cache_control", "citations"), ("user", "assistant", "system")),
    "image": BlockShape(("source",), ("cache_control", "transformations"), _USER),
    "document": BlockShape(
        ("source",), ("title", "context", "citations", "cache_control"), ("user", "assistant")
    ),
    "search_result": BlockShape(
        ("source", "title", "content"), ("citations", "cache_control"), _USER
    ),
    "tool_use": BlockShape(("id", "name", "input"), ("caller", "cache_control"), _ASSISTANT),
    "tool_result": BlockShape(("tool_use_id",), ("content", "is_error", "cache_control"), _USER),
    # In a user message, inside a tool_result.
    "tool_reference": BlockShape(("tool_name",), ("cache_control",), _USER),
    "thinking": BlockShape(("thinking", "signature"), (), _ASSISTANT),
    "redacted_thinking": BlockShape(("data",), (), _ASSISTANT),
    "server_tool_use": BlockShape(("id", "name", "input"), ("caller", "cache_control"), _ASSISTANT),
    "web_search_tool_result": _RESULT,
    "web_fetch_tool_result": _RESULT,
    "code_execution_tool_result": _RESULT,
    "bash_code_execution_tool_result": _RESULT,
    "text_editor_code_execution_tool_result": _RESULT,
    "tool_search_tool_result": _RESULT,
    "container_upload": BlockShape(("file_id",), ("cache_control",), ("user", "assistant")),
}
"""Every block type that may stand in a request; others are kept, never guessed at."""
