"""Vim's text objects: what stands around the cursor. Pure: lines and a place in, a stretch out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.tui.vim.motions import BIG_WORD, WORD, Lines, Place, around, partner


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of the text: from `start` to before `end`, or the whole lines of both."""

    start: Place
    end: Place
    lines: bool = False


Object = Callable[[Lines, Place, bool], Stretch | None]
"""What stands around a place; True for all of it ("a"), False for what is within ("i")."""


def _word(pattern: re.Pattern[str]) -> Object:
    """A word, or the blanks between two; all of it takes the blanks behind along, or before."""
    pieces = re.compile(rf"{pattern.pattern}|\s+")

    def find(lines: Lines, place: Place, whole: bool) -> Stretch | None:
        row, column = place
        spans = [match.span() for match in pieces.finditer(lines[row])]
        at = next((n for n, (_, end) in enumerate(spans) if column < end), None)
        if at is None:
            return None
        first = last = at
        if whole:
            blank = [not lines[row][start:end].strip() for start, end in spans]
            if at + 1 < len(spans) and blank[at] != blank[at + 1]:
                last = at + 1
            elif at and blank[at - 1] and not blank[at]:
                first = at - 1
        return Stretch((row, spans[first][0]), (row, spans[last][1]))

    return find


def _quoted(sign: str) -> Object:
    """Between two quotes of a line: those around the cursor, or the next ones behind it."""
    pattern = re.compile(rf"{sign}((?:[^{sign}\\]|\\.)*){sign}")

    def find(lines: Lines, place: Place, whole: bool) -> Stretch | None:
        row, column = place
        for match in pattern.finditer(lines[row]):
            if column < match.end():
                start, end = match.span(0 if whole else 1)
                if whole:  # and the blanks behind it
                    end += len(lines[row][end:]) - len(lines[row][end:].lstrip())
                return Stretch((row, start), (row, end))
        return None

    return find


def _bracketed(opening: str) -> Object:
    """Between the brackets around the cursor, over lines where need be."""

    def find(lines: Lines, place: Place, whole: bool) -> Stretch | None:
        start = around(lines, place, opening)
        end = partner(lines, start) if start else None
        if start is None or end is None:
            return None
        if whole:
            return Stretch(start, (end[0], end[1] + 1))
        return Stretch((start[0], start[1] + 1), end)

    return find


def _paragraph(lines: Lines, place: Place, whole: bool) -> Stretch | None:
    """Lines up to a blank one; all of it takes the blank ones behind along, or before."""
    row = place[0]
    blank = not lines[row].strip()

    def run(at: int, by: int, blank: bool) -> int:
        while 0 <= at + by < len(lines) and (not lines[at + by].strip()) == blank:
            at += by
        return at

    top, bottom = run(row, -1, blank), run(row, 1, blank)
    if whole:
        further = run(bottom, 1, not blank)
        if further == bottom and not blank:
            top = run(top, -1, True)
        bottom = further
    return Stretch((top, 0), (bottom, 0), lines=True)


_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)[^<>\n]*?(/?)>")


def _tagged(lines: Lines, place: Place, whole: bool) -> Stretch | None:
    """Between the tags around the cursor: the innermost that hold it."""
    open_ones: list[tuple[str, Place, Place]] = []
    for row, line in enumerate(lines):
        for match in _TAG.finditer(line):
            closes, name, empty = match.groups()
            start, end = (row, match.start()), (row, match.end())
            if empty:
                continue
            if not closes:
                open_ones.append((name, start, end))
                continue
            mine = [at for at, (other, *_) in enumerate(open_ones) if other == name]
            if not mine:
                continue
            _, first, inner = open_ones[mine[-1]]
            del open_ones[mine[-1] :]
            if first <= place < end:
                return Stretch(first, end) if whole else Stretch(inner, start)
    return None


_ROUND, _SQUARE, _CURLY = map(_bracketed, "([{")

OBJECTS: Mapping[str, Object] = {
    "w": _word(WORD),
    "W": _word(BIG_WORD),
    "p": _paragraph,
    "t": _tagged,
    **{sign: _quoted(sign) for sign in "\"'`"},
    **dict.fromkeys("()b", _ROUND),
    **dict.fromkeys("[]", _SQUARE),
    **dict.fromkeys("{}B", _CURLY),
}
"""Every object by the sign behind its i or a."""
