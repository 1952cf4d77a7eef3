"""Lines of a file that are sent as one block. Light: panels know them before the first frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.tokens import Estimate


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that are sent as one block.

    Args:
        first: Its first line, from 1; `last` is its last one.
        name: What it is: `message 2, block 1`.
        tokens: What it is billed for as input.
        cached: Whether it is part of the longest prefix that will be cached.
    """

    first: int
    last: int
    name: str
    tokens: Estimate
    cached: bool

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


def at_line(found: Sequence[Stretch], line: int) -> Stretch | None:
    """The smallest stretch that a line is part of."""
    here = [stretch for stretch in found if stretch.first <= line <= stretch.last]
    return min(here, key=lambda stretch: stretch.last - stretch.first, default=None)


def cached_lines(found: Sequence[Stretch]) -> frozenset[int]:
    """The lines (from 1) that are part of what will be cached."""
    return frozenset(
        line
        for stretch in found
        if stretch.cached
        for line in range(stretch.first, stretch.last + 1)
    )
