"""Long work that says how far it has come, and that can be given up between two steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

Tell = Callable[[str, int, int], None]
"""Is told what is being done, how many are done, and of how many; what it raises ends the work."""

_EVERY = 500


def watched(items: Sequence[T], doing: str, tell: Tell | None) -> Iterator[T]:
    """The items one by one; every 500 of them, and before the first, the face is told."""
    for at, item in enumerate(items):
        if tell is not None and at % _EVERY == 0:
            tell(doing, at, len(items))
        yield item
