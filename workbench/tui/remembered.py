"""What is remembered of the open folder: kept a moment after each change, and at the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.app import App
from textual.timer import Timer

from workbench.errors import SettingsError
from workbench.settings.folder_state import FolderState, read_folder_state, write_folder_state

_PAUSE_S = 1.0


def remembered_of(app: App[Any]) -> FolderState:
    """What is remembered for the app that a widget is in; nothing in any other."""
    remembered = getattr(app, "remembered", None)
    return remembered.state if isinstance(remembered, Remembered) else FolderState()


class Remembered:
    """The state of one folder.

    Args:
        app: Whose clock is used.
        folder: The folder; None where nothing is to be remembered.
    """

    def __init__(self, app: App[Any], folder: Path | None) -> None:
        self._app, self._folder = app, folder
        self.state = read_folder_state(folder) if folder is not None else FolderState()
        self._kept = self.state
        self._timer: Timer | None = None

    @property
    def keeps(self) -> bool:
        """Whether anything is remembered until the next time."""
        return self._folder is not None

    def note(self, **changes: Any) -> None:
        """Remember this from now on. Never waits for the disk."""
        self.state = replace(self.state, **changes)
        if self._folder is None or self.state == self._kept:
            return
        if self._timer is None:
            self._timer = self._app.set_timer(_PAUSE_S, self._keep_behind)

    async def _keep_behind(self) -> None:
        self._timer = None
        await asyncio.to_thread(self.keep)

    def keep(self) -> None:
        """Write it down, if there is anything new. Where that fails, it is not remembered."""
        state = self.state
        if self._folder is None or state == self._kept:
            return
        try:
            write_folder_state(self._folder, state)
        except SettingsError:
            return  # of comfort only: not worth a word
        self._kept = state
