"""The top line: what is open, on which provider, what the session has cost."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class Header(Widget):
    """One line. SIMULATED stands there whenever the answers are made up on this machine."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"header--name", "header--badge", "header--quiet"}
    DEFAULT_CSS = """
    Header { height: 1; padding: 0 1; background: $foreground 6%; color: $foreground; }
    Header > .header--name { color: $accent; text-style: bold; }
    Header > .header--badge { color: $text-warning; text-style: bold; }
    Header > .header--quiet { color: $foreground 60%; }
    """

    opened: reactive[str] = reactive("")
    badge: reactive[str] = reactive("")
    where: reactive[str] = reactive("")
    money: reactive[str] = reactive("")

    def render(self) -> Content:
        """What is open at the left, provider and cost at the right.

        Where there is little room, first the app's name goes, then what is left, from its end on,
        and when it resets; the badge and the money are never cut.
        """
        width = self.content_size.width
        name, opened = self._part("workbench", "name") + "  ", Content(self.opened)
        parts = self.where.split(" · ")
        wheres = [" · ".join(parts[:most]) for most in range(len(parts), 0, -1)]
        wheres += [parts[0].partition(", resets")[0], ""]
        right = Content()
        for left, where in ((name + opened, wheres[0]), *((opened, where) for where in wheres)):
            right = self._right(where)
            if left.cell_length + right.cell_length + 2 <= width:
                break
        else:
            left = opened.truncate(max(0, width - right.cell_length - 2), ellipsis=True)
        gap = max(1, width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right)

    def _right(self, where: str) -> Content:
        parts = (self._part(self.badge, "badge"), self._part(where, "quiet"), Content(self.money))
        return Content("   ").join(part for part in parts if part.plain)

    def _part(self, text: str, name: str) -> Content:
        return Content(text).stylize(self.get_visual_style(f"header--{name}", partial=True))
