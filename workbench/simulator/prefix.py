"""The prompt as the cache sees it: blocks in the order tools, system, messages.

Source: messages-api.md section 21.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from workbench.simulator.asked import Asked, blocks_of, images_in
from workbench.tokens import Part, Ttl
from workbench.wire.events import Json
from workbench.wire.request import compact

Key = tuple[int, ...]
_SECTIONS = ("tools", "system", "messages")
_AFTER_TOOLS: Key = (0, 1 << 30)
_UNMARKABLE = ("thinking", "redacted_thinking")


@dataclass(frozen=True, slots=True)
class Placed:
    """One block of a prompt and where it stands.

    Args:
        key: Its place as numbers: section, index, and index within a message.
        path: Its place as the API writes it, `messages.2.content.0`.
        block: The block's JSON.
        role: Whose message it is in; empty outside messages.
    """

    key: Key
    path: str
    block: Json
    role: str = ""

    @property
    def mark(self) -> Json | None:
        """Its `cache_control`; one on the last block of its content counts as its own."""
        mark: Json | None = self.block.get("cache_control")
        if mark is not None:
            return mark
        last = (inner[-1] for _, inner in inner_blocks(self.block) if inner)
        return next((one["cache_control"] for one in last if one.get("cache_control")), None)


@dataclass(frozen=True, slots=True)
class Position:
    """A place up to which a prompt can be read from, or written to, the cache.

    Args:
        digest: Of everything up to and including this block, and of the settings that shape it.
        tokens: Of everything up to and including this block.
        ttl: The lifetime of the cache breakpoint that stands here; None where there is none.
    """

    digest: bytes
    tokens: int
    ttl: Ttl | None


def placed(body: Json) -> Iterator[Placed]:
    """Every block of the prompt, in the order in which the cache reads them."""
    for i, tool in enumerate(body.get("tools") or ()):
        yield Placed((0, i), f"tools.{i}", tool)
    system = body.get("system") or ()
    if isinstance(system, str):
        yield Placed((1,), "system", {"type": "text", "text": system})
    else:
        for i, block in enumerate(system):
            yield Placed((1, i), f"system.{i}", block)
    for i, message in enumerate(body["messages"]):
        plain = isinstance(message["content"], str)
        for j, block in enumerate(blocks_of(message)):
            key = (2, i) if plain else (2, i, j)
            path = f"messages.{i}.content" + ("" if plain else f".{j}")
            yield Placed(key, path, block, message["role"])


def inner_blocks(block: Json) -> Iterator[tuple[str, Sequence[Json]]]:
    """The blocks inside a tool result or a document, and the field that they stand in."""
    match block:
        case {"type": "tool_result", "content": list(inner)}:
            yield "content", inner
        case {"type": "document", "source": {"content": list(inner)}}:
            yield "source.content", inner


def ttl_of(mark: Json) -> Ttl:
    """The lifetime that a `cache_control` asks for."""
    return "1h" if mark.get("ttl") == "1h" else "5m"


def automatic(body: Json, blocks: Sequence[Placed]) -> Placed | None:
    """The block on which automatic caching, a top-level `cache_control`, puts its breakpoint."""
    if body.get("cache_control") is None:
        return None
    eligible = (b for b in reversed(blocks) if b.block.get("type") not in _UNMARKABLE)
    return next(eligible, None)


def positions(asked: Asked, parts: Sequence[Part]) -> tuple[Position, ...]:
    """Every position of the prompt, with its digest, its tokens and its breakpoint."""
    stripped = asked.stripped
    blocks = tuple(block for block in placed(asked.body) if block.path not in stripped)
    auto = automatic(asked.body, blocks)
    counted = sorted((_key(part.path), part.tokens) for part in parts)
    keys, totals = [key for key, _ in counted], [0, *accumulate(n for _, n in counted)]
    found = []
    for block, digest in zip(blocks, _digests(asked, blocks), strict=True):
        mark = block.mark or (asked.body["cache_control"] if block is auto else None)
        tokens = totals[bisect_right(keys, block.key)]
        found.append(Position(digest, tokens, None if mark is None else ttl_of(mark)))
    return tuple(found)


def _key(path: str) -> Key:
    """A part's path as a block's key; the text that a format injects stands before the system's."""
    section, *rest = path.split(".")
    if section not in _SECTIONS:
        return _AFTER_TOOLS
    return (_SECTIONS.index(section), *(int(word) for word in rest if word.isdigit()))


def _digests(asked: Asked, blocks: Sequence[Placed]) -> Iterator[bytes]:
    chain = hashlib.sha256(asked.model.id.encode())
    settings = _settings(asked)
    section, role = -1, ""
    for block in blocks:
        while section < block.key[0]:
            section += 1
            chain.update(settings[section].encode())
        if block.role != role:
            role = block.role
            chain.update(b"\0role " + role.encode())
        if not _is_search(block.block):
            chain.update(b"\0" + compact(unmarked(block.block)).encode())
        yield chain.digest()


def _settings(asked: Asked) -> tuple[str, str, str]:
    """What else shapes tools, system and messages: a change there is a miss from there on.

    Source: messages-api.md section 21.5.
    """
    body, form = asked.body, asked.output_config.get("format")
    search = [unmarked(tool) for tool in asked.tools if _is_search(tool)]
    images = sum(1 for m in asked.messages for _ in images_in(m["content"]))
    thinking = [asked.thinking, (body.get("thinking") or {}).get("budget_tokens")]
    effort = asked.effort or asked.model.effort_default
    return (
        compact(form),
        compact([body.get("speed") or "standard", search, asked.cites]),
        compact([asked.choice, images, thinking, effort]),
    )


def _is_search(tool: Json) -> bool:
    """Whether it is the web search, which is told of in the system prompt, not among the tools."""
    return str(tool.get("type", "")).startswith("web_search_2")


def unmarked(block: Json) -> dict[str, Any]:
    """The block without breakpoints: where they stand does not change what is cached."""
    bare = {key: value for key, value in block.items() if key != "cache_control"}
    if isinstance(content := bare.get("content"), list):
        bare["content"] = [unmarked(b) if isinstance(b, Mapping) else b for b in content]
    if isinstance(source := bare.get("source"), Mapping) and "content" in source:
        bare["source"] = unmarked(source)
    return bare
