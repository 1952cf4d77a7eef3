"""The grid of results: as many cases as there are, painted only as far as they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as Notice
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.telling.plain import plain
from workbench.tui.results.table import Table

_NARROWEST, _NAME, _WIDEST_NAME = 14, 10, 28
_ROLES = ("pass", "fail", "cut", "quiet", "heads", "chosen", "here")


class ResultsGrid(ScrollView, can_focus=True):
    """Cases down, variants across, under a line of heads; one cell is chosen.

    Post-condition of a double click: `Opened`.
    """

    @dataclass
    class Opened(Notice):
        """The user opens the chosen cell."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"results-grid--{role}" for role in _ROLES}
    DEFAULT_CSS = """
    ResultsGrid {
        background: $background; color: $foreground; scrollbar-size: 1 1; overflow-x: hidden;
        scrollbar-color: $foreground 20%; scrollbar-background: $background;
    }
    ResultsGrid > .results-grid--pass { color: $text-success; }
    ResultsGrid > .results-grid--fail { color: $text-error; text-style: bold; }
    ResultsGrid > .results-grid--cut { color: $text-warning; }
    ResultsGrid > .results-grid--quiet { color: $foreground 60%; }
    ResultsGrid > .results-grid--heads { color: $foreground 50%; }
    ResultsGrid > .results-grid--chosen { background: $foreground 8%; }
    ResultsGrid > .results-grid--here { background: $accent 30%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("left", "sideways(-1)", show=False),
        Binding("right", "sideways(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "choose(0)", show=False),
        Binding("end", "choose(-1)", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table: Table | None = None
        self._rows: Sequence[str] = ()
        self._at = self._column = self._first = 0
        self.empty = ""
        """What is said where no case is listed."""

    def show(self, table: Table, rows: Sequence[str]) -> None:
        """Show these cases of a table; the chosen one stays so where it is still there."""
        before = self._rows[self._at] if self._rows else None
        self._table, self._rows = table, rows
        at = rows.index(before) if before in rows else self._at
        self._at = max(0, min(at, len(rows) - 1))
        self._column = max(0, min(self._column, len(table.variants) - 1))
        self._fit()
        self._bring_into_sight()

    @property
    def chosen(self) -> tuple[str, str] | None:
        """Case and variant of the chosen cell."""
        if self._table is None or not self._rows or not self._table.variants:
            return None
        return self._rows[self._at], self._table.variants[self._column]

    # Moving

    def action_move(self, rows: int) -> None:
        """So many cases further down."""
        self.action_choose(max(0, min(self._at + rows, len(self._rows) - 1)))

    def action_page(self, pages: int) -> None:
        """A screenful further down."""
        self.action_move(pages * max(1, self.size.height - 2))

    def action_choose(self, at: int) -> None:
        """The case at this place; from the end where negative."""
        if self._rows:
            self._at = at % len(self._rows)
            self._bring_into_sight()
            self.refresh()

    def action_sideways(self, columns: int) -> None:
        """So many variants to the right."""
        if self._table is not None:
            last = max(0, len(self._table.variants) - 1)
            self._column = max(0, min(self._column + columns, last))
            self.refresh()

    def _bring_into_sight(self) -> None:
        top, rows = round(self.scroll_y), max(1, self.size.height - 1)
        if not top <= self._at < top + rows:
            top = self._at if self._at < top else self._at - rows + 1
            self.scroll_to(y=top, animate=False, force=True)

    def on_click(self, event: Click) -> None:
        """Choose the cell under the pointer; a double click opens it."""
        name, each, seen = self._widths()
        at = round(self.scroll_y) + event.y - 1
        if not event.y or at >= len(self._rows):
            return
        if event.x >= name:
            self._column = min(self._first + (event.x - name) // each, self._first + seen - 1)
        self.action_choose(at)
        if event.chain > 1:
            self.post_message(self.Opened())

    # Painting

    def on_resize(self) -> None:
        """As many lines as there is room for."""
        self._fit()
        self.call_after_refresh(self._bring_into_sight)

    def _fit(self) -> None:
        self.virtual_size = Size(0, len(self._rows) + 1 if self._rows else 0)
        self.refresh()

    def _widths(self) -> tuple[int, int, int]:
        """Cells that the name of a case takes, that each variant takes; how many are seen."""
        width = max(1, self.size.width)
        variants = len(self._table.variants) if self._table is not None else 0
        name = max(_NAME, min(_WIDEST_NAME, width // 4))
        room = max(1, width - name)
        seen = max(1, min(variants, room // _NARROWEST))
        self._first = max(0, min(self._first, self._column, variants - seen))
        self._first = max(self._first, self._column - seen + 1)
        return name, max(1, room // seen), seen

    def render_line(self, y: int) -> Strip:
        """A case; the heads stay at the top."""
        width, table = self.size.width, self._table
        if table is None or not self._rows:
            words = f"   {self.empty}" if y == 1 else ""
            return Strip([Segment(words, self._style("quiet"))]).adjust_cell_length(
                width, self.rich_style
            )
        if y == 0:
            return self._heads(table).adjust_cell_length(width, self.rich_style)
        at = round(self.scroll_y) + y - 1
        if at >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return self._row(table, at).adjust_cell_length(width, self.rich_style)

    def _heads(self, table: Table) -> Strip:
        name, each, seen = self._widths()
        shown = table.variants[self._first : self._first + seen]
        before, after = self._first, len(table.variants) - self._first - seen
        case = f" ‹{before}" * bool(before) + f" ›{after}" * bool(after)
        cells = (set_cell_size(f"  {plain(variant) or '–'}", each) for variant in shown)
        return Strip(
            [Segment(set_cell_size(f" case{case}", name) + "".join(cells), self._style("heads"))]
        )

    def _row(self, table: Table, at: int) -> Strip:
        name, each, seen = self._widths()
        case, chosen = self._rows[at], at == self._at
        behind = self._behind("chosen") if chosen else Style()
        base = self.rich_style + behind
        told = _cut(plain(case) or "(no case)", name - 2)
        segments = [Segment(set_cell_size(("▌" if chosen else " ") + told, name), base)]
        for number in range(self._first, min(self._first + seen, len(table.variants))):
            mark = table.mark(case, table.variants[number])
            here = self._behind("here") if chosen and number == self._column else behind
            sign = set_cell_size(f" {mark.sign}", 3)
            words = set_cell_size(_cut(mark.words, each - 4), each - 3)
            segments.append(Segment(sign, self._style(mark.role) + here))
            segments.append(Segment(words, self._style("quiet") + here))
        return Strip(segments)

    def _style(self, role: str) -> Style:
        return self.get_component_rich_style(f"results-grid--{role}")

    def _behind(self, role: str) -> Style:
        return Style(bgcolor=self._style(role).bgcolor)


def _cut(text: str, room: int) -> str:
    """The text, or as much of it as there is room for."""
    if cell_len(text) <= room:
        return text
    return set_cell_size(text, max(0, room - 1)).rstrip() + "…" * (room > 0)
