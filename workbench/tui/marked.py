"""Two texts as pieces to paint: what only one of them has is marked, and not by colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from workbench.compare.words import Span

Side = Literal["left", "right", "both"]
Piece = tuple[str, str]
"""A kind of text, and the text."""

_KINDS: Mapping[Side, Mapping[str, str]] = {
    "left": {"equal": "text", "removed": "removed"},
    "right": {"equal": "text", "added": "added"},
    "both": {"equal": "text", "removed": "struck", "added": "added"},
}
"""By side, the spans that it shows, and as what."""


def pieces(spans: Iterable[Span], side: Side) -> Sequence[Piece]:
    """A piece for each span; empty for one that this side does not have."""
    kinds = _KINDS[side]
    found = [(kinds.get(span.kind, ""), span.text if span.kind in kinds else "") for span in spans]
    return [*_parted(found)] if side == "both" else found


def _parted(found: Iterable[Piece]) -> Iterator[Piece]:
    """Where one word takes another's place, with a blank between them; where lines do, a break."""
    before = ""
    for kind, text in found:
        meets = kind == "added" and before[-1:].strip() and text[:1].strip()
        gap = "\n" if "\n" in before + text else " "
        yield kind, f"{gap}{text}" if meets else text
        before = text if kind == "struck" else ""
