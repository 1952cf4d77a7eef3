"""Vim's commands of one key that neither move nor wait for a motion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.tui import edits
from workbench.tui.vim.motions import Place, first_sign
from workbench.tui.vim.objects import Stretch
from workbench.tui.vim.operators import OPERATORS
from workbench.tui.vim.state import Act, At, Change, Mode, Step

_MOST_PUT = 10_000_000
"""Characters that p puts at most, with its count."""


def _insert(at: At) -> Step:
    return at.step(at.cursor, mode=Mode.INSERT)


def _append(at: At) -> Step:
    row, column = at.cursor
    return at.step((row, min(column + 1, len(at.line))), mode=Mode.INSERT)


def _insert_first(at: At) -> Step:
    return at.step((at.cursor[0], len(_indent(at.line))), mode=Mode.INSERT)


def _append_last(at: At) -> Step:
    return at.step((at.cursor[0], len(at.line)), mode=Mode.INSERT)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _open_below(at: At) -> Step:
    """A new line below, indented as Enter would have it."""
    row, line = at.cursor[0], at.line
    indent = edits.indent_after(line, literal=at.literal(row)) if line.strip() else line
    end = (row, len(line))
    change = Change(end, end, f"\n{indent}")
    return at.step((row + 1, len(indent)), change, mode=Mode.INSERT)


def _open_above(at: At) -> Step:
    row, indent = at.cursor[0], _indent(at.line)
    change = Change((row, 0), (row, 0), f"{indent}\n")
    return at.step((row, len(indent)), change, mode=Mode.INSERT)


def _replace(at: At) -> Step | None:
    """Other characters in place of as many; Enter breaks the line there."""
    (row, column), sign = at.cursor, at.command.sign
    end = column + at.times
    if end > len(at.line):
        return None
    change = Change((row, column), (row, end), sign if sign == "\n" else sign * at.times)
    return at.step((row + 1, 0) if sign == "\n" else (row, end - 1), change)


def _swap_case(at: At) -> Step | None:
    row, column = at.cursor
    end = min(column + at.times, len(at.line))
    if end == column:
        return None
    change = Change((row, column), (row, end), at.line[column:end].swapcase())
    return at.step((row, min(end, len(at.line) - 1)), change)


def _join(at: At) -> Step | None:
    """This line and those below as one."""
    return joined(at, at.cursor[0], at.cursor[0] + max(2, at.times) - 1)


def joined(at: At, top: int, bottom: int) -> Step | None:
    """These lines as one, a blank between them where none is."""
    bottom = min(bottom, len(at.lines) - 1)
    if bottom <= top:
        return None
    line = before = at.lines[top]
    for further in at.lines[top + 1 : bottom + 1]:
        before, rest = line, further.lstrip()
        glue = "" if not rest or not line or line[-1].isspace() or rest[0] == ")" else " "
        line += glue + rest
    column = max(0, min(len(before), len(line) - 1))
    change = Change((top, 0), (bottom, len(at.lines[bottom])), line)
    return at.step((top, column), change)


def _clipboard(at: At) -> tuple[str, bool] | None:
    """What is to be put, and whether it is whole lines."""
    text = at.clipboard.replace("\r\n", "\n").replace("\r", "\n")
    if not text or len(text) * at.times > _MOST_PUT:
        return None
    lines = text.endswith("\n")
    text *= at.times
    return (text[:-1], True) if lines else (text, False)


def _put(*, behind: bool) -> Act:
    def put(at: At) -> Step | None:
        if (found := _clipboard(at)) is None:
            return None
        (text, lines), (row, column) = found, at.cursor
        if not lines:
            start = (row, min(column + behind, len(at.line)))
            change = Change(start, start, text)
            end = change.after
            return at.step(start if "\n" in text else (row, max(0, end[1] - 1)), change)
        first = first_sign(text.partition("\n")[0])
        if behind:
            end = (row, len(at.line))
            return at.step((row + 1, first), Change(end, end, f"\n{text}"))
        return at.step((row, first), Change((row, 0), (row, 0), f"{text}\n"))

    return put


def put_over(at: At, stretch: Stretch) -> Step | None:
    """The clipboard in place of a selection, which it takes up instead."""
    if (found := _clipboard(at)) is None:
        return None
    text, lines = found
    start, end = stretch.start, stretch.end
    if stretch.lines:
        end = (end[0], len(at.lines[end[0]]))
    elif lines:
        text = f"\n{text}\n"
    change = Change(start, end, text)
    row, column = change.after
    cursor: Place = start if "\n" in text else (row, max(0, column - 1))
    return at.step(cursor, change, copied=at.text_of(stretch))


def replaced(at: At, stretch: Stretch) -> Step:
    """Every character of a selection another one; line ends stay."""
    case = {ord(sign): at.command.sign for sign in set(at.text_of(stretch)) - {"\n"}}
    taken = replace(stretch, lines=False)
    if stretch.lines:
        bottom = stretch.end[0]
        taken = Stretch((stretch.start[0], 0), (bottom, len(at.lines[bottom])))
    text = at.text_of(taken).translate(case)
    return at.step(taken.start, Change(taken.start, taken.end, text))


def _select(mode: Mode) -> Act:
    def select(at: At) -> Step:
        step = at.step(at.cursor, mode=mode)
        return replace(step, vim=replace(step.vim, anchor=at.cursor))

    return select


def _wish(name: str) -> Act:
    def wish(at: At) -> Step:
        return replace(at.step(at.cursor), wish=name, times=at.times)

    return wish


ACTS: Mapping[str, Act] = {
    "i": _insert,
    "a": _append,
    "I": _insert_first,
    "A": _append_last,
    "o": _open_below,
    "O": _open_above,
    "r": _replace,
    "~": _swap_case,
    "J": _join,
    "p": _put(behind=True),
    "P": _put(behind=False),
    "v": _select(Mode.VISUAL),
    "V": _select(Mode.LINES),
    "u": _wish("undo"),
    "U": _wish("redo"),
    "/": _wish("find"),
    "n": _wish("find_on"),
    "N": _wish("find_back"),
    "*": _wish("find_word"),
    ":": _wish("line"),
}
"""Every such command by its key."""
SHORT: Mapping[str, tuple[str, str]] = {
    "x": ("d", "l"),
    "X": ("d", "h"),
    "s": ("c", "l"),
    "S": ("c", "c"),
    "D": ("d", "$"),
    "C": ("c", "$"),
    "Y": ("y", "y"),
}
"""Commands that are others written short: operator and motion."""
assert OPERATORS.keys().isdisjoint({*ACTS, *SHORT})
