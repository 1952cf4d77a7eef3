"""What the sessions of a folder have cost since a moment, by their index."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from workbench.costs import Cost
from workbench.sessions.content import stem_of
from workbench.sessions.index import Library
from workbench.sessions.query import Query

_PATIENCE_S = 2.0
"""What was written last is looked at first; what is older than this takes is not of today."""


def spent_since(
    sessions: Path, moment: datetime, *, simulated: bool, but: Collection[str] = ()
) -> dict[str, Cost]:
    """What each of the sessions that began since then has cost, by the stem of its file.

    Args:
        sessions: Their folder; it need not be there.
        moment: Since when; aware of its time zone.
        simulated: Whether the made-up ones are meant, or those that cost something.
        but: The stems of those that are told as they were known before, or not at all.
    """
    since = moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00")
    with Library(sessions) as library:
        library.refresh(for_s=_PATIENCE_S, but=but)
        found = [*library.known(Query(narrowed=(("since", since),)), archived=True)]
    return {
        stem_of(entry.summary.path): Cost(entry.cost_usd)
        for entry in found
        if entry.summary.simulated == simulated
    }
