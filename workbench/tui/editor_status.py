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

_LINES = 2
"""In so many a problem is told in any case."""


class EditorStatus(Widget):
    """Estimate, then the first problem or a note; at the right the cursor.

    One line; a problem that takes more has a second one, and what the panel can spare. What to do
    about it comes first of that, where it does not fit into the panel's frame.
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
    hint = reactive("", layout=True)
    spare = reactive(0, layout=True)
    """How many lines it may take beside the two."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the problem takes, and what to do about it."""
        if not self.problems:
            return 1
        return len(self._problem(width)) + len(self._hint(width))

    def render(self) -> Content:
        """What there is to say, and below it what to do."""
        width = self.content_size.width
        return Content("\n").join((self._line(width), *self._hint(width)))

    def _line(self, width: int) -> Content:
        """The most that fits: first the block goes, then the cursor's place, then the estimate."""
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
            if self.problems:  # on several lines, as told by the height
                return Content("\n").join(self._problem(width))
        left = left.truncate(max(0, room), ellipsis=True)
        gap = " " * max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, gap, right)

    def _problem(self, width: int) -> list[Content]:
        """The problem alone, after the mode."""
        mode = Content(self.mode).stylize(self._part("mode"))
        words = Content("  ").join(part for part in (mode, self._message()) if part)
        return _wrapped(words, width, _LINES + self.spare - len(self._hint(width)))

    def _hint(self, width: int) -> list[Content]:
        """What to do about it, where that is told here."""
        return _wrapped(Content(self.hint), width, self.spare) if self.hint else []

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


def _wrapped(words: Content, width: int, lines: int) -> list[Content]:
    """The words in so many lines at most, the last of which is cut where there are more."""
    every = words.wrap(max(1, width))
    kept, rest = every[: lines - 1], every[lines - 1 :]
    return [*kept, Content(" ").join(rest).truncate(width, ellipsis=True)] if rest else kept
