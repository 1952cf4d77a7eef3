"""What is said of runs and rounds: kept in the session's file, then on every sheet of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from workbench.tui.board import Board
from workbench.workbench.bench import Workbench
from workbench.workbench.library import About, say

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.results.table import Sheet


class Keeping:
    """Keeps ratings, votes and grades, and has every screen that shows them know at once.

    The same run may be on several sheets: that of the round sent last, that of its session, that of
    a replay.

    Args:
        app: Its screens show what is said.
        bench: Where sessions are, and written.
    """

    def __init__(self, app: WorkbenchApp, bench: Workbench) -> None:
        self._app, self._bench = app, bench
        self._sheets: WeakSet[Sheet] = WeakSet()
        self._said: dict[Path, dict[str, About]] = {}

    def follow(self, sheet: Sheet) -> Sheet:
        """Let a sheet know what is said from here on, and what was said in this sitting."""
        if sheet not in self._sheets:
            self._sheets.add(sheet)
            for of, about in self._said.get(sheet.path, {}).items() if sheet.path else ():
                _take(sheet, of, about)
        return sheet

    async def keep(self, sheet: Sheet, of: str, said: Mapping[str, Any]) -> None:
        """Keep what is said of a run or round of a sheet, by its id.

        Raises:
            SessionError: It cannot be written; nothing is said then.
        """
        if sheet.path is not None:
            await say(self._bench, sheet.path, said, of=of)
        self.follow(sheet)
        self.told(sheet, of, said)

    async def reread(self, sheet: Sheet) -> None:
        """Take in what others have said in the session's file, as a judge has.

        Raises:
            SessionError: It cannot be read.
        """
        from workbench.workbench.saved import read_session

        if sheet.path is None:
            return
        self.follow(sheet)
        for of, about in (await asyncio.to_thread(read_session, sheet.path)).abouts.items():
            if sheet.abouts.get(of) != about:
                self._know(sheet, of, about)

    def told(self, sheet: Sheet, of: str, said: Mapping[str, Any]) -> None:
        """This was said, and is kept: all sheets of the session know it now."""
        self._know(sheet, of, sheet.abouts.get(of, About()).updated(said))

    def _know(self, sheet: Sheet, of: str, about: About) -> None:
        if sheet.path is not None:
            self._said.setdefault(sheet.path, {})[of] = about
        for each in self._sheets:
            if each is sheet or (sheet.path is not None and each.path == sheet.path):
                _take(each, of, about)
        if of in sheet.runs:
            for screen in self._app.screen_stack:
                if isinstance(screen, Board) and screen.session_path == sheet.path:
                    screen.show_mark(of, sheet.mark_of(sheet.runs[of]))


def _take(sheet: Sheet, of: str, about: About) -> None:
    """A sheet knows this of a run or round."""
    from workbench.compare.checks import saved_grade

    sheet.abouts[of] = about
    if about.grade and (entry := sheet.entries.get(of)) is not None:
        sheet.entries[of] = replace(entry, grade=saved_grade(about.grade))
    sheet.changes += 1
