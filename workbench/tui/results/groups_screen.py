"""What one variant answered to one case, time and again: what is the same, and where it differs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from workbench.compare.fields import ABSENT, changes, fields_of
from workbench.compare.groups import Group, groups, stability
from workbench.compare.results import Cell
from workbench.compare.words import differences, tally
from workbench.run import Run
from workbench.telling.plain import plain
from workbench.telling.transcript import spoken
from workbench.tui.act_screen import ActScreen
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.look_acts import GROUPS_ACTS
from workbench.tui.marked import Piece, pieces
from workbench.tui.readable import ReadableText
from workbench.tui.results.table import Table
from workbench.wire.request import compact

_ALIKE = 0.3
"""Texts that share less than this are shown whole: marks would be all there is."""


class GroupsScreen(ActScreen):
    """Shows the same answers of a case as one, variant by variant, until the user leaves.

    Args:
        case: The case.
        variant: The variant that is shown first.
        table: The results as they stand whenever it is asked.
    """

    acts = GROUPS_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    GroupsScreen { layout: vertical; background: $background; }
    GroupsScreen #frame { height: 1fr; border: round $accent; padding: 0 1; }
    GroupsScreen ReadableText { background: $background; }
    """

    def __init__(self, case: str, variant: str, table: Callable[[], Table | None]) -> None:
        super().__init__()
        self._case, self._variant, self._table = case, variant, table
        self._text, self._frame = ReadableText(id="groups"), Vertical(id="frame")

    def compose(self) -> ComposeResult:
        """The frame with the text, over the keys."""
        with self._frame:
            yield self._text
        yield Footer(self.acts)

    def on_mount(self) -> None:
        """Show the first."""
        self._show()
        self._text.focus()

    @work(exclusive=True, group="groups")
    async def _show(self) -> None:
        """Many long answers take a while, and the keys must not wait for them."""
        if (table := self._table()) is None:
            return
        case = f"case {plain(self._case)}   " if self._case else ""
        self._frame.border_title = Content.assemble(case, (plain(self._variant), "bold"))
        column = table.results.column(self._variant)
        told, stable = await asyncio.to_thread(_looked_at, column, self._case)
        self._frame.border_subtitle = Content(stable)
        self._text.clear()
        self._text.append_all(told)
        self._text.show_row(0)

    def action_group_next(self) -> None:
        """The next variant's answers to the case."""
        self._turn(1)

    def action_group_before(self) -> None:
        """Those of the variant before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        table = self._table()
        variants = table.variants if table is not None else []
        if len(variants) < 2:
            self.notify("There is no other variant.")
            return
        self._variant = variants[(variants.index(self._variant) + by) % len(variants)]
        self._show()

    def action_groups_leave(self) -> None:
        """Back to where it was opened."""
        if not self._text.back_out():
            self.dismiss()


def _looked_at(column: Mapping[str, Cell], case: str) -> tuple[list[Piece], str]:
    """What a variant says to a case, and how stable it is, there and everywhere."""
    cells = {each: [entry.run for entry in cell.entries] for each, cell in column.items()}
    runs = cells.get(case, [])
    here, everywhere = stability([runs]), stability(cells.values())
    stable = [_how_stable("here", here), _how_stable("over all cases", everywhere)]
    return [*told_groups(groups(runs))], "   ".join(filter(None, stable))


def told_groups(found: Sequence[Group]) -> Iterator[Piece]:
    """The answer that came most often; of each other one, what it has otherwise."""
    if not found:
        yield "label", "There is no whole answer yet."
        return
    total = sum(len(group.runs) for group in found)
    if len(found) == 1:
        yield "strong", f"All {total} say\n" if total > 1 else "The only answer\n"
    else:
        yield "strong", f"{len(found[0].runs)} of {total} say\n"
    first = found[0].runs[0]
    yield "", spoken(first)
    for group in found[1:]:
        count = len(group.runs)
        yield "strong", f"\n\n{count} of {total} {'says' if count == 1 else 'say'}\n"
        yield from _otherwise(first, group.runs[0])


def _otherwise(first: Run, other: Run) -> Iterator[Piece]:
    """By field where both have fields; else by words, if enough of them are the same."""
    one, two = fields_of(first), fields_of(other)
    if one is not None and two is not None:
        for change in changes(one, two):
            sides = ("(none)" if s is ABSENT else compact(s) for s in (change.a, change.b))
            was, now = sides
            yield "label", f"{change.path}: "
            yield from (("struck", was), ("", " "), ("added", now), ("", "\n"))
        return
    spans = differences(spoken(first), spoken(other))
    if tally(spans).same < _ALIKE:
        yield "added", spoken(other)
    else:
        yield from pieces(spans, "both")


def _how_stable(where: str, part: float | None) -> str:
    return "" if part is None else f"{part:.0%} the same {where}"
