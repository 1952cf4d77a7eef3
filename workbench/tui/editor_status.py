"""The line under an editor: what the text costs, what is wrong with it, where the cursor is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from workbench.errors import Problem
from workbench.telling.plain import plain


class EditorStatus(Widget):
    """Estimate, then the first problem or a note; at the right the cursor.

    One line; a problem that takes more has a second one.
    """

    @dataclass
    class Clicked(Notice):
        """The user wants to see the place of a problem."""

        problem: Problem

    DEFAULT_CSS = """
    EditorStatus { height: auto; padding: 0 1; color: $foreground 75%; background: $foreground 6%; }
    EditorStatus > .editor-status--error { color: $text-error; }
    EditorStatus > .editor-status--warning { color: $text-warning; }
    EditorStatus > .editor-status--mode { color: $text-accent; text-style: bold; }
    EditorStatus > .editor-status--dim { color: $foreground 50%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "editor-status--error",
        "editor-status--warning",
        "editor-status--dim",
        "editor-status--mode",
    }

    mode = reactive("")
    """Vim's mode; empty without."""
    begun = reactive("")
    """The keys of a command of vim's that wants more."""
    estimate = reactive("")
    block = reactive("")
    note = reactive("")
    problems: reactive[tuple[Problem, ...]] = reactive((), layout=True)
    place = reactive("")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A second line where the problem takes it."""
        if not self.problems:
            return 1
        return 2 if self._message().cell_length + self._mode_width > width else 1

    @property
    def _mode_width(self) -> int:
        return len(self.mode) + 2 * bool(self.mode)

    def render(self) -> Content:
        """The most that fits: first the block goes, then the cursor's place, then the estimate."""
        width = self.content_size.width
        mode = Content(self.mode).stylize(self._part("mode"))
        estimate = Content("  ").join(filter(None, (mode, Content(self.estimate))))
        told = "  ".join(filter(None, (plain(self.begun), self.place)))
        place = Content(told).stylize(self._part("dim"))
        message = self._message()
        block = Content(self.block).stylize(self._part("dim"))
        options = [([estimate, block, message], place), ([estimate, message], place)]
        if self.problems:
            options += [([estimate, message], Content()), ([mode, message], Content())]
        for parts, right in options:
            left = Content("  ").join(part for part in parts if part)
            room = width - right.cell_length - 2 * bool(right)
            if left.cell_length <= room:
                break
        else:
            if self.problems:  # on two lines, as told by the height
                first, *rest = left.wrap(width)
                second = Content(" ").join(rest).truncate(width, ellipsis=True)
                return Content("\n").join((first, second))
        left = left.truncate(max(0, room), ellipsis=True)
        gap = " " * max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, gap, right)

    def _message(self) -> Content:
        """The first problem, or the note."""
        if not self.problems:
            return Content(self.note)
        first, *more = self.problems
        text = f"{first.line}:{first.column} {first.problem}"
        if more:
            text += f"  and {len(more)} more"
        return Content(plain(text)).stylize(self._part(first.severity))

    def _part(self, name: str) -> Style:
        return self.get_visual_style(f"editor-status--{name}", partial=True)

    def on_click(self, _: Click) -> None:
        """A click on the problem goes to its place."""
        if self.problems:
            self.post_message(self.Clicked(self.problems[0]))
