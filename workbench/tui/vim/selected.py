"""Vim's commands on a selection, by characters or by lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from workbench.tui.vim.motions import Lines, Place
from workbench.tui.vim.objects import OBJECTS, Stretch
from workbench.tui.vim.operators import OPERATORS
from workbench.tui.vim.simple import joined, put_over, replaced
from workbench.tui.vim.state import Again, At, Mode, Shape, Step, Vim

_SHORT: Mapping[str, str] = {"x": "d", "s": "c", "~": "g~", "u": "gu", "U": "gU"}
_OF_LINES: Mapping[str, str] = {"D": "d", "X": "d", "Y": "y", "C": "c", "S": "c", "R": "c"}
"""Other keys for operators; the latter take whole lines."""


def ends(vim: Vim, lines: Lines, cursor: Place) -> tuple[Place, Place]:
    """The selection as an editor shows it, to before its end: where it began, where it moves.

    An editor's cursor stands at the latter, behind the last character or before the first.
    """
    forward = vim.anchor <= cursor
    first, last = (vim.anchor, cursor) if forward else (cursor, vim.anchor)
    if vim.mode is Mode.LINES:
        first, last = (first[0], 0), (last[0], len(lines[last[0]]))
    else:
        last = (last[0], min(last[1] + 1, len(lines[last[0]])))
    return (first, last) if forward else (last, first)


def _stretch(at: At) -> Stretch:
    """What is selected. At the end of a line, its end too."""
    start, last = sorted((at.vim.anchor, at.cursor))
    if at.vim.mode is Mode.LINES:
        return Stretch((start[0], 0), (last[0], 0), lines=True)
    row, column = last
    if column < len(at.lines[row]):
        return Stretch(start, (row, column + 1))
    end = (row + 1, 0) if row + 1 < len(at.lines) else (row, len(at.lines[row]))
    return Stretch(start, end)


def done(at: At, moved: Callable[[At], Place | None]) -> Step | None:
    """A command in one of the two modes that select.

    Args:
        moved: Where a motion goes.
    """
    name = at.command.name
    if act := _ACTS.get(name):
        return act(at)
    if name in ("i", "a"):
        return _widened(at)
    if (step := _operated(at, _stretch(at))) is not None:
        return step
    goal = moved(at)
    return at.step(goal, mode=at.vim.mode) if goal is not None else None


def _operated(at: At, stretch: Stretch) -> Step | None:
    """An operator, or what is like one, done and remembered; None where the command is none."""
    name = at.command.name
    if name in _OF_LINES:
        stretch = Stretch((stretch.start[0], 0), (_last_row(stretch), 0), lines=True)
    operator = _SHORT.get(name) or _OF_LINES.get(name) or name
    if operator in OPERATORS:
        step: Step | None = OPERATORS[operator](at, stretch)
    elif name in _LIKE_OPERATORS:
        step = _LIKE_OPERATORS[name](at, stretch)
    else:
        return None
    if step is None or not (step.changes or step.vim.mode is Mode.INSERT):
        return step
    (top, start), (bottom, end) = stretch.start, stretch.end
    shape = Shape(bottom - top, end if bottom > top else end - start, stretch.lines)
    return replace(step, vim=replace(step.vim, again=Again(at.command, shape)))


def repeated(at: At, shape: Shape) -> Step | None:
    """What was done to a selection, done to as much from the cursor on."""
    row, column = at.cursor
    bottom = min(row + shape.rows, len(at.lines) - 1)
    end = shape.columns + (0 if shape.rows else column)
    last = (bottom, min(end, len(at.lines[bottom])))
    stretch = Stretch((row, 0 if shape.lines else column), last, shape.lines)
    step = _operated(at, stretch)
    return replace(step, vim=replace(step.vim, again=at.vim.again)) if step else None


def _last_row(stretch: Stretch) -> int:
    """The last row of which anything is selected."""
    (top, _), (bottom, end) = stretch.start, stretch.end
    return bottom - (not stretch.lines and bottom > top and not end)


def _widened(at: At) -> Step | None:
    """The text object around the cursor selected."""
    find = OBJECTS.get(at.command.sign)
    found = find(at.lines, at.cursor, at.command.name == "a") if find else None
    if found is None or (found.start >= found.end and not found.lines):
        return None
    row, column = found.end
    if not found.lines and not column:
        row, column = row - 1, len(at.lines[row - 1]) + 1
    step = at.step((row, max(0, column - 1)), mode=Mode.LINES if found.lines else Mode.VISUAL)
    return replace(step, vim=replace(step.vim, anchor=found.start))


def _join(at: At, stretch: Stretch) -> Step | None:
    top = stretch.start[0]
    return joined(at, top, max(top + 1, _last_row(stretch)))


_LIKE_OPERATORS: Mapping[str, Callable[[At, Stretch], Step | None]] = {
    "J": _join,
    "p": put_over,
    "P": put_over,
    "r": replaced,
}


def _turned(at: At) -> Step:
    step = at.step(at.vim.anchor, mode=at.vim.mode)
    return replace(step, vim=replace(step.vim, anchor=at.cursor))


def _mode(mode: Mode) -> Callable[[At], Step]:
    """The other way to select; the same key again leaves it."""

    def change(at: At) -> Step:
        return at.step(at.cursor, mode=Mode.NORMAL if at.vim.mode is mode else mode)

    return change


_ACTS: Mapping[str, Callable[[At], Step]] = {
    "o": _turned,
    "v": _mode(Mode.VISUAL),
    "V": _mode(Mode.LINES),
}
