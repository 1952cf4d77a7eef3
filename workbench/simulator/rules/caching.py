"""Rules on cache breakpoints: 24 to 27."""

from __future__ import annotations

from workbench.simulator.asked import Asked
from workbench.simulator.prefix import Placed, automatic, inner_blocks, placed, ttl_of

MOST = 4


def at_most_four(asked: Asked) -> str | None:
    """24: At most four breakpoints; automatic caching adds one, unless it stands there already."""
    found = len(_marked(asked))
    last = automatic(asked.body, tuple(placed(asked.body)))
    if last is not None and last.mark is None:
        found += 1
    if found <= MOST:
        return None
    return f"A maximum of {MOST} blocks with cache_control may be provided. Found {found}."


def hours_first(asked: Asked) -> str | None:
    """25: Breakpoints for an hour come before those for five minutes."""
    short = False
    for block in _marked(asked):
        hour = block.mark is not None and ttl_of(block.mark) == "1h"
        if hour and short:
            return (
                f"{block.path}.cache_control.ttl: a ttl='1h' cache_control block must not come "
                "after a ttl='5m' cache_control block. Note that blocks are processed in the "
                "following order: tools, system, messages."
            )
        short = short or not hour
    return None


def not_on_empty(asked: Asked) -> str | None:
    """26: An empty text cannot carry a breakpoint."""
    for block in _marked(asked):
        if block.block.get("type") == "text" and not block.block["text"]:
            return f"{block.path}.text: cache_control cannot be set for empty text blocks"
    return None


def on_the_last_piece(asked: Asked) -> str | None:
    """26, by its kin: inside a result or a document only the last block may carry one. [G]"""
    for block in placed(asked.body):
        for field, inner in inner_blocks(block.block):
            marked = [i for i, one in enumerate(inner[:-1]) if one.get("cache_control")]
            if marked:
                path = f"{block.path}.{field}.{marked[0]}"
                return f"{path}.cache_control: only the last block may have cache_control here"
    return None


def automatic_agrees(asked: Asked) -> str | None:
    """27: Automatic caching does not contradict a breakpoint on the last block, nor rule 25."""
    last = automatic(asked.body, tuple(placed(asked.body)))
    if last is None:
        return None
    wanted = ttl_of(asked.body["cache_control"])
    if last.mark is not None and ttl_of(last.mark) != wanted:
        return f"cache_control.ttl: {last.path} already has a cache_control with another ttl"
    short = any(block.mark and ttl_of(block.mark) == "5m" for block in _marked(asked))
    if wanted == "1h" and short:
        return (
            "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' "
            "cache_control block. Note that blocks are processed in the following order: tools, "
            "system, messages."
        )
    return None


def _marked(asked: Asked) -> list[Placed]:
    return [block for block in placed(asked.body) if block.mark is not None]
