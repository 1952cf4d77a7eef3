"""Characters that terminals differ on, each written where the screen counts it to stand.

A flag, a family, a hand with its skin tone, a sign with a chosen look: one terminal shows it in two
cells, the next in one, four or eight, and all to the right of it, frames too, would move. So its
cells are made blank, it is written into them, and the cursor is put behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, split_graphemes

_FLAGS = map(chr, range(0x1F1E6, 0x1F200))
_TONES = map(chr, range(0x1F3FB, 0x1F400))
_DOUBTFUL = ("\u200c", "\u200d", "\u20e3", "\ufe0e", "\ufe0f", *_FLAGS, *_TONES)
_PIECE = re.compile(
    r"\x1b\[\d+;(?P<column>\d+)H"  # the cursor is put there
    r"|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b"  # it stays
    r"|(?P<text>[^\x00-\x1f\x7f]+)|[\x00-\x1f\x7f]"
)


def in_columns(data: str) -> str:
    """What is written to a terminal, with each doubtful character kept to its cells."""
    return "".join(_kept(data)) if _doubtful(data) else data


def _doubtful(text: str) -> bool:
    return any(sign in text for sign in _DOUBTFUL)  # many times as fast as an expression


def _kept(data: str) -> Iterator[str]:
    column = 0  # from 1 on; 0 until it is known
    for piece in _PIECE.finditer(data):
        text = piece["text"]
        column = int(piece["column"] or column)
        if text is None or not column:
            yield piece[0]
        elif not _doubtful(text):
            yield text
            column += cell_len(text)
        else:
            for start, end, cells in split_graphemes(text)[0]:
                yield _put(text[start:end], column, cells)
                column += cells


def _put(character: str, column: int, cells: int) -> str:
    if not _doubtful(character):
        return character
    return f"{' ' * cells}\x1b[{column}G{character}\x1b[{column + cells}G"
