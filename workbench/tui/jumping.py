"""To an editor or a pane by one letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.telling.plain import plain
from workbench.tui.choice import Choice
from workbench.tui.editor_panel import EditorPanel

if TYPE_CHECKING:
    from workbench.tui.board import Board

_PANE_LETTERS = "1234567890abcdefghijklmnoqruvwxyz"
"""What jumps to the panes, in order; p, s and t are the editors'."""


def jump(board: Board) -> None:
    """Ask where to, and go there."""
    letters, words = {}, {}
    numbers = iter(_PANE_LETTERS)
    for place in board.places:
        if isinstance(place, EditorPanel):
            letter, name = place.kind[0], place.kind
        else:
            letter, name = next(numbers, ""), place.run.variant if place.run else ""
        if letter:
            letters[letter], words[letter] = place, plain(name)

    def go(letter: str | None) -> None:
        if letter:
            board.go_to(letters[letter])

    board.app.push_screen(Choice("", words, title="jump to"), go)
