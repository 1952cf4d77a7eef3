"""Editors over panes, with lines between that can be moved: by mouse, and by the screen's acts.

The lines are the frames that are there anyway, and the variants' line: nothing is spent on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from textual.containers import Horizontal, Vertical
from textual.events import Click, Leave, MouseDown, MouseEvent, MouseMove, MouseUp
from textual.message import Message as Notice
from textual.widget import Widget

LEAST_WIDE, LEAST_HIGH = 14, 5

Line = int | Literal["across"]
"""Between an editor, by its number, and the next one; or across, between editors and panes."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How room is shared out, in parts of any size; empty: the same for all.

    Args:
        editors: Of the width, one part for each editor.
        rows: Of the height, one for the editors and one for the panes.
    """

    editors: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


class Splitter(Vertical):
    """Editors side by side, the variants' line, the panes.

    Args:
        above: What stands over the editors.
        editors: The editors, from left to right.
        between: The line between editors and panes.
        panes: The panes.
    """

    @dataclass
    class Moved(Notice):
        """The user has moved a line; posted when it is let go."""

        shares: Shares

    DEFAULT_CSS = """
    Splitter { height: 1fr; }
    Splitter > #editors { height: 1fr; }
    Splitter .-grip-right { border-right: heavy $accent; }
    Splitter .-grip-left { border-left: heavy $accent; }
    Splitter .-grip-bottom { border-bottom: heavy $accent; }
    """

    def __init__(
        self, above: Widget, editors: Sequence[Widget], between: Widget, panes: Widget
    ) -> None:
        self._row = Horizontal(*editors, id="editors")
        super().__init__(above, self._row, between, panes)
        self._editors, self._between, self._panes = tuple(editors), between, panes
        self._held: Line | None = None
        self._off = 0  # from the line to where it was taken hold of
        self._dragged = False
        self._shares = Shares()

    @property
    def shares(self) -> Shares:
        """How room is shared out."""
        return self._shares

    @shares.setter
    def shares(self, shares: Shares) -> None:
        if shares == self._shares:
            return
        self._shares = shares
        for editor, part in _parts(self._editors, shares.editors):
            editor.styles.width = f"{part}fr"
        for widget, part in _parts((self._row, self._panes), shares.rows):
            widget.styles.height = f"{part}fr"

    def even_out(self) -> None:
        """The same room for all."""
        self.shares = Shares()
        self.post_message(self.Moved(self._shares))

    def grow(self, focused: Widget | None, cells: int) -> None:
        """Give the editor or the panes with the focus more room, or less."""
        at = next((at for at, one in enumerate(self._editors) if one.has_focus_within), None)
        seen = [one for one in self._editors if one.display]
        if at is None:
            self.move_line(-cells)
        elif len(seen) < 2:
            self.move_line(cells)
        else:
            line = min(at, len(seen) - 2)
            self._move(line, cells if line == at else -cells)
            self.post_message(self.Moved(self._shares))

    def move_line(self, rows: int) -> None:
        """Move the line between editors and panes, down if positive."""
        self._move("across", rows)
        self.post_message(self.Moved(self._shares))

    def _move(self, line: Line, by: int) -> None:
        """Move a line by so many cells, as far as both sides stay big enough."""
        if line == "across":
            top, bottom = self._row.region.height, self._panes.region.height
            if not top or not bottom:
                return  # one of them is not shown
            whole = top + bottom
            top = _between(LEAST_HIGH, top + by, whole - LEAST_HIGH)
            self.shares = Shares(self._shares.editors, (top, whole - top))
            return
        widths = [one.region.width for one in self._editors]
        pair = widths[line] + widths[line + 1]
        widths[line] = _between(LEAST_WIDE, widths[line] + by, pair - LEAST_WIDE)
        widths[line + 1] = pair - widths[line]
        self.shares = Shares(tuple(widths), self._shares.rows)

    # The mouse

    def _line_at(self, event: MouseEvent) -> Line | None:
        """The line under the pointer."""
        x, y = event.screen_offset
        if self.screen.maximized is not None:
            return None
        row = self._row.region
        under = y == row.bottom - 1 or self._between.region.contains(x, y)
        if under and self._panes.display and self._row.display:
            return "across"
        seen = [at for at, one in enumerate(self._editors) if one.display]
        if row.contains(x, y):
            for left, right in pairwise(seen):
                if x in (self._editors[left].region.right - 1, self._editors[right].region.x):
                    return left
        return None

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take hold of a line."""
        self._held = self._line_at(event) if event.button == 1 else None
        self._dragged = False
        if self._held is not None:
            self._off = self._away(self._held, event)
            if not self._between.region.contains_point(event.screen_offset):
                self.capture_mouse()  # on the variants' line it may be a click on one

    def on_mouse_move(self, event: MouseMove) -> None:
        """Drag the line that is held; else show the one that could be."""
        if self._held is None or not event.button:
            self._let_go()  # outside of the terminal, where it was held
            self._show_grip(self._line_at(event))
            return
        if by := self._away(self._held, event) - self._off:
            self._dragged = True
            self.capture_mouse()
            self._move(self._held, by)

    def _away(self, line: Line, event: MouseEvent) -> int:
        """How far the pointer is from a line, to the right or down."""
        x, y = event.screen_offset
        if line == "across":
            return y - self._row.region.bottom
        return x - self._editors[line].region.right

    def on_mouse_up(self, _: MouseUp) -> None:
        """Let it go."""
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self.release_mouse()
        if self._dragged:
            self.post_message(self.Moved(self._shares))
        self._held = None
        self._dragged = False

    def on_click(self, event: Click) -> None:
        """Twice on a line: the same room for all."""
        line = self._line_at(event)
        on_frame = line is not None and not self._between.region.contains_point(event.screen_offset)
        if event.chain == 2 and on_frame:
            event.stop()
            self.even_out()

    def on_leave(self, _: Leave) -> None:
        """The pointer is elsewhere."""
        self._show_grip(None)

    def _show_grip(self, line: Line | None) -> None:
        for at, editor in enumerate(self._editors):
            editor.set_class(line == at, "-grip-right")
            editor.set_class(isinstance(line, int) and line + 1 == at, "-grip-left")
            editor.set_class(line == "across", "-grip-bottom")


def _parts(widgets: Sequence[Widget], parts: Sequence[int]) -> Iterator[tuple[Widget, int]]:
    """Each widget with its part; the same for all where the parts are those of others."""
    return zip(widgets, parts if len(parts) == len(widgets) else (1,) * len(widgets), strict=True)


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most)) if most >= least else max(1, (least + most) // 2)
