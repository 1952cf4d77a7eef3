"""The top line: what is open, on which provider, what the session has cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

_WITH_NAME = 98
"""Cells from which on the app's name is there: as many, whatever else is said, so that nothing
moves while figures grow."""


class Header(Widget):
    """One line. SIMULATED stands there whenever the answers are made up on this machine.

    A click does what belongs to the words under it, where the screen has that act: the prompt's
    name opens another, the provider's words another provider, the costs what rounds may cost.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"header--name", "header--badge", "header--quiet"}
    DEFAULT_CSS = """
    Header { height: 1; padding: 0 1; background: $foreground 6%; color: $foreground; }
    Header > .header--name { color: $text-accent; text-style: bold; }
    Header > .header--badge { color: $text-warning; text-style: bold; }
    Header > .header--quiet { color: $foreground 60%; }
    """

    opened: reactive[str] = reactive("")
    badge: reactive[str] = reactive("")
    model: reactive[str] = reactive("")
    where: reactive[str] = reactive("")
    money: reactive[str] = reactive("")
    day: reactive[str] = reactive("")

    def render(self) -> Content:
        """What is open at the left; provider, model, what is left and the costs at the right."""
        width = self.content_size.width
        name, opened = self._part("workbench", "name") + "  ", _asks("prompts", self.opened)
        left = name + opened if width >= _WITH_NAME else opened
        for right in map(self._right, self._choices()):
            if left.cell_length + right.cell_length + 2 <= width:
                break
        else:
            left = left.truncate(max(0, width - right.cell_length - 2), ellipsis=True)
        gap = max(1, width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right)

    def _choices(self) -> Iterator[tuple[str, str, str]]:
        """Model, what is left, the day's cost: ever less of them.

        Where there is little room, first what is left goes, from its end on, and when it resets;
        then the day, then all of it. The badge and the money are never cut.
        """
        parts = self.where.split(" · ")
        for most in range(len(parts), 0, -1):
            yield self.model, " · ".join(parts[:most]), self.day
        short = parts[0].partition(", resets")[0]
        yield self.model, short, self.day
        yield self.model, short, ""
        yield self.model, "", self.day
        yield self.model, "", ""
        yield "", "", ""

    def _right(self, choice: tuple[str, str, str]) -> Content:
        model, where, day = choice
        parts = (
            self._part(_asks("provider", self.badge), "badge"),
            _asks("provider", model),
            self._part(_asks("provider", where), "quiet"),
            _asks("cost_limit", self.money),
            self._part(_asks("cost_limit", day), "quiet"),
        )
        return Content("   ").join(part for part in parts if part.plain)

    def _part(self, text: str | Content, name: str) -> Content:
        words = Content(text) if isinstance(text, str) else text
        return words.stylize(self.get_visual_style(f"header--{name}", partial=True))

    async def on_click(self, event: Click) -> None:
        """Do what belongs to the words under the pointer."""
        asked = event.style.meta.get("act")
        for act in getattr(self.screen, "acts", ()):
            if act.name == asked:
                await self.screen.run_action(act.action)


def _asks(act: str, text: str) -> Content:
    """Words that ask for an act when they are clicked."""
    return Content(text).stylize(Style.from_meta({"act": act}))
