"""Cache breakpoints before sending: which prefixes the provider will keep, and why one misses.

Pure. Source: messages-api.md section 21; tokens are estimates from `tokens.parts`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from workbench.catalog.model import Model
from workbench.tokens import Estimate, Part, Ttl, parts
from workbench.wire.events import Json


@dataclass(frozen=True, slots=True)
class Prefix:
    """What one cache breakpoint asks the provider to keep: everything up to and including it.

    Args:
        path: The block it stands on, as in `tokens.Part`.
        ttl: The lifetime asked for.
        size: Tokens of the whole prefix.
        min_tokens: The model's minimum; below it the breakpoint is silently ignored.
        cacheable: Whether it reaches the minimum; None where that cannot be told.
    """

    path: str
    ttl: Ttl
    size: Estimate
    min_tokens: int | None
    cacheable: bool | None

    @property
    def tokens(self) -> int:
        """Tokens of the whole prefix, the best guess."""
        return self.size.tokens


def prefixes(
    body: Json, model: Model | None, counted: Sequence[Part] | None = None
) -> tuple[Prefix, ...]:
    """One prefix a breakpoint, in cache order: tools, system, messages.

    Args:
        counted: The parts of the body, where they are known already.
    """
    least = model.min_cacheable_tokens if model else None
    found, size = [], Estimate(0)
    for part in parts(body, model) if counted is None else counted:
        size += Estimate(part.tokens, part.band, part.basis)
        if part.ttl is not None:
            found.append(Prefix(part.path, part.ttl, size, least, _reaches(size, least)))
    return tuple(found)


def summary(body: Json, model: Model | None) -> str:
    """In one line what will be cached; empty where no breakpoint stands."""
    marked = prefixes(body, model)
    if not marked:
        return ""
    # What counts is the longest prefix that is kept; failing that, the longest that may be.
    longest = max(marked, key=lambda p: (p.cacheable is True, p.cacheable is None, p.tokens))
    size, least = longest.size.shown(), longest.min_tokens
    if least is None:
        return f"breakpoint at {size} tokens; the model's minimum is not known"
    if longest.cacheable is None:
        return f"{size} tokens, close to the {least:,} minimum: may not be cached"
    if longest.cacheable:
        return f"cached: {size} tokens, over the {least:,} minimum"
    return f"{size} tokens, below {least:,}: not cached"


def first_difference(a: Json, b: Json) -> str | None:
    """Where, in cache order, two requests first differ; what stands before it can be shared.

    The path of a block (`tools.1`, `system.0`, `messages.2.content`), or the name of a setting
    that is part of what is cached (`model`, `tool_choice`, `thinking` …; section 21.5). None
    where the prompts are the same. Cache breakpoints themselves make no difference.
    """
    for ours, theirs in zip_longest(_steps(a), _steps(b)):
        if ours is None or theirs is None:
            return (ours or theirs).path
        if ours.told != theirs.told:
            # Where one has a block more, the other is already at what comes after such blocks.
            return min(ours, theirs, key=lambda step: step.place).path
    return None


def same_up_to(a: Json, b: Json, path: str) -> bool:
    """Whether two requests agree in all that comes, in cache order, up to the block at `path`."""
    for ours, theirs in zip_longest(_steps(a), _steps(b)):
        if ours is None or theirs is None or ours.told != theirs.told:
            return False
        if ours.path == path:
            return True
    return False


def _reaches(size: Estimate, least: int | None) -> bool | None:
    if least is None:
        return None
    unsure = size.tokens * size.band
    if size.tokens - unsure < least <= size.tokens + unsure:
        return None
    return size.tokens >= least


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing that is part of what is cached: its place in cache order, and all its content."""

    stage: int
    path: str
    told: str

    @property
    def place(self) -> tuple[int, ...]:
        """What to sort by."""
        return self.stage, *(int(word) for word in self.path.split(".") if word.isdigit())


def _steps(body: Json) -> Iterator[_Step]:
    config = _mapping(body.get("output_config"))
    yield _setting(0, "model", body.get("model"))
    yield _setting(1, "output_config.format", config.get("format"))
    for index, tool in enumerate(_list(body.get("tools"))):
        yield _Step(2, f"tools.{index}", f"tool {_told(tool)}")
    yield _setting(3, "speed", body.get("speed") or "standard")
    yield from _blocks(4, "system", "system", body.get("system"))
    yield _setting(5, "tool_choice", body.get("tool_choice") or {"type": "auto"})
    yield _setting(6, "thinking", body.get("thinking"))
    yield _setting(7, "output_config.effort", config.get("effort"))
    for index, message in enumerate(_list(body.get("messages"))):
        said = _mapping(message)
        path, role = f"messages.{index}.content", str(said.get("role"))
        yield from _blocks(8, path, role, said.get("content"))


def _setting(stage: int, name: str, value: object) -> _Step:
    return _Step(stage, name, f"{name} {json.dumps(value, default=str)}")


def _blocks(stage: int, path: str, role: str, content: object) -> Iterator[_Step]:
    """The blocks of a content; a string is the same as one block of text."""
    if isinstance(content, str):
        yield _Step(stage, path, f"{role} {_told({'type': 'text', 'text': content})}")
    for index, block in enumerate(_list(content)):
        yield _Step(stage, f"{path}.{index}", f"{role} {_told(block)}")


def _told(block: object) -> str:
    """A block or tool without its breakpoint, key order kept: any byte of it counts."""
    told = {key: value for key, value in _mapping(block).items() if key != "cache_control"}
    return json.dumps(told or block, default=str)


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
