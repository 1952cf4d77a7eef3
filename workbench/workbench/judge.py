"""Saved answers judged by a model, by a rubric: a round of its own, with a bill of its own.

What the judge is asked is a prompt like any other (`judge.prompt.yaml` beside this file, or one of
the user's). What it says is kept with the runs that were judged, as a check of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.compare.checks import Asked, Grade, Opinion, Result, saved_grade, tried
from workbench.documents.cases import read_cases
from workbench.documents.checks import Check
from workbench.documents.prompt import Prompt, load_prompt
from workbench.errors import SessionError
from workbench.run import Run
from workbench.sessions.about import About, annotate
from workbench.sessions.content import stem_of
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import Session
from workbench.variants import build
from workbench.wire.request import MessagesRequest, compact
from workbench.workbench.bench import Workbench
from workbench.workbench.outcome import cost_of
from workbench.workbench.plan import Plan, require_affordable
from workbench.workbench.resume import as_one

_WHOLE = ("complete", "complete_no_stop")
_AT_ONCE = 4
_BEST = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A round of a judge: what it sends, and which answer each of its runs judges by what."""

    plan: Plan
    of: Mapping[str, tuple[Run, Check]]


def judge_prompt(path: Path | None = None) -> Prompt:
    """What a judge is asked: the prompt of this file, or ours. Raises what `load_prompt` does."""
    return load_prompt(path or Path(__file__).with_name("judge.prompt.yaml"))


def plan_judging(
    bench: Workbench,
    session: Session,
    judge: Prompt,
    rubric: str | Prompt,
    model: str | None = None,
) -> Judged:
    """What asks a judge about the whole answers of a session; nothing is sent yet.

    Args:
        bench: Where the judge is asked, and its round is saved.
        session: Whose answers are judged.
        judge: The prompt, with the variables `rubric`, `asked` and `answer`.
        rubric: What a good answer does; or the prompt whose cases say so, by `llm-rubric`.
        model: Who judges, if not the one of the case's check, or the judge's own.

    Raises:
        SessionError: There is no whole answer, or what was asked is not in the session.
        WorkbenchError: It is certain to cost more than the judge's prompt allows.
    """
    stem = stem_of(session.path)
    if masked := [saved.info.round_id for saved in session.rounds if saved.info.masked]:
        problem = f"{masked[0]} of {stem} was recorded redacted, so it cannot be judged"
        raise SessionError(problem, hint="Run it again without `redact`.")
    requests = {r: q for saved in session.rounds for r, q in saved.requests.items()}
    answers = [
        run for run in as_one(session.rounds) if run.end_state in _WHOLE and run.run_id in requests
    ]
    asking = _asking(answers, rubric)
    if not asking:
        problem = f"{stem} has no whole answer to judge"
        raise SessionError(problem, hint="Say what a good one does with --rubric, or in its cases.")
    provider = bench.endpoint.profile
    of, sent = dict[str, tuple[Run, Check]](), dict[str, MessagesRequest]()
    runs = []
    for number, (answer, check) in enumerate(asking, 1):
        values = {
            "rubric": str(check.value),
            "asked": compact(requests[answer.run_id].body.get("messages")),
            "answer": _said(answer),
        }
        variant, *_ = build(judge, values=values, model=model or check.model or None)
        run_id = f"r1-{number}"
        of[run_id], sent[run_id] = (answer, check), variant.request
        runs.append(
            Run(
                run_id,
                "r1",
                answer.variant,
                answer.case,
                answer.repeat,
                provider.name,
                variant.request.model,
                provider.simulated,
            )
        )
    info = RoundInfo(
        round_id="r1",
        began="",
        prompt=judge.path.name,
        documents={path.name: text for path, text in judge.files.items()},
        provider=provider.name,
        base_url=bench.endpoint.base_url,
        api_version=provider.api_version,
        simulated=provider.simulated,
        values={"rubric": rubric} if isinstance(rubric, str) else {},
        concurrency=judge.limits.concurrency or _AT_ONCE,
        note=f"judges {stem}",
    )
    plan = Plan(f"judge-{stem[17:]}", info, tuple(runs), sent, judge.limits.cost_usd)
    require_affordable(plan)
    return Judged(plan, of)


def _asking(answers: Sequence[Run], rubric: str | Prompt) -> list[tuple[Run, Check]]:
    """Which answers are judged by what."""
    if isinstance(rubric, str):
        return [(run, Check("llm-rubric", rubric)) for run in answers]
    asked = {case.id: case.checks for case in read_cases(rubric)}
    pairs = ((run, check) for run in answers for check in asked.get(run.case or "", ()))
    return [(run, check) for run, check in pairs if check.type == "llm-rubric"]


def _said(run: Run) -> str:
    """An answer as its judge reads it: its text and its calls of tools."""
    calls = [block for block in run.content if block.get("type") == "tool_use"]
    return "\n".join([run.text, *map(compact, calls)]).strip()


def keep(session: Session, judged: Judged, verdicts: Sequence[Run]) -> list[Result]:
    """Keep with each judged run what its judge said; that, in order.

    Args:
        session: Whose answers were judged.
        judged: The round.
        verdicts: The judge's runs, as they ended.

    Raises:
        SessionError: The session cannot be written.
    """
    found, grades = [], dict[str, Grade]()
    for verdict in verdicts:
        run, check = judged.of[verdict.run_id]
        found.append(tried(run, check, cost_of(run).usd, _always(_opinion(verdict))))
        saved = saved_grade(session.abouts.get(run.run_id, About()).grade)
        grades[run.run_id] = _with(grades.get(run.run_id, saved), found[-1])
    for run_id, grade in grades.items():
        annotate(session.path, {"grade": grade.to_json()}, of=run_id)
    return found


def _always(said: Opinion | str) -> Asked:
    return lambda _: said


def _opinion(verdict: Run) -> Opinion | str:
    """What a judge said; a text where it cannot be understood."""
    if verdict.end_state not in _WHOLE:
        return f"the judge gave no whole answer: {verdict.state}"
    try:
        said = json.loads(verdict.text)
        score, passed = said["score"], said["pass"]
        reason = str(said.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return f"the judge's answer cannot be read: {verdict.text[:80]!r}"
    if type(score) is not int or not 1 <= score <= _BEST or not isinstance(passed, bool):
        return f"the judge's score or pass is none: {score!r}, {passed!r}"
    return Opinion((score - 1) / (_BEST - 1), reason, passed)


def _with(grade: Grade, result: Result) -> Grade:
    """A grade with one more result; what was judged by the same rubric before is replaced."""
    others = [one for one in grade.results if one.check.title != result.check.title]
    results = (*others, result)
    scores = [one.score for one in results if one.score is not None]
    if len(scores) < len(results):
        return Grade(None, None, results)
    return Grade(all(one.passed for one in results), sum(scores) / len(scores), results)
