"""Vim's operators: what is done to a stretch of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workbench.tui import edits
from workbench.tui.vim.motions import Place, first_sign, last_column
from workbench.tui.vim.objects import Stretch
from workbench.tui.vim.state import At, Change, Mode, Step

Operator = Callable[[At, Stretch], Step]


def _delete(at: At, stretch: Stretch) -> Step:
    if stretch.lines:
        return _delete_lines(at, stretch)
    (row, start), (bottom, end) = stretch.start, stretch.end
    left = start + len(at.lines[bottom]) - end
    cursor = (row, max(0, min(start, left - 1)))
    return at.step(cursor, Change(*_ends(stretch)), copied=at.text_of(stretch))


def _delete_lines(at: At, stretch: Stretch) -> Step:
    top, bottom, lines = stretch.start[0], stretch.end[0], at.lines
    if bottom + 1 < len(lines):
        change = Change((top, 0), (bottom + 1, 0))
        cursor = (top, first_sign(lines[bottom + 1]))
    elif top:
        change = Change((top - 1, len(lines[top - 1])), (bottom, len(lines[bottom])))
        cursor = (top - 1, first_sign(lines[top - 1]))
    else:
        change, cursor = Change((0, 0), (bottom, len(lines[bottom]))), (0, 0)
    return at.step(cursor, change, copied=at.text_of(stretch))


def _change(at: At, stretch: Stretch) -> Step:
    """Whole lines leave their indent behind."""
    start, end = _ends(stretch)
    if stretch.lines:
        (top, bottom), lines = (start[0], end[0]), at.lines
        start = (top, len(lines[top]) - len(lines[top].lstrip()))
        end = (bottom, len(lines[bottom]))
    change = Change(start, end)
    return at.step(start, change, mode=Mode.INSERT, copied=at.text_of(stretch))


def _yank(at: At, stretch: Stretch) -> Step:
    cursor = stretch.start
    if stretch.lines:
        row = stretch.start[0]
        cursor = (row, min(at.cursor[1], last_column(at.lines[row])))
    return at.step(cursor, copied=at.text_of(stretch))


def _shift(by: Callable[[Sequence[str]], list[str]]) -> Operator:
    """Lines a level in or out; of a selection as often as the count says."""

    def operate(at: At, stretch: Stretch) -> Step:
        top, bottom = stretch.start[0], stretch.end[0]
        if not stretch.lines and bottom > top and not stretch.end[1]:
            bottom -= 1
        lines = list(at.lines[top : bottom + 1])
        for _ in range(at.times if at.vim.mode.selects else 1):
            lines = by(lines)
        change = Change((top, 0), (bottom, len(at.lines[bottom])), "\n".join(lines))
        return at.step((top, first_sign(lines[0])), change)

    return operate


def _cased(case: Callable[[str], str]) -> Operator:
    def operate(at: At, stretch: Stretch) -> Step:
        text = case(at.text_of(stretch))
        if stretch.lines:
            bottom = stretch.end[0]
            start, end = (stretch.start[0], 0), (bottom, len(at.lines[bottom]))
            return at.step(start, Change(start, end, text[:-1]))
        return at.step(stretch.start, Change(*_ends(stretch), text))

    return operate


def _ends(stretch: Stretch) -> tuple[Place, Place]:
    return stretch.start, stretch.end


OPERATORS: Mapping[str, Operator] = {
    "d": _delete,
    "c": _change,
    "y": _yank,
    ">": _shift(edits.indented),
    "<": _shift(edits.dedented),
    "gu": _cased(str.lower),
    "gU": _cased(str.upper),
    "g~": _cased(str.swapcase),
}
"""Every operator by its keys."""
