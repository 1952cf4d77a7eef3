"""Saved answers judged by a model, one by one, by a rubric.

What it says is kept with the runs that were judged, as a check of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from workbench.compare.checks import Asked, Grade, Opinion, Result, saved_grade, tried, weighed
from workbench.documents.checks import Check
from workbench.documents.prompt import Prompt
from workbench.run import WHOLE, Run
from workbench.sessions.about import About
from workbench.sessions.session import Session
from workbench.wire.request import compact
from workbench.workbench.asking import (
    Asking,
    Choice,
    Question,
    Say,
    asked_by_cases,
    judge_prompt,
    nothing_to_ask,
    plan_asking,
    requests_of,
    require_told,
    rubrics_of,
    said,
    unreadable,
)
from workbench.workbench.bench import Workbench
from workbench.workbench.outcome import cost_of
from workbench.workbench.resume import as_one

NAME, NEEDS = "judge", ("rubric", "asked", "answer")
"""The prompt that is ours, and what one of the user's has to use."""

_BEST = 5
Graded = Asking[tuple[Run, Check]]
"""A round of a judge: which answer each of its runs judges, by what."""


def plan_judging(
    bench: Workbench,
    session: Session,
    judge: Prompt | None,
    rubric: str | Prompt,
    chosen: Choice | None = None,
) -> Graded:
    """What asks a judge about the whole answers of a session; nothing is sent yet.

    Args:
        bench: Where the judge is asked, and its round is saved.
        session: Whose answers are judged.
        judge: The prompt, with the variables `rubric`, `asked` and `answer`; where None, that of
            the case's check, or ours.
        rubric: What a good answer does; or the prompt whose cases say so, by `llm-rubric`.
        chosen: Who judges, and what it may cost.

    Raises:
        SessionError: There is no whole answer, what was asked is not in the session, or nothing
            says what a good answer does.
        WorkbenchError: It is certain to cost more than it may.
    """
    require_told(session)
    requests, asked = requests_of(session), asked_by_cases(rubric)
    prompts = dict[str, Prompt]()

    def asking(check: Check) -> Prompt:
        if judge is not None:
            return judge
        if check.rubric not in prompts:
            own = Path(check.rubric) if check.rubric else None
            prompts[check.rubric] = judge_prompt(own, NAME, NEEDS)
        return prompts[check.rubric]

    questions = [
        Question(
            (run, check),
            asking(check),
            {
                "rubric": str(check.value),
                "asked": compact(requests[run.run_id].body.get("messages")),
                "answer": said(run),
            },
            run.variant,
            run.case,
            run.repeat,
            check.model,
        )
        for run in as_one(session.rounds)
        if run.end_state in WHOLE and run.run_id in requests
        for check in rubrics_of(rubric, run, asked)
    ]
    if not questions:
        raise nothing_to_ask(session, requests)
    return plan_asking(bench, session, questions, chosen or Choice(), _understood)


def keep(session: Session, judged: Graded, verdicts: Sequence[Run], say: Say) -> list[Result]:
    """Keep with each judged run what its judge said; that, in order.

    By a rubric of which nothing was understood, the judge out of reach or talking of something
    else, no run is judged: all stay as they were.

    Args:
        session: Whose answers were judged.
        judged: The round.
        verdicts: The judge's runs, as they ended.
        say: Writes it down; what that raises is not caught.
    """
    found, grades = list[Result](), dict[str, Grade]()
    for verdict in verdicts:
        run, check = judged.of[verdict.run_id]
        found.append(tried(run, check, cost_of(run).usd, _always(_opinion(verdict))))
    understood = {result.check.title for result in found if result.passed is not None}
    for verdict, result in zip(verdicts, found, strict=True):
        run, _ = judged.of[verdict.run_id]
        saved = saved_grade(session.abouts.get(run.run_id, About()).grade)
        grade = grades.get(run.run_id, saved)
        if result.passed is None and _judged(grade, result):
            continue  # what was understood before counts more than what is not now
        if result.check.title in understood:
            grades[run.run_id] = _with(grade, result)
    for run_id, grade in grades.items():
        say({"grade": grade.to_json()}, run_id)
    return found


def _always(said: Opinion | str) -> Asked:
    return lambda _: said


def _opinion(verdict: Run) -> Opinion | str:
    """What a judge said; a text where it cannot be understood."""
    if verdict.end_state not in WHOLE:
        why = verdict.problem.problem if verdict.problem is not None else verdict.state
        return f"the judge gave no whole answer: {why}"
    try:
        said = json.loads(verdict.text)
        score, passed = said["score"], said["pass"]
        reason = str(said.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return unreadable(verdict)
    if type(score) is not int or not 1 <= score <= _BEST or not isinstance(passed, bool):
        return f"the judge's score is not 1 to {_BEST}, or its pass not true or false: {score!r}"
    return Opinion((score - 1) / (_BEST - 1), reason, passed)


def _understood(verdict: Run) -> bool:
    return isinstance(_opinion(verdict), Opinion)


def _judged(grade: Grade, result: Result) -> bool:
    same = (one for one in grade.results if one.check.title == result.check.title)
    return any(one.passed is not None for one in same)


def _with(grade: Grade, result: Result) -> Grade:
    """A grade with one more result; what was judged by the same rubric before is replaced."""
    others = [one for one in grade.results if one.check.title != result.check.title]
    return weighed((*others, result))
