"""The part of a session that is meant: some of its rounds, some of their runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from workbench.errors import SessionError
from workbench.sessions.session import Session

_NAMED = 12


def chosen(
    session: Session, *, rounds: Collection[str] = (), runs: Collection[str] = ()
) -> Session:
    """The session with only these rounds and only these runs; none named means all.

    Args:
        rounds: Ids of rounds, or their numbers from 1.
        runs: Ids of runs.

    Raises:
        SessionError: It has no such round or run, or nothing at all.
    """
    kept = [
        part
        for number, saved in enumerate(session.rounds, 1)
        if not rounds or saved.info.round_id in rounds or str(number) in rounds
        if (part := saved.only(runs) if runs else saved).runs
    ]
    _require(rounds, _round_names(session), "round", session)
    _require(runs, [run.run_id for saved in kept for run in saved.runs], "run", session)
    if not kept:
        raise SessionError(f"{session.path.name} has no runs", hint="Run a round first.")
    return replace(session, rounds=tuple(kept))


def _round_names(session: Session) -> list[str]:
    ids = [saved.info.round_id for saved in session.rounds]
    return [*ids, *(str(number) for number in range(1, len(ids) + 1))]


def _require(wanted: Collection[str], there: Collection[str], what: str, session: Session) -> None:
    missing = [name for name in wanted if name not in there]
    if missing:
        names = [
            run.run_id if what == "run" else saved.info.round_id
            for saved in session.rounds
            for run in (saved.runs if what == "run" else saved.runs[:1])
        ]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        known = ", ".join(names[:_NAMED]) + more
        raise SessionError(
            f"{session.path.name} has no {what} {missing[0]!r}", hint=f"It has: {known}"
        )
