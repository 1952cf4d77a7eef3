"""The line that stands in for the footer while a saved round is replayed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.events import Click, MouseDown, MouseMove
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from workbench.tui.acts import SCREENS

_WORDS = {
    **{"pause": "pause", "step_back": "", "step": "step", "slower": "", "faster": "speed"},
    **{"seek_back": "", "seek_on": "jump", "palette": "all", "leave": "leave"},
}
"""By the acts that the bar names, what it says of each; of two that belong together, of one."""
_KEYS = (
    tuple(_WORDS),
    ("pause", "step_back", "step", "palette", "leave"),
    ("pause", "palette", "leave"),
    ("pause", "leave"),
    ("leave",),
)
"""Ever less of them."""
_ACTS = {act.name: act for act in SCREENS["replay"]}
_SHORTEST = 6
"""What is left of the bar, at least, before a key's words give way."""


class ReplayBar(Widget):
    """Which round, how fast, how far; the mouse moves in time on it, and does what keys do."""

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
        width, end = self.content_size.width, Content(f" {_clock(self.length_s)}  ")
        for words, keys in self._choices():
            left = Content.assemble(
                badge, f"  {words}  {mark} {self.speed:g}x  {_clock(self.at_s)} "
            )
            room = width - left.cell_length - end.cell_length
            if room - keys.cell_length >= _SHORTEST:
                break
        length = max(0, room - keys.cell_length)
        done = round(length * min(1.0, self.at_s / self.length_s)) if self.length_s else length
        self._bar = (left.cell_length + self.styles.padding.left, length)
        return Content.assemble(
            left,
            self._part("━" * done, "done"),
            self._part("─" * (length - done), "rest"),
            end,
            keys.stylize_before(self.get_visual_style("replay-bar--keys", partial=True)),
        ).truncate(width)

    def _choices(self) -> Iterator[tuple[str, Content]]:
        """What is said of the round, and the keys: ever less of them. A key keeps its word."""
        yield self.round_words, Content(" ") + self._keys(_KEYS[0], 3)
        brief = self.round_words.removeprefix("round ")
        yield from ((brief, self._keys(names, 2)) for names in _KEYS[1:])

    def _keys(self, names: Sequence[str], gap: int) -> Content:
        """The keys of these acts with their words, each of them a button."""
        line, before = Content(), ""
        for act in (_ACTS[name] for name in names):
            word = "go on" if act.name == "pause" and self.paused else _WORDS[act.name]
            words = " ".join(filter(None, (act.shown_key, word)))
            button = Content(words).stylize(Style.from_meta({"act": act.action}))
            line = Content.assemble(line, before, button)
            before = " " * (gap if word else 1)
        return line

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

    async def on_click(self, event: Click) -> None:
        """Do what the key under the pointer does."""
        if (act := event.style.meta.get("act")) and self.is_attached:
            await self.screen.run_action(act)

    def _seek(self, x: int) -> None:
        start, length = self._bar
        part = (x - start) / max(1, length - 1)
        self.post_message(self.Sought(min(1.0, max(0.0, part))))

    def _part(self, text: str, name: str) -> Content:
        return Content(text).stylize(self.get_visual_style(f"replay-bar--{name}", partial=True))


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60):02}:{seconds % 60:05.2f}"
