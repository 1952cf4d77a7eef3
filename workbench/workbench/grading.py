"""Checks tried on runs as they end, and what they came to kept with the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from workbench.compare.checks import Grade, grade, saved_grade
from workbench.compare.results import Entry, Results
from workbench.documents.checks import Check
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.completed import as_they_ended
from workbench.sessions.session import SavedRound, Session
from workbench.workbench.bench import Workbench
from workbench.workbench.functions import Functions
from workbench.workbench.outcome import cost_of
from workbench.workbench.plan import Plan


def graded(run: Run, checks: Sequence[Check], functions: Functions) -> Entry:
    """A run that has ended with what its checks come to."""
    cost = cost_of(run)
    return Entry(run, grade(run, checks, cost.usd, partial(functions.ask, run)), cost)


def results_of(session: Session, rounds: Sequence[SavedRound] | None = None) -> Results:
    """The results of saved rounds, by the grades that were saved with them; of all where None.

    A round that was resumed counts as one.
    """
    runs, entries = entries_of(session, session.rounds if rounds is None else rounds)
    found = (entries[run.run_id] for run in runs)
    return Results(rated(entry, session.abouts.get(entry.run.run_id)) for entry in found)


def entries_of(
    session: Session, rounds: Sequence[SavedRound]
) -> tuple[list[Run], dict[str, Entry]]:
    """The runs of saved rounds, each place once; with what the checks of each came to, by id.

    Of a run whose place another has taken on resuming, too; whatever a person says of them.
    """
    ended = [(saved.info, saved.finished()) for saved in rounds]
    entries = {run.run_id: _entry(session, run) for _, runs in ended for run in runs}
    return as_they_ended(ended), entries


def _entry(session: Session, run: Run) -> Entry:
    about = session.abouts.get(run.run_id, About())
    found = saved_grade(about.grade) if about.grade else Grade(None, None)
    return Entry(run, found, cost_of(run))


def rated(entry: Entry, about: About | None) -> Entry:
    """The entry as a person lets it pass, or not, and rates it: a person knows better."""
    if about is None:
        return entry
    entry = replace(entry, rating=about.rating)
    if about.good is None:
        return entry
    grade = Grade(about.good, float(about.good), entry.grade.results)
    return replace(entry, grade=grade, by_hand=True)


class Grading:
    """Grades the runs of one round as they end, and keeps what comes of it with the session.

    Args:
        bench: Where the round is sent, and saved.
        plan: The round.
        functions: The user's own checks.

    Raises:
        SettingsError: A function that is asked for is not there, or does not load.
    """

    def __init__(self, bench: Workbench, plan: Plan, functions: Functions) -> None:
        for checks in plan.checks.values():
            functions.require(checks)
        self._ended: dict[str, Entry] = {}
        self._bench, self._plan, self._functions = bench, plan, functions

    @property
    def results(self) -> Results:
        """What the runs that have ended come to, in the order of the plan: the same every time."""
        return Results(self._ended[r.run_id] for r in self._plan.runs if r.run_id in self._ended)

    def runs_code(self, run: Run) -> bool:
        """Whether grading this run runs the user's code; faces do it where that delays nothing."""
        return self._functions.runs(self._plan.checks.get(run.run_id, ()))

    def ended(self, run: Run) -> Grade:
        """What a run that has ended comes to."""
        checks = self._plan.checks.get(run.run_id, ())
        entry = graded(run, checks, self._functions)
        self._ended[run.run_id] = entry
        if checks and self._bench.journal is not None:
            # A reason quotes the answer, which must not reach the disk where it is masked there.
            told = entry.grade.to_json(whys=self._plan.redaction is None)
            self._bench.journal.annotate({"grade": told}, of=run.run_id)
        return entry.grade
