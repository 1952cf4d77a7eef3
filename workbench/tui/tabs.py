"""One line of tabs that carry their state: which is shown, how each stands. Click to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.widget import Widget

_WIDE, _NARROW = 3, 2
MORE = "… "
"""What stands before the first tab in sight where others are out of it."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it is called by, the words shown (a glyph may lead them), and quieter ones."""

    name: str
    label: str
    more: str = ""


class Tabs(Widget):
    """Tabs at the left.

    Post-condition of a click on one: `Chosen` with its name.
    """

    @dataclass
    class Chosen(Notice):
        """The user clicked a tab."""

        tabs: Tabs
        name: str

        @property
        def control(self) -> Tabs:
            return self.tabs

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--shown"}
    DEFAULT_CSS = """
    Tabs { height: 1; padding: 0 1; color: $foreground 60%; background: $background; }
    Tabs > .tabs--shown { color: $foreground; text-style: bold; }
    """

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    shown: reactive[str] = reactive("")

    def render(self) -> Content:
        """The tabs, the shown one among them."""
        width = self.content_size.width
        first, gap = self.window(width)
        line = Content(" " * gap).join(self._label(tab) for tab in self.tabs[first:])
        if first:
            line = Content.assemble(MORE, line)
        return line.truncate(width, ellipsis=True)

    def window(self, width: int) -> tuple[int, int]:
        """The first tab painted and the blanks between two, so that the shown one is in sight."""
        lengths = [Content(tab.label).cell_length for tab in self.tabs]
        for gap in (_WIDE, _NARROW):
            if sum(lengths) + gap * (len(lengths) - 1) <= width:
                return 0, gap
        shown = next((at for at, tab in enumerate(self.tabs) if tab.name == self.shown), 0)
        first = 0
        while first < shown:
            taken = sum(lengths[first : shown + 1]) + _NARROW * (shown - first)
            if taken + 2 * len(MORE) <= width:
                break
            first += 1
        return first, _NARROW

    def _label(self, tab: Tab) -> Content:
        label = Content(tab.label)
        if tab.name != self.shown:
            return label
        return label.stylize(self.get_visual_style("tabs--shown", partial=True))

    def on_click(self, event: Click) -> None:
        """Find the tab under the pointer."""
        first, gap = self.window(self.content_size.width)
        start = self.styles.padding.left + (len(MORE) if first else 0)
        for tab in self.tabs[first:]:
            end = start + Content(tab.label).cell_length
            if start <= event.x < end:
                self.post_message(self.Chosen(self, tab.name))
                return
            start = end + gap
