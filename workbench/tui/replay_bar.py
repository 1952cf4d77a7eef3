"""The line that stands in for the footer while a saved round is replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.events import MouseDown, MouseMove
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.widget import Widget

_KEYS = "space pause   [ ] step   < > speed   ←→ jump   esc leave"
_SHORTER = "space [ ] < > ←→ esc"


class ReplayBar(Widget):
    """Which round, how fast, how far; the mouse moves in time on it."""

    @dataclass
    class Sought(Notice):
        """The user pointed at the bar: `part` of the round, from 0 to 1."""

        part: float

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "replay-bar--badge",
        "replay-bar--done",
        "replay-bar--rest",
        "replay-bar--keys",
    }
    DEFAULT_CSS = """
    ReplayBar { height: 1; padding: 0 1; background: $foreground 6%; }
    ReplayBar > .replay-bar--badge { color: $text-warning; text-style: bold; }
    ReplayBar > .replay-bar--done { color: $accent; }
    ReplayBar > .replay-bar--rest { color: $foreground 30%; }
    ReplayBar > .replay-bar--keys { color: $foreground 60%; }
    """

    round_words: reactive[str] = reactive("")
    speed: reactive[float] = reactive(1.0)
    paused: reactive[bool] = reactive(False)
    loop: reactive[bool] = reactive(False)
    at_s: reactive[float] = reactive(0.0)
    length_s: reactive[float] = reactive(0.0)

    _bar = (0, 0)

    def render(self) -> Content:
        """Badge, round, speed, time, bar, keys; the bar takes what room is left."""
        mark = ("‖" if self.paused else "▶") + "↻" * self.loop
        badge = self._part("REPLAY", "badge")
        left = Content.assemble(
            badge, f"  {self.round_words}  {mark} {self.speed:g}x  {_clock(self.at_s)} "
        )
        end = Content(f" {_clock(self.length_s)}   ")
        width = self.content_size.width
        room = width - left.cell_length - end.cell_length
        keys = _KEYS if room - len(_KEYS) >= 10 else _SHORTER
        length = max(0, room - len(keys))
        done = round(length * min(1.0, self.at_s / self.length_s)) if self.length_s else length
        self._bar = (left.cell_length + self.styles.padding.left, length)
        return Content.assemble(
            left,
            self._part("━" * done, "done"),
            self._part("─" * (length - done), "rest"),
            end,
            self._part(keys, "keys"),
        ).truncate(width)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Jump to the place pressed, and from there go along with the mouse."""
        start, length = self._bar
        if start <= event.x < start + length:
            self.capture_mouse()
            self._seek(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Go along, beyond the ends no further than those."""
        if self.app.mouse_captured is self:
            self._seek(event.x)

    def on_mouse_up(self) -> None:
        """Stay there."""
        self.release_mouse()

    def _seek(self, x: int) -> None:
        start, length = self._bar
        part = (x - start) / max(1, length - 1)
        self.post_message(self.Sought(min(1.0, max(0.0, part))))

    def _part(self, text: str, name: str) -> Content:
        return Content(text).stylize(self.get_visual_style(f"replay-bar--{name}", partial=True))


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60):02}:{seconds % 60:05.2f}"
