"""Rounds that complete another one: what of their runs holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.run import Run
from workbench.sessions.round import RoundInfo


def as_they_ended(rounds: Iterable[tuple[RoundInfo, Sequence[Run]]]) -> list[Run]:
    """The runs of rounds; one that was sent again on resuming only as it ended then.

    Args:
        rounds: What each is, and its runs as they ended, in the order of the session.
    """
    runs: list[Run] = []
    places: dict[tuple[object, ...], int] = {}
    for info, ended in rounds:
        for run in ended:
            key = (info.root, run.variant, run.case, run.repeat)
            if info.resumes and key in places:
                runs[places[key]] = run
            else:
                places[key] = len(runs)
                runs.append(run)
    return runs
