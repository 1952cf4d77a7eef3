"""A bare app around the widgets that a test looks at."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult
from textual.events import MouseMove
from textual.message import Message as Notice
from textual.pilot import Pilot
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


async def drag(
    pilot: Pilot[None],
    start: tuple[int, int] | None,
    *steps: tuple[int, int],
    let_go: bool = True,
) -> None:
    """Press at a place of the screen, or go on where None; move, and let go."""
    if start is not None:
        await pilot.mouse_down(offset=start)
    for x, y in steps:
        await pilot._post_mouse_events([MouseMove], offset=(x, y), button=1)
        await pilot.pause()
    if let_go:
        await pilot.mouse_up(offset=steps[-1] if steps else start or (0, 0))
        await pilot.pause()
