"""Text that only grows, wrapped as it grows: what a streaming pane is made of.

Pure, no Textual. An append wraps again from the last row only, so that a delta costs the same at
the end of a long answer as at its start. Widths are counted per character, as Rich counts them;
`plain` has taken out the few characters for which that would be wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.cells import get_character_cell_size

from workbench.telling.plain import LOOKS_BACK, oddities

TAB = 4
"""Cells from one tab stop to the next."""

NARROWEST = 2
"""The least width to wrap at: one wide character."""

HANGING = "bullet"
"""The kind of text that the other rows of a line are set in by, where the line begins with it."""

_NOT_SINGLE = re.compile(
    "[^ -~\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0391-\u03a1\u03a3-\u0482"
    "\u2010-\u2027\u2030-\u205e\u2190-\u2199\u2500-\u25fc\u2800-\u28ff]"
)
_TAB_OR_NEWLINE = re.compile("[\t\n]")

Row = tuple[int, int, int]
"""One wrapped row: index of its line, where in the shown line it starts, where it ends."""


@dataclass(slots=True)
class Line:
    """One line as it came, before wrapping: the shown text, and what differs from the raw.

    Args:
        text: What is shown, tabs expanded, controls made visible.
        kinds: Where each kind of text begins in it.
        edits: Where what is shown is not what came: start, end (in `text`), what came.
        hang: By how many cells all rows but its first are set in.
    """

    text: str = ""
    kinds: list[tuple[int, str]] = field(default_factory=list)
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    hang: int = 0

    def raw(self, start: int = 0, end: int | None = None) -> str:
        """What came, for the part of the shown text from `start` to `end`."""
        end = len(self.text) if end is None else min(end, len(self.text))
        parts: list[str] = []
        done = start
        for first, last, came in self.edits:
            if first >= start and start < last <= end:
                parts += (self.text[done:first], came)
                done = last
        return "".join((*parts, self.text[done:end]))

    def pieces(self, start: int, end: int) -> Iterator[tuple[str, str]]:
        """The shown text from `start` to `end` as (kind, text), split where the kind changes."""
        if start >= end:
            return
        if len(self.kinds) == 1:
            yield self.kinds[0][1], self.text[start:end]
            return
        first = max(0, bisect_right(self.kinds, start, key=lambda mark: mark[0]) - 1)
        marks = self.kinds[first:]
        for (begins, kind), (ends, _) in zip(marks, (*marks[1:], (end, "")), strict=False):
            if piece := self.text[max(begins, start) : min(ends, end)]:
                yield kind, piece


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a flow had come: counts of lines, rows, and of what its last line had."""

    lines: int
    rows: int
    length: int
    kinds: int
    edits: int
    came: int
    before: str
    cells: int


class Flow:
    """Append-only text of several kinds, wrapped to `width` cells, or a row a line."""

    def __init__(self, width: int = 80) -> None:
        self.width = max(width, NARROWEST)
        self.wraps = True
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.lines = [Line()]
        self.rows: list[Row] = [(0, 0, 0)]
        self._came: list[str] = []
        self._before = ""
        self._cells = 0  # of the last line
        self._new: list[str] = []  # what this append adds to the last line
        self._length = 0  # of the last line, what is new included

    @property
    def text(self) -> str:
        """All that was appended, as it came."""
        if len(self._came) > 1:
            self._came = ["".join(self._came)]
        return self._came[0] if self._came else ""

    @property
    def empty(self) -> bool:
        """Whether nothing was appended yet."""
        return not self._came

    def append(self, kind: str, text: str) -> int:
        """Add `text`; gives the index of the first row that may look different now."""
        if not text:
            return len(self.rows)
        line, start, _ = self.rows[-1]
        first = len(self.rows) - 1
        self._came.append(text)
        self._take_in(kind, text)
        self._put()
        del self.rows[first:]
        self._wrap_from(line, start)
        return first

    def mark(self) -> Mark:
        """Where it stands, to be had again by `until`; not once it was wrapped anew or cleared."""
        last = self.lines[-1]
        counts = (len(self.lines), len(self.rows), len(last.text), len(last.kinds), len(last.edits))
        return Mark(*counts, len(self.text), self._before, self._cells)

    def until(self, mark: Mark) -> Flow:
        """Another flow, as this one stood at a mark; nothing but its last row is wrapped."""
        flow = Flow(self.width)
        flow.wraps = self.wraps
        last = self.lines[mark.lines - 1]
        cut = Line(
            last.text[: mark.length], last.kinds[: mark.kinds], last.edits[: mark.edits], last.hang
        )
        flow.lines = [*self.lines[: mark.lines - 1], cut]
        line, start, _ = self.rows[mark.rows - 1]
        flow.rows = self.rows[: mark.rows - 1]
        flow._wrap_from(line, start)
        flow._came = [self.text[: mark.came]] if mark.came else []
        flow._before, flow._cells, flow._length = mark.before, mark.cells, mark.length
        return flow

    def rewrap(self, width: int, *, wraps: bool = True) -> None:
        """Wrap everything again, to another width; or nothing at all."""
        self.width, self.wraps = max(width, NARROWEST), wraps
        self.rows = []
        self._wrap_from(0, 0)

    @property
    def reach(self) -> int:
        """How many cells the widest row takes; asked where lines are not wrapped."""
        return max(cells_of(self.lines[line].text[start:end]) for line, start, end in self.rows)

    def row_at(self, line: int, offset: int) -> int:
        """The index of the row that shows the character at `offset` of `line`."""
        return max(0, bisect_right(self.rows, (line, offset, len(self.lines[line].text))) - 1)

    def _wrap_from(self, line: int, start: int) -> None:
        for index in range(line, len(self.lines)):
            one = self.lines[index]
            if not self.wraps:
                self.rows.append((index, 0, len(one.text)))
                continue
            spans = wrapped(one.text, self.width, start if index == line else 0, one.hang)
            self.rows.extend((index, first, end) for first, end in spans)

    def _take_in(self, kind: str, text: str) -> None:
        known = len(self._before)
        whole = self._before + text
        self._before = whole[-LOOKS_BACK:]
        done = known
        for start, end, instead in oddities(whole, known):
            self._add_lines(kind, whole[done:start])
            self._add(kind, instead, came=whole[start:end])
            done = end
        self._add_lines(kind, whole[done:])

    def _add_lines(self, kind: str, text: str) -> None:
        done = 0
        for match in _TAB_OR_NEWLINE.finditer(text):
            self._add(kind, text[done : match.start()])
            if match.group() == "\n":
                self._put()
                self.lines.append(Line())
                self._cells = self._length = 0
            else:
                self._add(kind, " " * (TAB - self._cells % TAB), came="\t")
            done = match.end()
        self._add(kind, text[done:])

    def _add(self, kind: str, shown: str, came: str | None = None) -> None:
        line, at = self.lines[-1], self._length
        if came is not None:
            line.edits.append((at, at + len(shown), came))
        if not shown:
            return
        if not at and not get_character_cell_size(shown[0]):
            line.edits.append((0, 1, ""))
            shown = f"◌{shown}"  # else the terminal would set the accent on the pane's frame
        if kind == HANGING and not at:
            line.hang = cells_of(shown)
        if not line.kinds or line.kinds[-1][1] != kind:
            line.kinds.append((at, kind))
        self._new.append(shown)
        self._length += len(shown)
        self._cells += cells_of(shown)

    def _put(self) -> None:
        """Put what is new where it belongs, at once: a line may hold thousands of controls."""
        self.lines[-1].text += "".join(self._new)
        self._new.clear()


def cells_of(text: str) -> int:
    """How many cells `text` takes, its characters taken one by one."""
    if _NOT_SINGLE.search(text) is None:
        return len(text)
    return sum(map(get_character_cell_size, text))


def wrapped(text: str, width: int, start: int = 0, hang: int = 0) -> Iterator[tuple[int, int]]:
    """Where the rows of one line start and end, from `start`, which must be the start of a row.

    Breaks after blanks and beside wide characters; a word longer than a row is cut. Blanks at
    the end of a row hang over its edge. Each break is decided by what stands before and at the
    first character that no longer fits, so text appended later never moves it. All rows but the
    line's first are `hang` cells narrower, as far as there is room for that.
    """
    hang = hang_in(width, hang)
    if _NOT_SINGLE.search(text, start) is None:
        return _wrapped_single(text, width, start, hang)
    return _wrapped_any(text, width, start, hang)


def hang_in(width: int, hang: int) -> int:
    """By how much rows of this width are set in: not by more than half of it."""
    return hang if hang <= width // 2 and width - hang >= NARROWEST else 0


def visible(text: str, left: int, width: int) -> tuple[int, int, int]:
    """What of a row is in sight from cell `left` on: start and end in it, blanks before.

    A wide character cut by an edge is left out. Reads no further than the right edge.
    """
    size = get_character_cell_size
    if _NOT_SINGLE.search(text, 0, left + width + 1) is None:
        return min(left, len(text)), min(left + width, len(text)), 0
    at = cells = 0
    while at < len(text) and (cells < left or (at and not size(text[at]))):
        cells += size(text[at])
        at += 1
    start, blanks = at, max(0, cells - left)
    while at < len(text) and cells + size(text[at]) <= left + width:
        cells += size(text[at])
        at += 1
    return start, at, blanks


def _wrapped_single(text: str, width: int, start: int, hang: int = 0) -> Iterator[tuple[int, int]]:
    length = len(text)
    while length - start > (room := width - hang if start else width):
        edge = start + room
        if text[edge] == " ":
            cut = length - len(text[edge:].lstrip(" "))
            if cut == length:
                break
        else:
            cut = text.rfind(" ", start, edge) + 1
            if cut <= start or not text[start:cut].strip(" "):
                cut = edge
        yield start, cut
        start = cut
    yield start, length


def _wrapped_any(text: str, width: int, start: int, hang: int = 0) -> Iterator[tuple[int, int]]:
    size = get_character_cell_size
    at = chance = start
    cells = before = 0  # cells so far in this row; size of the character before
    while at < len(text):
        room = width - hang if start else width
        character = text[at]
        own = size(character)
        blank = character == " "
        if at > start and own and not blank and (text[at - 1] == " " or 2 in (own, before)):
            chance = at
        if blank and cells >= room:
            own = 0  # hangs
        if cells + own > room:
            cut = chance if text[start:chance].strip(" ") else at
            yield start, cut
            start = at = chance = cut
            cells = before = 0
            continue
        cells += own
        before = own or before
        at += 1
    yield start, len(text)
