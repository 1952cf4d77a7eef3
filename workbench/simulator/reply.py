"""The answer to a request: scripted or improvised, then cut as the request demands."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from workbench.catalog.model import Tokenizer
from workbench.simulator.answer import (
    Answer,
    AnswerBlock,
    TextBlock,
    ThinkingBlock,
    ToolBlock,
    arguments_text,
)
from workbench.simulator.asked import Asked
from workbench.simulator.draft import Call, Draft
from workbench.simulator.improvise import forced_call, improvise
from workbench.simulator.prefix import Position
from workbench.simulator.script import Script
from workbench.tokens import count
from workbench.wire.request import SAMPLING_FIELDS, compact

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def luck_of(asked: Asked, prompt: Sequence[Position], seed: int) -> str:
    """What the words of an answer are drawn from: the prompt and how it is sampled.

    Neither `stream`, nor `max_tokens`, nor where the cache breakpoints stand change the words,
    and at temperature 0 the seed does not either.
    """
    sampling = {name: asked.body.get(name) for name in SAMPLING_FIELDS}
    drawn = 0 if asked.temperature == 0 else seed
    digest = hashlib.sha256(prompt[-1].digest + compact([sampling, drawn]).encode())
    return digest.hexdigest()


def base62(digest: bytes, length: int = 22) -> str:
    """`length` letters and digits, as in the API's ids."""
    number, found = int.from_bytes(digest, "big"), ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        found += _BASE62[digit]
    return found


def reply(asked: Asked, scripts: Sequence[Script], luck: str) -> Answer:
    """The whole answer, decided by the request and by `luck` alone."""
    if asked.body["max_tokens"] == 0:
        return Answer((), "max_tokens")
    rng = Random(luck)
    drafts = (script.draft(asked, rng) for script in scripts)
    draft = next(filter(None, drafts), None) or improvise(asked, rng)
    return _cut(_permitted(draft, asked, rng), asked, luck)


def _permitted(draft: Draft, asked: Asked, rng: Random) -> Draft:
    """The draft within what `tool_choice`, `thinking` and a prefill allow."""
    offered = {tool.get("name") for tool in asked.tools}
    calls = tuple(call for call in draft.calls if call.name in offered)
    choice, text = asked.choice, draft.text
    if choice["type"] == "none":
        calls = ()
    if choice["type"] == "tool":
        calls = tuple(call for call in calls if call.name == choice["name"])
    if asked.forced:
        text = ""
        if not calls and (call := forced_call(asked, rng)):
            calls = (call,)
    if choice.get("disable_parallel_tool_use"):
        calls = calls[:1]
    thinks = asked.thinking != "disabled"
    if asked.thinking == "between_tools":
        thinks = bool(asked.tool_results)
    return Draft(_continued(text, asked.prefill), draft.thinking if thinks else "", calls)


def _continued(text: str, prefill: str | None) -> str:
    """What is left to say after the words that were put into the model's mouth."""
    if not prefill:
        return text
    bare = text.removeprefix(prefill)
    if bare != text:
        return bare
    return text if text[:1].isspace() or prefill[-1:] in "\"'([{<:/" else " " + text


@dataclass(slots=True)
class _Cutter:
    """Lays blocks down until a limit is met. What stopped it is `stop`."""

    left: int
    tokenizer: Tokenizer
    blocks: list[AnswerBlock] = field(default_factory=list)
    stop: str | None = None

    def has_room(self) -> bool:
        """Whether anything more may be said; running out of tokens is what stops it."""
        if self.left <= 0:
            self.stop = "max_tokens"
        return self.stop is None

    def fitted(self, text: str) -> tuple[str, int]:
        """As much of `text` as may still be said, and its tokens."""
        size = count(text, self.tokenizer)
        if size > self.left:
            text, size, self.stop = self._head(text), self.left, "max_tokens"
        self.left -= size
        return text, size

    def _head(self, text: str) -> str:
        """The longest beginning of `text` that fits; counts grow with the text."""
        fits, bursts = 0, len(text)
        while bursts - fits > 1:
            middle = (fits + bursts) // 2
            if count(text[:middle], self.tokenizer) <= self.left:
                fits = middle
            else:
                bursts = middle
        return text[:fits]


def _cut(draft: Draft, asked: Asked, luck: str) -> Answer:
    cutter = _Cutter(asked.body["max_tokens"], asked.tokenizer)
    if draft.thinking:
        _think(draft.thinking, asked, cutter)
    text, sequence = _before_stop(draft.text, asked.body.get("stop_sequences") or ())
    if text and cutter.has_room():
        cutter.blocks.append(TextBlock(*cutter.fitted(text)))
    if sequence is not None and cutter.stop is None:
        return Answer(tuple(cutter.blocks), "stop_sequence", sequence)
    for i, call in enumerate(draft.calls):
        if cutter.has_room():
            _call(call, asked, cutter, f"{luck}:{i}")
    usual = "tool_use" if draft.calls else "end_turn"
    return Answer(tuple(cutter.blocks), cutter.stop or usual)


def _think(thinking: str, asked: Asked, cutter: _Cutter) -> None:
    text, size = cutter.fitted(thinking)
    config = asked.body.get("thinking") or {}
    display = config.get("display") or asked.model.thinking.get("display_default", "summarized")
    signature = None if cutter.stop else _signature(text, asked.model.id)
    cutter.blocks.append(ThinkingBlock(text, size, signature, display != "omitted"))


def _call(call: Call, asked: Asked, cutter: _Cutter, luck: str) -> None:
    """Lay a call down: its name is counted with its arguments, which are what can be cut."""
    _, named = cutter.fitted(call.name)
    text, size = cutter.fitted(arguments_text(call.input)) if cutter.has_room() else ("", 0)
    eager = any(t.get("eager_input_streaming") for t in asked.tools if t.get("name") == call.name)
    tool_id = "toolu_01" + base62(hashlib.sha256(luck.encode()).digest())
    cutter.blocks.append(ToolBlock(tool_id, call.name, call.input, text, named + size, eager))


def _before_stop(text: str, sequences: Sequence[str]) -> tuple[str, str | None]:
    """The text before the first stop sequence in it, and which one that was."""
    found = [(text.find(s), -len(s), s) for s in sequences if s in text]
    if not found:
        return text, None
    at, _, sequence = min(found)
    return text[:at], sequence


def _signature(thinking: str, model: str) -> str:
    """Opaque to clients, as the API's are: says nothing but which thoughts it belongs to."""
    digest = hashlib.sha512(f"{model}\n{thinking}".encode()).digest()
    return "Es" + base64.b64encode(b"workbench-simulator" + digest + digest[:32]).decode()
