"""An interrupted round taken up where it stopped: what has no whole answer is sent, and only that.

In the same session, as a round that says which one it completes; compared, both are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workbench.compare.results import Results
from workbench.documents.cases import read_cases
from workbench.documents.checks import Check
from workbench.documents.prompt import Prompt
from workbench.errors import SessionError
from workbench.run import WHOLE, Run
from workbench.sessions.completed import as_they_ended
from workbench.sessions.content import stem_of
from workbench.sessions.journal import reopen_journal
from workbench.sessions.session import SavedRound, Session
from workbench.workbench.again import Again
from workbench.workbench.bench import Workbench
from workbench.workbench.grading import results_of
from workbench.workbench.plan import Plan

_NUMBER = re.compile(r"r(\d+)")


def as_one(rounds: Iterable[SavedRound]) -> list[Run]:
    """The runs of rounds as they ended; one that was sent again on resuming, as it ended then."""
    return as_they_ended((saved.info, saved.finished()) for saved in rounds)


def lacking(session: Session) -> tuple[list[SavedRound], list[Run]]:
    """The last round with those that completed it, and its runs that have no whole answer.

    Raises:
        SessionError: There is no round, or nothing is missing.
    """
    if not session.rounds:
        raise SessionError(f"{session.path.name} has no round", hint="Run something first.")
    root = session.rounds[-1].info.root
    chain = [saved for saved in session.rounds if saved.info.root == root]
    missing = [run for run in as_one(chain) if run.end_state not in WHOLE]
    if not missing:
        problem = f"nothing is missing in {root} of {session.path.name}"
        raise SessionError(problem, hint="Sent again as a whole, it becomes a round of its own.")
    return chain, missing


def completed(session: Session, sent: Results) -> Results:
    """The last round of a session, as it was before it was resumed, with what was sent then."""
    now = {_place(entry.run): entry for entry in sent.entries}
    chain = [saved for saved in session.rounds if saved.info.root == session.rounds[-1].info.root]
    whole = [now.pop(_place(e.run), e) for e in results_of(session, chain).entries]
    return Results((*whole, *now.values()))


def _place(run: Run) -> tuple[object, ...]:
    return run.variant, run.case, run.repeat


def plan_resumed(
    bench: Workbench, session: Session, prompt: Prompt | None, chosen: Again | None = None
) -> Plan:
    """What is missing of the last round of a session, to be sent into that session by this bench.

    Args:
        bench: One that has sent nothing yet; from here on it writes to the session's file.
        session: The session.
        prompt: Whose dataset says what is asked of the answers; they are not checked where None.
        chosen: Limits, and the model, if another one.

    Raises:
        SessionError: Nothing is missing, a request is damaged or masked, or the file is in use.
        WorkbenchError: It is certain to cost more than it may.
    """
    chain, missing = lacking(session)
    root = chain[0].info.round_id
    newest = {run.run_id: saved for saved in chain for run in saved.runs}
    whole = _joined(chain[0], [(newest[run.run_id], run.run_id) for run in missing])
    number = _next(session.rounds)
    again = chosen or Again()
    plan = bench.plan_again(whole, stem_of(session.path), again, number=number)
    info = replace(plan.info, origin=chain[0].info.origin, resumes=root)
    bench.carry_on(reopen_journal(session, secrets=bench.secrets), number)
    return replace(plan, info=info, checks=_checks(plan, prompt))


def _joined(first: SavedRound, wanted: Sequence[tuple[SavedRound, str]]) -> SavedRound:
    """These runs of several rounds as one round, in their order, as they were planned."""
    rounds = {id(saved): saved for saved, _ in wanted}
    planned = {run.run_id: run for saved in rounds.values() for run in saved.runs}
    asked = {r: saved.requests[r] for saved, r in wanted if r in saved.requests}
    return replace(first, runs=tuple(planned[r] for _, r in wanted), requests=asked)


def _next(rounds: Sequence[SavedRound]) -> int:
    """The number of the next round: one that no round of the session has."""
    numbers = [int(m[1]) for s in rounds if (m := _NUMBER.fullmatch(s.info.round_id))]
    return max([len(rounds), *numbers]) + 1


def _checks(plan: Plan, prompt: Prompt | None) -> Mapping[str, Sequence[Check]]:
    if prompt is None or prompt.cases is None:
        return {}
    asked = {case.id: case.checks for case in read_cases(prompt)}
    found = {run.run_id: asked.get(run.case or "", ()) for run in plan.runs}
    return {run_id: checks for run_id, checks in found.items() if checks}
