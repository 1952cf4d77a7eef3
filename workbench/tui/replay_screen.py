"""A saved round again, as it happened: the same panes, a bar to move in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from operator import is_not
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message as Notice
from textual.widget import Widget

from workbench.compare.checks import saved_grade
from workbench.costs import shown, total_known
from workbench.documents.written import written
from workbench.run import Run
from workbench.tui import heap
from workbench.tui.acts import SCREENS
from workbench.tui.ask import Ask
from workbench.tui.bindings import bindings_of
from workbench.tui.board import Board
from workbench.tui.insight import named_in
from workbench.tui.player import Player
from workbench.tui.replay_bar import ReplayBar
from workbench.tui.results.table import Sheet, mark_of, sheet_of
from workbench.workbench.library import About
from workbench.workbench.outcome import cost_of
from workbench.workbench.saved import Reel, SavedRound, Session, read_moment
from workbench.workbench.tally import tally_of

if TYPE_CHECKING:
    from workbench.tui.pane import RunPane
    from workbench.wire.request import MessagesRequest

MOST_PANES = 48
"""Of a round with more runs, so many are shown at a time."""
_PARTS = 20
_LONG, _FRAMES = 500, 128
"""From how many events on a run is told ahead; at how many of its moments."""
_BAR_EVERY_S = 0.1
_SHORT_S, _FINEST_S = 0.05, 0.002
"""A wait shorter than this is waited out; events closer together are played together."""


class ReplayScreen(Board):
    """Plays the rounds of a session; needs neither network nor key.

    Args:
        session: The session; at least one round.
    """

    @dataclass
    class Wanted(Notice):
        """The user wants an act of the desk's done with a round or run, named by its id."""

        act: str
        session: Session
        of: str

    EMPTY: ClassVar[Mapping[str, str]] = {
        "prompt": "neither documents nor a request are left of this round",
        "system": "no system file\n\n`system` stands in the prompt, or there was none",
        "tools": "no tools file\n\n`tools` stand in the prompt, or there were none",
    }
    acts = SCREENS["replay"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self.session_path = session, session.path
        self._sheets: dict[str, Sheet] = {}  # by round
        self._at = len(session.rounds) - 1
        self._first = 0
        """Which of the round's runs is in the first pane."""
        self._bar = ReplayBar()
        self._moved = asyncio.Event()
        self._reel: Reel | None = None
        self._player = Player((), time.monotonic())
        self._states: list[Callable[[], Run]] = []
        self._filming: Reel | None = None
        self._paid_for: tuple[Run, ...] = ()
        self._target: float | None = None

    def last_line(self) -> Widget:
        """The bar."""
        return self._bar

    def on_mount(self) -> None:
        """Play the last round at once, with its panes in sight."""
        if self.layout_name == "edit":
            self.take_arrangement("run", self.splitter.shares)
        self.set_interval(_BAR_EVERY_S, self._show_figures)
        self._open_round()
        self._play()

    @property
    def saved(self) -> SavedRound:
        """The round that is shown again."""
        return self._session.rounds[self._at]

    @property
    def loaded(self) -> bool:
        """Whether the round's events are at hand."""
        return self._reel is not None

    def _open_round(self) -> None:
        info = self.saved.info
        self.header.opened = f"{info.prompt}  {info.began[:19].replace('T', ' ')}"
        self.header.badge = "SIMULATED" if info.simulated else ""
        self.header.where = "" if info.simulated else info.provider
        texts = _shown(info.documents, info.prompt) if info.documents else _asked(self.saved)
        note = "as it was sent" if info.documents else "the request; no documents were saved"
        for kind, panel in self.panels.items():
            name, text = texts.get(kind, ("", ""))
            panel.open(Path(name) if name else None, text)
            panel.set_note(note)
            if name:
                panel.editor.read_only = True
        self.label_kinds()
        self._open_runs(0)
        if self.grid.panes:
            self.grid.panes[0].focus()

    def _open_runs(self, first: int) -> None:
        """Show as many of the round's runs as there are panes for, and read what happened."""
        self._first, self._reel = first, None
        self._player = Player((), time.monotonic(), like=self._player)
        runs = self.saved.runs[first : first + MOST_PANES]
        self.begin(runs)
        for run in runs:
            about = self._session.abouts.get(run.run_id, About())
            passed = saved_grade(about.grade).settled if about.grade else None
            self.show_mark(run.run_id, mark_of(passed, about))
        self._show_bar()
        self._load(self.saved.only([run.run_id for run in runs]))

    @work(exclusive=True, group="load")
    async def _load(self, saved: SavedRound) -> None:
        # A long round takes a moment, and the panes are there already. What it consists of is no
        # garbage: looking through it all time and again would hold up the replay for a tenth of
        # a second each time.
        self._reel = await asyncio.to_thread(Reel, saved)
        heap.set_aside()
        self._states = [partial(self._state, self._reel, n) for n in range(len(saved.runs))]
        self._player = Player(self._reel.times, time.monotonic(), like=self._player)
        if self._first and self._reel.times:
            self._player.seek(self._reel.times[0], time.monotonic())
        self._follow()

    async def sheet_of(self, run: Run) -> Sheet | None:
        """The sheet of the session's round that it is of."""
        its = [saved for saved in self._session.rounds if saved.info.round_id == run.round_id]
        if its and run.round_id not in self._sheets:
            sheet = await asyncio.to_thread(sheet_of, self._session, its, "")
            self._sheets.setdefault(run.round_id, sheet)
        return self._sheets.get(run.round_id)

    def request_of(self, run: Run) -> MessagesRequest | None:
        """As it was sent."""
        its = (saved for saved in self._session.rounds if saved.info.round_id == run.round_id)
        return next((saved.requests.get(run.run_id) for saved in its), None)

    def _follow(self) -> None:
        """The player is at another place: the panes show that one at once."""
        if self._reel is not None:
            self.show_now(self._reel.after(self._player.index))
        self._show_bar()
        self._moved.set()

    @work(exclusive=True, group="replay")
    async def _play(self) -> None:
        while True:
            await self._pass_time(self._player.wait_s(time.monotonic()))
            self._catch_up()
            if self._player.ended and self._bar.loop:
                self._seek(0.0)

    async def _pass_time(self, wait_s: float | None) -> None:
        """Wait until the next event is due, or until the user has gone elsewhere."""
        if wait_s is not None and wait_s < _SHORT_S:  # as nearly always, and cheap
            await asyncio.sleep(max(wait_s, _FINEST_S))
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._moved.wait()
        self._moved.clear()

    def _catch_up(self) -> None:
        """What has happened since, in the panes that it happened in."""
        before = self._player.index
        self._player.play(time.monotonic())
        if self._reel is not None:
            for number in self._reel.whose(before, self._player.index):
                self.ask_run(self._reel.ids[number], self._states[number])

    def set_baseline(self, run: Run | None) -> None:
        """Pin a run; the panes begin anew, with every run as it stands now."""
        if self._reel is not None:
            self.runs |= {run.run_id: run for run in self._reel.after(self._player.index)}
        super().set_baseline(run)

    def _state(self, reel: Reel, number: int) -> Run:
        """A run as it stands at this moment: asked when its pane is painted, not for each event."""
        run = reel.run(number, self._player.index)
        self.runs[run.run_id] = run
        return run

    def _show_bar(self) -> None:
        now, bar = time.monotonic(), self._bar
        bar.round_words = self._where()
        bar.speed = self._player.speed
        bar.paused = self.loaded and (self._player.paused or self._player.ended)
        bar.length_s, bar.at_s = self._player.length_s, self._player.at_s(now)
        self.hold_still(bar.paused)

    def _show_figures(self) -> None:
        """The bar, and what is told of all runs: not with each jump, which waits for its panes."""
        self._show_bar()
        self.label_variants()
        runs = tuple(self.runs[run_id] for run_id in self.own)
        if any(map(is_not, runs, self._paid_for)) or len(runs) != len(self._paid_for):
            self._paid_for = runs
            if any(run.simulated for run in runs):
                self.header.badge = "SIMULATED"
            spent = total_known(cost_of(run) for run in runs if run.billed)
            self.header.money = f"round {shown(spent)}"
            several = len(runs) > 1
            self.variants.tally = tally_of(runs, spent=spent, took_s=None) if several else None
        if self._reel is not None and self._filming is not self._reel and self._lacking():
            self._filming = self._reel
            self._make_films(self._reel)

    def _where(self) -> str:
        """Which round is shown, and which of its runs where not all of them are."""
        words, count = f"round {self._at + 1} of {len(self._session.rounds)}", len(self.saved.runs)
        if count <= MOST_PANES:
            return words
        last = min(self._first + MOST_PANES, count)
        return f"{words}, runs {self._first + 1:,}-{last:,} of {count:,}"

    # Jumps: long answers are told and wrapped ahead, a little at a time

    def _lacking(self) -> list[tuple[int, RunPane]]:
        """The runs whose moments are not at hand and would take long to make, with their panes.

        By their numbers in the round; a pinned run of another round has none.
        """
        reel = self._reel
        panes = {pane.run.run_id: pane for pane in self.grid.panes if pane.run is not None}
        return [
            (number, pane)
            for number, run_id in enumerate(self.own)
            if reel is not None
            and (pane := panes.get(run_id)) is not None
            and reel.count(number) > _LONG
            and pane.run is not None
            and pane.film_of(pane.run) is None
            and not pane.view.markdown
        ]

    @work(exclusive=True, group="films")
    async def _make_films(self, reel: Reel) -> None:
        try:
            for number, pane in self._lacking():
                film = pane.new_film()
                for run in reel.stands(number, _FRAMES):
                    film.take(run)
                    await asyncio.sleep(0)
                pane.film = film
        finally:
            if self._filming is reel:
                self._filming = None
        heap.set_aside()

    def on_unmount(self) -> None:  # beside the board's, which Textual calls as well
        """What was kept out of garbage collection is let go."""
        heap.let_go()

    def action_pause(self) -> None:
        """Pause, or go on; at the end, from the start."""
        self._player.pause(time.monotonic())
        self._follow()

    def action_step(self) -> None:
        """One event on."""
        self._step(1)

    def action_step_back(self) -> None:
        """One event back."""
        self._step(-1)

    def _step(self, events: int) -> None:
        self._player.step(events, time.monotonic())
        self._follow()

    def action_slower(self) -> None:
        """The next slower speed."""
        self._change_speed(-1)

    def action_faster(self) -> None:
        """The next faster speed."""
        self._change_speed(1)

    def _change_speed(self, steps: int) -> None:
        self._player.change_speed(steps, time.monotonic())
        self._show_bar()
        self._moved.set()

    def action_loop(self) -> None:
        """Begin again at the end, or do not."""
        self._bar.loop = not self._bar.loop
        if self._bar.loop and self._player.ended:
            self._seek(0.0)

    def action_want(self, act: str) -> None:
        """Go on with it in the workbench: with the run in the focused pane, or the whole round."""
        pane = self.chosen_pane if act == "go_on" else self.grid.pane_of(self.focused)
        run = pane.run if pane is not None else None
        of = self.saved.info.round_id if run is None else run.run_id
        self.app.post_message(self.Wanted(act, self._session, of))

    def on_run_pane_wanted(self, wanted: RunPane.Wanted) -> None:  # beside the board's, again
        """What needs the session is asked for with it."""
        run = wanted.pane.run
        if wanted.act == "promote" and run is not None:
            wanted.stop()
            self.app.post_message(self.Wanted(wanted.act, self._session, run.run_id))

    def action_seek_back(self) -> None:
        """A twentieth of the round back."""
        self._seek(self._player.at_s(time.monotonic()) - self._player.length_s / _PARTS)

    def action_seek_on(self) -> None:
        """A twentieth of the round on."""
        self._seek(self._player.at_s(time.monotonic()) + self._player.length_s / _PARTS)

    def action_seek_to(self) -> None:
        """Ask for a moment of the round, and go there."""

        def go(words: str | None) -> None:
            if words is not None:
                self._seek(read_moment(words))

        length = f"{self._player.length_s:.2f}"
        question = f"Seconds, or minutes:seconds; the round took {length} s."
        at_s = f"{self._player.at_s(time.monotonic()):.2f}"
        self.app.push_screen(Ask("go to", question, at_s, read_moment), go)

    @on(ReplayBar.Sought)
    def _sought(self, sought: ReplayBar.Sought) -> None:
        if self._target is None:  # of the places that the mouse came by meanwhile, the last counts
            self.call_after_refresh(self._seek_target)
        self._target = sought.part

    def _seek_target(self) -> None:
        part, self._target = self._target or 0.0, None
        self._seek(part * self._player.length_s)

    def _seek(self, at_s: float) -> None:
        self._player.seek(at_s, time.monotonic())
        self._follow()

    def action_round_before(self) -> None:
        """The session's round before this one."""
        self._go_to_round(self._at - 1)

    def action_round_after(self) -> None:
        """The session's next round."""
        self._go_to_round(self._at + 1)

    def _go_to_round(self, at: int) -> None:
        if 0 <= at < len(self._session.rounds):
            self._at = at
            self._open_round()
        else:
            self.notify("This session has no further round that way.")

    def action_runs_before(self) -> None:
        """The runs before these, of a round that has more than there are panes for."""
        self._go_to_runs(self._first - MOST_PANES)

    def action_runs_after(self) -> None:
        """The runs after these."""
        self._go_to_runs(self._first + MOST_PANES)

    def _go_to_runs(self, first: int) -> None:
        if 0 <= first < len(self.saved.runs):
            self._open_runs(first)
        else:
            self.notify("This round has no further run that way.")

    def action_leave(self) -> None:
        """Back to the workbench."""
        if self.backs_out():
            return
        if self.maximized is not None:
            self.minimize()
        else:
            self.dismiss()


def _asked(saved: SavedRound) -> dict[str, tuple[str, str]]:
    """By editor, what the round's first request has of it; of a round saved without documents."""
    run_id = saved.runs[0].run_id if saved.runs else ""
    request = saved.requests.get(run_id)
    if request is None:
        return {}
    body = dict(request.body)
    parts = {"prompt": body}
    for kind in ("system", "tools"):
        if kind in body:
            parts[kind] = {kind: body.pop(kind)}
    return {kind: (f"{run_id}.{kind}.yaml", written(part)) for kind, part in parts.items()}


def _shown(documents: Mapping[str, str], prompt: str) -> dict[str, tuple[str, str]]:
    """By editor, name and text of the saved document to show: the prompt, and what it names."""
    own = next((name for name in documents if Path(name).name == prompt), "")
    beside = str(Path(own).parent)
    named = {
        kind: normpath(f"{beside}/{name}")
        for kind, name in named_in(documents.get(own, "")).items()
    }
    names = {"prompt": own, **named}
    return {kind: (n, documents[n]) for kind, n in names.items() if n in documents}
