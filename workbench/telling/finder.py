"""Words looked for in text that grows: what has been looked through is not looked through again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from workbench.telling.flow import Line

Match = tuple[int, int, int]
"""Where the words stand: index of the line, start and end in its shown text."""


class Finder:
    """Finds `words` in lines, without regard to case unless some of them are capitals."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.matches: list[Match] = []
        """In the order of the text; none overlaps another."""
        plain_case = words == words.lower()
        self._pattern = re.compile(re.escape(words), re.IGNORECASE if plain_case else 0)
        self._line = self._at = 0  # how far it has looked

    def look(self, lines: Sequence[Line]) -> list[Match]:
        """Look on from where it stopped; gives the matches that are new.

        A match across that place is found too; one line may grow while others wait below it.
        """
        if not self.words:
            return []
        new: list[Match] = []
        for index in range(self._line, len(lines)):
            start = self._at if index == self._line else 0
            found = self._pattern.finditer(lines[index].text, start)
            new += ((index, *match.span()) for match in found)
        last = len(lines) - 1
        # All of a match but its last character may stand at the end already.
        places = [0, len(lines[last].text) - len(self.words) + 1]
        if last == self._line:
            places.append(self._at)
        if new and new[-1][0] == last:
            places.append(new[-1][2])
        self._line, self._at = last, max(places)
        self.matches += new
        return new

    def within(self, line: int, start: int, end: int) -> list[int]:
        """Which matches touch the shown text of `line` from `start` to `end`."""
        at = bisect_left(self.matches, (line, start, 0))
        if at and self.matches[at - 1][0] == line and self.matches[at - 1][2] > start:
            at -= 1
        touching = []
        for index in range(at, len(self.matches)):
            where, first, _ = self.matches[index]
            if where != line or first >= end:
                break
            touching.append(index)
        return touching

    def after(self, line: int, offset: int) -> int | None:
        """The first match at or after a place, or else the first of all; None where there is none.

        Args:
            line: Index of the place's line.
            offset: Where in its shown text.
        """
        if not self.matches:
            return None
        return bisect_left(self.matches, (line, offset, 0)) % len(self.matches)
