"""The workbench's screen: edit prompt, system and tools side by side; run; watch the variants."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message as Notice
from textual.widget import Widget

from workbench.tui.acts import ACTS, key_of
from workbench.tui.bindings import bindings_of
from workbench.tui.board import BEGINS, Board
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.footer import Footer
from workbench.tui.pane_acts import IN_FOOTER
from workbench.tui.pane_grid import MOST
from workbench.tui.placed import placed
from workbench.tui.variants_line import VariantsLine

if TYPE_CHECKING:
    from workbench.errors import Problem
    from workbench.run import Run
    from workbench.tui.insight import Insight
    from workbench.tui.results.table import Sheet
    from workbench.tui.tour import TourBar
    from workbench.wire.request import MessagesRequest

_TWICE_S = 1.5


class BenchScreen(Board):
    """Posts what the user wants; paints what it is given."""

    @dataclass
    class Wanted(Notice):
        """The user wants an act done that is not the screen's own; of one run, where given."""

        act: str
        run_id: str | None = None

    @dataclass
    class Typed(Notice):
        """The user changed the text of a panel."""

        panel: EditorPanel

    acts = ACTS
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(acts),
        Binding("enter", "tour_enter", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        for panel in self.panels.values():
            panel.await_file()
        self.footer = Footer()
        self.shows_round = False
        """Whether the panes show a round that was sent, rather than the next one."""
        self.running = False
        """Whether a round is on its way, be it of the prompt that is open or of another."""
        self.looking = False
        """Whether it is being worked out what very many cases will take."""
        self.sheet_with: Callable[[Run], Sheet | None] = lambda run: None
        """Finds the sheet that a run is on."""
        self.request_with: Callable[[Run], MessagesRequest | None] = lambda run: None
        """Finds what was sent for a run, or will be."""
        self.tour: TourBar | None = None
        """The tour, while it goes on."""
        self._escaped_at = float("-inf")

    def last_line(self) -> Widget:
        """The keys that count."""
        return self.footer

    def watch_focused(self, focused: Widget | None) -> None:
        """In a pane other keys count than in an editor."""
        self.footer.show(IN_FOOTER, self.grid.pane_of(focused))

    # What it is given

    def show_insight(self, insight: Insight, off: Collection[str] = ()) -> None:
        """Problems, estimates and notes under the editors; the next round in the variants' line."""
        problems = self.placed(insight.problems)
        for kind, panel in self.panels.items():
            panel.show_problems(problems.get(panel.path, ()) if panel.path else ())
            panel.show_known(insight.known if insight.prompt else None)
            if insight.prompt or not panel.completes.models:
                panel.completes = insight.completes
            panel.show_stretches(insight.stretches.get(panel.path, ()) if panel.path else ())
            panel.set_note(insight.notes.get(kind, ""))
            if kind in insight.estimates:
                panel.set_estimate(f"{insight.estimates[kind].shown()} tokens")
        self.label_kinds()
        self.looking = False
        self.listed, self.off = insight.variants, off
        self.variants.values, self.header.model = insight.values, insight.model
        self.variants.side = insight.outlook or (
            insight.refusal.problem if insight.refusal else "nothing to run yet: see the problem"
        )
        if insight.plan is not None and not self.shows_round:
            self.begin(_first_of_each(insight.plan.runs))
            for pane in self.grid.panes:
                pane.placeholder = f"{key_of('run')} runs this variant"
        else:
            self.label_variants()

    def show_looking(self, words: str) -> None:
        """How far it has come to work out what the next round will take."""
        self.looking = True
        self.variants.side = words

    def placed(self, problems: Sequence[Problem]) -> Mapping[Path, Sequence[Problem]]:
        """Problems by the file on the screen where they are told."""
        texts = {panel.path: panel.text for panel in self.panels.values() if panel.path}
        return placed(problems, texts) if texts else {}

    def begin_round(self, runs: Sequence[Run], *, instead_of: str = "") -> None:
        """A round begins; of one run alone, in the place of another, where others stay."""
        self.shows_round = self.running = True
        if len(runs) > MOST:
            first = f"The first {MOST} of {len(runs):,} runs have a pane"
            words = f"{first}; {key_of('results')} shows them all."
            self.notify(words, markup=False)
        if instead_of in self.own:
            (again,) = runs
            self.begin([again if each == instead_of else self.runs[each] for each in self.own])
        else:
            self.begin(runs)

    def show_round(self, runs: Sequence[Run]) -> None:
        """A round that was sent before, as it stands; its prompt is opened again."""
        self.shows_round = True
        self.listed, self.off = (), ()  # those of the other prompt, until this one is looked at
        self.begin(runs)
        for run in runs:
            if run.end_state is None and run.state != "waiting":
                self.show_run(run)  # the clock has it turn until the next event

    def end_round(self) -> None:
        """The round is over; its panes stay."""
        self.running = False

    def forget_round(self) -> None:
        """The panes are the next round's again: another prompt is open, or nothing was sent."""
        self.shows_round = False
        self.variants.tally = None

    async def sheet_of(self, run: Run) -> Sheet | None:
        """The sheet of its round."""
        return self.sheet_with(run)

    def request_of(self, run: Run) -> MessagesRequest | None:
        """By the plan of its round, or of the next one."""
        return self.request_with(run)

    # What the user does

    @on(EditorPanel.Edited)
    def _edited(self, edited: EditorPanel.Edited) -> None:
        edited.stop()
        self.label_kinds()
        self.post_message(self.Typed(edited.panel))

    def action_cancel(self) -> None:
        """Cancel the focused run; a second time, all of them. Nothing running: back to all."""
        if self.backs_out():
            return
        if self.maximized is not None:
            self.minimize()
            return
        if self.tour is not None:
            self.action_tour_off()
            return
        if self.looking:
            self.post_message(self.Wanted("cancel"))
        if self.looking or not self.running:
            return
        now = time.monotonic()
        twice, self._escaped_at = now - self._escaped_at < _TWICE_S, now
        run = self.focused_run if self.shows_round else None
        if twice:
            self.post_message(self.Wanted("cancel"))
        elif run is not None and run.end_state is None:
            self.post_message(self.Wanted("cancel", run.run_id))
        else:
            self.notify(f"Again {key_of('cancel')} cancels every run.", timeout=_TWICE_S)

    def action_tour(self) -> None:
        """The tour, from its first step."""
        from workbench.tui.tour import TourBar

        self.action_tour_off()
        self.tour = TourBar(self)
        self.mount(self.tour, after=self.header)

    def action_tour_on(self) -> None:
        """The tour's next step."""
        if self.tour is not None:
            self.tour.go_on()

    def action_tour_enter(self) -> None:
        """The tour's next step, where enter is not for what has the focus."""
        if self.tour is None or self.tour.leaves_enter(self.focused):
            raise SkipAction
        self.tour.go_on()

    def action_tour_off(self) -> None:
        """Leave the tour."""
        if self.tour is not None:
            self.tour.remove()
            self.tour = None

    def on_tour_bar_ended(self) -> None:
        """It is over; it loads late, and is heard by its name."""
        self.action_tour_off()

    def action_want(self, act: str) -> None:
        """Ask for an act that is the desk's, of the focused run if of one."""
        run = self.focused_run if self.shows_round else None
        self.post_message(self.Wanted(act, run.run_id if run else None))

    @on(Click, ".empty")
    def _begin(self, event: Click) -> None:
        """What the words in place of an editor say, done."""
        kind = next(k for k, panel in self.panels.items() if event.widget in panel.children)
        self.action_want(BEGINS[kind])

    @on(VariantsLine.Asked)
    def _asked(self, asked: VariantsLine.Asked) -> None:
        if asked.act != "arrange":  # which is the board's own
            self.action_want(asked.act)


def _first_of_each(runs: Sequence[Run]) -> list[Run]:
    """The first run of each variant: what is planned needs no pane for every case."""
    first: dict[str, Run] = {}
    for run in runs:
        first.setdefault(run.variant, run)
    return [*first.values()]
