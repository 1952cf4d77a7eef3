"""Streaming text to read in: search, wrapping or not, selecting by keys, copying.

None of it costs a delta anything while it is off.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.events import Click, MouseDown, MouseMove
from textual.geometry import Offset, Region, Spacing
from textual.selection import Selection
from textual.timer import Timer

from workbench.telling.finder import Finder
from workbench.tui.bindings import bindings_of
from workbench.tui.clipboard import copied
from workbench.tui.find_line import FindLine
from workbench.tui.pane_acts import TEXT_ACTS
from workbench.tui.streamtext import Mark, StreamText
from workbench.tui.word import word_at

_ROLLS_EVERY_S = 1 / 15
FOUND, HERE = "readabletext--found", "readabletext--here"


class ReadableText(StreamText):
    """Text with the acts of `TEXT_ACTS`."""

    ALLOW_SELECT = False  # Textual would select across panes, and not scroll
    TAILS = False  # where one reads one stays, though all of it was in sight a moment ago
    COMPONENT_CLASSES: ClassVar[set[str]] = {FOUND, HERE}
    DEFAULT_CSS = """
    ReadableText > .readabletext--found { background: $warning 35%; text-style: underline; }
    ReadableText > .readabletext--here {
        background: $foreground; color: $background; text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(TEXT_ACTS, first=False)]

    def __init__(
        self, *, placeholder: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes)
        self._find_line: FindLine | None = None
        self._finder: Finder | None = None
        self._here: int | None = None  # which match is shown
        self._came_from = (0, 0)  # what stood at the top when the search began
        self._ends = ((0, 0), (0, 0))  # of what is selected, each as (line, offset)
        self._from: tuple[int, int] | None = None  # where what is selected by dragging begins
        self._pointer = Offset()
        self._rolls: Timer | None = None  # scrolls while the pointer is beyond the text

    @property
    def whole(self) -> tuple[str, str]:
        """What is copied where nothing is selected, and what to call it."""
        return self.text, "the text"

    # Its text

    def append_all(self, pieces: Iterable[tuple[str, str]]) -> None:
        """Add pieces of (kind, text), painted once; what is looked for is found in them too."""
        super().append_all(pieces)
        if self._finder is not None and (new := self._finder.look(self.flow.lines)):
            self.forget_rows(self.flow.row_at(*new[0][:2]))
            self._show_count()

    def clear(self) -> None:
        """Forget everything but what is looked for."""
        super().clear()
        if self._finder is not None:
            self._finder, self._here = Finder(self._finder.words), None
            self._show_count()

    # Finding

    @property
    def finding(self) -> bool:
        """Whether the line to find words with is open."""
        return self._find_line is not None

    async def action_find_words(self) -> None:
        """Open the line to find words with, or go back to it."""
        if self._find_line is None:
            self._find_line = FindLine()
            self._came_from = self.flow.rows[self.top][:2]
            mounted = self.mount(self._find_line)
            self.settle()
            await mounted
        else:
            self._find_line.take_focus()

    def make_room(self, body: Region) -> Region:
        """The find line takes the last row of the text."""
        if self._find_line is None:
            return body
        size = self.outer_size
        below, right = size.height - body.bottom, size.width - body.right
        margin = Spacing(0, right, below, body.x)
        if self._find_line.styles.margin != margin:
            self._find_line.styles.margin = margin
        return body.shrink(Spacing(bottom=1))

    @on(FindLine.Typed)
    def _find_typed(self, typed: FindLine.Typed) -> None:
        typed.stop()
        self._finder = Finder(typed.words) if typed.words else None
        if self._finder is not None:
            self._finder.look(self.flow.lines)
            self._go_to(self._finder.after(*self._came_from))
        else:
            self._go_to(None)

    @on(FindLine.Moved)
    def _find_moved(self, moved: FindLine.Moved) -> None:
        moved.stop()
        self._step(moved.by)

    @on(FindLine.Entered)
    def _find_entered(self, entered: FindLine.Entered) -> None:
        entered.stop()
        if self._finder is None:
            self._end_find()
        else:
            self.focus()

    @on(FindLine.Closed)
    def _find_closed(self, closed: FindLine.Closed) -> None:
        closed.stop()
        self._end_find()

    def action_find_close(self) -> None:
        """Close the line to find words with."""
        if not self.back_out():
            raise SkipAction

    def back_out(self) -> bool:
        """Close what is open beside the text; whether anything was."""
        was_open = self.finding
        self._end_find()
        return was_open

    def action_find_next(self) -> None:
        """To the next match; after the last comes the first."""
        if self._finder is None:
            raise SkipAction  # the key may mean something else to whatever holds this widget
        self._step(1)

    def action_find_previous(self) -> None:
        """To the match before."""
        if self._finder is None:
            raise SkipAction
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._finder is not None and self._finder.matches:
            here = self._here if self._here is not None else -1
            self._go_to((here + by) % len(self._finder.matches))

    def _go_to(self, match: int | None) -> None:
        self._here = match
        if match is not None and self._finder is not None:
            line, start, _ = self._finder.matches[match]
            self.bring_into_sight(self.flow.row_at(line, start))
            self.bring_cell_into_sight(line, start)
        self.forget_rows(0)
        self._show_count()

    def _show_count(self) -> None:
        if self._find_line is not None:
            found = len(self._finder.matches) if self._finder is not None else 0
            if self._here is None and found:
                self._here = 0
            self._find_line.show_count(self._here, found)

    def _end_find(self) -> None:
        if self._find_line is None:
            return
        had_focus = self.has_focus_within
        self._find_line.remove()
        self._find_line = self._finder = self._here = None
        self.settle()
        if had_focus:
            self.focus()

    def marks_in(self, line: int, start: int, end: int) -> list[Mark]:
        """The matches, and over them what is selected."""
        selected = super().marks_in(line, start, end)
        if self._finder is None:
            return selected
        found = [
            (*self._finder.matches[match][1:], HERE if match == self._here else FOUND)
            for match in self._finder.within(line, start, end)
        ]
        return [*found, *selected]

    # Wrapping, selecting, copying

    def action_wrap(self) -> None:
        """Wrap long lines, or do not."""
        self.wrap_lines(not self.flow.wraps)

    def action_select_down(self) -> None:
        """Select the row at the top; then one row more with each press."""
        self._select_rows(1)

    def action_select_up(self) -> None:
        """One row less, or more upward."""
        self._select_rows(-1)

    def _select_rows(self, rows: int) -> None:
        last = len(self.flow.rows) - 1
        if self.text_selection is None:
            anchor = head = self.top
        else:
            anchor, head = (self.flow.row_at(*end) for end in self._ends)
            head = max(0, min(head + rows, last))
        self._ends = (self.flow.rows[anchor][:2], self.flow.rows[head][:2])
        first, final = sorted((anchor, head))
        line, start, _ = self.flow.rows[first]
        until, _, end = self.flow.rows[final]
        self._select(Selection(Offset(start, line), Offset(end, until)))
        self.bring_into_sight(head)

    def action_select_whole(self) -> None:
        """Select the whole text."""
        self._select(Selection(None, None))

    def on_mouse_down(self, event: MouseDown) -> None:  # beside the thumb's: Textual calls both
        """A press in the text may begin a selection; it stays in this text, wherever one drags."""
        self._let_go()
        x, y = event.screen_offset - self.region.offset
        if event.button == 1 and self.body.contains(x, y) and not self.flow.empty:
            self.capture_mouse()
            self._from = self._place_at(event.screen_offset)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Select up to the pointer; above and below the text it goes on by itself."""
        if self._from is None:
            return
        if not event.button:  # it was let go outside of the terminal
            self._let_go()
            return
        event.stop()
        self._pointer = event.screen_offset
        self._drag_on()
        if not self._beyond:
            self._stop_rolling()
        elif self._rolls is None:
            self._rolls = self.set_interval(_ROLLS_EVERY_S, self._drag_on)

    def on_mouse_up(self) -> None:
        """What is selected stays so."""
        self._let_go()

    def _let_go(self) -> None:
        if self._from is not None:
            self._from = None
            self._stop_rolling()
            self.release_mouse()

    def _stop_rolling(self) -> None:
        if self._rolls is not None:
            self._rolls.stop()
            self._rolls = None

    @property
    def _beyond(self) -> int:
        """How many lines the pointer is above the text, negative, or below it.

        Where the text reaches the edge of the terminal nothing is beyond: there the edge is.
        """
        edge = (self._pointer.y + 1 >= self.screen.size.height) - (self._pointer.y <= 0)
        y = self._pointer.y - self.region.y
        return min(0, y - self.body.y) or max(0, y - self.body.bottom + 1) or edge

    def _drag_on(self) -> None:
        if self._from is None or self.app.mouse_captured is not self:
            self._let_go()  # another screen is before this one
            return
        if by := self._beyond:
            self.scroll_rows(by)
        elif self._last_top:
            self._follows = False  # what is new does not move what is being selected
        ends = sorted((self._from, self._place_at(self._pointer)))
        self._ends = ends[0], ends[1]
        (first, start), (last, end) = ends
        self._select(Selection(Offset(start, first), Offset(end + 1, last)))

    def _place_at(self, pointer: Offset) -> tuple[int, int]:
        """Line and offset in it of what stands there; beyond the text, of what is nearest."""
        x, y = self.region.offset
        at_x = max(self.body.x, min(pointer.x - x, self.body.right - 1))
        at_y = max(self.body.y, min(pointer.y - y, self.body.bottom - 1))
        row = min(self.top + at_y - self.body.y, self.row_count - 1)
        line, start, _ = self.flow.rows[row]
        widget, place = self.screen.get_widget_and_offset_at(x + at_x, y + at_y)
        if widget is not self or place is None or place.y != line:
            return line, start
        return line, place.x

    def on_click(self, event: Click) -> None:
        """Two clicks select a word, three its line; Textual would take all there is."""
        if event.chain < 2:
            return
        event.prevent_default()
        widget, place = self.screen.get_widget_and_offset_at(*event.screen_offset)
        if widget is self and place is not None and place.y < len(self.flow.lines):
            line, y = self.flow.lines[place.y].text, place.y
            start, end = word_at(line, place.x) if event.chain == 2 else (0, len(line))
            self._ends = ((y, start), (y, end))
            self._select(Selection(Offset(start, y), Offset(end, y)))

    def _select(self, selection: Selection) -> None:
        self.screen.selections = {self: selection}

    def action_copy(self) -> None:
        """Copy what is selected, or else the whole."""
        selection = self.text_selection
        chosen = self.get_selection(selection) if selection is not None else None
        text, name = (chosen[0], "what is selected") if chosen else self.whole
        copied(self, text, name)
