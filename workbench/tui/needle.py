"""What is looked for in a text: where it stands, and what it becomes. Pure: lines in, spots out.

Promises: lines are looked at one by one, so a column is a column of its line; what is empty is
never found; a replaced text is the old one but for what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

MOST = 10_000
"""So many are counted and walked through; more are marked and replaced all the same."""

Spot = tuple[int, int, int]
"""A line (from 0), and the columns where what was found begins and ends."""

_LINE = re.compile(r"\s*(\d{1,9})\s*(?:[:,]\s*(\d{1,9}))?\s*")


@dataclass(frozen=True)
class Needle:
    """What is looked for, and how.

    Args:
        text: The words, or the regular expression.
        case: Whether capitals differ from small letters.
        regex: Whether `text` is a regular expression, as Python knows them.
    """

    text: str
    case: bool = False
    regex: bool = False

    @cached_property
    def problem(self) -> str:
        """What is wrong with it, in a line; empty where nothing is."""
        try:
            re.compile(self.text if self.regex else "")
        except re.error as error:
            return f"{error.msg}, at {error.pos + 1}" if error.pos is not None else error.msg
        except (OverflowError, RecursionError):
            return "too large"
        return ""

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """As a regular expression; None where there is nothing to look for."""
        if not self.text or self.problem:
            return None
        flags = re.NOFLAG if self.case else re.IGNORECASE
        return re.compile(self.text if self.regex else re.escape(self.text), flags)

    def spots(self, lines: Sequence[str]) -> list[Spot]:
        """Where it stands, from the top; the first `MOST`."""
        found: list[Spot] = []
        if (pattern := self.pattern) is None:
            return found
        for row, line in enumerate(lines):
            found += ((row, *match.span()) for match in hits(pattern, line))
            if len(found) >= MOST:
                return found[:MOST]
        return found

    def replaced(self, line: str, by: str, start: int | None = None) -> tuple[str, int]:
        """The line with what is found put right, and how often that was.

        Args:
            by: What comes in its place; with a regular expression, groups as \\1 or \\g<name>.
            start: Only what is found at this column.

        Raises:
            ValueError: `by` names a group that there is none of, or ends in a backslash.
        """
        pattern = self.pattern
        if pattern is None:
            return line, 0
        parts, end, times = [], 0, 0
        for match in hits(pattern, line):
            if start in (None, match.start()):
                parts += [line[end : match.start()], self._put(match, by)]
                end, times = match.end(), times + 1
        return "".join((*parts, line[end:])), times

    def _put(self, match: re.Match[str], by: str) -> str:
        if not self.regex:
            return by
        try:
            return match.expand(by)
        except (re.error, IndexError) as error:
            raise ValueError(str(error)) from error


def hits(pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """What is found in a line, but for what is empty."""
    return (match for match in pattern.finditer(line) if match.end() > match.start())


def nearest(spots: Sequence[Spot], row: int, column: int, step: int) -> int | None:
    """Which spot comes next from a place (step 1), or came before it (-1); round at the ends.

    With 0 the one that begins there, or the next.
    """
    if not spots:
        return None
    here = (row, column)
    if step < 0:
        before = [at for at, spot in enumerate(spots) if spot[:2] < here]
        return before[-1] if before else len(spots) - 1
    for at, spot in enumerate(spots):
        if spot[:2] > here or (step == 0 and spot[:2] == here):
            return at
    return 0


def place_in(words: str) -> tuple[int, int] | None:
    """Line and column, from 1, of `LINE` or `LINE:COLUMN`; None where it is neither."""
    match = _LINE.fullmatch(words)
    if match is None:
        return None
    return max(1, int(match[1])), max(1, int(match[2] or 1))
