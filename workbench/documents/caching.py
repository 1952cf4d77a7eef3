"""Whether the cache breakpoints of a request go together. Pure.

Source: messages-api.md section 16, rules 24 to 27, and section 21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted

MAX_BREAKPOINTS = 4
_UNMARKABLE = ("thinking", "redacted_thinking")
_ORDER = "Tools come before the system prompt, that before the messages."


@dataclass(frozen=True, slots=True)
class _Block:
    """A tool or block of the prompt; `marker` is its breakpoint, and `keys` leads to that."""

    keys: Keys
    kind: Any
    marker: Mapping[str, Any] | None

    @property
    def long(self) -> bool:
        return self.marker is not None and self.marker.get("ttl") == "1h"


def caching_findings(body: Mapping[str, Any]) -> Iterator[Finding]:
    """What the API would refuse in the breakpoints of this body."""
    blocks = [*_blocks(body)]
    marked = [block for block in blocks if block.marker is not None]
    automatic, last = body.get("cache_control"), _last(blocks)
    adds_one = automatic is not None and (last is None or last.marker is None)
    yield from _few(marked, adds_one=adds_one)
    yield from _long_first(marked)
    if isinstance(automatic, Mapping) and last is not None:
        yield from _agreeing(automatic, last, marked)
    for index, message in enumerate(body.get("messages") or ()):
        yield from _inner(("messages", index, "content"), message.get("content"))


def _few(marked: Sequence[_Block], *, adds_one: bool) -> Iterator[Finding]:
    count = len(marked) + adds_one
    if count > MAX_BREAKPOINTS:
        keys = marked[MAX_BREAKPOINTS].keys if len(marked) > MAX_BREAKPOINTS else ("cache_control",)
        problem = f"A maximum of 4 blocks with cache_control may be provided. Found {count}."
        yield Finding(keys, problem, "Remove `cache_control` where it saves least.", at_key=True)


def _long_first(marked: Sequence[_Block]) -> Iterator[Finding]:
    short = False
    for block in marked:
        if block.long and short:
            problem = f"`{dotted(block.keys)}`: a 1h cache breakpoint may not come after a 5m one"
            yield Finding(block.keys, problem, _ORDER, at_key=True)
        short = short or not block.long


def _agreeing(
    automatic: Mapping[str, Any], last: _Block, marked: Sequence[_Block]
) -> Iterator[Finding]:
    """Automatic caching puts its breakpoint on the last block; that may hold no other one."""
    long = automatic.get("ttl") == "1h"
    if last.marker is not None and last.long != long:
        problem = f"`cache_control`: `{dotted(last.keys)}` has a breakpoint with another ttl"
        yield Finding(("cache_control",), problem, "Give both the same ttl.", at_key=True)
    elif long and not all(block.long for block in marked):
        problem = "`cache_control`: a 1h cache breakpoint may not come after a 5m one"
        yield Finding(("cache_control",), problem, _ORDER, at_key=True)


def _blocks(body: Mapping[str, Any]) -> Iterator[_Block]:
    """Every tool and block in the order in which the cache reads them."""
    for name in ("tools", "system"):
        yield from _listed((name,), body.get(name))
    for index, message in enumerate(body.get("messages") or ()):
        yield from _listed(("messages", index, "content"), message.get("content"))


def _listed(keys: Keys, value: Any) -> Iterator[_Block]:
    if isinstance(value, str) and value:
        yield _Block(keys, "text", None)
    for index, block in enumerate(value) if isinstance(value, list) else ():
        if isinstance(block, Mapping):
            here, marker = _marker((*keys, index), block)
            yield _Block(here, block.get("type"), marker)


def _marker(keys: Keys, block: Mapping[str, Any]) -> tuple[Keys, Mapping[str, Any] | None]:
    """A block's own breakpoint, or that of the last piece inside it, which counts as its own."""
    if isinstance(marker := block.get("cache_control"), Mapping):
        return (*keys, "cache_control"), marker
    for path, pieces in _pieces(block):
        last = pieces[-1] if pieces else None
        if isinstance(last, Mapping) and isinstance(last.get("cache_control"), Mapping):
            return (*keys, *path, len(pieces) - 1, "cache_control"), last["cache_control"]
    return keys, None


def _pieces(block: Mapping[str, Any]) -> Iterator[tuple[Keys, list[Any]]]:
    """The blocks inside a tool result or a document."""
    match block:
        case {"type": "tool_result", "content": list(pieces)}:
            yield ("content",), pieces
        case {"type": "document", "source": {"content": list(pieces)}}:
            yield ("source", "content"), pieces


def _last(blocks: Sequence[_Block]) -> _Block | None:
    return next((b for b in reversed(blocks) if b.kind not in _UNMARKABLE), None)


def _inner(keys: Keys, content: Any) -> Iterator[Finding]:
    """Breakpoints inside a block anywhere but on its last piece."""
    for index, block in enumerate(content if isinstance(content, list) else ()):
        for path, pieces in _pieces(block) if isinstance(block, Mapping) else ():
            for at, piece in enumerate(pieces[:-1]):
                if isinstance(piece, Mapping) and piece.get("cache_control"):
                    here = (*keys, index, *path, at, "cache_control")
                    problem = f"`{dotted(here)}`: only the last piece may carry a breakpoint here"
                    yield Finding(here, problem, "Move it to the last piece.", at_key=True)
