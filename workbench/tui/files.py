"""The open files: filled into their editors, saved, taken from disk, edited elsewhere."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from workbench.documents.save import ChangedOutside, read_text
from workbench.errors import WorkbenchError
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.buffers import Buffers
from workbench.tui.choice import Choice
from workbench.tui.editor_panel import EditorPanel

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp


class Files:
    """What is open in the editors, and how it stands to what is on disk.

    Nothing typed is dropped, and nothing on disk is written over, unless the user says so.

    Args:
        app: Asks the user, and says what has to be said.
        front: The screen with the editors.
        changed: Called where a text was saved or taken from disk.
    """

    def __init__(self, app: WorkbenchApp, front: BenchScreen, changed: Callable[[], None]) -> None:
        self.buffers = Buffers()
        self._app, self._front, self._changed = app, front, changed

    def fill(self, panel: EditorPanel, path: Path | None) -> None:
        """Show a file in a panel, with what was typed into it before."""
        if path is None:
            panel.open(None)
            return
        try:
            buffer = self.buffers.open(path)
        except WorkbenchError as error:
            self._app.tell(error)
            return
        panel.open(path, buffer.text, buffer.saved)

    async def save_all(self) -> bool:
        """Save every file with unsaved changes; whether everything is saved now."""
        unsaved = self.buffers.unsaved
        saved = [
            path
            for path, text in unsaved.items()
            if await self._save(path) and self.buffers[path].saved == text
        ]
        if saved:
            self._app.notify(f"Saved {', '.join(path.name for path in saved)}.", markup=False)
        elif not unsaved:
            self._app.notify("Nothing to save.")
        self._changed()
        return not self.buffers.unsaved

    async def _save(self, path: Path) -> bool:
        """Save one file; ask where it changed on disk as well. Whether nothing is unsaved now."""
        try:
            if not await self._written(path):
                return False
        except WorkbenchError as error:
            self._app.tell(error)
            return False
        for panel in self.shown_in(path):
            panel.mark_saved(self.buffers[path].saved)
        self._front.label_kinds()
        return True

    async def _written(self, path: Path) -> bool:
        """Write a file, or take what is on disk, as the user wants; False where neither.

        Raises:
            WorkbenchError: It cannot be written.
        """
        try:
            self.buffers.save(path)
        except ChangedOutside as error:
            answers = {"k": "keep yours: write over what is on disk", "t": "take what is on disk"}
            answer = await self._app.push_screen_wait(Choice(error.problem, answers))
            if answer == "t":
                self._take(path)
            elif answer == "k":
                self.buffers.save(path, over_changes=True)
            return bool(answer)
        return True

    async def may_close(self, path: Path) -> bool:
        """Ask what becomes of unsaved changes, if there are any; whether nothing is unsaved now."""
        if path not in self.buffers.unsaved:
            return True
        answers = {"s": "save and close", "d": "drop the changes and close"}
        question = f"{path.name} has unsaved changes."
        answer = await self._app.push_screen_wait(Choice(question, answers))
        if answer == "d":
            self._take(path)
        return answer == "d" or (answer == "s" and await self._save(path))

    def shown_in(self, path: Path) -> list[EditorPanel]:
        """The panels that show this file."""
        return [panel for panel in self._front.panels.values() if panel.path == path]

    async def reload(self) -> None:
        """Take the focused file as it is on disk; ask first where that drops something."""
        panel = self._front.chosen_panel
        if panel.path is None:
            return
        if panel.dirty:
            question = f"{panel.path.name} has unsaved changes."
            if await self._app.push_screen_wait(Choice(question, {"d": "drop them"})) != "d":
                return
        self._take(panel.path)

    def _take(self, path: Path) -> None:
        """The file as it is on disk, as one step of undo."""
        try:
            buffer = self.buffers.reload(path)
        except WorkbenchError as error:
            self._app.tell(error)
            return
        for panel in self.shown_in(path):
            panel.replace_text(buffer.text)
            panel.mark_saved(buffer.text)
        self._front.label_kinds()
        self._changed()

    async def edit_elsewhere(self) -> None:
        """Hand the focused file to $VISUAL or $EDITOR and take back what it saved."""
        path = self._front.chosen_panel.path
        if path is None or (path in self.buffers.unsaved and not await self._save(path)):
            return
        if await self._hand_over(path):
            self._take(path)

    async def _hand_over(self, path: Path) -> bool:
        """Give the terminal to the user's editor; whether it ended well (git's convention).

        A round under way goes on meanwhile, unpainted.
        """
        command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        try:
            with self._app.batch_update(), self._app.suspend():
                words = [*shlex.split(command), str(path)]
                done = await (await asyncio.create_subprocess_exec(*words)).wait()
        except (OSError, ValueError, SuspendNotSupported) as error:
            told = f"{command}: {getattr(error, 'strerror', None) or error}. Set $EDITOR."
            self._app.notify(told, severity="error", markup=False)
            return False
        self._app.refresh()
        return done == 0

    def follow_disk(self) -> None:
        """Take what others have saved in the meantime, where nothing unsaved stands against it."""
        for panel in self._front.panels.values():
            if panel.path is None or panel.dirty:
                continue
            with suppress(WorkbenchError):  # gone for now: what is on the screen is kept
                if read_text(panel.path) != panel.text:
                    self._take(panel.path)
                    words = f"{panel.path.name} changed on disk: taken over."
                    self._app.notify(words, markup=False)
