"""Where in a YAML file a place is, read off the lines around it: no YAML is loaded. Pure.

A half-typed file is no YAML yet, so this reads indents, dashes and names; and of the line itself
the brackets. Promises: it costs a look at each line's indent, and never fails; what it cannot make
out it gives up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from workbench.documents.offers import Step

IsText = Callable[[int], bool]
"""Whether a line (from 0) is text of a scalar from end to end."""

_HEAD = re.compile(r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)")
_KEY = re.compile(
    r"""(?P<key>[^\s"'#\[\]{},:&*!|>%@`][^:#\[\]{},"']*?|"[^"]*"|'[^']*')\s*:(?:\s+|$)"""
)
_REMARK = re.compile(r"(?:^|\s)#.*")
_TOKEN = re.compile(
    r"""\s*([{}\[\],]|:(?=[\s"'\[{]|$)|"[^"]*"?|'[^']*'?|\#.*|[^{}\[\],:"'\s]+|:)"""
)
_NAME = re.compile(r"""[^\s{}\[\],:"']+|"[^"]*"|'[^']*'""")
_FARTHEST = 20_000
"""Lines looked at; a mapping that is longer is not known whole."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a YAML file.

    Args:
        way: The way to it: to the mapping, where a name is typed; to the value, where that is.
        here: Of the mapping in which a name is typed the names that it has, with their scalars.
        start: The column where what is typed begins.
        names: Whether a name may be typed there.
        values: Whether a value may be.
        flow: Whether it is inside brackets.
    """

    way: tuple[Step, ...]
    here: dict[str, str]
    start: int
    names: bool
    values: bool
    flow: bool = False


def spot_at(lines: Sequence[str], row: int, column: int, is_text: IsText) -> Spot | None:
    """The place of the cursor (from 0); None in a comment, or where it cannot be made out."""
    line = lines[row]
    if _REMARK.search(_unquoted(line[:column])):
        return None
    dashes, start = _head(line[:column])
    way = _Way(lines, row, is_text)
    key = _KEY.match(line, start)
    if key is None or key.end("key") >= column:
        if line[start : start + 1] in ("{", "["):
            return _in_flow(line, start, column, way.up(start, dashes))
        here: dict[str, str] = {}
        steps = way.up(start, dashes, here)
        way.down(start, here)
        return Spot(steps, here, start, names=True, values=bool(dashes))
    if column < key.end():
        return None  # between the name and its value
    outer = way.up_from_key(key["key"], start, dashes)
    start = key.end()
    if line[start : start + 1] in ("{", "["):
        return _in_flow(line, start, column, outer)
    start += line[start : start + 1] in ('"', "'") and start < column
    return Spot(outer, {}, start, names=False, values=True)


def _head(line: str) -> tuple[list[int], int]:
    """The columns of a line's dashes, and the column where the rest begins."""
    head = _HEAD.match(line)
    assert head is not None  # it matches the empty string
    return [m.start() for m in re.finditer("-", line[: head.end()])], head.end()


def _unquoted(text: str) -> str:
    """The text with what stands in quotes blanked out: a # in there begins no comment."""
    return re.sub(r""""[^"]*"?|(?<![^\s\[{,:])'[^']*'?""", lambda m: "_" * len(m[0]), text)


def _scalar(value: str) -> str:
    """A value as far as it is a scalar on one line; else nothing."""
    value = _REMARK.sub("", value).strip()
    if value[:1] in ('"', "'"):
        return value[1:-1]
    return "" if value[:1] in tuple("{[|>&*") else value


# Outside brackets


class _Way:
    """Gathers the names that a place stands under, from its line up to the top."""

    def __init__(self, lines: Sequence[str], row: int, is_text: IsText) -> None:
        self._lines, self._row, self._is_text = lines, row, is_text
        self._steps: list[Step] = []  # innermost first
        self._here: dict[str, str] = {}
        self._column = 0
        self._in_list = False

    def up(
        self, column: int, dashes: Sequence[int], here: dict[str, str] | None = None
    ) -> tuple[Step, ...]:
        """The way to the mapping whose names stand at `column`; its names above go to `here`."""
        self._column, self._here = column, {} if here is None else here
        self._pass_dashes(dashes)
        for line in self._above():
            columns, start = _head(line)
            if key := _KEY.match(line, start):
                self._pass_key(key["key"], start, line[key.end() :])
            self._pass_dashes(columns)
        return tuple(reversed(self._steps))

    def up_from_key(self, key: str, column: int, dashes: Sequence[int]) -> tuple[Step, ...]:
        """The way to the value of a name that stands at `column`."""
        here: dict[str, str] = {}
        self._steps.append(Step(_plain(key), here))
        steps = self.up(column, dashes, here)
        self.down(column, here)
        return steps

    def down(self, column: int, here: dict[str, str]) -> None:
        """The names of the mapping at `column` below the line."""
        for row in range(self._row + 1, min(len(self._lines), self._row + _FARTHEST)):
            line = self._lines[row]
            indent = len(line) - len(line.lstrip(" "))
            if indent > column or self._says_nothing(row):
                continue
            if indent < column:
                return
            if key := _KEY.match(line, indent):
                here.setdefault(_plain(key["key"]), _scalar(line[key.end() :]))

    def _above(self) -> Iterator[str]:
        """The lines above that may be on the way, from below."""
        for row in islice(range(self._row - 1, -1, -1), _FARTHEST):
            line = self._lines[row]
            if len(line) - len(line.lstrip(" ")) <= self._column and not self._says_nothing(row):
                if line.startswith("---"):
                    return
                yield line

    def _says_nothing(self, row: int) -> bool:
        text = self._lines[row].lstrip(" ")
        return not text or text.startswith("#") or self._is_text(row)

    def _pass_key(self, key: str, column: int, value: str) -> None:
        if column == self._column and not self._in_list:
            self._here.setdefault(_plain(key), _scalar(value))
        elif column < self._column or (self._in_list and column == self._column):
            self._here = {_plain(key): ""}
            self._steps.append(Step(_plain(key), self._here))
            self._column, self._in_list = column, False

    def _pass_dashes(self, dashes: Sequence[int]) -> None:
        for column in reversed(dashes):
            if column < self._column:
                self._steps.append(Step(0))
                self._column, self._in_list = column, True


def _plain(key: str) -> str:
    return key[1:-1] if key[:1] in ('"', "'") else key


# Inside brackets


@dataclass(slots=True)
class _Frame:
    """A bracket that is open: what was given in it, and what is being given."""

    mapping: bool
    here: dict[str, str] = field(default_factory=dict)
    key: str | None = None
    at: int = 0
    token: str = ""
    start: int | None = None

    def take(self) -> None:
        """An entry has ended."""
        if self.key is not None:
            self.here.setdefault(self.key, _scalar(self.token))
        self.key, self.token, self.start = None, "", None
        self.at += 1

    @property
    def step(self) -> Step:
        """The step into what is being given."""
        return Step(self.key, self.here) if self.mapping and self.key is not None else Step(self.at)


def _in_flow(line: str, start: int, column: int, outer: tuple[Step, ...]) -> Spot | None:
    """The place of the cursor in the brackets that begin at `start`."""
    open_frames: list[_Frame] = []
    found: Spot | None = None
    for sign, begin, end in _signs(line, start):
        if found is None and begin >= column:
            found = _here(open_frames, column, outer)
            if found is None:
                return None
        _feed(open_frames, sign, begin)
        if found is None and end >= column and sign not in _ENDS:
            found = _here(open_frames, column, outer)
    found = found or _here(open_frames, column, outer)
    if found is not None and found.names and (typed := _NAME.match(line, found.start)):
        found.here.pop(_plain(typed[0]), None)  # what is being typed is not there yet
    return found


_ENDS = ("{", "}", "[", "]", ",", ":")


def _signs(line: str, start: int) -> Iterator[tuple[str, int, int]]:
    while (token := _TOKEN.match(line, start)) is not None and not token[1].startswith("#"):
        start = token.end()
        yield token[1], *token.span(1)


def _feed(frames: list[_Frame], sign: str, begin: int) -> None:
    """Go on by a bracket, a comma, a colon or a word."""
    if sign in ("{", "["):
        frames.append(_Frame(sign == "{"))
    elif not frames:
        return
    elif sign in ("}", "]"):
        frames.pop().take()
    elif sign == ",":
        frames[-1].take()
    elif sign == ":" and frames[-1].mapping and frames[-1].key is None:
        frame = frames[-1]
        frame.key, frame.token, frame.start = _plain(frame.token), "", None
    else:
        frame = frames[-1]
        frame.start = begin if frame.start is None else frame.start
        frame.token = f"{frame.token} {sign}".strip()


def _here(frames: list[_Frame], column: int, outer: tuple[Step, ...]) -> Spot | None:
    if not frames:
        return None
    *around, frame = frames
    way = (*outer, *(one.step for one in around))
    start = column if frame.start is None else frame.start
    if frame.mapping and frame.key is None:
        return Spot(way, frame.here, start, names=True, values=False, flow=True)
    start += frame.token[:1] in ('"', "'") and start < column
    return Spot((*way, frame.step), {}, start, names=False, values=True, flow=True)
