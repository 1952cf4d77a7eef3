"""One line of tabs that carry their state: which is shown, how each stands. Click to choose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.widget import Widget

_WIDE, _NARROW = 3, 2
_MORE = "… "
_CLAUSE = re.compile(r".*?(?:[:,] |\Z)", re.DOTALL)
"""What leads a word that is too long, as far as its next comma or colon."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it is called by, and the words shown (a glyph may lead them)."""

    name: str
    label: str


class Tabs(Widget):
    """Tabs at the left, a word at the right.

    Post-condition of a click: `Chosen` with the tab's name, or `SideClicked`.
    """

    @dataclass
    class Chosen(Notice):
        """The user clicked a tab."""

        tabs: Tabs
        name: str

        @property
        def control(self) -> Tabs:
            return self.tabs

    @dataclass
    class SideClicked(Notice):
        """The user clicked the word at the right."""

        tabs: Tabs

        @property
        def control(self) -> Tabs:
            return self.tabs

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--shown", "tabs--side"}
    DEFAULT_CSS = """
    Tabs { height: 1; padding: 0 1; color: $foreground 60%; background: $background; }
    Tabs > .tabs--shown { color: $foreground; text-style: bold; }
    Tabs > .tabs--side { color: $foreground 60%; }
    """

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    shown: reactive[str] = reactive("")
    side: reactive[str] = reactive("")

    def render(self) -> Content:
        """The tabs; the word at the right only where there is room for it beside them."""
        width = self.content_size.width
        first, gap = self._window(width)
        left = self._left(first, gap)
        side = self._side_shown(left)
        if not side:
            return left.truncate(width, ellipsis=True)
        between = width - left.cell_length - side.cell_length
        side = side.stylize(self.get_visual_style("tabs--side", partial=True))
        return Content.assemble(left, " " * between, side)

    def _left(self, first: int, gap: int) -> Content:
        left = Content(" " * gap).join(self._label(tab) for tab in self.tabs[first:])
        return Content.assemble(_MORE, left) if first else left

    def _side_shown(self, left: Content) -> Content:
        """The word at the right; less of it, or nothing, where it has no room."""
        room = max(0, self.content_size.width - left.cell_length - 2)
        words = self.side
        while (side := Content(words)).cell_length > room:
            words = _CLAUSE.sub("", words, count=1)
        return side

    def _window(self, width: int) -> tuple[int, int]:
        """The first tab painted and the blanks between two, so that the shown one is in sight."""
        lengths = [Content(tab.label).cell_length for tab in self.tabs]
        for gap in (_WIDE, _NARROW):
            if sum(lengths) + gap * (len(lengths) - 1) <= width:
                return 0, gap
        shown = next((at for at, tab in enumerate(self.tabs) if tab.name == self.shown), 0)
        first = 0
        while first < shown:
            taken = sum(lengths[first : shown + 1]) + _NARROW * (shown - first)
            if taken + 2 * len(_MORE) <= width:
                break
            first += 1
        return first, _NARROW

    def _label(self, tab: Tab) -> Content:
        label = Content(tab.label)
        if tab.name != self.shown:
            return label
        return label.stylize(self.get_visual_style("tabs--shown", partial=True))

    def on_click(self, event: Click) -> None:
        """Find the tab, or the word at the right, under the pointer."""
        first, gap = self._window(self.content_size.width)
        start = self.styles.padding.left + (len(_MORE) if first else 0)
        for tab in self.tabs[first:]:
            end = start + Content(tab.label).cell_length
            if start <= event.x < end:
                self.post_message(self.Chosen(self, tab.name))
                return
            start = end + gap
        side = self._side_shown(self._left(first, gap))
        end = self.styles.padding.left + self.content_size.width
        if side and end - side.cell_length <= event.x < end:
            self.post_message(self.SideClicked(self))
