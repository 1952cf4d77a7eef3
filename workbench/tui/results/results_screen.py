"""The results of a round: the verdict in words, the variants' rows, the grid of cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.widgets import Input, Static

from workbench.compare.results import Entry
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.look_acts import RESULTS_ACTS
from workbench.tui.results.grid import ResultsGrid
from workbench.tui.results.judged_screen import JudgedScreen
from workbench.tui.results.summary import blank, rows, verdict_lines
from workbench.tui.results.table import FILTERS, Table
from workbench.workbench.standings import Stands


class ResultsScreen(JudgedScreen):
    """Posts what the user wants; paints what it is given.

    Args:
        title: What the results are of.
    """

    acts = RESULTS_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]
    AUTO_FOCUS = "ResultsGrid"
    DEFAULT_CSS = """
    ResultsScreen { layout: vertical; background: $background; }
    ResultsScreen #title { height: 1; padding: 0 1; background: $foreground 6%; }
    ResultsScreen #verdict { height: auto; padding: 0 1; text-style: bold; }
    ResultsScreen #stands { height: auto; padding: 0 1; margin: 0 0 1 0; }
    ResultsScreen #finder { height: 1; padding: 0 1; display: none; background: $foreground 3%; }
    ResultsScreen #finder Static { width: 2; color: $text-accent; }
    ResultsScreen #finder Input { width: 1fr; background: transparent; }
    ResultsScreen ResultsGrid { height: 1fr; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._of, self._filter = title, FILTERS[0]
        self._table: Table | None = None
        self._stands: Stands | None = None
        self._draws = False  # charts are wanted
        self._judge = ""  # how far one has come that is at work
        self._title = Static(id="title")
        self._verdict, self._rows = Static(id="verdict"), Static(id="stands")
        self.grid = ResultsGrid(id="grid")
        self.input = Input(placeholder="words of cases, answers, reasons", compact=True)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._verdict
        yield self._rows
        with Horizontal(id="finder"):
            yield Static("/")
            yield self.input
        yield self.grid
        yield Footer(self.acts)

    def on_resize(self, event: Resize) -> None:
        """Bars only where there is room."""
        self._rows.update(rows(self._stands or blank(self._variants), event.size.width))

    # What it is given

    def show(self, table: Table) -> None:
        """Show the results as they stand now."""
        self._table = table
        if self._stands is None:  # room for what is being worked out, so that nothing moves then
            self._verdict.update("working out the figures …")
            self._rows.update(rows(blank(self._variants), self.size.width))
        self._list()

    def show_judge(self, words: str) -> None:
        """Show how far a judge has come; nothing where none is at work."""
        if words != self._judge:
            self._judge = words
            self._list()

    @property
    def _variants(self) -> Sequence[str]:
        return self._table.variants if self._table is not None else ()

    def show_stands(self, found: Stands) -> None:
        """Show how the variants stand."""
        self._stands = found
        self._verdict.update(verdict_lines(found))
        self._rows.update(rows(found, self.size.width))
        if self._draws and found.standings and self.is_current:
            self._draws = False
            self.action_charts()

    def _list(self) -> None:
        table = self._table
        if table is None:
            return
        listed = table.rows(self._filter, self.input.value)
        self.grid.empty = self._empty(table)
        self.grid.show(table, listed)
        ended = (
            f"{table.ended:,} of {table.of:,} runs"
            if table.ended < table.of
            else (f"{table.of:,} run{'s' * (table.of != 1)}")
        )
        self.query_one("#verdict").display = self.query_one("#stands").display = bool(table.of)
        cases = f"{len(listed):,} of {len(table.cases):,} cases"
        shown = "" if self._filter == FILTERS[0] else f"   only what {self._filter}"
        cut = table.of - table.whole if table.ended == table.of else 0
        lacks = f"   {cut:,} not whole ({key_of('resume')})" if cut else ""
        more = f"judge: {self._judge}" if self._judge else f"{cases}{shown}"
        words = plain(f"{self._of}   {ended}{lacks}   {more}") if table.of else ""
        self._title.update(Content.assemble(("results", "bold"), f"  {words}"), layout=False)

    def _empty(self, table: Table) -> str:
        if not table.of:
            return f"There is no round yet: {key_of('run')} in the workbench sends one."
        if self._filter == FILTERS[0] or self.input.value:
            return "No case fits."
        return f"No case {self._filter}."

    # What the user does

    @property
    def judged(self) -> Entry | None:
        """The chosen cell's answer, where it holds one alone."""
        entries = self._cell()
        if len(entries) > 1:
            self.notify("The cell holds several answers: open it, and each can be chosen.")
        elif not entries:
            self.notify("There is no answer here yet.")
        return entries[0] if len(entries) == 1 else None

    def action_want(self, act: str) -> None:
        """Promoted is the chosen column's variant, whatever the cell holds."""
        if act != "promote":
            super().action_want(act)
            return
        entries = self._column()
        if entries:
            self.post_message(self.Wanted(act, entries[0].run.run_id))
        else:
            self.notify("There is no answer of this variant yet.")

    def _column(self) -> Sequence[Entry]:
        chosen = self.grid.chosen
        if self._table is None or chosen is None:
            return ()
        cells = self._table.results.column(chosen[1]).values()
        return [entry for cell in cells for entry in cell.entries]

    def _cell(self) -> tuple[Entry, ...]:
        chosen = self.grid.chosen
        if self._table is None or chosen is None:
            return ()
        return self._table.results.cell(*chosen).entries

    @on(ResultsGrid.Opened)
    def action_open_cell(self) -> None:
        """The answers of the chosen cell."""
        from workbench.tui.results.cell_screen import CellScreen

        entries, chosen = self._cell(), self.grid.chosen
        if self._table is None or chosen is None or not entries:
            self.notify("There is no answer here yet.")
            return
        case, first = chosen[0], entries[0].run.run_id
        self.app.push_screen(CellScreen(case, lambda: self._table, first))

    def action_groups(self) -> None:
        """The answers of the chosen cell, the same ones as one."""
        from workbench.tui.results.groups_screen import GroupsScreen

        if (chosen := self.grid.chosen) is None or not self._cell():
            self.notify("There is no answer here yet.")
        else:
            self.app.push_screen(GroupsScreen(*chosen, lambda: self._table))

    def action_charts(self) -> None:
        """What has come so far, drawn."""
        if self._table is None or self._stands is None:
            self._draws = True  # as soon as it is known what
            return
        if not self._stands.standings:
            self.notify("There is nothing to draw yet.")
            return
        # plotext takes a quarter of a second to load.
        from workbench.tui.results.charts_screen import ChartsScreen

        results, standings = self._table.results, self._stands.standings
        self.app.push_screen(ChartsScreen(self._of, results, standings))

    def action_filter_next(self) -> None:
        """All, those that differ, those that fail."""
        self._filter = FILTERS[(FILTERS.index(self._filter) + 1) % len(FILTERS)]
        self._list()

    def action_filter_words(self) -> None:
        """Type what to look for."""
        self._find(True)

    def _find(self, finds: bool) -> None:
        """At once: keys that follow are words, or ratings, however soon they come."""
        self.query_one("#finder").display = finds
        self.set_focus(self.input if finds else self.grid)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._list()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.set_focus(self.grid)

    def action_results_leave(self) -> None:
        """From the search to the grid; then all cases again; then back."""
        if self.input.has_focus and self.input.value:
            self.set_focus(self.grid)
        elif self.query_one("#finder").display:
            self.input.value = ""
            self._find(False)
        elif self._filter != FILTERS[0]:
            self._filter = FILTERS[0]
            self._list()
        else:
            self.dismiss()
