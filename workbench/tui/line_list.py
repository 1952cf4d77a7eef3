"""A list of lines under a line of heads: as many as there are, painted only as far as seen."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as Notice
from textual.scroll_view import ScrollView
from textual.strip import Strip


class LineList(ScrollView, can_focus=True):
    """One line is chosen; keys and the mouse choose another. `count` is for each list to say.

    Post-condition of a double click: `Opened`.
    """

    class Opened(Notice):
        """The user opens the chosen line."""

    DEFAULT_CSS = """
    LineList {
        background: $background; color: $foreground; scrollbar-size: 1 1; overflow-x: hidden;
        scrollbar-color: $foreground 20%; scrollbar-background: $background;
        scrollbar-color-hover: $foreground 40%; scrollbar-background-hover: $background;
        scrollbar-color-active: $accent; scrollbar-background-active: $background;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "choose(0)", show=False),
        Binding("end", "choose(-1)", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._at = 0

    @property
    def count(self) -> int:
        """How many lines there are under the heads."""
        raise NotImplementedError  # every list has its own

    def relisted(self, at: int) -> None:
        """Other lines are listed: choose this one, or the nearest that there is."""
        self._at = max(0, min(at, self.count - 1))
        self._fit()
        self._bring_into_sight()

    def chose(self) -> None:
        """Another line is chosen."""

    # Moving

    def action_move(self, rows: int) -> None:
        """Choose the line so many further down."""
        self.action_choose(max(0, min(self._at + rows, self.count - 1)))

    def action_page(self, pages: int) -> None:
        """Choose the line a screenful further down."""
        self.action_move(pages * max(1, self.size.height - 2))

    def action_choose(self, at: int) -> None:
        """Choose the line at this place; from the end where negative."""
        if not self.count:
            return
        at %= self.count
        if at != self._at:
            before, self._at = self._at, at
            for line in (before, at):  # under the heads; where it scrolls, all are painted anyway
                self.refresh_lines(line + 1)
            self.chose()
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        top, rows = round(self.scroll_y), max(1, self.size.height - 1)
        if not top <= self._at < top + rows:
            top = self._at if self._at < top else self._at - rows + 1
            self.scroll_to(y=top, animate=False, force=True)

    def on_click(self, event: Click) -> None:
        """Choose the line under the pointer; a double click opens it."""
        at = self.line_at(event.y)
        if at is not None:
            self.action_choose(at)
            if event.chain > 1:
                self.post_message(self.Opened())

    def line_at(self, y: int) -> int | None:
        """Which line stands in this row of the widget; None for the heads and below the last."""
        at = round(self.scroll_y) + y - 1
        return at if y and 0 <= at < self.count else None

    # Painting

    def on_resize(self) -> None:
        """As many lines as there is room for."""
        self._fit()
        self.call_after_refresh(self._bring_into_sight)

    def _fit(self) -> None:
        self.virtual_size = Size(0, self.count + 1 if self.count else 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the list; the heads stay at the top."""
        if not self.count:
            line, base = self.empty_line(y), self.rich_style
        elif y == 0:
            line, base = self.heads(), self.rich_style
        elif (at := self.line_at(y)) is not None:
            line, base = self.line(at), self.rich_style + self.behind(at)
        else:
            line, base = Strip([]), self.rich_style
        return line.adjust_cell_length(self.size.width, base)

    def behind(self, at: int) -> Style:
        """The ground of a line."""
        return Style()

    def heads(self) -> Strip:
        """The line over the others."""
        raise NotImplementedError

    def line(self, at: int) -> Strip:
        """One of them."""
        raise NotImplementedError

    def empty_line(self, y: int) -> Strip:
        """What is said where there are none."""
        raise NotImplementedError
