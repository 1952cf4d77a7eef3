"""An answer, decided to the last token before its first byte is sent.

Source: messages-api.md sections 10 and 13.2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.wire.events import Json

_NOTHING_SAID = 2
"""What the API bills for an answer without content: two or three tokens."""


@dataclass(frozen=True, slots=True)
class ThinkingBlock:
    """Thoughts. Omitted ones (`shown` false) are billed all the same.

    A `signature` of None means that the block was cut before it was whole.
    """

    text: str
    tokens: int
    signature: str | None
    shown: bool = True

    def start(self) -> dict[str, Any]:
        """The block as `content_block_start` gives it."""
        return {"type": "thinking", "thinking": "", "signature": ""}

    def whole(self) -> dict[str, Any]:
        """The block as an answer in one piece gives it."""
        text = self.text if self.shown else ""
        return {"type": "thinking", "thinking": text, "signature": self.signature or ""}


@dataclass(frozen=True, slots=True)
class RedactedBlock:
    """Thoughts that nobody may read; they come whole."""

    data: str
    tokens: int

    def start(self) -> dict[str, Any]:
        """The block as `content_block_start` gives it."""
        return self.whole()

    def whole(self) -> dict[str, Any]:
        """The block as an answer in one piece gives it."""
        return {"type": "redacted_thinking", "data": self.data}


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Words, and what they rest on."""

    text: str
    tokens: int
    citations: tuple[Json, ...] = ()

    def start(self) -> dict[str, Any]:
        """The block as `content_block_start` gives it."""
        return {"type": "text", "text": "", **({"citations": []} if self.citations else {})}

    def whole(self) -> dict[str, Any]:
        """The block as an answer in one piece gives it."""
        cited = {"citations": [*self.citations]} if self.citations else {}
        return {"type": "text", "text": self.text, **cited}


@dataclass(frozen=True, slots=True)
class ToolBlock:
    """A tool call. `text` is the JSON of its input as far as it goes; a cut one is shorter.

    `eager` ones stream their arguments finely; the others by whole key and value pairs. One of
    kind `server_tool_use` is run by the provider.
    """

    id: str
    name: str
    input: Json
    text: str
    tokens: int
    eager: bool = False
    kind: str = "tool_use"

    def start(self) -> dict[str, Any]:
        """The block as `content_block_start` gives it."""
        return {"type": self.kind, "id": self.id, "name": self.name, "input": {}}

    def whole(self) -> dict[str, Any]:
        """The block as an answer in one piece gives it: of a cut input, the whole pairs."""
        kept, length = {}, 0
        for key, pair in zip(self.input, pairs(self.input), strict=False):
            length += len(pair)
            if length > len(self.text):
                break
            kept[key] = self.input[key]
        return {"type": self.kind, "id": self.id, "name": self.name, "input": kept}


AnswerBlock = ThinkingBlock | RedactedBlock | TextBlock | ToolBlock


@dataclass(frozen=True, slots=True)
class Answer:
    """All that will be sent, and why it stops there."""

    blocks: tuple[AnswerBlock, ...]
    stop_reason: str
    stop_sequence: str | None = None
    stop_details: Json | None = None

    @property
    def tokens(self) -> int:
        """What it is billed for: never 0 for an answer, even an empty one, save for a pre-warm."""
        said = sum(block.tokens for block in self.blocks)
        return said or (0 if self.stop_reason == "max_tokens" else _NOTHING_SAID)

    @property
    def free(self) -> bool:
        """Whether nobody is billed for it, input included: refused before anything was said."""
        return self.stop_reason == "refusal" and not self.blocks

    @property
    def thinking_tokens(self) -> int:
        """Of these, the ones spent on thinking."""
        return sum(b.tokens for b in self.blocks if isinstance(b, ThinkingBlock | RedactedBlock))

    def usage(self) -> dict[str, Any]:
        """The counts that are known once it ends, `message_delta.usage`."""
        usage: dict[str, Any] = {"output_tokens": self.tokens}
        if self.thinking_tokens:
            usage["output_tokens_details"] = {"thinking_tokens": self.thinking_tokens}
        return usage

    def ending(self) -> dict[str, Any]:
        """Why it stopped, `message_delta.delta`."""
        return {
            "stop_reason": self.stop_reason,
            "stop_sequence": self.stop_sequence,
            "stop_details": self.stop_details,
        }


def pairs(arguments: Mapping[str, Any]) -> Iterator[str]:
    """The JSON of a tool's input, one key with its value at a time; the last adds the brace."""
    opening = "{"
    for key, value in arguments.items():
        yield f"{opening}{json.dumps(key, ensure_ascii=False)}: {_json(value)}"
        opening = ", "
    if arguments:
        yield "}"


def arguments_text(arguments: Mapping[str, Any]) -> str:
    """The JSON of a tool's input as the API streams it; empty where there are no arguments."""
    return "".join(pairs(arguments))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
