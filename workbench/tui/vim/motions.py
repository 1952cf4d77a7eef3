"""Where vim's motions go. Pure: lines and a place in, a place out, None where there is no way.

Rows and columns count from 0. A column is at most that of the last character, but where a word
is sought with an operator, or a line is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Lines = Sequence[str]
Place = tuple[int, int]
Kind = Literal["exclusive", "inclusive", "lines"]
"""Whether an operator takes the character at the motion's end, or whole lines."""

FAR = 1 << 30
"""The column of the end of any line."""
WORD, BIG_WORD = re.compile(r"\w+|[^\w\s]+"), re.compile(r"\S+")
BRACKETS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {closing: opening for opening, closing in BRACKETS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """A motion as it is asked for.

    Args:
        lines: The text.
        place: Where the cursor is.
        count: The number typed before it; None for none.
        sign: The character that f, F, t and T look for.
        wanted: The column that j and k keep to.
        again: Whether ; or , repeats it: then t and T leave the character beside them out.
    """

    lines: Lines
    place: Place
    count: int | None = None
    sign: str = ""
    wanted: int = 0
    again: bool = False

    @property
    def times(self) -> int:
        return self.count or 1

    @property
    def line(self) -> str:
        return self.lines[self.place[0]]


@dataclass(frozen=True, slots=True)
class Motion:
    """Where it goes, and what an operator takes of the way."""

    go: Callable[[Asked], Place | None]
    kind: Kind = "exclusive"


def last_column(line: str) -> int:
    """The column of the last character of a line; 0 where it is empty."""
    return max(0, len(line) - 1)


def first_sign(line: str) -> int:
    """The column of the first character that is no blank; in a blank line, of the last."""
    return min(len(line) - len(line.lstrip()), last_column(line))


def _left(asked: Asked) -> Place | None:
    row, column = asked.place
    return (row, max(0, column - asked.times)) if column else None


def _right(asked: Asked) -> Place | None:
    """One beyond the last character is there for operators; a cursor is held back later."""
    row, column = asked.place
    end = len(asked.line)
    return (row, min(end, column + asked.times)) if column < end else None


def _rows(by: int, *, to_sign: bool = False) -> Callable[[Asked], Place | None]:
    """So many rows down or up; not at all where there are too few, as in vim."""

    def go(asked: Asked) -> Place | None:
        row = asked.place[0]
        goal = max(0, min(row + by * asked.times, len(asked.lines) - 1))
        if goal == row:
            return None
        line = asked.lines[goal]
        return goal, first_sign(line) if to_sign else min(asked.wanted, last_column(line))

    return go


def _line_of(default: int) -> Callable[[Asked], Place | None]:
    """To the line whose number was typed."""

    def go(asked: Asked) -> Place | None:
        last = len(asked.lines) - 1
        row = min(asked.count - 1, last) if asked.count else min(default, last)
        return row, first_sign(asked.lines[row])

    return go


def _line_end(asked: Asked) -> Place | None:
    row = min(asked.place[0] + asked.times - 1, len(asked.lines) - 1)
    return row, last_column(asked.lines[row])


def word_starts(lines: Lines, place: Place, pattern: re.Pattern[str]) -> Iterator[Place]:
    """Where words begin behind a place; an empty line is one."""
    row, column = place
    for at in range(row, len(lines)):
        if not lines[at] and at > row:
            yield at, 0
        for match in pattern.finditer(lines[at]):
            if at > row or match.start() > column:
                yield at, match.start()


def _starts_before(lines: Lines, place: Place, pattern: re.Pattern[str]) -> Iterator[Place]:
    row, column = place
    for at in range(row, -1, -1):
        if not lines[at] and at < row:
            yield at, 0
        for match in reversed([*pattern.finditer(lines[at])]):
            if at < row or match.start() < column:
                yield at, match.start()


def word_ends(lines: Lines, place: Place, pattern: re.Pattern[str]) -> Iterator[Place]:
    """The last characters of words behind a place."""
    row, column = place
    for at in range(row, len(lines)):
        for match in pattern.finditer(lines[at]):
            if at > row or match.end() - 1 > column:
                yield at, match.end() - 1


def _nth(found: Iterator[Place], times: int, beyond: Place, here: Place) -> Place | None:
    """The so-manieth; where there are fewer, the end of the text."""
    place = beyond
    for _ in range(times):
        place = next(found, beyond)
    return place if place != here else None


def _word(pattern: re.Pattern[str]) -> Callable[[Asked], Place | None]:
    def go(asked: Asked) -> Place | None:
        beyond = (len(asked.lines) - 1, len(asked.lines[-1]))
        found = word_starts(asked.lines, asked.place, pattern)
        return _nth(found, asked.times, beyond, asked.place)

    return go


def _word_back(pattern: re.Pattern[str]) -> Callable[[Asked], Place | None]:
    def go(asked: Asked) -> Place | None:
        found = _starts_before(asked.lines, asked.place, pattern)
        return _nth(found, asked.times, (0, 0), asked.place)

    return go


def _word_end(pattern: re.Pattern[str]) -> Callable[[Asked], Place | None]:
    def go(asked: Asked) -> Place | None:
        beyond = (len(asked.lines) - 1, last_column(asked.lines[-1]))
        found = word_ends(asked.lines, asked.place, pattern)
        return _nth(found, asked.times, beyond, asked.place)

    return go


def _sign(by: int, short: int) -> Callable[[Asked], Place | None]:
    """To a character of the line, or up to it."""

    def go(asked: Asked) -> Place | None:
        row, column = asked.place
        at = column + (by * short if asked.again else 0)
        for _ in range(asked.times):
            line = asked.line
            at = line.find(asked.sign, at + 1) if by > 0 else line.rfind(asked.sign, 0, max(0, at))
            if at < 0:
                return None
        return row, at - by * short

    return go


def _paragraph(by: int) -> Callable[[Asked], Place | None]:
    """To the next blank line, or the one before; else to the end of the text."""

    def go(asked: Asked) -> Place | None:
        lines, row = asked.lines, asked.place[0]
        last = len(lines) - 1 if by > 0 else 0
        for _ in range(asked.times):
            while row != last and not lines[row].strip():
                row += by
            while row != last and lines[row].strip():
                row += by
        column = len(lines[row]) if by > 0 and lines[row].strip() else 0
        return (row, column) if (row, column) != asked.place else None

    return go


def partner(lines: Lines, place: Place) -> Place | None:
    """The bracket that belongs to the one at a place."""
    sign = lines[place[0]][place[1] : place[1] + 1]
    by = 1 if sign in BRACKETS else -1
    other = BRACKETS.get(sign) or _CLOSING.get(sign)
    if not sign or other is None:
        return None
    depth = 0
    for at, found in _signs(lines, place, sign + other, by):
        depth += 1 if found == sign else -1
        if not depth:
            return at
    return None


def around(lines: Lines, place: Place, opening: str) -> Place | None:
    """The opening bracket around a place, or on it."""
    closing, inner = BRACKETS[opening], 0
    for at, found in _signs(lines, place, opening + closing, -1):
        if found == opening and not inner:
            return at
        if at != place:
            inner += 1 if found == closing else -1
    return None


def _signs(lines: Lines, place: Place, signs: str, by: int) -> Iterator[tuple[Place, str]]:
    """Every one of these characters from a place on, itself included, forwards or backwards."""
    pattern, (row, column) = re.compile(f"[{re.escape(signs)}]"), place
    while 0 <= row < len(lines):
        found = [*pattern.finditer(lines[row])]
        for match in found if by > 0 else reversed(found):
            if row != place[0] or (match.start() - column) * by >= 0:
                yield (row, match.start()), match[0]
        row += by


def _percent(asked: Asked) -> Place | None:
    """From the first bracket at the cursor or behind it to its partner; or so far into the text."""
    row, column = asked.place
    if asked.count:
        goal = max(0, -(-min(asked.count, 100) * len(asked.lines) // 100) - 1)
        return goal, first_sign(asked.lines[goal])
    match = re.compile(r"[()\[\]{}]").search(asked.line, column)
    return partner(asked.lines, (row, match.start())) if match else None


MOTIONS: Mapping[str, Motion] = {
    "h": Motion(_left),
    "l": Motion(_right),
    " ": Motion(_right),
    "j": Motion(_rows(1), "lines"),
    "k": Motion(_rows(-1), "lines"),
    "+": Motion(_rows(1, to_sign=True), "lines"),
    "\n": Motion(_rows(1, to_sign=True), "lines"),
    "-": Motion(_rows(-1, to_sign=True), "lines"),
    "w": Motion(_word(WORD)),
    "W": Motion(_word(BIG_WORD)),
    "b": Motion(_word_back(WORD)),
    "B": Motion(_word_back(BIG_WORD)),
    "e": Motion(_word_end(WORD), "inclusive"),
    "E": Motion(_word_end(BIG_WORD), "inclusive"),
    "0": Motion(lambda asked: (asked.place[0], 0)),
    "^": Motion(lambda asked: (asked.place[0], first_sign(asked.line))),
    "$": Motion(_line_end, "inclusive"),
    "gg": Motion(_line_of(0), "lines"),
    "G": Motion(_line_of(FAR), "lines"),
    "f": Motion(_sign(1, 0), "inclusive"),
    "t": Motion(_sign(1, 1), "inclusive"),
    "F": Motion(_sign(-1, 0)),
    "T": Motion(_sign(-1, 1)),
    "{": Motion(_paragraph(-1)),
    "}": Motion(_paragraph(1)),
    "%": Motion(_percent, "inclusive"),
}
"""Every motion by its keys. ; and , are those of f, F, t and T again."""
FIND_BACK = {"f": "F", "F": "f", "t": "T", "T": "t"}
