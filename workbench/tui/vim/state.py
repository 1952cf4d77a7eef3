"""What stands between two keys, and what one key comes to. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.tui.vim.grammar import Command
from workbench.tui.vim.motions import Lines, Place
from workbench.tui.vim.objects import Stretch


class Mode(StrEnum):
    """The modes, as they are shown: words of one length, so that nothing moves beside them."""

    NORMAL = "NORMAL"
    INSERT = "INSERT"
    VISUAL = "VISUAL"
    LINES = "V-LINE"

    @property
    def selects(self) -> bool:
        return self in (Mode.VISUAL, Mode.LINES)


@dataclass(frozen=True, slots=True)
class Change:
    """Put `text` where `start` to before `end` stood."""

    start: Place
    end: Place
    text: str = ""

    @property
    def after(self) -> Place:
        """The place behind the new text."""
        rows = self.text.count("\n")
        column = len(self.text) - self.text.rfind("\n") - 1
        return self.start[0] + rows, column + (0 if rows else self.start[1])


@dataclass(frozen=True, slots=True)
class Shape:
    """How much a visual command took, for `.`: further rows, columns of the last, whole lines."""

    rows: int
    columns: int
    lines: bool


@dataclass(frozen=True, slots=True)
class Again:
    """What `.` does: a command, what it was done to, and what was typed then."""

    command: Command
    shape: Shape | None = None
    inserted: str = ""


@dataclass(frozen=True, slots=True)
class Vim:
    """What stands between two keys.

    Args:
        mode: The mode.
        pending: Keys of a command that wants more of them.
        cursor: Where the last key left the cursor; in a selection, its end that moves.
        anchor: Where the selection began.
        wanted: The column that j and k keep to while the cursor is there.
        found: f, F, t or T, and the character that it looked for last.
        again: What `.` does.
    """

    mode: Mode = Mode.NORMAL
    pending: str = ""
    cursor: Place = (0, 0)
    anchor: Place = (0, 0)
    wanted: int = 0
    found: tuple[str, str] = ("", "")
    again: Again | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a key comes to.

    Args:
        vim: What stands after it.
        cursor: Where the cursor is then.
        changes: What is changed, one after the other; together one step of undo.
        copied: What goes to the clipboard. Whole lines end with a line feed.
        wish: What the editor is asked to do: undo, redo, find, find_on, find_back, find_word, line.
        times: How often.
    """

    vim: Vim
    cursor: Place
    changes: tuple[Change, ...] = ()
    copied: str | None = None
    wish: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class At:
    """All that a command is told.

    Args:
        vim: What stood before it.
        lines: The text.
        cursor: Where the cursor is; in a selection, the end that moves.
        command: The command.
        clipboard: What p puts.
        literal: Whether a line is text, in which signs mean nothing, by its row.
    """

    vim: Vim
    lines: Lines
    cursor: Place
    command: Command
    clipboard: str = ""
    literal: Callable[[int], bool] = lambda _: False

    @property
    def line(self) -> str:
        return self.lines[self.cursor[0]]

    @property
    def times(self) -> int:
        return self.command.count or 1

    def step(
        self, cursor: Place, *changes: Change, mode: Mode = Mode.NORMAL, copied: str | None = None
    ) -> Step:
        """What comes of it, in a mode."""
        return Step(replace(self.vim, mode=mode), cursor, changes, copied)

    def text_of(self, stretch: Stretch) -> str:
        """What stands there; whole lines end with a line feed."""
        (top, start), (bottom, end) = stretch.start, stretch.end
        if stretch.lines:
            return "".join(f"{line}\n" for line in self.lines[top : bottom + 1])
        if top == bottom:
            return self.lines[top][start:end]
        between = self.lines[top + 1 : bottom]
        return "\n".join((self.lines[top][start:], *between, self.lines[bottom][:end]))


Act = Callable[[At], Step | None]
"""What a command does; None where it cannot."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where text is being typed, so that it can be told from what was there."""

    start: Place
    rows_below: int
    head: str
    tail: str

    @classmethod
    def at(cls, lines: Lines, place: Place) -> Insertion:
        """Typing begins here."""
        row, column = place
        line = lines[row]
        return cls(place, len(lines) - row - 1, line[:column], line[column:])

    def text(self, lines: Lines) -> str:
        """What was typed; empty where it was not in one place."""
        row, column = self.start
        last = len(lines) - self.rows_below - 1
        if last < row or not lines[row].startswith(self.head):
            return ""
        if not lines[last].endswith(self.tail):
            return ""
        end = len(lines[last]) - len(self.tail)
        if last == row:
            return lines[row][column:end] if end >= column else ""
        return "\n".join((lines[row][column:], *lines[row + 1 : last], lines[last][:end]))
