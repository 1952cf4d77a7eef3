"""What a key means: `press` says what comes of it. Pure.

Promises: a command that cannot be done changes nothing; what is changed by one command, or typed
between two modes, is one step of undo and is done again by `.`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from workbench.tui.vim import selected
from workbench.tui.vim.grammar import Command, read
from workbench.tui.vim.motions import (
    FAR,
    FIND_BACK,
    MOTIONS,
    Asked,
    Lines,
    Place,
    first_sign,
    last_column,
)
from workbench.tui.vim.objects import OBJECTS, Stretch
from workbench.tui.vim.operators import OPERATORS
from workbench.tui.vim.simple import ACTS, SHORT
from workbench.tui.vim.state import Again, At, Change, Mode, Step, Vim


def press(
    vim: Vim,
    lines: Lines,
    cursor: Place,
    key: str,
    *,
    clipboard: str = "",
    literal: Callable[[int], bool] = lambda _: False,
) -> Step:
    """What a key comes to, in any mode but that in which one types.

    Args:
        vim: What stood before it.
        lines: The text, a line each.
        cursor: Where the cursor is; in a selection, the end that moves.
        key: The character typed.
        clipboard: What p puts.
        literal: Whether a line is text, in which signs mean nothing, by its row.
    """
    keys = vim.pending + key
    command = read(keys, selecting=vim.mode.selects)
    if command is None:
        return Step(replace(vim, pending=keys), cursor)
    vim = replace(vim, pending="")
    at = At(vim, lines, cursor, command, clipboard, literal)
    step = _repeated(at) if command.name == "." else _done(at)
    return _kept(at, step or Step(vim, cursor))


def _kept(at: At, step: Step) -> Step:
    """With the column that j and k go on with, and what `;` repeats."""
    vim, name = replace(step.vim, cursor=step.cursor), at.command.name
    if name in FIND_BACK and at.command.sign:
        vim = replace(vim, found=(name, at.command.sign))
    far = FAR if name == "$" else step.cursor[1]
    wanted = _wanted(at) if name in ("j", "k") else far
    return replace(step, vim=replace(vim, wanted=wanted))


def _wanted(at: At) -> int:
    return at.vim.wanted if at.vim.cursor == at.cursor else at.cursor[1]


def _done(at: At) -> Step | None:
    """The command done; what changes the text, or begins to, is remembered for `.`."""
    if at.vim.mode.selects:
        return selected.done(at, moved)
    step = _in_normal(at)
    if step is not None and (step.changes or step.vim.mode is Mode.INSERT):
        return replace(step, vim=replace(step.vim, again=Again(at.command)))
    return step


def _in_normal(at: At) -> Step | None:
    command = at.command
    if not command.operator and command.name in SHORT:
        operator, name = SHORT[command.name]
        at = replace(at, command=replace(command, operator=operator, name=name))
    if at.command.operator:
        stretch = _stretch(at)
        return OPERATORS[at.command.operator](at, stretch) if stretch else None
    if act := ACTS.get(command.name):
        return act(at)
    return at.step(goal) if (goal := moved(at)) is not None else None


def moved(at: At) -> Place | None:
    """Where the cursor goes by a motion; None where there is no such motion, or no way."""
    if (goal := _goal(at)) is None:
        return None
    row, column = goal
    return row, min(column, last_column(at.lines[row]))


def _goal(at: At) -> Place | None:
    """The motion's goal, which may be one beyond the last character of a line."""
    name, sign, again = at.command.name, at.command.sign, False
    if name in (";", ","):
        name, sign = at.vim.found
        name, again = (FIND_BACK.get(name, "") if at.command.name == "," else name), True
    motion = MOTIONS.get(name)
    if motion is None:
        return None
    return motion.go(Asked(at.lines, at.cursor, at.command.count, sign, _wanted(at), again))


def _stretch(at: At) -> Stretch | None:
    """What an operator is to take."""
    command, row = at.command, at.cursor[0]
    if command.name == command.operator[-1]:
        bottom = min(row + at.times, len(at.lines)) - 1
        return Stretch((row, 0), (bottom, 0), lines=True)
    if command.name in ("i", "a"):
        find = OBJECTS.get(command.sign)
        return find(at.lines, at.cursor, command.name == "a") if find else None
    if command.operator == "c" and command.name in ("w", "W"):
        return _to_word_end(at)
    goal = _goal(at)
    return _between(at, goal) if goal is not None else None


def _to_word_end(at: At) -> Stretch | None:
    """cw changes as ce does, though not beyond a word of one sign; on blanks, only these."""
    (row, column), line = at.cursor, at.line
    rest = line[column:]
    if at.times == 1 and rest[:1].isspace():
        return Stretch(at.cursor, (row, column + len(rest) - len(rest.lstrip())))
    if not rest:
        return Stretch(at.cursor, at.cursor)
    name = "e" if at.command.name == "w" else "E"
    goal = MOTIONS[name].go(Asked(at.lines, (row, column - 1), at.command.count))
    return Stretch(at.cursor, (goal[0], goal[1] + 1)) if goal else None


def _between(at: At, goal: Place) -> Stretch:
    """From the cursor to where a motion went, by the kind of the motion."""
    name = at.command.name
    if name in (";", ","):
        name = at.vim.found[0] if name == ";" else FIND_BACK[at.vim.found[0]]
    start, end = sorted((at.cursor, goal))
    kind = MOTIONS[name].kind
    if kind == "lines" or (name == "%" and at.command.count):
        return Stretch((start[0], 0), (end[0], 0), lines=True)
    if kind == "inclusive":
        return Stretch(start, (end[0], min(end[1] + 1, len(at.lines[end[0]]))))
    return _short_of_next_line(at, start, end)


def _short_of_next_line(at: At, start: Place, end: Place) -> Stretch:
    """What ends where a line begins ends with the line before; from a line's start, whole lines.

    A word is sought up to the first sign of a line.
    """
    (top, column), (row, stop) = start, end
    word = at.command.name in ("w", "W")
    if row == top or at.lines[row][: stop if word else 0].strip() or (stop and not word):
        return Stretch(start, end)
    if not word and column <= first_sign(at.lines[top]):
        return Stretch((top, 0), (row - 1, 0), lines=True)
    return Stretch(start, (row - 1, len(at.lines[row - 1])))


def _repeated(at: At) -> Step | None:
    """The last change again, with what was typed then."""
    if (again := at.vim.again) is None:
        return None
    command: Command = replace(again.command, count=at.command.count or again.command.count)
    at = replace(at, command=command)
    step = selected.repeated(at, again.shape) if again.shape else _in_normal(at)
    if step is None or step.vim.mode is not Mode.INSERT:
        return step
    change = Change(step.cursor, step.cursor, again.inserted)
    row, column = change.after
    vim = replace(step.vim, mode=Mode.NORMAL)
    return replace(step, vim=vim, cursor=(row, max(0, column - 1)), changes=(*step.changes, change))


def escape(vim: Vim, lines: Lines, cursor: Place, inserted: str = "") -> Step | None:
    """Out of what was begun; None where nothing was, and the key is the app's.

    Args:
        inserted: What was typed since the mode for it began.
    """
    row, column = cursor
    if vim.mode is Mode.INSERT:
        again = replace(vim.again, inserted=inserted) if vim.again else None
        vim, cursor = replace(vim, again=again), (row, max(0, column - 1))
    elif not vim.mode.selects and not vim.pending:
        return None
    row, column = cursor
    cursor = (row, min(column, last_column(lines[row])))
    vim = replace(vim, mode=Mode.NORMAL, pending="", cursor=cursor, wanted=cursor[1])
    return Step(vim, cursor)
