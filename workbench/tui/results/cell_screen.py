"""One answer of a case with what its checks say; the case's other answers are a key away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from workbench.compare.results import Entry
from workbench.telling.figures import glyph, rate, seconds, spent, word, written
from workbench.telling.naming import named
from workbench.telling.plain import plain
from workbench.telling.transcript import spoken
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.look_acts import CELL_ACTS
from workbench.tui.readable import ReadableText
from workbench.tui.results.judged_screen import JudgedScreen
from workbench.tui.results.table import Table
from workbench.workbench.library import About

_SIGNS = {True: "✓", False: "✗", None: "?"}


class Answer(ReadableText):
    """An answer under its checks; copied is the answer alone."""

    entry: Entry | None = None

    @property
    def whole(self) -> tuple[str, str]:
        """The answer."""
        return (self.entry.run.text, "the answer") if self.entry else ("", "")


class CellScreen(JudgedScreen):
    """Shows the answers of a case one after the other until the user leaves.

    Args:
        case: The case.
        table: The results as they stand whenever it is asked.
        first: The run that is shown first, by its id.
    """

    acts = CELL_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    CellScreen { layout: vertical; background: $background; }
    CellScreen #frame { height: 1fr; border: round $accent; padding: 0 1; }
    CellScreen Answer { background: $background; }
    """

    def __init__(self, case: str, table: Callable[[], Table | None], first: str) -> None:
        super().__init__()
        self._case, self._table, self._shown = case, table, first
        self._told: tuple[Entry, About, list[str]] | None = None
        self._text, self._frame = Answer(id="answer"), Vertical(id="frame")

    def compose(self) -> ComposeResult:
        """The frame with the text, over the keys."""
        with self._frame:
            yield self._text
        yield Footer(self.acts)

    def on_mount(self) -> None:
        """Show the first."""
        self.look()
        self._text.show_row(0)
        self._text.focus()

    @property
    def judged(self) -> Entry | None:
        """The answer that is shown."""
        return next((e for e in self._entries() if e.run.run_id == self._shown), None)

    def _entries(self) -> list[Entry]:
        table = self._table()
        return table.answers(self._case) if table is not None else []

    def look(self) -> None:
        """Show the answer as it stands, and as it is rated, now."""
        entry, table, row = self.judged, self._table(), self._text.top
        if entry is None or table is None:
            return
        run, ids = entry.run, [each.run.run_id for each in self._entries()]
        about = table.abouts.get(run.run_id, About())
        if self._told == (entry, about, ids):
            return  # what is selected stays so, while other cases come in
        self._told = entry, about, ids
        name, detail = named(replace(run, case=None), with_model=True)  # the case stands before
        place = f"answer {ids.index(run.run_id) + 1} of {len(ids)}"
        case = f"case {plain(self._case)}   " if self._case else ""
        made_up = "   SIMULATED" if run.simulated else ""
        self._frame.border_title = Content.assemble(
            case, (name, "bold"), f"{detail}   {place}{made_up}"
        )
        figures = (written(run), seconds(run.first_token_s), rate(run))
        cost = spent(entry.cost)
        ends = f"{glyph(run)} {word(run)}"
        self._frame.border_subtitle = Content("   ".join((ends, *figures, cost)))
        self._text.entry = entry
        self._text.clear()
        self._text.append_all([*_told(entry, about)])
        self._text.show_row(row)

    def action_answer_next(self) -> None:
        """The case's next answer."""
        self._turn(1)

    def action_answer_before(self) -> None:
        """The case's answer before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        ids = [entry.run.run_id for entry in self._entries()]
        if len(ids) < 2:
            self.notify("The case has no other answer yet.")
            return
        self._shown = ids[(ids.index(self._shown) + by) % len(ids)]
        self.look()
        self._text.show_row(0)

    def action_groups(self) -> None:
        """The variant's answers to the case, the same ones as one."""
        from workbench.tui.results.groups_screen import GroupsScreen

        if (entry := self.judged) is not None:
            self.app.push_screen(GroupsScreen(self._case, entry.run.variant, self._table))

    def action_cell_leave(self) -> None:
        """Back to the grid."""
        if not self._text.back_out():
            self.dismiss()


def _told(entry: Entry, about: About) -> Iterator[tuple[str, str]]:
    """What a person says, what the checks say, and the answer."""
    said = []
    if about.good is not None:
        said.append("you let it pass" if about.good else "you let it fail")
    if about.rating is not None:
        said.append(f"{about.rating} of 5  {'★' * about.rating}")
    if said:
        yield "strong", f"{'   '.join(said)}\n"
    if about.note:
        yield "notice", f"note: {plain(about.note)}\n"
    for result in entry.grade.results:
        kind = "error" if result.passed is False else "label"
        score = f" {result.score:.2f}" if result.score not in (None, 0, 1) else ""
        why = f": {plain(result.why)}" if result.why else ""
        yield kind, f"{_SIGNS[result.passed]} {plain(result.check.title)}{score}{why}\n"
    if said or about.note or entry.grade.results:
        yield "label", "\n"
    problem = entry.run.problem
    if problem is not None:
        yield "error", f"{plain(problem.problem)}\n"
    yield "", spoken(entry.run)
