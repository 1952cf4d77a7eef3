"""The open files: filled into their editors, saved, taken from disk, edited elsewhere."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported
from textual.timer import Timer

from workbench.documents.save import ChangedOutside, holds, read_text, save_text
from workbench.errors import WorkbenchError
from workbench.tui.acts import key_of
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.buffers import Buffer, Buffers
from workbench.tui.choice import Choice
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.hunks import hunks
from workbench.tui.spoken import no_file

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp


_KEEP, _TAKE, _DIFF = "k", "t", "d"
_AUTOSAVE_AFTER_S = 1.0


class Files:
    """What is open in the editors, and how it stands to what is on disk.

    Nothing typed is dropped, and nothing on disk is written over, unless the user says so.

    Args:
        app: Asks the user, and says what has to be said.
        front: The screen with the editors.
        changed: Called where a text was saved or taken from disk.
        marked: Called where only the marks of the files have changed.
    """

    def __init__(
        self,
        app: WorkbenchApp,
        front: BenchScreen,
        changed: Callable[[], None],
        marked: Callable[[], None],
    ) -> None:
        self.buffers = Buffers()
        self._app, self._front, self._changed, self._marked = app, front, changed, marked
        self._typed: set[Path] = set()  # since they were last saved
        self._saving: Timer | None = None
        self._cannot = ""  # why the last autosave failed
        self._elsewhere: Path | None = None  # what the user's own editor has now

    def fill(self, panel: EditorPanel, path: Path | None) -> None:
        """Show a file in a panel, with what was typed into it before."""
        self.leave(panel)
        if path is None:
            panel.open(None)
            return
        try:
            buffer = self.buffers.open(path)
        except WorkbenchError as error:
            self._app.tell(error)
            return
        self.show(panel, buffer)

    def show(self, panel: EditorPanel, buffer: Buffer) -> None:
        """Show an open file in a panel, with its marks."""
        panel.open(buffer.path, buffer.text, buffer.saved)
        panel.set_outside(changed=buffer.outside is not None, gone=buffer.gone)

    def leave(self, panel: EditorPanel) -> None:
        """Before another file is shown there: a key that was just pressed may not be told yet."""
        path = panel.path
        if path is not None and path in self.buffers and panel.text != self.buffers[path].text:
            self.typed(path, panel.text)

    def catch_up(self) -> None:
        """What stands in the editors is what counts: keys just pressed may not be told yet."""
        for panel in self._front.panels.values():
            self.leave(panel)

    def take_up(self, path: Path, text: str) -> None:
        """A text from elsewhere, as unsaved changes that nobody typed: they are not saved unasked.

        Raises:
            WorkbenchError: The file is there and cannot be read.
        """
        buffer = self.buffers.take_up(path, text)
        for panel in self.shown_in(path):
            self.show(panel, buffer)

    def text_of(self, path: Path) -> str:
        """A file as it stands here: with what is unsaved in it, else as it is on disk now.

        Raises:
            WorkbenchError: It cannot be read.
        """
        for panel in self.shown_in(path):
            self.leave(panel)
        if path not in self.buffers:
            return read_text(path)
        self.follow(path)
        return self.buffers[path].text

    async def put(self, path: Path, text: str, *, save: bool = False) -> bool:
        """This text in place of a file's: one step of undo where it is shown.

        Args:
            save: Whether it is written, too; the user is asked where the file changed meanwhile.

        Returns:
            Whether it is saved.

        Raises:
            WorkbenchError: The file cannot be read.
        """
        if path not in self.buffers:
            self.buffers.open(path)
        for panel in self.shown_in(path):
            panel.replace_text(text)
        self.buffers.typed(path, text)
        saved = save and await self._save(path)
        self._changed()
        return saved

    async def save_all(self) -> bool:
        """Save every file with unsaved changes; whether everything is saved now."""
        self.catch_up()
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
        self._mark(path)
        return True

    def _mark(self, path: Path) -> None:
        """Show of a file what is saved, and whether others have written to it."""
        buffer = self.buffers[path]
        for panel in self.shown_in(path):
            panel.mark_saved(buffer.saved)
            panel.set_outside(changed=buffer.outside is not None, gone=buffer.gone)
        self._front.label_kinds()
        self._marked()

    async def _written(self, path: Path) -> bool:
        """Write a file, or take what is on disk, as the user wants; False where neither.

        Raises:
            WorkbenchError: It cannot be written.
        """
        try:
            self.buffers.save(path)
        except ChangedOutside:
            answer = await self._which(path)
            if answer == _TAKE:
                self._take(path)
            elif answer == _KEEP:
                self.buffers.save(path, over_changes=True)
            return bool(answer)
        return True

    async def _which(self, path: Path) -> str:
        """Ask which of two texts counts, theirs or ours; they can be looked at first."""
        question = f"{path.name} changed on disk, and has unsaved changes here."
        answers = {
            _KEEP: "keep yours: saving writes over what is on disk",
            _TAKE: "take what is on disk: yours is an undo away",
            _DIFF: "show what differs",
        }
        while (answer := await self._app.push_screen_wait(Choice(question, answers))) == _DIFF:
            await self.show_diff(path)
        return answer

    # As others have left it

    async def may_close(self, path: Path) -> bool:
        """Ask what becomes of unsaved changes, if there are any; whether nothing is unsaved now."""
        if path not in self.buffers.unsaved:
            return True
        answers = {"s": "save and close", "d": "drop the changes and close"}
        gone = self.buffers[path].gone
        question = f"{path.name} {'is gone from disk' if gone else 'has unsaved changes'}."
        if gone:
            answers = {"s": "write it again and close", "d": "let it go and close"}
        answer = await self._app.push_screen_wait(Choice(question, answers))
        if answer == "d" and self.buffers[path].gone:
            self.buffers.let_go(path)
        elif answer == "d":
            self._take(path)
        return answer == "d" or (answer == "s" and await self._save(path))

    def shown_in(self, path: Path) -> list[EditorPanel]:
        """The panels that show this file."""
        return [panel for panel in self._front.panels.values() if panel.path == path]

    async def reload(self) -> None:
        """Take the focused file as it is on disk; ask first where that drops something."""
        panel = self._front.chosen_panel
        if panel.path is None:
            self._app.notify(no_file(panel.kind), markup=False)
            return
        before = panel.text
        self.follow(panel.path)
        if self.buffers[panel.path].gone:
            self._tell_gone([panel.path])
            return
        if self.buffers[panel.path].outside is not None:
            answer = await self._which(panel.path)
            if answer == _TAKE:
                self._take(panel.path)
            elif answer == _KEEP:
                self.buffers.keep_mine(panel.path)
                self._mark(panel.path)
            return
        if panel.dirty:
            question = f"{panel.path.name} has unsaved changes."
            if await self._app.push_screen_wait(Choice(question, {"d": "drop them"})) != "d":
                return
        if self._take(panel.path) and panel.text == before:
            self._tell_same(panel.path)

    def _take(self, path: Path) -> bool:
        """The file as it is on disk, as one step of undo; whether it could be read."""
        try:
            buffer = self.buffers.reload(path)
        except WorkbenchError as error:
            self._app.tell(error)
            return False
        for panel in self.shown_in(path):
            panel.replace_text(buffer.text)
        self._mark(path)
        self._changed()
        return True

    def _tell_same(self, path: Path) -> None:
        self._app.notify(f"{path.name} is as it is on disk.", markup=False)

    async def show_diff(self, path: Path | None = None) -> None:
        """What differs between the file on disk and here; the focused one where none is named."""
        path = path or self._front.chosen_panel.path
        if path is None:
            self._app.notify(no_file(self._front.chosen_panel.kind), markup=False)
            return
        self.catch_up()
        try:
            saved = read_text(path)
        except WorkbenchError as error:
            self._app.tell(error)
            return
        here = self.buffers[path].text
        if saved == here:
            self._tell_same(path)
            return
        lines = hunks(saved, here)
        await self._app.push_screen_wait(DiffScreen(f"{path.name}: on disk, and here", lines))

    async def edit_elsewhere(self) -> None:
        """Hand the focused file to $VISUAL or $EDITOR and take back what it saved."""
        path = self._front.chosen_panel.path
        if path is None:
            self._app.notify(no_file(self._front.chosen_panel.kind), markup=False)
            return
        if path in self.buffers.unsaved and not await self._save(path):
            return
        before, self._elsewhere = self.buffers[path].saved, path
        try:
            if (code := await self._hand_over(path)) is None:
                return
            if code and not holds(path, before):  # git's convention: it is not to count
                save_text(path, before)
                words = f"The editor ended with {code}: {path.name} is as it was."
                self._app.notify(words, severity="warning", markup=False)
            elif not code:
                self._take(path)
        except WorkbenchError as error:
            self._app.tell(error)
        finally:
            self._elsewhere = None

    async def _hand_over(self, path: Path) -> int | None:
        """Give the terminal to the user's editor; with what it ended, None where it never began.

        A round under way goes on meanwhile, unpainted.
        """
        command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        try:
            with self._app.batch_update(), self._app.suspend():
                words = [*shlex.split(command), str(path)]
                done = await (await asyncio.create_subprocess_exec(*words)).wait()
        except SuspendNotSupported:
            told = f"$EDITOR needs a terminal, and this is none. Edit {path.name} in one of your"
            self._app.notify(f"{told} own: what you save is taken over here.", markup=False)
            return None
        except (OSError, ValueError) as error:
            told = f"{command}: {getattr(error, 'strerror', None) or error}. Set $EDITOR."
            self._app.notify(told, severity="error", markup=False)
            return None
        self._app.refresh()
        return done

    def watched(self) -> set[Path]:
        """The files whose fate on disk counts here."""
        shown = (panel.path for panel in self._front.panels.values())
        return {path for path in (*shown, *self.buffers.unsaved) if path is not None}

    def follow_disk(self) -> None:
        """Take what others have saved in the meantime, where nothing unsaved stands against it."""
        for path in self.watched():
            self.follow(path)

    def follow(self, path: Path) -> None:
        """Take it as it is on disk; where something unsaved stands against that, only mark it."""
        if path == self._elsewhere:  # the editor that has it may yet end badly
            return
        try:
            text = read_text(path)
        except WorkbenchError:  # gone for now: what is on the screen is kept
            return
        before = self.buffers[path]
        if not before.typed and text != before.text:
            self._take(path)
            if self.shown_in(path):
                self._app.notify(f"{path.name} changed on disk: taken over.", markup=False)
        elif self.buffers.found_on_disk(path, text) != before:
            self._mark(path)

    def lose(self, paths: Sequence[Path]) -> None:
        """These are on disk no more: of those that were, the texts here are the last there are."""
        if gone := [path for path in paths if path != self._elsewhere and self.buffers.lose(path)]:
            for path in gone:
                self._mark(path)
            self._tell_gone(gone)
            self._changed()

    def _tell_gone(self, paths: Sequence[Path]) -> None:
        names, several = ", ".join(path.name for path in paths), len(paths) > 1
        words = f"{names} {'are' if several else 'is'} gone from disk: "
        words += f"{key_of('save')} writes {'them' if several else 'it'} again."
        self._app.notify(words, severity="warning", markup=False)

    # Saved without being asked

    def typed(self, path: Path, text: str) -> None:
        """The user has changed a text."""
        self.buffers.typed(path, text)
        self._typed.add(path)
        if self._app.choices.settings.autosave:
            if self._saving is not None:
                self._saving.stop()
            self._saving = self._app.set_timer(_AUTOSAVE_AFTER_S, self.autosave)

    def autosave(self) -> None:
        """Save what was typed, where that is wanted: nothing over what others have written."""
        if not self._app.choices.settings.autosave:
            return
        for path in self._typed & {*self.buffers.unsaved}:
            if self.buffers[path].gone:  # whoever removed it may have meant it
                continue
            try:
                self.buffers.save(path)
            except ChangedOutside:
                self.follow(path)
            except WorkbenchError as error:
                if str(error) != self._cannot:  # said once, not after each word
                    self._app.tell(error)
                self._cannot = str(error)
            else:
                self._cannot = ""
                self._typed.discard(path)
                self._mark(path)
