"""Where a long text stands in its widget: scrolling by key and mouse, following the tail.

It follows the tail while the tail is in sight; whoever scrolls back stays where they are. No
scrollbar widget and no virtual size, so a line more never lays the screen out again.
"""

from __future__ import annotations

from textual.actions import SkipAction
from textual.events import (
    MouseDown,
    MouseEvent,
    MouseMove,
    MouseScrollDown,
    MouseScrollLeft,
    MouseScrollRight,
    MouseScrollUp,
)
from textual.geometry import Region
from textual.widget import Widget

_WHEEL = 3  # rows a notch
_SIDEWAYS = 8  # cells a key or a notch


class Scrolled(Widget):
    """A widget that shows some rows out of many. `row_count` and `reach` are for it to say."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.body = Region(0, 0, 0, 0)
        """Where the text stands, in the widget's own cells."""
        self._top = self._left = 0
        self._follows = True
        self._unseen = False
        self._grip: int | None = None
        """Where on the thumb the mouse holds it, in lines from its top; None where it does not."""

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError  # every text has its own

    @property
    def reach(self) -> int:
        """How many cells the widest row takes; 0 where all rows fit."""
        return 0

    @property
    def top(self) -> int:
        """The first row in sight."""
        return self._top

    @property
    def left(self) -> int:
        """The first cell in sight of every row."""
        return self._left

    @property
    def follows(self) -> bool:
        """Whether it stays at the tail as text arrives."""
        return self._follows

    @property
    def unseen(self) -> bool:
        """Whether text has come below what is in sight since it was scrolled back."""
        return self._unseen

    @property
    def _last_top(self) -> int:
        return max(0, self.row_count - max(1, self.body.height))

    def scroll_rows(self, rows: int) -> None:
        """Move by so many rows, down if positive."""
        self.show_row(self.top + rows)

    def show_row(self, row: int) -> None:
        """Make `row` the first in sight, as far as the text reaches."""
        top = max(0, min(row, self._last_top))
        follows = top == self._last_top
        if (top, follows) == (self._top, self._follows):
            return
        self._top, self._follows = top, follows
        self._unseen = self._unseen and not follows
        self.moved()

    def bring_into_sight(self, row: int) -> None:
        """Scroll to `row` unless it is in sight; then with some of what stands before it."""
        if not self._top <= row < self._top + self.body.height:
            self.show_row(row - self.body.height // 3)

    def show_cell(self, cell: int) -> None:
        """Make `cell` the first in sight of every row, as far as they reach."""
        left = max(0, min(cell, self.reach - self.body.width))
        if left != self._left:
            self._left = left
            self.moved()

    def moved(self) -> None:
        """Other rows or cells are in sight: paint them."""
        self.refresh()

    def _keyed_to(self, row: int) -> None:
        if not self._last_top:
            raise SkipAction  # whatever holds this widget may scroll
        self.show_row(row)

    def _keyed_sideways(self, cells: int) -> None:
        if self.reach <= self.body.width:
            raise SkipAction  # the key may mean something else to whatever holds this widget
        self.show_cell(self.left + cells)

    def action_scroll_up(self) -> None:
        """One row up."""
        self._keyed_to(self.top - 1)

    def action_scroll_down(self) -> None:
        """One row down."""
        self._keyed_to(self.top + 1)

    def action_scroll_left(self) -> None:
        """Some cells to the left, where rows are longer than there is room."""
        self._keyed_sideways(-_SIDEWAYS)

    def action_scroll_right(self) -> None:
        """Some cells to the right, where rows are longer than there is room."""
        self._keyed_sideways(_SIDEWAYS)

    def action_page_up(self) -> None:
        """A screenful up, but for one row."""
        self._keyed_to(self.top - max(1, self.body.height - 1))

    def action_page_down(self) -> None:
        """A screenful down, but for one row."""
        self._keyed_to(self.top + max(1, self.body.height - 1))

    def action_scroll_home(self) -> None:
        """To the start."""
        self._keyed_to(0)

    def action_scroll_end(self) -> None:
        """To the tail, and follow it again."""
        self._keyed_to(self._last_top)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel turned up; with shift, sideways."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel turned down; with shift, sideways."""
        self._wheel(event, 1)

    def on_mouse_scroll_left(self, event: MouseScrollLeft) -> None:
        """The wheel turned left."""
        self._wheel(event, -1, sideways=True)

    def on_mouse_scroll_right(self, event: MouseScrollRight) -> None:
        """The wheel turned right."""
        self._wheel(event, 1, sideways=True)

    def _wheel(self, event: MouseEvent, way: int, *, sideways: bool = False) -> None:
        sideways = sideways or event.shift
        if not (self.reach > self.body.width if sideways else self._last_top):
            return  # whatever holds this widget may scroll
        event.stop()
        event.prevent_default()
        if sideways:
            self.show_cell(self.left + way * _SIDEWAYS)
        else:
            self.scroll_rows(way * _WHEEL)

    # The thumb, at the right of everything

    def _thumb_span(self) -> range:
        """The lines where the scroll thumb stands: what part of the text is in sight."""
        body, total = self.body, self.row_count
        if not self._last_top or not body.height:
            return range(0)
        size = max(1, round(body.height * body.height / total))
        start = body.y + round(self.top * (body.height - size) / self._last_top)
        return range(start, start + size)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take hold of the thumb; elsewhere on its way, bring it there first."""
        x, y = event.screen_offset - self.region.offset
        thumb = self._thumb_span()
        on_its_way = x == self.outer_size.width - 1 and self.body.y <= y < self.body.bottom
        if event.button != 1 or not thumb or not on_its_way:
            return
        event.stop()
        self.screen.clear_selection()  # the press has begun one
        self.capture_mouse()
        self._grip = y - thumb.start if y in thumb else len(thumb) // 2
        self._drag(y)

    def on_mouse_move(self, event: MouseMove) -> None:
        """The thumb goes along with the mouse."""
        if self._grip is not None:
            event.stop()
            self._drag(event.screen_offset.y - self.region.y)

    def on_mouse_up(self) -> None:
        """It is let go."""
        if self._grip is not None:
            self._grip = None
            self.release_mouse()

    def _drag(self, y: int) -> None:
        way = self.body.height - len(self._thumb_span())
        if self._grip is not None and way > 0:
            self.show_row(round((y - self._grip - self.body.y) * self._last_top / way))
