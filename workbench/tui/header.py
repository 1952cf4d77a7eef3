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
        """What is open at the left, provider and cost at the right; the badge is never cut."""
        name = self._part("workbench", "name")
        badge = self._part(self.badge, "badge")
        rights = [badge, self._part(self.where, "quiet"), Content(self.money)]
        right = Content("   ").join(part for part in rights if part.plain)
        left = Content.assemble(name, "  ", Content(self.opened))
        width = self.content_size.width
        if left.cell_length + right.cell_length + 2 > width:
            right = Content("  ").join(p for p in (badge, Content(self.money)) if p.plain)
            left = Content(self.opened).truncate(
                max(0, width - right.cell_length - 2), ellipsis=True
            )
        gap = max(1, width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right)

    def _part(self, text: str, name: str) -> Content:
        return Content(text).stylize(self.get_visual_style(f"header--{name}", partial=True))
