"""A round shown in a cell while it goes on: the same output, told anew ten times a second.

It needs nothing of the front end but that an output can be replaced, which all of them can, and
what is saved in the notebook is what it said last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from IPython.display import display

from workbench.run import Run
from workbench.telling.cells import as_html, as_text
from workbench.workbench.outcome import cost_of
from workbench.workbench.round import Round
from workbench.workbench.underway import Underway

PAINT_EVERY_S = 0.1


class Standing:
    """A round as it stands at a moment, as a cell shows it."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": as_html(self._runs, cost_of)}

    def __repr__(self) -> str:
        return as_text(self._runs, cost_of)


def followed(going: Underway, *, live: bool) -> Round:
    """Show a round until it is over; the round.

    A KeyboardInterrupt cancels it, shows what arrived, and goes on.

    Args:
        going: The round.
        live: Whether the front end can replace what it shows; else it is shown once, at the end.
    """
    handle = display(Standing(going.runs), display_id=True) if live else None
    try:
        while not going.settled(PAINT_EVERY_S):
            if handle is not None:
                handle.update(Standing(going.runs))
        round = going.wait()
    except KeyboardInterrupt:
        going.cancel()
        _last(handle, going.wait())
        raise
    _last(handle, round)
    return round


def _last(handle: Any, round: Round) -> None:
    if handle is not None:
        handle.update(round)
    else:
        display(round)
