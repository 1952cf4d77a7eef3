"""A widget for text that streams: append-only, wrapped as it grows, painted as cached strips.

No layout pass, no scrollbar widget, no markup. It follows the tail while the tail is in sight;
whoever scrolls back stays where they are, and a hint says that more has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.selection import Selection
from textual.strip import Strip

from workbench.telling.flow import Flow, cells_of, hang_in, visible, wrapped
from workbench.telling.plain import plain
from workbench.tui.scrolled import Scrolled

KINDS = (
    *("text", "thinking", "tool", "json", "label", "notice", "error"),
    *("heading", "strong", "emphasis", "strike", "code", "link", "bullet"),
    *("removed", "added", "struck"),
)
"""The kinds of text that have a style of their own; any other is painted as text."""

NEW_OUTPUT = "↓ new output"
SELECTED = "selected"

_CACHED = 512  # strips kept at most; a strip is some kilobytes
_PAST_THE_END = (1 << 30, 0, 0, 0)

Key = tuple[str, int, int]
"""What a line shows: a kind of line, which one, and marks. The same key, the same strip."""

Mark = tuple[int, int, str]
"""Part of a line that is set off: start and end in its shown text, `selected` or a component."""


class StreamText(Scrolled, can_focus=True):
    """Text of several kinds that is only ever appended to.

    `append(kind, text)` shows it at once; to paint at a steady rate, call it at that rate. Kinds
    are looked up as component classes, `streamtext--thinking` and so on, so a theme styles them.
    """

    TAILS: ClassVar[bool] = True
    """Whether it is at the tail still when it has less room and the tail was in sight."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"streamtext--{kind}" for kind in KINDS),
        "streamtext--thumb",
        "streamtext--hint",
        "streamtext--placeholder",
    }

    DEFAULT_CSS = """
    StreamText {
        height: 1fr;
        background: $surface;
        color: $foreground;
    }
    StreamText > .streamtext--thinking { color: $text-muted; text-style: italic; }
    StreamText > .streamtext--tool { color: $text-accent; text-style: bold; }
    StreamText > .streamtext--label { color: $text-muted; }
    StreamText > .streamtext--notice { color: $text-warning; }
    StreamText > .streamtext--error { color: $text-error; }
    StreamText > .streamtext--heading { color: $text-accent; text-style: bold; }
    StreamText > .streamtext--strong { text-style: bold; }
    StreamText > .streamtext--emphasis { text-style: italic; }
    StreamText > .streamtext--strike { text-style: strike; }
    StreamText > .streamtext--code { color: $text-secondary; background: $foreground 7%; }
    StreamText > .streamtext--link { text-style: underline; }
    StreamText > .streamtext--bullet { color: $text-muted; }
    StreamText > .streamtext--removed { background: $error 35%; text-style: underline; }
    StreamText > .streamtext--struck { background: $error 35%; text-style: strike; }
    StreamText > .streamtext--added { background: $success 35%; text-style: underline; }
    StreamText > .streamtext--placeholder { color: $text-muted; }
    StreamText > .streamtext--thumb { color: $text-muted; }
    StreamText > .streamtext--hint { color: $text-accent; text-style: bold; }
    """

    def __init__(
        self, *, placeholder: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.flow = Flow()
        self._placeholder = placeholder
        self._fitted = Size(0, 0)
        self.body_lines = range(0)
        self._thumb = range(0)
        self._whole_is_due = False  # to be painted
        self._selection: Selection | None = None  # as it is painted
        self._strips: dict[Key, Strip] = {}
        self._look: dict[tuple[str, tuple[str, ...]], Style] = {}
        self._filters: Sequence[LineFilter] | None = None

    # What it holds

    @property
    def text(self) -> str:
        """All that was appended, as it came."""
        return self.flow.text

    @property
    def placeholder(self) -> str:
        """What is said in place of the text while there is none."""
        return self._placeholder

    @placeholder.setter
    def placeholder(self, words: str) -> None:
        if words != self._placeholder:
            self._placeholder = words
            if self.flow.empty:
                self._repaint()

    def append(self, kind: str, text: str) -> None:
        """Add `text`, painted as `kind`."""
        self.append_all([(kind, text)])

    def append_all(self, pieces: Iterable[tuple[str, str]]) -> None:
        """Add pieces of (kind, text), painted once."""
        had, was_empty = len(self.flow.rows), self.flow.empty
        first = min((self.flow.append(kind, text) for kind, text in pieces), default=had)
        if first >= had:
            return
        for row in range(first, had):
            for marks in range(4):
                self._strips.pop(("row", row, marks), None)
        if was_empty:
            self._repaint()  # the placeholder goes
        self._paint_from(first)

    def clear(self) -> None:
        """Forget everything and follow the tail again."""
        self.flow.clear()
        self._top, self._follows, self._unseen = 0, True, False
        self._strips = {key: strip for key, strip in self._strips.items() if key[0] == "frame"}
        self.refresh()

    def take_up(self, flow: Flow) -> None:
        """Show a flow that holds text already, at its tail, and go on with it."""
        self.clear()
        self.flow = flow
        self._top = self._last_top

    # Where it stands

    @property
    def row_count(self) -> int:
        """How many rows the text takes."""
        return len(self.flow.rows)

    @property
    def reach(self) -> int:
        """How many cells the widest row takes, where lines are not wrapped."""
        return 0 if self.flow.wraps else self.flow.reach

    def moved(self) -> None:
        """Other rows are in sight; cached strips, so whole lines cost next to nothing."""
        if not self.flow.wraps:
            self._strips.clear()
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A click on the hint goes to the tail."""
        if self._unseen and self.hint_region.contains(event.x, event.y):
            event.stop()
            event.prevent_default()
            self.action_scroll_end()

    def on_resize(self, event: Resize) -> None:
        """Wrap to the new width; what stood at the top stays there."""
        self.fit()

    def place(self, size: Size) -> Region:
        """Where the text stands in a widget of this size: all of it but the thumb's column."""
        return Region(0, 0, max(0, size.width - 1), size.height)

    def make_room(self, body: Region) -> Region:
        """What is left of the text's place where something else stands in it."""
        return body

    def fit(self) -> None:
        """Wrap and place everything anew, if the size has changed."""
        size = self.outer_size
        if size == self._fitted:
            return
        self._fitted = size
        self.settle()

    def settle(self) -> None:
        """Place the text, and wrap it to its new width."""
        self.body = self.make_room(self.place(self._fitted))
        self.body_lines = range(*self.body.line_span)
        if self.body.width != self.flow.width and self.body:
            self.wrap_lines(self.flow.wraps)
        self._stay()

    def bring_cell_into_sight(self, line: int, offset: int) -> None:
        """Where lines are not wrapped, scroll sideways to a place in one, unless it is in sight."""
        if not self.flow.wraps:
            cell = cells_of(self.flow.lines[line].text[:offset])
            if not self.left <= cell < self.left + self.body.width:
                self.show_cell(cell - self.body.width // 3)

    def wrap_lines(self, wraps: bool) -> None:
        """Wrap lines, or do not; what stood at the top stays there."""
        line, offset, _ = self.flow.rows[self._top]
        self.flow.rewrap(self.body.width, wraps=wraps)
        self._top, self._left = self.flow.row_at(line, offset), 0
        self._stay()

    def _stay(self) -> None:
        """Stay at the tail, or come to it where there is too little below."""
        if (self._follows and self.TAILS) or self._top >= self._last_top:
            self._top, self._follows, self._unseen = self._last_top, True, False
        self._follows = self._top == self._last_top
        self._repaint()

    # Selecting and copying, through Textual's own selection

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under a selection, as it came. Offsets are (place in the line, line)."""
        lines = self.flow.lines
        start, end = selection
        first, begins = (start.y, start.x) if start is not None else (0, 0)
        last, ends = (end.y, end.x) if end is not None else (len(lines), 0)
        chosen = [
            line.raw(begins if y == first else 0, ends if y == last else None)
            for y, line in enumerate(lines[first : last + 1], first)
        ]
        return ("\n".join(chosen), "\n") if chosen else None

    def selection_updated(self, selection: Selection | None) -> None:
        """What is selected changed: paint it so."""
        self._repaint()

    # Painting

    def notify_style_update(self) -> None:
        """A style changed: nothing painted so far can be used again."""
        super().notify_style_update()
        self._look.clear()
        self._strips.clear()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Paint these regions anew, or all; where all is due, a part of it costs nothing more."""
        if regions and self._whole_is_due:
            return self
        self._whole_is_due = self._whole_is_due or (repaint and not regions)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in sight, straight from the cache where nothing changed."""
        self._whole_is_due = False
        if not self.is_attached:  # taken away, and in Textual's map until the next layout
            return [Strip.blank(crop.width)] * crop.height
        self.fit()
        self._selection = self.text_selection  # once, and not for every row
        filters = self.get_line_filters()
        if filters != self._filters:
            self._filters = filters
            self._look.clear()
            self._strips.clear()
        self._thumb = self._thumb_span()
        strips = [self._strip(y) for y in crop.line_range]
        if crop.column_span != (0, self._fitted.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """One line with the offsets that Textual's selection looks for."""
        if y not in self.body_lines:
            return self._strip(y)
        row = self.top + y - self.body.y
        line, start, _, blanks = self._sight(row)
        left, right = self.edges(y)
        found = Strip(self._filled(self._row(row))).apply_offsets(start - blanks, line)
        return Strip([*left, *found, *right])

    def paint_line(self, y: int) -> Strip:
        """One whole line of the widget, `y` counted from its top."""
        row = self.top + y - self.body.y
        if self._unseen and y == self.hint_region.y:
            return self._hint_line(y, row)
        if self.flow.empty and self._placeholder:
            return self.line_of(y, self._placeholder_row(row))
        return self.line_of(y, self._row(row))

    def line_key(self, y: int) -> Key:
        """What line `y` shows."""
        marks = (y in self._thumb) + 2 * (self._unseen and y == self.hint_region.y)
        row = self.top + y - self.body.y
        if self.flow.empty:
            return "placeholder", row, marks
        return ("row", row, marks) if row < len(self.flow.rows) else ("blank", 0, marks)

    def edges(self, y: int) -> tuple[list[Segment], list[Segment]]:
        """What stands left and right of the body in line `y`: the scroll thumb, or nothing."""
        glyph = "▐" if y in self._thumb else "›" if self.cut_at(y)[1] else " "
        return [], [Segment(glyph, self.style_of("streamtext--thumb"))]

    @property
    def hint_region(self) -> Region:
        """Where the hint at new output stands."""
        body = self.body
        width = min(len(NEW_OUTPUT), body.width)
        return Region(body.right - width, body.bottom - 1, width, 1)

    def style_of(self, component: str, marks: tuple[str, ...] = ()) -> Style:
        """The style of a component class: on the widget's own colours, through the app's filters.

        Filters (no colour, dim, ANSI) change styles only, so each style goes through them once.

        Args:
            component: Its name.
            marks: What it is set off by, the last one over the others.
        """
        style = self._look.get((component, marks))
        if style is None:
            style = self.get_visual_style(component).rich_style
            for mark in marks:
                style += self._style_of_mark(mark)
            segments = [Segment(" ", style)]
            for line_filter in self._filters or ():
                segments = line_filter.apply(segments, self.background_colors[1])
            style = self._look[component, marks] = segments[0].style or Style()
        return style

    def _style_of_mark(self, mark: str) -> Style:
        """What a mark adds to the style of the text: its ground, its attributes."""
        color = None
        if mark == SELECTED:
            whole = self.screen.get_component_rich_style("screen--selection")
        else:
            whole = self.get_visual_style(mark).rich_style
            if self.get_component_styles(mark).has_rule("color"):
                color = whole.color
        return Style(
            color=color,
            bgcolor=whole.bgcolor,
            bold=whole.bold or None,
            underline=whole.underline or None,
            strike=whole.strike or None,
        )

    def line_of(self, y: int, segments: Iterable[Segment]) -> Strip:
        """A line of the body made of these segments, cut or filled up, with the edges beside."""
        left, right = self.edges(y)
        whole = Segment.simplify([*left, *self._filled(segments), *right])
        return Strip(whole, self._fitted.width)

    def forget_line(self, y: int) -> None:
        """Paint line `y` anew."""
        self._strips.pop(self.line_key(y), None)
        self.refresh(Region(0, y, self._fitted.width, 1))

    def forget_rows(self, first: int) -> None:
        """Paint the rows from `first` on anew."""
        for key in [key for key in self._strips if key[0] == "row" and key[1] >= first]:
            del self._strips[key]
        self.refresh()

    def _strip(self, y: int) -> Strip:
        key = self.line_key(y)
        strip = self._strips.get(key)
        if strip is None:
            strip = self.paint_line(y)
            if len(self._strips) >= _CACHED:
                self._strips.clear()
            self._strips[key] = strip
        return strip

    def _placeholder_row(self, row: int) -> Iterator[Segment]:
        words = plain(self._placeholder).replace("\n", " ")
        for index, (start, end) in enumerate(wrapped(words, max(2, self.body.width))):
            if index == row:
                shown = words[start:end].rstrip(" ")
                yield Segment(shown, self.style_of("streamtext--placeholder"))

    def _filled(self, segments: Iterable[Segment]) -> list[Segment]:
        filled = list(segments)
        missing = self.body.width - sum(segment.cell_length for segment in filled)
        if missing < 0:
            return list(Strip(filled).crop(0, self.body.width))
        return [*filled, Segment(" " * missing, self.style_of("streamtext--text"))]

    def _sight(self, row: int) -> tuple[int, int, int, int]:
        """What of a row is in sight: its line, start and end in that, blanks before."""
        if row >= len(self.flow.rows):
            return _PAST_THE_END
        index, start, end = self.flow.rows[row]
        line, width = self.flow.lines[index], self.body.width
        if not self.flow.wraps:
            return index, *visible(line.text, self.left, width)
        shown = line.text[start:end].rstrip(" ")
        return index, start, start + len(shown), hang_in(width, line.hang) if start else 0

    def _row(self, row: int) -> Iterator[Segment]:
        index, start, end, blanks = self._sight(row)
        if row >= len(self.flow.rows):
            return
        if blanks:
            yield Segment(" " * blanks, self.style_of("streamtext--text"))
        line, marks = self.flow.lines[index], self.marks_in(index, start, end)
        for begins, ends, names in _set_off(start, end, marks):
            for kind, text in line.pieces(begins, ends):
                component = f"streamtext--{kind if kind in KINDS else 'text'}"
                yield Segment(text, self.style_of(component, names))

    def marks_in(self, line: int, start: int, end: int) -> list[Mark]:
        """What is set off in the shown text of `line` from `start` to `end`, the last on top."""
        if (selection := self._selection) and (span := selection.get_span(line)):
            return [(span[0], end if span[1] < 0 else span[1], SELECTED)]
        return []

    def cut_at(self, y: int) -> tuple[bool, bool]:
        """Whether more of line `y` stands left and right of what is in sight."""
        row = self.top + y - self.body.y
        if self.flow.wraps or y not in self.body_lines or row >= len(self.flow.rows):
            return False, False
        index, start, end, _ = self._sight(row)
        return start > 0, end < len(self.flow.lines[index].text)

    def _hint_line(self, y: int, row: int) -> Strip:
        width = self.hint_region.width
        hint = Segment(NEW_OUTPUT[:width], self.style_of("streamtext--hint"))
        beside = Strip(self._filled(self._row(row))).crop(0, self.body.width - width)
        return self.line_of(y, [*beside, hint])

    def _paint_from(self, first: int) -> None:
        body = self.body
        y = body.y
        if not self._follows:
            if not self._unseen:
                self._unseen = True
                self.refresh(self.hint_region)
        elif self._top != self._last_top:
            self._top = self._last_top
        else:
            y += first - self._top
        self.refresh(Region(0, y, self._fitted.width, body.bottom - y))

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()


def _set_off(
    start: int, end: int, marks: Sequence[Mark]
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The parts from `start` to `end`, each with the names of the marks on it."""
    if not marks:
        yield start, end, ()
        return
    edges = {start, end, *(at for mark in marks for at in mark[:2] if start < at < end)}
    for begins, ends in pairwise(sorted(edges)):
        yield begins, ends, tuple(n for first, last, n in marks if first <= begins and ends <= last)
