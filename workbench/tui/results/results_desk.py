"""Does what the results' screens want, by way of the door: figures, ratings, looking into runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.tui.ask import Ask
from workbench.tui.results.cell_screen import CellScreen
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.results.summary import stands
from workbench.tui.results.table import Sheet, Table
from workbench.workbench.bench import Workbench
from workbench.workbench.grading import entries_of
from workbench.workbench.library import About, say
from workbench.workbench.outcome import cost_of
from workbench.workbench.saved import SavedRound, Session

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.pane_desk import PaneDesk
    from workbench.tui.promoting import Promoting

_LOOK_EVERY_S = 0.3


def sheet_of(session: Session, rounds: Sequence[SavedRound], title: str) -> Sheet:
    """The sheet of saved rounds; takes a while where they are long."""
    entries = {entry.run.run_id: entry for entry in entries_of(session, rounds)}
    runs = {each: entry.run for each, entry in entries.items()}
    abouts = {each: session.abouts[each] for each in runs if each in session.abouts}
    infos = {saved.info.round_id: saved.info for saved in rounds}
    return Sheet(title, runs, entries, abouts, session.path, rounds, infos)


class ResultsDesk:
    """Shows a sheet, and does what is wanted with its answers.

    Args:
        app: Shows the screens, and asks the user.
        bench: Where ratings are kept.
        panes: Looks into runs.
        promoting: Makes a variant the base of its file.
    """

    def __init__(
        self, app: WorkbenchApp, bench: Workbench, panes: PaneDesk, promoting: Promoting
    ) -> None:
        self._app, self._bench, self._panes = app, bench, panes
        self._promoting = promoting
        self._sheet = Sheet()
        self._undoing: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._turn = asyncio.Lock()

    async def show(self, sheet: Sheet) -> None:
        """Show a sheet, and what is new in it, until the user leaves."""
        self._sheet, self._undoing = sheet, []
        screen = ResultsScreen(sheet.title)
        keeping_up = asyncio.create_task(self._keep_up(sheet, screen), name="results")
        try:
            await self._app.push_screen_wait(screen)
        finally:
            keeping_up.cancel()

    async def _keep_up(self, sheet: Sheet, screen: ResultsScreen) -> None:
        shown = -1
        while True:
            if screen.is_mounted and sheet.changes != shown:
                shown = sheet.changes
                table = Table(sheet)
                screen.show(table)
                if isinstance(cell := self._app.screen, CellScreen):
                    cell.look()
                screen.show_stands(await asyncio.to_thread(stands, table.results))
            await asyncio.sleep(_LOOK_EVERY_S)

    async def show_saved(self, session: Session, of: str = "") -> None:
        """Show a session's results; of the round alone that is named, or that has the named run."""
        at = [n for n, saved in enumerate(session.rounds) if of and _is_of(saved, of)]
        rounds = [session.rounds[n] for n in at] or session.rounds
        name = session.path.name.partition(".")[0]
        title = f"{name}, round {at[0] + 1} of {len(session.rounds)}" if at else name
        await self.show(await asyncio.to_thread(sheet_of, session, rounds, title))

    async def do(self, act: str, run_id: str) -> None:
        """Do an act of the screens with a run; one after the other, as they were wanted."""
        try:
            async with self._turn:
                await self._do(act, run_id)
        except WorkbenchError as error:
            self._app.tell(error)

    async def _do(self, act: str, run_id: str) -> None:
        about = self._sheet.abouts.get(run_id, About())
        if act == "rate_undo":
            await self._undo()
        elif act in ("rate_good", "rate_bad"):
            await self._say(run_id, {"good": act == "rate_good"})
        elif act == "rate_note":
            asked = Ask("note", "A note on this answer; empty takes it away.", about.note, str)
            note = await self._app.push_screen_wait(asked)
            if note is not None and note != about.note:
                await self._say(run_id, {"note": note})
        elif act.startswith("rate_"):
            await self._say(run_id, {"rating": int(act[-1])})
        elif act == "compare_answers":
            self._compare(run_id)
        elif act == "promote":
            undo = await self._promoting.promote(self._sheet, self._sheet.runs[run_id])
            self._undoing += [undo] if undo is not None else []
        elif (entry := self._sheet.entries.get(run_id)) is not None:
            await self._panes.inspect(entry.run, self._sheet.saved_of(entry.run))

    async def _undo(self) -> None:
        if not self._undoing:
            self._app.notify("There is nothing to take back.")
            return
        await self._undoing.pop()()

    async def _say(self, run_id: str, said: Mapping[str, Any]) -> None:
        before = self._sheet.abouts.get(run_id, About())
        then = {name: getattr(before, name) for name in said}
        await self._keep(run_id, said)
        self._undoing.append(partial(self._keep, run_id, then))

    async def _keep(self, run_id: str, said: Mapping[str, Any]) -> None:
        """Keep what is said in the session's file, then on the sheet."""
        sheet = self._sheet
        if sheet.path is None:
            self._app.notify("This round is not saved: ratings last until the workbench is left.")
        else:
            await say(self._bench, sheet.path, said, of=run_id)
        sheet.abouts[run_id] = sheet.abouts.get(run_id, About()).updated(said)
        sheet.changes += 1

    def _compare(self, run_id: str) -> None:
        from workbench.tui.compare_screen import CompareScreen

        case = self._sheet.runs[run_id].case
        runs = [e.run for e in self._sheet.entries.values() if e.run.case == case]
        here = next(n for n, run in enumerate(runs) if run.run_id == run_id)
        if len(runs) < 2:
            self._app.notify("The case has no other answer yet.")
            return
        pair = here, (here + 1) % len(runs)
        self._app.push_screen(CompareScreen(lambda: runs, pair, cost_of))


def _is_of(saved: SavedRound, of: str) -> bool:
    return saved.info.round_id == of or any(run.run_id == of for run in saved.runs)
