"""Vim's modes in one editor: its keys go through here first, and what comes of them is done.

Promises: keys that vim has no use for stay the editor's, the screen's and the app's, in every
mode; one command is one step of undo, and so is all that is typed between two modes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.document._edit import Edit
from textual.events import Key
from textual.widgets.text_area import Selection

from workbench.tui.vim.commands import escape, press
from workbench.tui.vim.motions import Place
from workbench.tui.vim.selected import ends
from workbench.tui.vim.state import Insertion, Mode, Step, Vim

if TYPE_CHECKING:
    from workbench.tui.editor import YamlEditor

_NAMED: Mapping[str, str] = {"enter": "\n", "backspace": "h", "delete": "x", "tab": ""}
"""Keys without a character, and what they are in normal mode; tab is nothing."""
_ARROWS: Mapping[str, str] = {
    **{"left": "h", "right": "l", "up": "k", "down": "j", "home": "0", "end": "$"},
}
"""What moves the end of a selection."""
_HALF_A_PAGE: Mapping[str, str] = {"ctrl+d": "j", "ctrl+u": "k"}


class Modal:
    """The modes of one editor.

    Args:
        editor: Whose keys these are.
    """

    def __init__(self, editor: YamlEditor) -> None:
        self.vim = Vim()
        self._editor = editor
        self._typing: Insertion | None = None
        self._before: list[Edit] | None = None  # the step of undo before those of this command
        self._busy = False
        self._tell()

    # Keys

    def takes(self, event: Key) -> bool:
        """Do what a key means; False leaves it to the editor and the app."""
        if event.key == "escape":
            return self._escape()
        if self.vim.mode is Mode.INSERT:
            return False
        if event.key in _HALF_A_PAGE:
            half = max(1, self._editor.size.height // 2)
            self._type(f"{half}{_HALF_A_PAGE[event.key]}")
            return True
        key = self._key(event)
        if key is None:
            self._forget()
            return False
        self._type(key)
        return True

    def _key(self, event: Key) -> str | None:
        """The character that a key stands for; None for keys of the editor and the app."""
        if event.is_printable and event.character:
            return event.character
        if self.vim.mode.selects and event.key in _ARROWS:
            return _ARROWS[event.key]
        return _NAMED.get(event.key)

    def _type(self, keys: str) -> None:
        for key in keys:
            editor = self._editor
            step = press(
                self.vim,
                editor.document.raw_lines,
                self.vim.cursor if self.vim.mode.selects else editor.cursor_location,
                key,
                clipboard=editor.app.clipboard,
                literal=editor.is_text,
            )
            self._do(step)

    def _forget(self) -> None:
        """The keys of a command that was begun."""
        if self.vim.pending:
            self.vim = replace(self.vim, pending="")
            self._tell()

    def _escape(self) -> bool:
        editor = self._editor
        lines = editor.document.raw_lines
        typed = self._typing.text(lines) if self._typing is not None else ""
        cursor = self.vim.cursor if self.vim.mode.selects else editor.cursor_location
        step = escape(self.vim, lines, cursor, typed)
        if step is None:
            return False
        if self.vim.mode is Mode.INSERT and editor.suggestions is not None:
            editor.suggestions.close()
        self._close_step()
        self._do(step)
        return True

    def _do(self, step: Step) -> None:
        """Change the text, put the cursor, copy; then what the editor is asked for."""
        editor = self._editor
        if editor.read_only and (step.changes or step.vim.mode is Mode.INSERT):
            self._forget()
            return
        self._busy = True
        self._open_step()
        self.vim = step.vim
        for change in step.changes:
            if editor.get_text_range(change.start, change.end) != change.text:
                edit = Edit(change.text, change.start, change.end, maintain_selection_offset=False)
                editor.edit(edit)
        if step.copied:
            editor.app.copy_to_clipboard(step.copied)
        self._select(step)
        if step.vim.mode is Mode.INSERT:
            self._typing = Insertion.at(editor.document.raw_lines, step.cursor)
        else:
            self._close_step()
        self._busy = False
        self._tell()
        if step.wish:
            self._wish(step)

    def _select(self, step: Step) -> None:
        editor, lines = self._editor, self._editor.document.raw_lines
        if step.vim.mode.selects:
            selection = Selection(*ends(step.vim, lines, step.cursor))
            if selection != editor.selection:
                editor.selection = selection
        elif editor.selection != Selection.cursor(step.cursor):
            editor.move_cursor(step.cursor)

    def _wish(self, step: Step) -> None:
        if step.wish in ("undo", "redo"):
            for _ in range(min(step.times, len(self._editor.history.undo_stack) + 1)):
                getattr(self._editor, f"action_{step.wish}")()
        else:
            self._editor.post_message(self._editor.Wish(self._editor, step.wish, step.times))

    # What others do to the text

    def settle(self) -> None:
        """Whatever is selected by others is a place to go on from: its start."""
        if self.vim.mode is not Mode.INSERT:
            self.vim = replace(self.vim, mode=Mode.NORMAL, pending="")
            self._editor.move_cursor(min(self._editor.selection))
        self._tell()

    def moved(self) -> None:
        """The selection is another one: one that others made by hand begins the mode for it."""
        selection, vim = self._editor.selection, self.vim
        if self._busy or vim.mode is Mode.INSERT or not self._editor.has_focus:
            return
        if vim.mode.selects and selection == Selection(
            *ends(vim, self._editor.document.raw_lines, vim.cursor)
        ):
            return
        if selection.is_empty:
            self.vim = replace(vim, mode=Mode.NORMAL)
        else:
            anchor, cursor = self._ends(selection)
            self.vim = replace(vim, mode=Mode.VISUAL, pending="", anchor=anchor, cursor=cursor)
        self._tell()

    def _ends(self, selection: Selection) -> tuple[Place, Place]:
        """The characters at the ends of a selection: where it began, and the one that moves."""
        first, (row, column) = min(selection), max(selection)
        if column:
            last = (row, column - 1)
        else:
            last = (row - 1, len(self._editor.document.raw_lines[row - 1]))
        return (first, last) if selection.start <= selection.end else (last, first)

    def held(self, selection: Selection) -> Selection:
        """In normal mode the cursor stays on a character of its line."""
        row, column = selection.end
        if self.vim.mode is not Mode.NORMAL or not selection.is_empty or not column:
            return selection
        last = len(self._editor.document.raw_lines[row]) - 1
        return Selection.cursor((row, max(0, min(column, last))))

    def leave(self) -> None:
        """Another file comes: what was typed is a step of its own, and normal mode is on."""
        if self.vim.mode is Mode.INSERT:
            self._close_step()
        self._typing = None
        self.vim = replace(self.vim, mode=Mode.NORMAL, pending="")
        self._tell()

    def new_step(self) -> None:
        """What is typed from here on is another step of undo."""
        if self.vim.mode is Mode.INSERT and not self._busy:
            self._close_step()
            self._open_step()

    def undone(self) -> None:
        """A step was taken back, or done again: what is typed from here on is another one."""
        if self.vim.mode is Mode.INSERT:
            self._open_step()
            lines = self._editor.document.raw_lines
            self._typing = Insertion.at(lines, self._editor.cursor_location)
        self.settle()

    def _tell(self) -> None:
        self._editor.mode_shown = (self.vim.mode.value, self.vim.pending)
        self._editor.set_class(self.vim.mode is Mode.INSERT, "-insert")

    # Steps of undo

    def _open_step(self) -> None:
        history = self._editor.history
        history.checkpoint()
        stack = history.undo_stack
        self._before = stack[-1] if stack else None

    def _close_step(self) -> None:
        """All edits since the step was opened are undone together."""
        history = self._editor.history
        stack, batches = history._undo_stack, list[list[Edit]]()
        while stack and stack[-1] is not self._before:
            batches.append(stack.pop())
        if batches:
            stack.append([edit for batch in reversed(batches) for edit in batch])
        history.checkpoint()
