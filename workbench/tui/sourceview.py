"""The text of one file as it is seen: colours, marks and underlines, quick at any length.

Promises: painting costs the visible rows, and of those only what changed; colours come from the
app's theme, whichever it is; what a colour says is said by a sign or a line as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.document._history import EditHistory
from textual.events import Click
from textual.geometry import Offset
from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import (
    DocumentNavigator,
    Edit,
    EditResult,
    Location,
    Selection,
    TextAreaTheme,
)

from workbench.errors import Problem
from workbench.tui import edits
from workbench.tui.highlight import STYLES, Span, prose_spans, yaml_spans
from workbench.tui.needle import hits
from workbench.tui.source import SourceDocument, SourceWrap
from workbench.tui.word import word_at

Language = Literal["yaml", "prose"]

_BRACKETS_READ = 20_000  # characters read for a partner; a lone bracket must not cost the file
_CACHED, _WRONG = "▌", "!"


class _Theme(TextAreaTheme):
    """TextArea's look from the app's theme, but the cursor's line keeps its colours."""

    def apply_css(self, text_area: TextArea) -> None:
        if not isinstance(text_area, SourceView) or not text_area.restyled:
            return  # asked for every paint; it takes as long as to paint a row
        text_area.restyled = False
        super().apply_css(text_area)
        if self.cursor_line_style is not None:
            self.cursor_line_style = Style(bgcolor=self.cursor_line_style.bgcolor)


def _texts(edit: Edit) -> str:
    """What an edit put, and what it took away."""
    result = edit._edit_result
    return edit.text + (result.replaced_text if result is not None else "")


Place = tuple[int, int, int]
"""Where one reads in a file: the cursor's row and column, and the first row in view; from 0."""


@dataclass(slots=True)
class Kept:
    """A file that was put aside: its text, and all that one comes back to."""

    grammar: Language
    document: SourceDocument
    wrapped: SourceWrap
    history: EditHistory
    selection: Selection
    scroll: Offset
    wrong: dict[int, list[Problem]]
    cached: Collection[int]

    @property
    def place(self) -> Place:
        """Where one reads."""
        return (*self.selection.end, self.scroll.y)


class SourceView(TextArea):
    """A text area that colours YAML and prose, and marks what the screen tells it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"source-view--{name}" for name in STYLES),
        "source-view--error",
        "source-view--warning",
        "source-view--cached",
        "source-view--found",
    }

    DEFAULT_CSS = """
    SourceView {
        border: none; padding: 0; background: $background; color: $foreground;
        scrollbar-size: 1 1; scrollbar-color: $foreground 20%; scrollbar-background: $background;
        scrollbar-color-hover: $foreground 40%; scrollbar-background-hover: $background;
        scrollbar-color-active: $accent; scrollbar-background-active: $background;
        &:focus { border: none; }
        & .source-view--key { color: $text-primary; }
        & .source-view--string { color: $text-success; }
        & .source-view--number { color: $text-secondary; }
        & .source-view--constant { color: $text-secondary; }
        & .source-view--comment { color: $foreground 55%; text-style: italic; }
        & .source-view--marker { color: $foreground 65%; }
        & .source-view--heading { text-style: bold; }
        & .source-view--tag { color: $text-secondary; }
        & .source-view--file { color: $text-accent; }
        & .source-view--cache { color: $text-accent; text-style: bold; }
        & .source-view--variable { color: $text-accent; text-style: bold; }
        & .source-view--unset { color: $text-warning; text-style: bold underline; }
        & .source-view--control { color: $text-error; text-style: reverse; }
        & .source-view--error { color: $text-error; text-style: underline; }
        & .source-view--warning { color: $text-warning; text-style: underline; }
        & .source-view--cached { color: $accent; }
        & .source-view--found { background: $warning-muted; color: $text-warning; }
    }
    """

    document: SourceDocument
    wrapped_document: SourceWrap

    selection: Reactive[Selection] = reactive(
        Selection(), init=False, always_update=True, repaint=False
    )
    """Textual's own, but that the rows which it changes are painted, and no others."""

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
        self._known: Collection[str] | None = None
        self._cached: Collection[int] = ()
        self._wrong: dict[int, list[Problem]] = {}
        self._found: re.Pattern[str] | None = None
        self._styles: dict[str, Style] = {}
        self._strips: LRUCache[object, Strip] = LRUCache(1024)
        self._painted: dict[int, object] = {}  # what was seen in each row when it was painted
        self.restyled = True  # whether styles may be others than those last painted with
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

    def open(self, text: str, grammar: Language) -> None:
        """Show a file for the first time: there is nothing to undo yet."""
        self.grammar = grammar
        self._wrong, self._cached = {}, ()
        old = self.history  # of the file before, which may come back
        self.history = EditHistory(
            old.max_checkpoints, old.checkpoint_timer, old.checkpoint_max_characters
        )
        self.load_text(text)

    def put_aside(self) -> Kept:
        """What is open, to be taken up again later."""
        return Kept(
            self.grammar,
            self.document,
            self.wrapped_document,
            self.history,
            self.selection,
            self.scroll_offset,
            self._wrong,
            self._cached,
        )

    def take_up(self, kept: Kept) -> None:
        """Show a file that was put aside, as it was: cursor, scroll and undo too."""
        self.history.checkpoint()
        self.grammar, self.history = kept.grammar, kept.history
        self._wrong, self._cached = kept.wrong, kept.cached
        self._show_document(kept.document, kept.wrapped)
        self.selection = kept.selection
        self.record_cursor_width()
        self.scroll_to(kept.scroll.x, kept.scroll.y, animate=False, force=True)

    @property
    def place(self) -> Place:
        """Where one reads."""
        return (*self.cursor_location, self.scroll_offset.y)

    def take_place(self, place: Place) -> None:
        """Read on there, as far as the text still goes."""
        row, column, top = place
        self.move_cursor((row, column))
        self.call_after_refresh(self.scroll_to, None, top, animate=False, force=True)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Underline the place of each, and mark its line; all that were shown before go."""
        wrong: dict[int, list[Problem]] = {}
        for problem in problems:
            wrong.setdefault(problem.line - 1, []).append(problem)
        if wrong != self._wrong:
            self._wrong = wrong
            self.repaint()

    def show_cached(self, lines: Collection[int]) -> None:
        """Mark these lines (from 1) as part of the prefix that will be cached."""
        if lines != self._cached:
            self._cached = lines
            self.repaint()

    def show_known(self, names: Collection[str] | None) -> None:
        """Tell the variables that have a value from those that have none."""
        if names != self._known:
            self._known = names
            self.repaint()

    def show_found(self, pattern: re.Pattern[str] | None) -> None:
        """Mark all that fits, wherever it is seen; None for nothing."""
        if pattern != self._found:
            self._found = pattern
            self.repaint()

    def on_click(self, event: Click) -> None:
        """Two clicks select a word, three its line."""
        if event.chain < 2:
            return
        event.prevent_default()
        row, column = self.get_target_document_location(event)
        if event.chain > 2:
            self.select_line(row)
        else:
            start, end = word_at(self.document.get_line(row), column)
            self.selection = Selection((row, start), (row, end))

    def repaint(self) -> None:
        """Paint anew: what lies beside the text has changed."""
        self._strips.clear()
        self.refresh()

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor there (from 1), in the middle of the view."""
        self.move_cursor((line - 1, column - 1), center=True)

    def go_to_spot(self, row: int, start: int, end: int) -> None:
        """Select what stands there (from 0); brought to the middle where it was out of view."""
        y = self.wrapped_document.location_to_offset((row, end)).y - self.scroll_offset.y
        self.selection = Selection((row, start), (row, end))
        if not 0 <= y < self.size.height:
            self.scroll_cursor_visible(center=True)

    def on_resize(self) -> None:
        """The cursor stays in view while one types or looks for words, however small this is."""
        if self.has_focus or self._found is not None:
            self.call_next(self.scroll_cursor_visible)  # what is placed beside it asks where it is
            self.call_after_refresh(self.scroll_cursor_visible)

    # Painting

    def get_line(self, line_index: int) -> Text:
        """One visible line with its colours. Textual asks for no others."""
        line = self.document.get_line(line_index)
        text = Text(line, end="", no_wrap=True)
        for start, end, name in self._spans(line_index, line):
            text.stylize(self._style(name), start, end)
        for problem in reversed(self._wrong.get(line_index, ())):  # the first lies on top
            text.stylize(self._style(problem.severity), *edits.word_at(line, problem.column - 1))
        if self._found is not None:
            style = self.get_component_rich_style("source-view--found", partial=True)
            for match in hits(self._found, self.document.raw_lines[line_index]):
                text.stylize(style, *match.span())
        return text

    def _spans(self, row: int, line: str) -> list[Span]:
        if self.grammar == "prose":
            return prose_spans(line, self._known)
        return yaml_spans(line, self.document.contexts.at(row), self._known)

    def _style(self, name: str) -> Style:
        """A component's colour and weight, without its background: the cursor's line has one."""
        if name not in self._styles:
            full = self.get_component_rich_style(f"source-view--{name}")
            self._styles[name] = Style(
                color=full.color,
                bold=full.bold,
                italic=full.italic,
                underline=full.underline,
                reverse=full.reverse,
            )
        return self._styles[name]

    def notify_style_update(self) -> None:
        self.restyled = True
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row. Those without the cursor are kept: an edit elsewhere does not change them."""
        row = y + self.scroll_offset.y
        key = self._painted[y] = self._seen(row, self._frame)
        if row >= self.wrapped_document.height:
            return Strip.blank(self.size.width, self.rich_style)
        line_index, section = self.wrapped_document.line_at(row)
        if self._is_touched(line_index):
            return self._framed(y, line_index, section)
        if (strip := self._strips.get(key)) is None:
            strip = self._strips[key] = self._framed(y, line_index, section)
        return strip

    @property
    def _frame(self) -> tuple[object, ...]:
        """What all rows depend on."""
        return (
            self.wrapped_document.width,
            self.gutter_width,
            self.scroll_offset.x,
            self.size,
            self.virtual_size.width,
        )

    def _seen(self, row: int, frame: tuple[object, ...]) -> object:
        """All that decides what a row looks like, but for marks: those are told, and repainted."""
        if row >= self.wrapped_document.height:
            return frame
        line_index, section = self.wrapped_document.line_at(row)
        line, context = self.document.get_line(line_index), self.document.contexts.at(line_index)
        touched = self._is_touched(line_index)
        cursor = (self.selection, self.matching_bracket_location) if touched else None
        return line_index, section, line, context, cursor, frame

    def _paint_what_changed(self) -> None:
        """Have the rows painted in which something else is to be seen now than what was painted."""
        top, frame = self.scroll_offset.y, self._frame
        for y in range(self.size.height):
            if self._painted.get(y) != self._seen(top + y, frame):
                self.refresh_lines(top + y)

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        self._paint_what_changed()

    def edit(self, edit: Edit) -> EditResult:
        """Change the text."""
        result = super().edit(edit)
        if not self.soft_wrap:  # the widest line may be another one now
            self._paint_what_changed()
        return result

    def _is_touched(self, line_index: int) -> bool:
        """Whether the cursor, the selection or a matching bracket is on the line."""
        (top, _), (bottom, _) = sorted(self.selection)
        bracket = self.matching_bracket_location
        return top <= line_index <= bottom or (bracket is not None and bracket[0] == line_index)

    def _framed(self, y: int, line_index: int, section: int) -> Strip:
        """The row with the mark of its line before the number; later sections hang."""
        strip = self._render_line(y)
        gutter, text = strip.crop(0, self.gutter_width), strip.crop(self.gutter_width)
        if hang := self.wrapped_document.hang(line_index) if section else 0:
            *_, filling = text  # what stands to the right of the text has its background
            text = text.crop(0, text.cell_length - hang)
            text = Strip([Segment(" " * hang, filling.style), *text])
        if not gutter:
            return text
        (numbers,) = gutter
        style = numbers.style or Style()
        name, mark = self._mark(line_index, section)
        marked = style + Style(color=self._style(name).color) if name else style
        return Strip([Segment(mark, marked), Segment(numbers.text[:-1], style), *text])

    def _mark(self, line_index: int, section: int) -> tuple[str, str]:
        """The style and the sign before the number of a line."""
        if line_index in self._wrong and not section:
            return self._wrong[line_index][0].severity, _WRONG
        return ("cached", _CACHED) if line_index + 1 in self._cached else ("", " ")

    # TextArea's own parts, replaced

    def _set_document(self, text: str, language: str | None) -> None:
        """Textual's hook for a new text, here with a document that keeps it to the letter."""
        document = SourceDocument(text)
        self._show_document(document, SourceWrap(document, tab_width=self.indent_width))
        self.move_cursor((0, 0))

    def _show_document(self, document: SourceDocument, wrapped: SourceWrap) -> None:
        self.document, self.wrapped_document = document, wrapped
        self.navigator = DocumentNavigator(wrapped)
        self._line_count = document.line_count
        self._strips.clear()
        self._rewrap_and_refresh_virtual_size()
        self.refresh()

    def _build_highlight_map(self) -> None:
        """Textual's hook after each change: here marks move with the lines that they are on."""
        grown = self.document.line_count - self._line_count
        self._line_count += grown
        if not grown or not (self._wrong or self._cached):
            return
        top, column = self.document.changed

        def moved(row: int) -> int:
            return row if row < top + (column > 0) else max(top, row + grown)

        self._wrong = {moved(row): problems for row, problems in self._wrong.items()}
        self._cached = {moved(line - 1) + 1 for line in self._cached}
        self.repaint()

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        super()._undo_batch(edits)
        self._wrap_after(edits)

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        super()._redo_batch(edits)
        self._wrap_after(edits)

    def _wrap_after(self, edits: Sequence[Edit]) -> None:
        """Of several edits each tells its place in the text of its own time: lines moved since."""
        if len(edits) > 1 and any("\n" in _texts(edit) for edit in edits):
            self.wrapped_document.wrap_anew()
            self._refresh_size()
        self._paint_what_changed()

    def _yield_character_locations(self, start: Location) -> Iterator[tuple[str, Location]]:
        return islice(super()._yield_character_locations(start), _BRACKETS_READ)

    def _yield_character_locations_reverse(self, start: Location) -> Iterator[tuple[str, Location]]:
        return islice(super()._yield_character_locations_reverse(start), _BRACKETS_READ)
