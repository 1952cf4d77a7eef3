"""What was answered, as a whole: the answer of a run as pieces of text, as panes tell it."""

from __future__ import annotations

from itertools import groupby

from workbench.run import Run
from workbench.telling.plain import seen
from workbench.telling.transcript import Transcript


def answer(run: Run) -> str:
    """The answer as one text: thinking, words, tool calls, and how it ended; controls visible."""
    return "".join(text for _, text in pieces(run))


def pieces(run: Run) -> list[tuple[str, str]]:
    """(kind, text), neighbours of a kind joined; controls visible."""
    told = Transcript().news(run) or []
    joined = groupby(told, key=lambda piece: piece[0])
    return [(kind, seen("".join(text for _, text in same))) for kind, same in joined]
