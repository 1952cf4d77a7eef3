"""Does what the results' screens want, by way of the door: figures, ratings, looking into runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.tui.ask import Ask
from workbench.tui.results.cell_screen import CellScreen
from workbench.tui.results.exporting import export
from workbench.tui.results.keeping import Keeping
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.results.table import Sheet, Table, sheet_of
from workbench.tui.turns import short_turns
from workbench.workbench.library import About
from workbench.workbench.outcome import cost_of
from workbench.workbench.saved import SavedRound, Session, stem_of
from workbench.workbench.standings import Stands, stands

if TYPE_CHECKING:
    from workbench.run import Run
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.pane_desk import PaneDesk
    from workbench.tui.promoting import Promoting

_LOOK_EVERY_S = 0.3
_CALM = 5
"""Figures rest so many times as long as they took: keys wait while Python works them out."""


class ResultsDesk:
    """Shows a sheet, and does what is wanted with its answers.

    Args:
        app: Shows the screens, and asks the user.
        keeping: Keeps ratings.
        panes: Looks into runs.
        promoting: Makes a variant the base of its file.
    """

    def __init__(
        self, app: WorkbenchApp, keeping: Keeping, panes: PaneDesk, promoting: Promoting
    ) -> None:
        self._app, self._keeping, self._panes = app, keeping, panes
        self._promoting = promoting
        self._sheet = Sheet()
        self._turn = asyncio.Lock()

    @property
    def sheet(self) -> Sheet:
        """What is shown, or was shown last."""
        return self._sheet

    async def show(self, sheet: Sheet) -> None:
        """Show a sheet, and what is new in it, until the user leaves."""
        self._sheet = self._keeping.follow(sheet)
        screen = ResultsScreen(sheet.title)
        keeping_up = asyncio.create_task(self._keep_up(sheet, screen), name="results")
        try:
            await self._app.push_screen_wait(screen)
        finally:
            keeping_up.cancel()

    async def _keep_up(self, sheet: Sheet, screen: ResultsScreen) -> None:
        shown = told = -1
        table, due_s = None, 0.0
        while True:
            if screen.is_mounted and sheet.changes != shown:
                shown = sheet.changes
                table = Table(sheet)
                screen.show(table)
                if isinstance(cell := self._app.screen, CellScreen):
                    cell.look()
            if table is not None and told != shown and time.monotonic() >= due_s:
                told, began_s = shown, time.monotonic()
                still = replace(sheet, entries=dict(sheet.entries), abouts=dict(sheet.abouts))
                screen.show_stands(await asyncio.to_thread(_stands, still, table))
                due_s = time.monotonic() + _CALM * (time.monotonic() - began_s)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def show_saved(self, session: Session, of: str = "") -> None:
        """Show a session's results; of the round alone that is named, or that has the named run."""
        at = [n for n, saved in enumerate(session.rounds) if of and _is_of(saved, of)]
        rounds = [session.rounds[n] for n in at] or session.rounds
        name = stem_of(session.path)
        title = f"{name}, round {at[0] + 1} of {len(session.rounds)}" if at else name
        await self.show(await asyncio.to_thread(sheet_of, session, rounds, title))

    async def do(self, act: str, run_id: str, sheet: Sheet | None = None) -> None:
        """Do an act with a run; one after the other, as they were wanted.

        Args:
            act: Its name.
            run_id: The run.
            sheet: That the run is on; the one that is shown where None.
        """
        try:
            async with self._turn:
                shown = self._sheet if sheet is None else self._keeping.follow(sheet)
                await self._do(act, run_id, shown)
        except WorkbenchError as error:
            self._app.tell(error)

    async def _do(self, act: str, run_id: str, sheet: Sheet) -> None:
        if act == "rate_undo":
            if sheet.undoing:
                await sheet.undoing.pop()()
            else:
                self._app.notify("There is nothing to take back.")
        elif act.startswith("rate_"):
            if said := await self._said(act, sheet.abouts.get(run_id, About())):
                await self._say(sheet, run_id, said)
        elif act == "export_results":
            await export(self._app, sheet)
        elif act == "compare_answers":
            self._compare(sheet, run_id)
        elif act == "promote":
            undo = await self._promoting.promote(sheet, sheet.runs[run_id])
            sheet.undoing += [undo] if undo is not None else []
        elif (entry := sheet.entries.get(run_id)) is not None:
            await self._panes.inspect(entry.run, sheet.saved_of(entry.run))

    async def _said(self, act: str, about: About) -> Mapping[str, Any]:
        """What a person says by an act; nothing where they have changed their mind."""
        if act in ("rate_good", "rate_bad"):
            return {"good": act == "rate_good"}
        if act != "rate_note":
            return {"rating": int(act[-1])}
        asked = Ask("note", "A note on this answer; empty takes it away.", about.note, str)
        note = await self._app.push_screen_wait(asked)
        return {} if note is None or note == about.note else {"note": note}

    async def _say(self, sheet: Sheet, run_id: str, said: Mapping[str, Any]) -> None:
        before = sheet.abouts.get(run_id, About())
        then = {name: getattr(before, name) for name in said}
        if sheet.path is None:
            self._app.notify("This round is not saved: ratings last until the workbench is left.")
        await self._keeping.keep(sheet, run_id, said)
        sheet.undoing.append(partial(self._keeping.keep, sheet, run_id, then))

    def _compare(self, sheet: Sheet, run_id: str) -> None:
        from workbench.tui.compare_screen import CompareScreen

        async def on_this(run: Run) -> Sheet | None:
            return sheet

        case = sheet.runs[run_id].case
        ended = [sheet.entries[each].run for each in sheet.runs if each in sheet.entries]
        runs = [run for run in ended if run.case == case]  # in the grid's order
        here = next(n for n, run in enumerate(runs) if run.run_id == run_id)
        if len(runs) < 2:
            self._app.notify("The case has no other answer yet.")
            return
        pair = here, (here + 1) % len(runs)
        screen = CompareScreen(
            lambda: runs,
            pair,
            cost_of,
            request_of=lambda run: self._panes.request_of(run, sheet.saved_of(run)),
            sheet_of=on_this,
        )
        self._app.push_screen(screen)


def _stands(sheet: Sheet, table: Table) -> Stands:
    """How the variants stand, by what is known of them and what people and judges have voted."""
    names = table.results.variants
    with short_turns():
        reviews = sheet.reviews(names[0], names[1:]) if names else ()
        return stands(table.results, reviews, over=table.ended == table.of)


def _is_of(saved: SavedRound, of: str) -> bool:
    return saved.info.round_id == of or any(run.run_id == of for run in saved.runs)
