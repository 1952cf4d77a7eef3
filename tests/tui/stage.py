"""A bare app around the widgets that a test looks at."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message as Notice
from textual.widget import Widget


class Stage(App[None]):
    """Holds widgets, and every notice of the kinds that a test wants to hear."""

    def __init__(self, *widgets: Widget, hears: type[Notice] | None = None) -> None:
        super().__init__()
        self._widgets = widgets
        self._hears = hears
        self.heard: list[Any] = []

    def compose(self) -> ComposeResult:
        """The widgets, one below the other."""
        yield from self._widgets

    async def on_event(self, event: Any) -> None:
        """Note down what bubbles up here."""
        await super().on_event(event)

    async def _on_message(self, message: Notice) -> None:
        if self._hears is not None and isinstance(message, self._hears):
            self.heard.append(message)
        await super()._on_message(message)


def said(widget: Widget) -> str:
    """The first line of what a widget paints."""
    return "".join(segment.text for segment in widget.render_line(0)).rstrip()
