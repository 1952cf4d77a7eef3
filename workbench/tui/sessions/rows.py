"""A session as one line of the list. Pure: values in, words out, every figure in its column."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from workbench.costs import Cost, shown
from workbench.telling.plain import plain
from workbench.tui.cells import fitted, shortened
from workbench.workbench.library import Entry, ended

Words = list[tuple[str, str]]
"""A line: (role, text), where the role is the name of a style of the list's."""

_GAP = "  "
_WIDE = 92
_RUNS, _COST, _BADGE = 6, 9, 9
_NAME_LEAST = 14


class Columns(NamedTuple):
    """How wide the columns are, in cells."""

    began: int
    name: int
    ending: int

    @classmethod
    def of(cls, width: int) -> Columns:
        """The columns of a line of so many cells."""
        began, ending = (16, 16) if width >= _WIDE else (11, 14)
        taken = began + _RUNS + _COST + _BADGE + ending + 5 * len(_GAP)
        return cls(began, max(_NAME_LEAST, width - taken), ending)


def heads(width: int) -> str:
    """The line over the list."""
    columns = Columns.of(width)
    began = "began, UTC"
    return _GAP.join(
        (
            set_cell_size(began, columns.began),
            set_cell_size("session", columns.name),
            f"{'runs':>{_RUNS}}",
            f"{'cost':>{_COST}}",
            " " * _BADGE,
            "ended",
        )
    )


def row(entry: Entry, width: int, *, year: str, under_way: bool = False) -> Words:
    """A session in one line.

    Args:
        entry: The session.
        width: Cells there are.
        year: The year that it is now: of sessions of another one the day is shown, not the time.
        under_way: Whether a round is being saved to it, here or by another workbench.
    """
    one, columns = entry.summary, Columns.of(width)
    glyph, ending = ("⠿", "under way") if under_way else ended(entry.ends)
    stands = "under-way" if under_way else _stands(entry)
    badge = "SIMULATED" if one.simulated else ""
    return [
        ("quiet", began(one.began, columns.began, year) + _GAP),
        *_called(entry, columns.name),
        ("figure", f"{_GAP}{one.runs:>{_RUNS},}{_GAP}"),
        ("figure", f"{shown(Cost(entry.cost_usd, False)):>{_COST}}{_GAP}"),
        ("badge", f"{badge:<{_BADGE}}{_GAP}"),
        (stands, fitted(f"{glyph} {ending}", columns.ending)),
    ]


def began(when: str, width: int, year: str) -> str:
    """When a session began, in so many cells: as `ls` does it where there is little room."""
    when = plain(when)
    if width >= 16:
        return fitted(f"{when[:10]} {when[11:16]}", width)
    return fitted(f"{when[5:10]} {when[11:16]}" if when.startswith(year) else when[:10], width)


def _called(entry: Entry, width: int) -> Words:
    """Its title, or its name; behind it what else it is called, as far as there is room."""
    one, about = entry.summary, entry.summary.about
    parts = [("name", about.title or one.name)]
    if about.pinned:
        parts.append(("tag", "pinned"))
    if about.archived:
        parts.append(("quiet", "archived"))
    parts += [("tag", f"#{tag}") for tag in about.tags]
    if about.title:
        parts.append(("quiet", one.name))
    words, left = Words(), width
    for role, text in parts:
        gap = _GAP if words else ""
        text = plain(text).replace("\n", " ")
        if words and left < len(gap) + min(4, cell_len(text)):
            break
        words.append((role, gap + shortened(text, left - len(gap))))
        left -= cell_len(words[-1][1])
    return [*words, ("name", " " * left)]


def _stands(entry: Entry) -> str:
    there = {end.stands for end in entry.ends}
    return next((stands for stands in ("failed", "cut") if stands in there), "complete")
