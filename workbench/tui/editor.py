"""The editor of one file: typing that knows YAML, and acts on lines.

Promises: the text is given back to the letter (see `source`); one key press is one step of undo;
keys that the editor has no use for reach the screen and the app, Escape among them. It reads and
writes no file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from workbench.tui import edits
from workbench.tui.bindings import bindings_of
from workbench.tui.editor_acts import ERASE_ACTS, MOVE_ACTS, TEXT_ACTS
from workbench.tui.highlight import is_text
from workbench.tui.source import newline_of
from workbench.tui.sourceview import SourceView

if TYPE_CHECKING:
    from workbench.tui.sourceview import Kept, Language
    from workbench.tui.suggestions import Suggestions
    from workbench.tui.vim.modal import Modal

_LEFT_TO_THE_APP = ("f6", "f7")  # TextArea takes these two; the rest of the F-keys are free
_BLINKS = 20
"""How often the cursor appears or goes while nothing is typed; then it stays, at no cost."""
_ACTS = (*TEXT_ACTS, *MOVE_ACTS, *ERASE_ACTS)
_OURS = {act.does or act.name for act in _ACTS} | {"copy"}  # bound by TextArea, too
_OF_THE_MAC = (("z", "undo"), ("y", "redo"), ("x", "cut"), ("c", "copy"))


class YamlEditor(SourceView, inherit_bindings=False):
    """An editor for prompt, system and tools files, and the prose that they include."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            binding
            for binding in TextArea.BINDINGS
            if not isinstance(binding, Binding)
            or (binding.key not in _LEFT_TO_THE_APP and binding.action not in _OURS)
        ),
        Binding("ctrl+shift+home", "text_start(True)", "Select to start", show=False),
        Binding("ctrl+shift+end", "text_end(True)", "Select to end", show=False),
        *(Binding(f"super+{key}", act, show=False) for key, act in _OF_THE_MAC),
        *bindings_of(_ACTS, of_screen=False, first=False),
    ]

    DEFAULT_CSS = """
    YamlEditor.-insert .text-area--cursor {
        background: $foreground 20%; color: $text-accent; text-style: bold underline;
    }
    """

    @dataclass
    class Wish(Notice):
        """A key of vim asks for what stands beside the text: to find, a line to type into.

        Args:
            editor: In which.
            name: find, find_on, find_back, find_word, line.
            times: How often.
        """

        editor: YamlEditor
        name: str
        times: int = 1

    modal: Modal | None = None
    """Vim's modes, where they are chosen."""

    mode_shown: reactive[tuple[str, str]] = reactive(("", ""), repaint=False, init=False)
    """Vim's mode, and the keys of a command that is begun."""

    blinks = 0
    """Times that the cursor has appeared or gone since something was done here."""

    suggestions: Suggestions | None = None
    """What completes at the cursor, where the panel has a list for it."""

    def use_modes(self, on: bool) -> None:
        """Edit with vim's modes, or without."""
        if on and self.modal is None:
            from workbench.tui.vim.modal import Modal

            self.modal = Modal(self)
        elif not on and self.modal is not None:
            self.modal.leave()
            self.modal, self.mode_shown = None, ("", "")

    def open(self, text: str, grammar: Language) -> None:
        """Show a file for the first time: there is nothing to undo yet."""
        self._leave()
        super().open(text, grammar)

    def put_aside(self) -> Kept:
        """What is open, to be taken up again later."""
        self._leave()
        return super().put_aside()

    def _leave(self) -> None:
        if self.modal is not None:
            self.modal.leave()

    def _new_step(self) -> None:
        """What comes is a step of undo of its own."""
        if self.modal is not None:
            self.modal.new_step()
        self.history.checkpoint()

    def replace_text(self, text: str) -> None:
        """Put `text` in place of all, as one step of undo; the cursor stays where it was.

        Only the lines that differ are touched, so a cursor among the others stays on its line.
        How lines end is taken over for the whole text; undo gives the old lines the new ends.
        """
        if text != self.document.text:
            self.document.use_newline(newline_of(text))
            self.replace_lines(self.document.split(text))

    def replace_lines(self, new: Sequence[str]) -> None:
        """Put these lines in place of all, as one step of undo; the cursor stays where it was."""
        old = self.document.raw_lines
        top, tail = edits.in_common(old, new)
        stop, until = len(old) - tail, len(new) - tail  # old[top:stop] becomes new[top:until]
        row, column = self.cursor_location
        if row >= stop:
            row += until - stop
        elif row >= top:  # among the lines that differ: its own line may be there still
            same = [at for at in range(top, until) if new[at] == old[row]]
            row = min(same, key=lambda at: abs(at - row), default=row)
        self._new_step()
        self._replace_rows(top, stop - 1, new[top:until], Selection.cursor((row, column)))
        self._new_step()

    def replace_in_line(self, row: int, start: int, end: int, text: str) -> None:
        """Put `text` there, as one step of undo; the cursor goes behind it."""
        self.history.checkpoint()
        edit = Edit(text, (row, start), (row, end), maintain_selection_offset=False)
        self.move_cursor(self.edit(edit).end_location)

    # Typing

    def _replace_via_keyboard(
        self, insert: str, start: Location, end: Location
    ) -> EditResult | None:
        """Typed or pasted text. Terminals paste carriage returns where lines end."""
        insert = insert.replace("\r\n", "\n").replace("\r", "\n")
        if self.suggestions is not None:
            self.suggestions.typed(insert)
        return super()._replace_via_keyboard(insert, start, end)

    async def _on_key(self, event: Key) -> None:
        if self.modal is not None and self.modal.takes(event):
            self._restart_blink()
            event.stop()
            event.prevent_default()
            return
        if event.key == "escape":
            event.prevent_default()  # TextArea would keep it; it belongs to the app
            return
        if not self.read_only and self._typed(event.key, event.character or ""):
            self._restart_blink()
            event.stop()
            event.prevent_default()

    def _restart_blink(self) -> None:
        self.blinks = 0
        super()._restart_blink()

    def _toggle_cursor_blink_visible(self) -> None:
        self.blinks += 1
        if self.blinks < _BLINKS:
            super()._toggle_cursor_blink_visible()
        else:
            self._pause_blink()

    def _typed(self, key: str, character: str) -> bool:
        """Do what a key means here; False leaves it to TextArea."""
        if self.suggestions is not None and self.suggestions.takes(key):
            return True
        if key == "enter":
            self._break_line()
        elif key == "tab" and self._rows()[0] != self._rows()[1]:
            self._change_rows(edits.indented)
        elif self.selection.is_empty:
            return self._pair(character)
        elif character in edits.PAIRS:
            self._surround(character)
        else:
            return False
        return True

    def _around(self) -> tuple[str, str]:
        """What stands before and behind the selection on its lines."""
        (top, start), (bottom, end) = sorted(self.selection)
        line = self.document.get_line
        return line(top)[:start], line(bottom)[end:]

    def _pair(self, character: str) -> bool:
        before, behind = self._around()
        row, column = self.cursor_location
        if character and edits.steps_over(character, before, behind):
            self.move_cursor((row, column + 1))
            return True
        if (partner := edits.pair_for(character, before, behind)) is None:
            return False
        self._replace_via_keyboard(character + partner, (row, column), (row, column))
        self.move_cursor((row, column + 1))
        return True

    def _surround(self, opening: str) -> None:
        (top, start), (bottom, end) = sorted(self.selection)
        text = f"{opening}{self.selected_text}{edits.PAIRS[opening]}"
        self._replace_via_keyboard(text, (top, start), (bottom, end))
        self.selection = Selection((top, start + 1), (bottom, end + (top == bottom)))

    def _break_line(self) -> None:
        start, end = sorted(self.selection)
        before, behind = self._around()
        row = start[0]
        literal = self.is_text(row)
        indent = edits.indent_after(before, literal=literal)
        if not before.strip() and not behind.strip():  # leave no blanks behind on a blank line
            start = (row, 0)
            indent = before or (self._indent_above(row) if literal else "")
        opened = not literal and f"{before[-1:]}{behind[:1]}" in ("{}", "[]")
        tail = f"\n{edits.indent_after(before, literal=True)}" if opened else ""
        self._replace_via_keyboard(f"\n{indent}{tail}", start, end)
        self.move_cursor((row + 1, len(indent)))

    def is_text(self, row: int) -> bool:
        """Whether line `row` is sent to the model as it stands, whatever signs it holds."""
        if self.grammar == "prose":
            return True
        return is_text(self.document.get_line(row), self.document.contexts.at(row))

    def _indent_above(self, row: int) -> str:
        for line in reversed(self.document.lines[max(0, row - 50) : row]):
            if line.strip():
                return line[: len(line) - len(line.lstrip())]
        return ""

    def action_delete_left(self) -> None:
        """Delete to the left; between the two halves of a pair, both."""
        before, behind = self._around()
        row, column = self.cursor_location
        lone = self.selection.is_empty and before and behind
        if lone and edits.PAIRS.get(before[-1]) == behind[0]:
            self._delete_via_keyboard((row, column - 1), (row, column + 1))
        else:
            super().action_delete_left()

    # Vim's modes

    def settle(self) -> None:
        """With vim's modes, go on from the start of what is selected."""
        if self.modal is not None:
            self.modal.settle()

    def _validate_selection(self, selection: Selection) -> Selection:
        selection = super()._validate_selection(selection)
        return self.modal.held(selection) if self.modal is not None else selection

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        if self.modal is not None:
            self.modal.moved()

    def _watch_has_focus(self, focus: bool) -> None:
        super()._watch_has_focus(focus)
        if focus and self.mode_shown[0] == "NORMAL" and not self.selection.is_empty:
            self.settle()

    def action_undo(self) -> None:
        """Take the last step back."""
        self._new_step()
        super().action_undo()
        self._again_from_here()

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._new_step()
        super().action_redo()
        self._again_from_here()

    def _again_from_here(self) -> None:
        if self.modal is not None:
            self.modal.undone()

    # Completion

    def action_complete(self) -> None:
        """Show what completes here."""
        if self.suggestions is not None and not self.read_only:
            self.suggestions.ask()

    def action_cursor_up(self, select: bool = False) -> None:
        """A line up; in an open list, a row."""
        if select or self.suggestions is None or not self.suggestions.move(-1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """A line down; in an open list, a row."""
        if select or self.suggestions is None or not self.suggestions.move(1):
            super().action_cursor_down(select)

    # Acts on whole lines

    def _rows(self) -> tuple[int, int]:
        """First and last line of the selection; a line of which nothing is selected is out."""
        (top, _), (bottom, column) = sorted(self.selection)
        return top, bottom - 1 if bottom > top and not column else bottom

    def _replace_rows(
        self, first: int, last: int, lines: Sequence[str], selection: Selection
    ) -> None:
        """Put `lines` where the lines `first` to `last` stood, as one step of undo."""
        end = (last, len(self.document[last]))
        self.edit(Edit("\n".join(lines), (first, 0), end, maintain_selection_offset=False))
        self.selection = selection

    def _change_rows(self, change: Callable[[Sequence[str]], list[str]]) -> None:
        """Change each selected line; the selection stays on the same characters."""
        first, last = self._rows()
        old = self.document.raw_lines[first : last + 1]
        new = change(old)
        if self.read_only or new == old:
            return

        def moved(location: Location) -> Location:
            row, column = location
            if not first <= row <= last or not column:
                return location
            return row, max(0, column + len(new[row - first]) - len(old[row - first]))

        start, end = self.selection
        self._replace_rows(first, last, new, Selection(moved(start), moved(end)))

    def action_dedent(self) -> None:
        """Bring the selected lines one level back."""
        self._change_rows(edits.dedented)

    def action_comment(self) -> None:
        """Make the selected lines comments, or comments lines again."""
        if self.is_text(self._rows()[0]):
            self.notify("This line is text for the model: a # would be sent with it.")
        else:
            self._change_rows(edits.commented)

    def action_move_up(self) -> None:
        """Move the selected lines up."""
        self._move_lines(-1)

    def action_move_down(self) -> None:
        """Move the selected lines down."""
        self._move_lines(1)

    def _move_lines(self, by: int) -> None:
        first, last = self._rows()
        lines = self.document.raw_lines
        other = first - 1 if by < 0 else last + 1
        below = max(other, last)
        if self.read_only or other < 0 or below >= len(lines):
            return
        if below == len(lines) - 1 and not lines[below]:
            return  # the empty line after the last newline is no line
        moved = lines[first : last + 1]
        new = [*moved, lines[other]] if by < 0 else [lines[other], *moved]
        (top, start), (bottom, end) = self.selection
        selection = Selection((top + by, start), (bottom + by, end))
        self._replace_rows(min(other, first), below, new, selection)

    def action_duplicate(self) -> None:
        """Repeat the selected lines below; the cursor goes with the copy."""
        first, last = self._rows()
        if self.read_only:
            return
        lines = self.document.raw_lines[first : last + 1]
        (top, start), (bottom, end) = self.selection
        down = len(lines)
        selection = Selection((top + down, start), (bottom + down, end))
        self._replace_rows(first, last, [*lines, *lines], selection)

    def action_text_start(self, select: bool = False) -> None:
        """Go to the start of the text."""
        self.move_cursor(self.document.start, select=select)

    def action_text_end(self, select: bool = False) -> None:
        """Go to the end of the text."""
        self.move_cursor(self.document.end, select=select)

    def action_copy_selection(self) -> None:
        """Copy what is selected."""
        self.action_copy()

    def action_wrap_lines(self) -> None:
        """Wrap long lines, or scroll sideways."""
        self.soft_wrap = not self.soft_wrap
