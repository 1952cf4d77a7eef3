"""The answer to a request: scripted or improvised, then cut as the request demands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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
from workbench.simulator.citing import citations
from workbench.simulator.draft import Call, Draft
from workbench.simulator.improvise import forced_call, improvise
from workbench.simulator.prefix import Position
from workbench.simulator.refusing import refused
from workbench.simulator.script import Script
from workbench.simulator.signature import sign
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


def reply(asked: Asked, scripts: Sequence[Script], luck: str, *, room: int | None = None) -> Answer:
    """The whole answer, decided by the request and by `luck` alone.

    `room` is what the prompt leaves of the model's window, in tokens; None where that is unknown.
    """
    if asked.body["max_tokens"] == 0:
        return Answer((), "max_tokens")
    rng = Random(luck)
    drafts = (script.draft(asked, rng) for script in scripts)
    draft = next(filter(None, drafts), None) or improvise(asked, rng)
    return _cut(refused(_permitted(draft, asked, rng), asked), asked, luck, room)


def _permitted(draft: Draft, asked: Asked, rng: Random) -> Draft:
    """The draft within what `tool_choice`, `thinking` and a prefill allow."""
    text, calls = draft.text, _calls(draft, asked)
    if asked.forced and draft.stop is None:
        text = ""
        if not calls and (call := forced_call(asked, rng)):
            calls = (call,)
    thinks = asked.thinking != "disabled"
    if asked.thinking == "between_tools":
        thinks = bool(asked.tool_results)
    thinking = draft.thinking if thinks else ""
    return replace(draft, text=_continued(text, asked.prefill), thinking=thinking, calls=calls)


def _calls(draft: Draft, asked: Asked) -> tuple[Call, ...]:
    """The calls that the request lets the model make."""
    offered, choice = {tool.get("name") for tool in asked.tools}, asked.choice
    calls = tuple(call for call in draft.calls if call.name in offered)
    if choice["type"] == "none":
        return ()
    if choice["type"] == "tool":
        calls = tuple(call for call in calls if call.name == choice["name"])
    return calls[:1] if choice.get("disable_parallel_tool_use") else calls


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
    limit: str = "max_tokens"
    blocks: list[AnswerBlock] = field(default_factory=list)
    stop: str | None = None

    def has_room(self) -> bool:
        """Whether anything more may be said; running out of tokens is what stops it."""
        if self.left <= 0:
            self.stop = self.limit
        return self.stop is None

    def fitted(self, text: str) -> tuple[str, int]:
        """As much of `text` as may still be said, and its tokens."""
        size = count(text, self.tokenizer)
        if size > self.left:
            text, size, self.stop = self.head(text, self.left), self.left, self.limit
        self.left -= size
        return text, size

    def head(self, text: str, most: int) -> str:
        """The longest beginning of `text` that has `most` tokens; counts grow with the text."""
        fits, bursts = 0, len(text)
        while bursts - fits > 1:
            middle = (fits + bursts) // 2
            if count(text[:middle], self.tokenizer) <= most:
                fits = middle
            else:
                bursts = middle
        return text[:fits]


def _cut(draft: Draft, asked: Asked, luck: str, room: int | None) -> Answer:
    cutter = _Cutter(asked.body["max_tokens"], asked.tokenizer)
    if room is not None and room < cutter.left:
        cutter.left, cutter.limit = room, "model_context_window_exceeded"
    if draft.thinking and cutter.has_room():
        _think(draft.thinking, asked, cutter, luck)
    text, sequence = _before_stop(draft.text, asked.body.get("stop_sequences") or ())
    if text and cutter.has_room():
        said, size = cutter.fitted(text)
        cited = citations(asked) if cutter.stop is None else ()
        cutter.blocks.append(TextBlock(said, size, cited))
    if sequence is not None and cutter.stop is None:
        return Answer(tuple(cutter.blocks), "stop_sequence", sequence)
    for i, call in enumerate(draft.calls):
        if cutter.has_room():
            _call(call, asked, cutter, f"{luck}:{i}")
    called = any(isinstance(b, ToolBlock) and b.kind == "tool_use" for b in cutter.blocks)
    stop = cutter.stop or draft.stop or ("tool_use" if called else "end_turn")
    details = draft.stop_details if stop == "refusal" else None
    return Answer(tuple(cutter.blocks), stop, stop_details=details)


def _think(thinking: str, asked: Asked, cutter: _Cutter, luck: str) -> None:
    config = asked.body.get("thinking") or {}
    budget = config.get("budget_tokens")
    if budget is not None and budget < cutter.left and count(thinking, cutter.tokenizer) > budget:
        thinking = cutter.head(thinking, budget)
    text, size = cutter.fitted(thinking)
    display = config.get("display") or asked.model.thinking.get("display_default", "summarized")
    shown = display != "omitted"
    told, kept = (text, "") if shown else ("", text)
    signature = None if cutter.stop else sign(told, asked.model.id, luck, hidden=kept)
    cutter.blocks.append(ThinkingBlock(text, size, signature, shown))


def _call(call: Call, asked: Asked, cutter: _Cutter, luck: str) -> None:
    """Lay a call down: its name is counted with its arguments, which are what can be cut."""
    _, named = cutter.fitted(call.name)
    text, size = cutter.fitted(arguments_text(call.input)) if cutter.has_room() else ("", 0)
    tool = next((tool for tool in asked.tools if tool.get("name") == call.name), {})
    kind = "tool_use" if "input_schema" in tool else "server_tool_use"
    prefix = "toolu_01" if kind == "tool_use" else "srvtoolu_01"
    tool_id = prefix + base62(hashlib.sha256(luck.encode()).digest())
    eager = bool(tool.get("eager_input_streaming"))
    block = ToolBlock(tool_id, call.name, call.input, text, named + size, eager, kind)
    cutter.blocks.append(block)


def _before_stop(text: str, sequences: Sequence[str]) -> tuple[str, str | None]:
    """The text before the first stop sequence in it, and which one that was."""
    found = [(text.find(s), -len(s), s) for s in sequences if s in text]
    if not found:
        return text, None
    at, _, sequence = min(found)
    return text[:at], sequence
