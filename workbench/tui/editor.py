"""The editor of one file: YAML or prose, coloured where it is seen, quick at any length.

Promises: colours, underlines and marks cost the visible lines only; the text is given back to
the letter (see `source`); one key press is one step of undo; keys that the editor has no use
for reach the screen and the app, Escape among them. It reads and writes no file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual._text_area_theme import TextAreaTheme
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.document._document import EditResult, Location, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.events import Key
from textual.strip import Strip
from textual.widgets import TextArea

from workbench.errors import Problem
from workbench.tui import edits
from workbench.tui.highlight import STYLES, Span, is_text, prose_spans, yaml_spans
from workbench.tui.source import SourceDocument, SourceWrap, newline_of

Language = Literal["yaml", "prose"]

_LEFT_TO_THE_APP = ("f6", "f7")  # TextArea takes these two; the rest of the F-keys are free
_BRACKETS_READ = 20_000  # characters read for a partner; a lone bracket must not cost the file
_CACHED, _WRONG = "▌", "!"


class _Theme(TextAreaTheme):
    """TextArea's look from the app's theme, but the cursor's line keeps its colours."""

    def apply_css(self, text_area: TextArea) -> None:
        super().apply_css(text_area)
        if self.cursor_line_style is not None:
            self.cursor_line_style = Style(bgcolor=self.cursor_line_style.bgcolor)


class YamlEditor(TextArea, inherit_bindings=False):
    """An editor for prompt, system and tools files, and the prose that they include.

    known: the variables that have a value (others are marked); None: not known.
    cached_lines: lines, counted from 1, that will be read from the cache: marked in the gutter.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"yaml-editor--{name}" for name in STYLES),
        "yaml-editor--error",
        "yaml-editor--warning",
        "yaml-editor--cached",
    }

    DEFAULT_CSS = """
    YamlEditor {
        border: none; padding: 0; background: $background; color: $foreground;
        scrollbar-size: 1 1; scrollbar-color: $foreground 20%; scrollbar-background: $background;
        scrollbar-color-hover: $foreground 40%; scrollbar-background-hover: $background;
        scrollbar-color-active: $accent; scrollbar-background-active: $background;
        &:focus { border: none; }
        & .yaml-editor--key { color: $text-primary; }
        & .yaml-editor--string { color: $text-success; }
        & .yaml-editor--number { color: $text-secondary; }
        & .yaml-editor--constant { color: $text-secondary; }
        & .yaml-editor--comment { color: $foreground 55%; text-style: italic; }
        & .yaml-editor--marker { color: $foreground 65%; }
        & .yaml-editor--heading { text-style: bold; }
        & .yaml-editor--tag { color: $text-secondary; }
        & .yaml-editor--file { color: $text-accent; }
        & .yaml-editor--cache { color: $text-accent; text-style: bold; }
        & .yaml-editor--variable { color: $text-accent; text-style: bold; }
        & .yaml-editor--unset { color: $text-warning; text-style: bold underline; }
        & .yaml-editor--control { color: $text-error; text-style: reverse; }
        & .yaml-editor--error { color: $text-error; text-style: underline; }
        & .yaml-editor--warning { color: $text-warning; text-style: underline; }
        & .yaml-editor--cached { color: $accent; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            binding
            for binding in TextArea.BINDINGS
            if not isinstance(binding, Binding) or binding.key not in _LEFT_TO_THE_APP
        ),
        Binding("ctrl+home", "text_start", "Start", show=False),
        Binding("ctrl+end", "text_end", "End", show=False),
        Binding("ctrl+shift+home", "text_start(True)", "Select to start", show=False),
        Binding("ctrl+shift+end", "text_end(True)", "Select to end", show=False),
        Binding("alt+a", "select_all", "Select all", show=False, id="editor.select_all"),
        Binding("shift+tab", "dedent", "Dedent", show=False, id="editor.dedent"),
        Binding("ctrl+underscore", "comment", "Comment", show=False, id="editor.comment"),
        Binding("alt+up", "move_lines(-1)", "Move up", show=False, id="editor.move_up"),
        Binding("alt+down", "move_lines(1)", "Move down", show=False, id="editor.move_down"),
        Binding("alt+shift+down", "duplicate", "Duplicate", show=False, id="editor.duplicate"),
        Binding("alt+z", "wrap", "Wrap lines", show=False, id="editor.wrap"),
    ]

    document: SourceDocument
    wrapped_document: SourceWrap

    def __init__(
        self,
        text: str = "",
        *,
        grammar: Language = "yaml",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        self.grammar: Language = grammar
        self.known: Collection[str] | None = None
        self.cached_lines: Collection[int] = ()
        self._problems: tuple[Problem, ...] = ()
        self._wrong: dict[int, list[Problem]] = {}
        self._styles: dict[str, Style] = {}
        self._strips: LRUCache[object, Strip] = LRUCache(1024)
        super().__init__(
            text,
            show_line_numbers=True,
            soft_wrap=True,
            tab_behavior="indent",
            max_checkpoints=500,
            name=name,
            id=id,
            classes=classes,
        )
        self.indent_width = len(edits.INDENT)
        self.register_theme(_Theme("workbench"))
        self.theme = "workbench"

    # What the screen tells it

    def open(self, text: str, grammar: Language) -> None:
        """Show another file. Its undo begins anew."""
        self.grammar = grammar
        self._problems, self._wrong, self.cached_lines = (), {}, ()
        self.load_text(text)

    def replace_text(self, text: str) -> None:
        """Put `text` in place of all, as one step of undo; the cursor stays where it was.

        Only the lines that differ are touched, so a cursor among the others stays on its line.
        """
        document = self.document
        if text == document.text:
            return
        document.use_newline(newline_of(text))
        old, new = document.raw_lines, document.split(text)
        top, tail = edits.in_common(old, new)
        stop, until = len(old) - tail, len(new) - tail  # old[top:stop] becomes new[top:until]
        row, column = self.cursor_location
        if row >= stop:
            row += until - stop
        elif row >= top:  # among the lines that differ: its own line may be there still
            same = [at for at in range(top, until) if new[at] == old[row]]
            row = min(same, key=lambda at: abs(at - row), default=row)
        self.history.checkpoint()
        self._replace_rows(top, stop - 1, new[top:until], Selection.cursor((row, column)))
        self.history.checkpoint()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Underline the place of each, and mark its line; all that were shown before go."""
        if tuple(problems) == self._problems:
            return
        self._problems = tuple(problems)
        self._wrong = {}
        for problem in problems:
            self._wrong.setdefault(problem.line - 1, []).append(problem)
        self.repaint()

    def show_cached(self, lines: Collection[int]) -> None:
        """Mark these lines (from 1) as part of the prefix that will be cached."""
        if lines != self.cached_lines:
            self.cached_lines = lines
            self.repaint()

    def show_known(self, names: Collection[str] | None) -> None:
        """Tell the variables that have a value from those that have none."""
        if names != self.known:
            self.known = names
            self.repaint()

    def repaint(self) -> None:
        """Paint anew: what lies beside the text has changed."""
        self._strips.clear()
        self.refresh()

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor there (from 1), in the middle of the view."""
        self.move_cursor((line - 1, column - 1), center=True)

    # Painting

    def get_line(self, line_index: int) -> Text:
        """One visible line with its colours. Textual asks for no others."""
        line = self.document.get_line(line_index)
        text = Text(line, end="", no_wrap=True)
        for start, end, name in self._spans(line_index, line):
            text.stylize(self._style(name), start, end)
        for problem in reversed(self._wrong.get(line_index, ())):  # the first lies on top
            text.stylize(self._style(problem.severity), *edits.word_at(line, problem.column - 1))
        return text

    def _spans(self, row: int, line: str) -> list[Span]:
        if self.grammar == "prose":
            return prose_spans(line, self.known)
        return yaml_spans(line, self.document.contexts.at(row), self.known)

    def _style(self, name: str) -> Style:
        """A component's colour and weight, without its background: the cursor's line has one."""
        if name not in self._styles:
            full = self.get_component_rich_style(f"yaml-editor--{name}")
            self._styles[name] = Style(
                color=full.color,
                bold=full.bold,
                italic=full.italic,
                underline=full.underline,
                reverse=full.reverse,
            )
        return self._styles[name]

    def notify_style_update(self) -> None:
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row. Those without the cursor are kept: an edit elsewhere does not change them."""
        row = y + self.scroll_offset.y
        if row >= self.wrapped_document.height:
            return Strip.blank(self.size.width, self.rich_style)
        line_index, section = self.wrapped_document.line_at(row)
        key = (
            line_index,
            section,
            self.document.get_line(line_index),
            self.document.contexts.at(line_index),
            self.wrapped_document.width,
            self.gutter_width,
            self.scroll_offset.x,
            self.size,
            self.virtual_size.width,
        )
        if self._is_touched(line_index):
            return self._framed(y, line_index, section)
        if (strip := self._strips.get(key)) is None:
            strip = self._strips[key] = self._framed(y, line_index, section)
        return strip

    def _is_touched(self, line_index: int) -> bool:
        """Whether the cursor, the selection or a matching bracket is on the line."""
        (top, _), (bottom, _) = sorted(self.selection)
        bracket = self.matching_bracket_location
        return top <= line_index <= bottom or (bracket is not None and bracket[0] == line_index)

    def _framed(self, y: int, line_index: int, section: int) -> Strip:
        """The row with the mark of its line before the number; later sections hang."""
        strip = self._render_line(y)
        numbers, *rest = strip
        hang = self.wrapped_document.hang(line_index) if section else 0
        if hang:
            filling = rest[-1].style  # what stands to the right of the text: its background
            text = Strip(rest).crop(0, strip.cell_length - self.gutter_width - hang)
            rest = [Segment(" " * hang, filling), *text]
        name, mark = "", " "
        if line_index in self._wrong and not section:
            name, mark = self._wrong[line_index][0].severity, _WRONG
        elif line_index + 1 in self.cached_lines:
            name, mark = "cached", _CACHED
        style = numbers.style or Style()
        marked = style + Style(color=self._style(name).color) if name else style
        gutter = [Segment(mark, marked), Segment(numbers.text[:-1], style)]
        return Strip([*gutter, *rest], strip.cell_length)

    # TextArea's own parts, replaced

    def _set_document(self, text: str, language: str | None) -> None:
        """Textual's hook for a new text, here with a document that keeps it to the letter."""
        self.document = SourceDocument(text)
        self.wrapped_document = SourceWrap(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _yield_character_locations(self, start: Location) -> Iterator[tuple[str, Location]]:
        return islice(super()._yield_character_locations(start), _BRACKETS_READ)

    def _yield_character_locations_reverse(self, start: Location) -> Iterator[tuple[str, Location]]:
        return islice(super()._yield_character_locations_reverse(start), _BRACKETS_READ)

    def _replace_via_keyboard(
        self, insert: str, start: Location, end: Location
    ) -> EditResult | None:
        """Typed or pasted text. Terminals paste carriage returns where lines end."""
        insert = insert.replace("\r\n", "\n").replace("\r", "\n")
        return super()._replace_via_keyboard(insert, start, end)

    # Typing

    async def _on_key(self, event: Key) -> None:
        if event.key == "escape":
            event.prevent_default()  # TextArea would keep it; it belongs to the app
            return
        if not self.read_only and self._typed(event.key, event.character or ""):
            self._restart_blink()
            event.stop()
            event.prevent_default()

    def _typed(self, key: str, character: str) -> bool:
        """Do what a key means here; False leaves it to TextArea."""
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
        literal = self._is_text(row)
        indent = edits.indent_after(before, literal=literal)
        if not before.strip() and not behind.strip():  # leave no blanks behind on a blank line
            start = (row, 0)
            indent = before or (self._indent_above(row) if literal else "")
        closing = behind[:1] if not literal and edits.PAIRS.get(before[-1:]) == behind[:1] else ""
        tail = f"\n{edits.indent_after(before, literal=True)}" if closing else ""
        self._replace_via_keyboard(f"\n{indent}{tail}", start, end)
        self.move_cursor((row + 1, len(indent)))

    def _is_text(self, row: int) -> bool:
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
        if self._is_text(self._rows()[0]):
            self.notify("This line is text for the model: a # would be sent with it.")
        else:
            self._change_rows(edits.commented)

    def action_move_lines(self, by: int) -> None:
        """Move the selected lines up (-1) or down (1)."""
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

    def action_wrap(self) -> None:
        """Wrap long lines, or scroll sideways."""
        self.soft_wrap = not self.soft_wrap
