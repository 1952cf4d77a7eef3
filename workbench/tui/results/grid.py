"""The grid of results: as many cases as there are, painted only as far as they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, MouseScrollLeft, MouseScrollRight
from textual.strip import Strip

from workbench.telling.plain import plain
from workbench.tui.cells import shortened
from workbench.tui.line_list import LineList
from workbench.tui.results.table import Table

_NARROWEST, _NAME, _WIDEST_NAME = 14, 10, 28
_ROLES = ("pass", "fail", "cut", "live", "quiet", "heads", "chosen", "here")


class ResultsGrid(LineList):
    """Cases down, variants across, under a line of heads; one cell is chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"results-grid--{role}" for role in _ROLES}
    DEFAULT_CSS = """
    ResultsGrid > .results-grid--pass { color: $text-success; }
    ResultsGrid > .results-grid--fail { color: $text-error; text-style: bold; }
    ResultsGrid > .results-grid--cut { color: $text-warning; }
    ResultsGrid > .results-grid--live { color: $text-primary; }
    ResultsGrid > .results-grid--quiet { color: $foreground 60%; }
    ResultsGrid > .results-grid--heads { color: $foreground 50%; }
    ResultsGrid > .results-grid--chosen { background: $foreground 8%; }
    ResultsGrid > .results-grid--here { background: $accent 30%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "sideways(-1)", show=False),
        Binding("right", "sideways(1)", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table: Table | None = None
        self._rows: Sequence[str] = ()
        self._column = self._first = 0
        self._made: dict[tuple[int, ...], Strip] = {}  # lines of this table, as they were painted
        self.empty = ""
        """What is said where no case is listed."""

    @property
    def count(self) -> int:
        """How many cases are listed."""
        return len(self._rows)

    def show(self, table: Table, rows: Sequence[str]) -> None:
        """Show these cases of a table; the chosen one stays so where it is still there."""
        before = self._rows[self._at] if self._rows else None
        self._table, self._rows = table, rows
        self._made.clear()
        at = rows.index(before) if before in rows else self._at
        self._column = max(0, min(self._column, len(table.variants) - 1))
        self.relisted(at)

    @property
    def chosen(self) -> tuple[str, str] | None:
        """Case and variant of the chosen cell."""
        if self._table is None or not self._rows or not self._table.variants:
            return None
        return self._rows[self._at], self._table.variants[self._column]

    # Moving

    def action_sideways(self, columns: int) -> None:
        """So many variants to the right."""
        if self._table is not None:
            last = max(0, len(self._table.variants) - 1)
            self._column = max(0, min(self._column + columns, last))
            self.refresh()

    def on_click(self, event: Click) -> None:  # before the list's, which Textual calls as well
        """The column under the pointer is chosen, too; ‹ and › in the heads show more of them."""
        name, each, seen = self._widths()
        if event.y and self.line_at(event.y) is None:
            return
        if event.x >= name:
            self._choose_column(min(self._first + (event.x - name) // each, self._first + seen - 1))
        elif not event.y and (way := event.style.meta.get("way")):
            self._choose_column(self._first - 1 if way < 0 else self._first + seen)

    def _choose_column(self, column: int) -> None:
        self._column = column
        self.refresh()

    def on_mouse_scroll_left(self, event: MouseScrollLeft) -> None:
        """The wheel turned left."""
        event.stop()
        self.action_sideways(-1)

    def on_mouse_scroll_right(self, event: MouseScrollRight) -> None:
        """The wheel turned right."""
        event.stop()
        self.action_sideways(1)

    # Painting

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

    def empty_line(self, y: int) -> Strip:
        """Why no case is listed."""
        return Strip([Segment(f"   {self.empty}" if y == 1 else "", self._style("quiet"))])

    def heads(self) -> Strip:
        """The variants' names."""
        variants = self._table.variants if self._table is not None else []
        name, each, seen = self._widths()
        shown = variants[self._first : self._first + seen]
        before, after = self._first, len(variants) - self._first - seen
        style = self._style("heads")
        left = Segment(f" ‹{before}" * bool(before), style + Style(meta={"way": -1}))
        right = Segment(f" ›{after}" * bool(after), style + Style(meta={"way": 1}))
        cells = (set_cell_size(f"  {plain(variant) or '–'}", each) for variant in shown)
        case = Strip([Segment(" case", style), left, right]).adjust_cell_length(name, style)
        return Strip([*case, Segment("".join(cells), style)])

    def notify_style_update(self) -> None:
        """Other colours: every line is made anew."""
        super().notify_style_update()
        self._made.clear()

    def line(self, at: int) -> Strip:
        """A case; scrolled, a line is made once."""
        if (table := self._table) is None:
            return Strip([])
        widths, chosen = self._widths(), at == self._at
        known = at, *widths, self._first, self._column if chosen else -1
        if known not in self._made:
            self._made[known] = self._line(table, at, chosen, widths)
        return self._made[known]

    def _line(self, table: Table, at: int, chosen: bool, widths: tuple[int, int, int]) -> Strip:
        name, each, seen = widths
        case = self._rows[at]
        behind = self._behind("chosen") if chosen else Style()
        base = self.rich_style + behind
        told = shortened(plain(case) or "(no case)", name - 2)
        segments = [Segment(set_cell_size(("▌" if chosen else " ") + told, name), base)]
        for number in range(self._first, min(self._first + seen, len(table.variants))):
            mark = table.mark(case, table.variants[number])
            here = self._behind("here") if chosen and number == self._column else behind
            sign = set_cell_size(f" {mark.sign}", 3)
            words = set_cell_size(shortened(mark.words, each - 4), each - 3)
            segments.append(Segment(sign, self._style(mark.role) + here))
            segments.append(Segment(words, self._style("quiet") + here))
        return Strip(segments)

    def _style(self, role: str) -> Style:
        return self.get_component_rich_style(f"results-grid--{role}")

    def _behind(self, role: str) -> Style:
        return Style(bgcolor=self._style(role).bgcolor)
