"""A session that its disk would not take: told at once, and saved elsewhere when asked to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import SessionError
from workbench.tui.acts import key_of
from workbench.tui.place_screen import PlaceScreen
from workbench.workbench.bench import Workbench

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

NOT_SAVED = "NOT SAVED"
_LONG_S = 60.0


class Safekeeping:
    """Watches over the session of one sitting.

    Args:
        app: Says what has to be said, and asks the user.
        bench: Whose session it is.
    """

    def __init__(self, app: WorkbenchApp, bench: Workbench) -> None:
        self._app, self._bench = app, bench
        self._told = ""

    @property
    def stranded(self) -> bool:
        """Whether some of what happened is in memory only."""
        journal = self._bench.journal
        return journal is not None and journal.stranded

    def look(self) -> None:
        """Say what is wrong as soon as it is; once for each thing."""
        journal = self._bench.journal
        problem = (journal.problem if journal is not None else None) or ""
        if problem and problem != self._told:
            way = f"\n{key_of('save_session')} saves it elsewhere."
            words = problem + way * self.stranded
            self._app.notify(words, severity="error", timeout=_LONG_S, markup=False)
        self._told = problem

    async def save_elsewhere(self) -> None:
        """Ask where to, until it is saved or the user backs out."""
        from workbench.workbench.refuge import own_refuge, save_to

        journal = self._bench.journal
        if journal is None or not journal.stranded:
            place = journal.path if journal is not None else None
            words = f"The session is saved: {place}" if place else "There is nothing to save yet."
            self._app.notify(words, markup=False)
            return
        why, path = str(journal.problem), str(own_refuge())
        while answer := await self._app.push_screen_wait(PlaceScreen(why, path)):
            try:
                await asyncio.to_thread(save_to, journal, Path(answer))
            except SessionError as error:
                why, path = f"{error.problem}\n{error.hint}", answer
            else:
                self._app.clear_notifications()  # one of them says that it is not saved
                self._app.notify(f"Saved to {journal.path}: it goes on there.", markup=False)
                return
