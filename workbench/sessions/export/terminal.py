"""A screen of character cells, and what a terminal must be sent to turn one into the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from workbench.telling.flow import cells_of

Words = Sequence[tuple[str, str]]
"""A part of a line: (style, text); a style is the numbers of an SGR sequence, or empty."""

Cell = tuple[str, str]
"""(style, what stands in the cell); nothing stands in the right half of a wide character."""

BLANK: Cell = ("", " ")


def cells(words: Words, width: int) -> list[Cell]:
    """A line of exactly `width` cells; what is too long is cut, what is missing is blank."""
    line: list[Cell] = []
    for style, text in words:
        for character in text:
            size = 1 if character.isascii() else cells_of(character)
            if not size and line:
                line[-1] = (line[-1][0], line[-1][1] + character)
            elif len(line) + size > width:
                return line + [BLANK] * (width - len(line))
            elif size:
                line += [(style, character), *[(style, "")] * (size - 1)]
    return line + [BLANK] * (width - len(line))


class Terminal:
    """What a terminal of this size shows; starts all blank."""

    def __init__(self, width: int, height: int) -> None:
        self._lines = [[BLANK] * width for _ in range(height)]

    def turned_into(self, lines: Iterable[Sequence[Cell]]) -> str:
        """What to send, so that these lines are shown: only what has changed of each."""
        sent = []
        for y, line in enumerate(lines):
            before = self._lines[y]
            if line != before:
                sent.append(_change(y, before, line))
                self._lines[y] = list(line)
        return "".join(sent)


def _change(y: int, before: Sequence[Cell], line: Sequence[Cell]) -> str:
    changed = [x for x, (old, new) in enumerate(zip(before, line, strict=True)) if old != new]
    begin, end = changed[0], changed[-1] + 1
    while begin and not (line[begin][1] and before[begin][1]):
        begin -= 1  # a wide character is replaced as a whole
    while end < len(line) and not (line[end][1] and before[end][1]):
        end += 1
    sent = [f"\x1b[{y + 1};{begin + 1}H"]
    for style, same in groupby(line[begin:end], key=lambda cell: cell[0]):
        text = "".join(character for _, character in same)
        sent.append(f"\x1b[{style}m{text}\x1b[0m" if style else text)
    return "".join(sent)
