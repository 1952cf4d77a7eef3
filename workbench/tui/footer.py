"""The bottom line: the keys that count here, each of them a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from workbench.tui.acts import ACTS, Act


class Footer(Widget):
    """At most eight keys; a click on one does what the key does."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key"}
    DEFAULT_CSS = """
    Footer { height: 1; padding: 0 1; background: $foreground 6%; color: $foreground 70%; }
    Footer > .footer--key { color: $text-accent; text-style: bold; }
    """

    def __init__(self, acts: Sequence[Act] = ACTS, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._own = self.acts = tuple(act for act in acts if act.footer)
        self._focused: Widget | None = None

    def show(self, acts: Sequence[Act], focused: Widget | None) -> None:
        """Show what counts where the focus is, and its own last two; its own where nothing."""
        self._focused = focused
        self.acts = (*acts, *self._own[-2:]) if focused else self._own
        self.refresh()

    def render(self) -> Content:
        """Key and word of each act, as many as there is room for."""
        style = self.get_visual_style("footer--key", partial=True)
        line = Content(" " * self._gap).join(
            Content.assemble((act.shown_key, style), " " * bool(act.shown_key), act.label)
            for act in self.acts
        )
        return line.truncate(self.content_size.width, ellipsis=True)

    @property
    def _gap(self) -> int:
        """Three blanks between the keys, fewer where there is no room."""
        taken = sum(map(_length, self.acts))
        return max(1, min(3, (self.content_size.width - taken) // (len(self.acts) - 1)))

    async def on_click(self, event: Click) -> None:
        """Do what stands under the pointer."""
        start = self.styles.padding.left
        for act in self.acts:
            end = start + _length(act)
            if start <= event.x < end:
                target = self.screen if act in self._own else self._focused
                if target is not None:
                    await target.run_action(act.action)
                return
            start = end + self._gap


def _length(act: Act) -> int:
    return len(act.shown_key) + bool(act.shown_key) + len(act.label)
