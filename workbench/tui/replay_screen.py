"""A saved round again, as it happened: the same panes, a bar to move in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message as Notice
from textual.widget import Widget

from workbench.costs import shown, total
from workbench.run import Run, RunEvent
from workbench.tui.acts import SCREENS, bindings_of
from workbench.tui.board import Board
from workbench.tui.insight import named_in
from workbench.tui.player import Player
from workbench.tui.replay_bar import ReplayBar
from workbench.workbench.outcome import cost_of
from workbench.workbench.saved import SavedRound, Session

_PARTS = 20
_BAR_EVERY_S = 0.1


class ReplayScreen(Board):
    """Plays the rounds of a session; needs neither network nor key.

    Args:
        session: The session; at least one round.
    """

    @dataclass
    class ForkWanted(Notice):
        """The user wants the documents of a round or run, named by its id, in the editors."""

        session: Session
        of: str

    acts = SCREENS["replay"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._at = len(session.rounds) - 1
        self._bar = ReplayBar()
        self._moved = asyncio.Event()
        self._player = Player((), time.monotonic())

    def last_line(self) -> Widget:
        """The bar."""
        return self._bar

    def on_mount(self) -> None:
        """Play the last round at once."""
        self.set_interval(_BAR_EVERY_S, self._show_bar)
        self._open_round()
        self._play()

    @property
    def _saved(self) -> SavedRound:
        return self._session.rounds[self._at]

    def _open_round(self) -> None:
        info = self._saved.info
        self.header.opened = f"{info.prompt}  {info.began[:19].replace('T', ' ')}"
        self.header.badge = "SIMULATED" if info.simulated else ""
        self.header.where = "" if info.simulated else info.provider
        shown = _shown(info.documents, info.prompt)
        for kind, panel in self.panels.items():
            name = shown.get(kind, "")
            there = name in info.documents
            panel.open(Path(name) if there else None, info.documents.get(name, ""))
            panel.set_note("as it was sent")
            if there:
                panel.editor.read_only = True
        self.label_kinds()
        self._player = Player(self._saved.events, time.monotonic())
        self._restart()
        if self.grid.panes:
            self.grid.panes[0].focus()

    def _restart(self) -> None:
        """The round as it stands at the player's place, from its start."""
        runs = {run.run_id: run for run in self._saved.runs}
        played = self._player.events[: self._player.index]
        self.begin(tuple({**runs, **_changed(runs, played)}.values()))
        self._show_bar()
        self._moved.set()

    def _catch_up(self, events: Sequence[RunEvent]) -> None:
        """What has happened since, in the panes that it happened in."""
        for run in _changed(self.runs, events).values():
            self.show_run(run)

    def _follow(self, before: int) -> None:
        """The player has left this place for another."""
        if self._player.index < before:
            self._restart()
            return
        self._catch_up(self._player.events[before : self._player.index])
        self._show_bar()
        self._moved.set()

    @work(exclusive=True, group="replay")
    async def _play(self) -> None:
        while True:
            wait_s = self._player.wait_s(time.monotonic())
            try:
                async with asyncio.timeout(wait_s):
                    await self._moved.wait()
            except TimeoutError:
                self._catch_up(self._player.due(time.monotonic()))
                if self._player.ended and self._bar.loop:
                    self._seek(0.0)
            self._moved.clear()

    def _show_bar(self) -> None:
        self.label_variants()
        now, bar = time.monotonic(), self._bar
        bar.round_words = f"round {self._at + 1} of {len(self._session.rounds)}"
        bar.speed, bar.paused = self._player.speed, self._player.paused or self._player.ended
        bar.length_s, bar.at_s = self._player.length_s, self._player.at_s(now)
        self.hold_still(bar.paused)
        paid = total(cost_of(run) for run in self.runs.values() if run.billed)
        self.header.money = f"round {shown(paid)}"

    def action_pause(self) -> None:
        """Pause, or go on; at the end, from the start."""
        before = self._player.index
        self._player.pause(time.monotonic())
        self._follow(before)

    def action_step(self) -> None:
        """One event on."""
        self._step(1)

    def action_step_back(self) -> None:
        """One event back."""
        self._step(-1)

    def _step(self, events: int) -> None:
        before = self._player.index
        self._player.step(events, time.monotonic())
        self._follow(before)

    def action_slower(self) -> None:
        """Half the speed."""
        self._change_speed(-1)

    def action_faster(self) -> None:
        """Twice the speed."""
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

    def action_fork(self) -> None:
        """Leave for the workbench, with the documents as they were."""
        run = self.focused_run
        of = self._saved.info.round_id if run is None else run.run_id
        self.app.post_message(self.ForkWanted(self._session, of))
        self.dismiss()

    def action_seek_back(self) -> None:
        """A twentieth of the round back."""
        self._seek(self._player.at_s(time.monotonic()) - self._player.length_s / _PARTS)

    def action_seek_on(self) -> None:
        """A twentieth of the round on."""
        self._seek(self._player.at_s(time.monotonic()) + self._player.length_s / _PARTS)

    @on(ReplayBar.Sought)
    def _sought(self, sought: ReplayBar.Sought) -> None:
        self._seek(sought.part * self._player.length_s)

    def _seek(self, at_s: float) -> None:
        before = self._player.index
        self._player.seek(at_s, time.monotonic())
        self._follow(before)

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

    def action_leave(self) -> None:
        """Back to the workbench."""
        if self.backs_out():
            return
        if self.maximized is not None:
            self.minimize()
        else:
            self.dismiss()


def _changed(runs: Mapping[str, Run], events: Sequence[RunEvent]) -> dict[str, Run]:
    """The runs that something has happened to, as they stand after it."""
    changed: dict[str, Run] = {}
    for event in events:
        run = changed.get(event.run_id) or runs.get(event.run_id)
        if run is not None:
            changed[event.run_id] = run.after(event)
    return changed


def _shown(documents: Mapping[str, str], prompt: str) -> dict[str, str]:
    """By editor, the name of the saved document to show: the prompt, and what it names."""
    own = next((name for name in documents if Path(name).name == prompt), "")
    beside = str(Path(own).parent)
    named = {
        kind: normpath(f"{beside}/{name}")
        for kind, name in named_in(documents.get(own, "")).items()
    }
    return {"prompt": own, **named}
