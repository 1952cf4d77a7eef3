"""One line of tabs that carry their state: which is shown, how each stands. Click to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it is called by, and the words shown (a glyph may lead them)."""

    name: str
    label: str


class Tabs(Widget):
    """Tabs at the left, a word at the right.

    Post-condition of a click: `Chosen` with the tab's name.
    """

    @dataclass
    class Chosen(Notice):
        """The user clicked a tab."""

        tabs: Tabs
        name: str

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
        """The tabs; the word at the right only where there is room for it."""
        width = self.content_size.width
        left = Content("   ").join(self._label(tab) for tab in self.tabs)
        gap = width - left.cell_length - Content(self.side).cell_length
        if gap < 2:
            return left.truncate(width, ellipsis=True)
        side = Content(self.side).stylize(self.get_visual_style("tabs--side", partial=True))
        return Content.assemble(left, " " * gap, side)

    def _label(self, tab: Tab) -> Content:
        label = Content(tab.label)
        if tab.name != self.shown:
            return label
        return label.stylize(self.get_visual_style("tabs--shown", partial=True))

    def on_click(self, event: Click) -> None:
        """Find the tab under the pointer."""
        start = self.styles.padding.left
        for tab in self.tabs:
            end = start + Content(tab.label).cell_length
            if start <= event.x < end:
                self.post_message(self.Chosen(self, tab.name))
                return
            start = end + 3


def same_width(labels: Sequence[str]) -> list[str]:
    """The labels padded to one width, so that nothing beside them moves."""
    widest = max((Content(label).cell_length for label in labels), default=0)
    return [label + " " * (widest - Content(label).cell_length) for label in labels]
