"""What was asked: one request as rules, scripts and replies look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalog.model import Model, Tokenizer
from workbench.wire.events import Json
from workbench.wire.request import compact, text_of

FORCED = ("any", "tool")
THOUGHTS = ("thinking", "redacted_thinking")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request whose shape has been checked, and the model that it names.

    Args:
        body: The request's JSON.
        model: The model's facts at the provider that is played.
        version: The `anthropic-version` header, empty where it is missing.
        counting: Whether only a count of tokens is wanted.
        betas: The values of the `anthropic-beta` header.
        batched: Whether it is one of a Message Batch.
    """

    body: Json
    model: Model
    version: str = "2023-06-01"
    counting: bool = False
    betas: frozenset[str] = frozenset()
    batched: bool = False

    @property
    def tokenizer(self) -> Tokenizer:
        """What the model counts with; the newer one where that is not known."""
        return self.model.tokenizer or "new"

    @property
    def messages(self) -> Sequence[Json]:
        """The messages, in order."""
        messages: Sequence[Json] = self.body["messages"]
        return messages

    @property
    def stripped(self) -> frozenset[str]:
        """The paths of thinking blocks that the model drops, and nobody pays for.

        Haiku and Sonnet up to 4.5 drop the thoughts of all turns before the user's last own words;
        newer models keep them. Source: messages-api.md section 7.
        """
        model = self.model
        keeps = model.line == "opus" or (model.generation or (9, 9)) > (4, 5)
        if keeps:
            return frozenset()
        spoken = [i for i, message in enumerate(self.messages) if _speaks(message)]
        return frozenset(
            f"messages.{i}.content.{j}"
            for i, message in enumerate(self.messages[: spoken[-1] if spoken else 0])
            for j, block in enumerate(blocks_of(message))
            if block["type"] in THOUGHTS
        )

    @property
    def tools(self) -> Sequence[Json]:
        """The tools offered."""
        tools: Sequence[Json] = self.body.get("tools") or ()
        return tools

    @property
    def system(self) -> str:
        """The words of the system prompt."""
        return text_of(self.body.get("system"))

    @property
    def user(self) -> str:
        """The words of the last user message that has any."""
        texts = (text_of(m["content"]) for m in reversed(self.messages) if m["role"] == "user")
        return next((text for text in texts if text.strip()), "")

    @property
    def last(self) -> str:
        """The words of the last message, whoever's; blocks without words as their JSON."""
        return "\n".join(_shown(block) for block in blocks_of(self.messages[-1]))

    @property
    def tool_results(self) -> Sequence[Json]:
        """The tool results that the last message brings."""
        return [b for b in blocks_of(self.messages[-1]) if b["type"] == "tool_result"]

    @property
    def tool_result(self) -> str:
        """The words of those tool results."""
        return "\n".join(result_text(block) for block in self.tool_results)

    @property
    def prefill(self) -> str | None:
        """What the answer has to go on from: the words of a last message by the assistant.

        One that ends a turn which was paused is sent back as it is, and is no prefill.
        """
        last = self.messages[-1]
        if last["role"] != "assistant" or self.resumed:
            return None
        return text_of(last["content"])

    @property
    def resumed(self) -> bool:
        """Whether a turn goes on that was paused while the provider ran tools."""
        last = self.messages[-1]
        run = any(block["type"] == "server_tool_use" for block in blocks_of(last))
        return run and last["role"] == "assistant"

    @property
    def choice(self) -> Json:
        """`tool_choice`, with its default filled in."""
        choice: Json = self.body.get("tool_choice") or {"type": "auto" if self.tools else "none"}
        return choice

    @property
    def forced(self) -> bool:
        """Whether the answer has to be a tool call."""
        return self.choice["type"] in FORCED

    @property
    def temperature(self) -> float:
        """The temperature, 1 where none is given."""
        return float(self.body.get("temperature", 1.0))

    @property
    def thinking(self) -> str:
        """The kind of thinking in force: as asked, or the model's default; `disabled` is none."""
        asked = self.body.get("thinking")
        if asked is not None:
            return str(asked["type"])
        return "adaptive" if self.model.thinking.get("default") in ("on", "always") else "disabled"

    @property
    def effort(self) -> str | None:
        """`output_config.effort`, if given."""
        effort = self.output_config.get("effort")
        return None if effort is None else str(effort)

    @property
    def format(self) -> Json | None:
        """The JSON Schema that the answer has to satisfy, if there is one."""
        form = self.output_config.get("format")
        return None if form is None else form["schema"]

    @property
    def cites(self) -> bool:
        """Whether the answer is to cite from any document or search result."""
        return any(_cited(block) for message in self.messages for block in blocks_of(message))

    @property
    def output_config(self) -> Json:
        """`output_config`, empty where it is missing."""
        config: Json = self.body.get("output_config") or {}
        return config


def blocks_of(message: Json) -> Sequence[Json]:
    """A message's content blocks; a plain string is one text block."""
    content = message["content"]
    if isinstance(content, str):
        return ({"type": "text", "text": content},)
    blocks: Sequence[Json] = content
    return blocks


def _speaks(message: Json) -> bool:
    """Whether the user says something of their own in it, not only what tools have found."""
    kinds = (block["type"] for block in blocks_of(message))
    return message["role"] == "user" and any(kind != "tool_result" for kind in kinds)


def _cited(block: Json) -> bool:
    inner = block.get("content")
    if block["type"] == "tool_result" and isinstance(inner, list):
        return any(map(_cited, inner))
    enabled = block.get("citations")
    return isinstance(enabled, Mapping) and bool(enabled.get("enabled"))


def result_text(block: Json) -> str:
    """The words of a tool result."""
    return text_of(block.get("content"))


def images_in(value: Any) -> Iterator[Json]:
    """Every image block in a list of blocks, those inside tool results too."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return
    for block in value:
        if isinstance(block, Mapping):
            if block.get("type") == "image":
                yield block
            yield from images_in(block.get("content"))


def _shown(block: Json) -> str:
    match block:
        case {"type": "text", "text": str(text)}:
            return text
        case {"type": "tool_result"} if result_text(block):
            return result_text(block)
    return compact(block)
