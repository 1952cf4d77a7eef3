"""How a judge is asked: by a prompt that anybody may write, in a round with a bill of its own.

What is asked is a prompt like any other (`judge.prompt.yaml` and `judge-pairs.prompt.yaml` beside
this file, or one of the user's). What it has answered once need not be paid for twice: its rounds
are saved, and a question that is the same to the byte has been answered there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from workbench.documents.cases import read_cases
from workbench.documents.checks import Check
from workbench.documents.expansion import expansions
from workbench.documents.prompt import Prompt, load_prompt
from workbench.documents.variables import uses
from workbench.errors import SessionError, SettingsError
from workbench.run import WHOLE, Run
from workbench.sessions.about import annotate
from workbench.sessions.content import stem_of
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import SavedRound, Session, read_session
from workbench.sessions.shelf import JUDGES, files_named
from workbench.variants import build
from workbench.wire.request import MessagesRequest, compact
from workbench.workbench.ahead import money
from workbench.workbench.bench import Workbench
from workbench.workbench.forecast import forecast, require_affordable
from workbench.workbench.plan import Plan, first_given
from workbench.workbench.resume import as_one

_AT_ONCE = 4
_BEGAN = re.compile(r"\d{8}T\d{6}Z-")
T = TypeVar("T")

Say = Callable[[Mapping[str, Any], str], None]
"""Writes down what is said of a round or run, by its id: see `saying`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a user chose for the round of a judge.

    Args:
        model: Who judges; the one of a case's check, or of the judge's prompt, where None.
        concurrency: How many questions may be in flight together; the prompt's limit, else 4.
        max_cost_usd: What it may cost; the prompt's limit where None.
        max_run_cost_usd: What each question may cost; likewise.
        resume: Whether what was answered before, and understood, is not asked again.
    """

    model: str | None = None
    concurrency: int | None = None
    max_cost_usd: Decimal | None = None
    max_run_cost_usd: Decimal | None = None
    resume: bool = False


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What a judge is asked once.

    Args:
        about: What its answer is about.
        prompt: How it is asked.
        values: What fills that.
        variant: What the answer is saved under.
        case: The case of what is judged.
        repeat: Its repeat.
        model: Who is to judge; the one of the judge's prompt where empty.
    """

    about: T
    prompt: Prompt
    values: Mapping[str, str]
    variant: str
    case: str | None
    repeat: int
    model: str = ""


@dataclass(frozen=True, slots=True)
class Asking(Generic[T]):
    """A judge's round before it is sent.

    Args:
        plan: What is sent; without a run where all has been answered before.
        of: What each run is about, by its id; also those in `known`.
        known: Answers from before, as they are saved, under ids of their own.
    """

    plan: Plan
    of: Mapping[str, T]
    known: tuple[Run, ...] = ()

    @property
    def words(self) -> str:
        """`asks claude-haiku-4-5 80 times, 4 at a time, $0.01 to $0.05`, and what is known."""
        runs = self.plan.runs
        known = f"; {len(self.known):,} answered before" if self.known else ""
        if not runs:
            return f"nothing is left to ask{known}"
        judges = ", ".join(dict.fromkeys(run.model for run in runs))
        times = "once" if len(runs) == 1 else f"{len(runs):,} times"
        most = money(forecast(self.plan))
        return f"asks {judges} {times}, {self.plan.info.concurrency} at a time, {most}{known}"

    def ended(self, runs: Sequence[Run]) -> list[Run]:
        """Every answer that the judge has given whole, before and now."""
        return [*self.known, *(run for run in runs if run.end_state in WHOLE)]


def judge_prompt(path: Path | None, name: str, needs: Sequence[str]) -> Prompt:
    """What a judge is asked: the prompt of this file, or ours.

    Args:
        path: The user's own file, if any.
        name: Ours.
        needs: The variables without which it would not see what it judges.

    Raises:
        SettingsError: It does not use one of those, or others without a default. Else what
            `load_prompt` raises.
    """
    prompt = load_prompt(path or Path(__file__).with_name(f"{name}.prompt.yaml"))
    used = dict.fromkeys(each for one in expansions(prompt) for each, _ in uses(one.body))
    hint = f"Such a judge is told of {', '.join(f'{{{{{need}}}}}' for need in needs)}"
    if lacks := [need for need in needs if need not in used]:
        raise SettingsError(f"{prompt.path} does not use {{{{{lacks[0]}}}}}", hint=f"{hint}.")
    given = {*needs, *(each for each, one in prompt.inputs.items() if one.default is not None)}
    if unset := [each for each in used if each not in given]:
        problem = f"{prompt.path} uses {{{{{unset[0]}}}}}, which no judge is told"
        hint += f"; give `{unset[0]}` a default under `inputs`, or leave it out."
        raise SettingsError(problem, hint=hint)
    return prompt


def saying(path: Path) -> Say:
    """Says it in a session's own file, which nobody is writing; raises what `annotate` does."""

    def say(said: Mapping[str, Any], of: str) -> None:
        annotate(path, said, of=of)

    return say


def require_told(session: Session) -> None:
    """Refuse a session of which some was masked.

    Raises:
        SessionError: Some was.
    """
    if masked := [saved.info.round_id for saved in session.rounds if saved.info.masked]:
        stem = stem_of(session.path)
        problem = f"{masked[0]} of {stem} was recorded redacted, so it cannot be judged"
        raise SessionError(problem, hint="Run it again without `redact`.")


def nothing_to_ask(session: Session, requests: Container[str]) -> SessionError:
    """Why a judge cannot be asked about any answer of a session, by the requests that are known."""
    stem, runs = stem_of(session.path), as_one(session.rounds)
    whole = [run for run in runs if run.end_state in WHOLE]
    if not whole:
        ended = Counter(run.state for run in runs).most_common()
        states = ", ".join(f"{count:,} {state}" for state, count in ended)
        problem = f"{stem} has no whole answer to judge" + (f": {states}" if states else "")
        return SessionError(problem, hint="Resume it, or run it again; then judge what came.")
    if not any(run.run_id in requests for run in whole):
        problem = f"what was asked is damaged in {stem}, so its answers cannot be judged"
        return SessionError(problem, hint="Run it again.")
    problem = f"nothing says what a good answer does in {stem}"
    return SessionError(problem, hint="Say what a good one does with `rubric=`, or in its cases.")


def requests_of(session: Session) -> dict[str, MessagesRequest]:
    """What every run of a session was asked."""
    return {r: request for saved in session.rounds for r, request in saved.requests.items()}


def rubrics_of(rubric: str | Prompt, run: Run, asked: Mapping[str, Sequence[Check]]) -> list[Check]:
    """By what an answer is judged: one rubric for all, or those of its case."""
    if isinstance(rubric, str):
        return [Check("llm-rubric", rubric)]
    return [check for check in asked.get(run.case or "", ()) if check.type == "llm-rubric"]


def asked_by_cases(rubric: str | Prompt) -> dict[str, Sequence[Check]]:
    """What the cases of a prompt ask; nothing where there is one rubric for all."""
    if isinstance(rubric, str):
        return {}
    return {case.id: case.checks for case in read_cases(rubric)}


def said(run: Run) -> str:
    """An answer as its judge reads it: its text and its calls of tools."""
    calls = [block for block in run.content if block.get("type") == "tool_use"]
    return "\n".join([run.text, *map(compact, calls)]).strip()


def unreadable(run: Run) -> str:
    """That an answer of a judge is not what was asked for: how it begins, and why it ended."""
    ended = "" if run.stop_reason in (None, "end_turn", "stop_sequence") else run.stop_reason
    why = f" (it ended by {ended})" if ended else ""
    return f"the judge's answer cannot be read{why}: {run.text[:80]!r}"


def plan_asking(
    bench: Workbench,
    session: Session,
    questions: Sequence[Question[T]],
    chosen: Choice,
    understood: Callable[[Run], bool],
) -> Asking[T]:
    """The round that asks a judge; nothing is sent yet.

    Args:
        bench: Where the judge is asked, and its round is saved.
        session: Whose answers are judged.
        questions: What it is asked: one at least.
        chosen: Who judges, and what it may cost.
        understood: Whether an answer says what was asked for.

    Raises:
        WorkbenchError: It is certain to cost more than it may.
    """
    provider, stem = bench.endpoint.profile, stem_of(session.path)
    judge = questions[0].prompt
    prompts = {question.prompt.path: question.prompt for question in questions}.values()
    before = answered_before(bench, stem, understood) if chosen.resume else {}
    of, sent = dict[str, T](), dict[str, MessagesRequest]()
    runs, known = list[Run](), list[Run]()
    for number, question in enumerate(questions, 1):
        model = chosen.model or question.model or None
        variant, *_ = build(question.prompt, values=question.values, model=model)
        if (answer := before.get(variant.request)) is not None:
            known.append(replace(answer, run_id=f"known-{number}"))
            of[known[-1].run_id] = question.about
            continue
        run_id = f"r1-{len(runs) + 1}"
        of[run_id], sent[run_id] = question.about, variant.request
        runs.append(
            Run(
                run_id,
                "r1",
                question.variant,
                question.case,
                question.repeat,
                provider.name,
                variant.request.model,
                provider.simulated,
            )
        )
    info = RoundInfo(
        round_id="r1",
        began="",
        prompt=judge.path.name,
        documents={path.name: text for one in prompts for path, text in one.files.items()},
        provider=provider.name,
        base_url=bench.endpoint.base_url,
        api_version=provider.api_version,
        simulated=provider.simulated,
        concurrency=chosen.concurrency or judge.limits.concurrency or _AT_ONCE,
        note=f"{JUDGES}{stem}",
    )
    limits, name = judge.limits, f"judge-{_BEGAN.sub('', stem)}"
    most = first_given(chosen.max_cost_usd, limits.cost_usd)
    each = first_given(chosen.max_run_cost_usd, limits.run_cost_usd)
    plan = Plan(name, info, tuple(runs), sent, most, each)
    require_affordable(plan)
    return Asking(plan, of, tuple(known))


def answered_before(
    bench: Workbench, stem: str, understood: Callable[[Run], bool]
) -> dict[MessagesRequest, Run]:
    """What judges of this provider have said about a session, by what they were asked.

    What could not be understood is no answer: it is asked again.
    """
    found = dict[MessagesRequest, Run]()
    for saved in _judged(bench.sessions, stem):
        if saved.info.provider == bench.endpoint.profile.name:
            ended = (run for run in saved.finished() if run.end_state in WHOLE)
            whole = (run for run in ended if understood(run))
            found |= {saved.requests[r.run_id]: r for r in whole if r.run_id in saved.requests}
    return found


def _judged(folder: Path, stem: str) -> Iterator[SavedRound]:
    """The rounds of judges of a session, in their order."""
    for path in files_named(folder, "-judge-"):
        with suppress(SessionError):
            for saved in read_session(path).rounds:
                if saved.info.note == f"{JUDGES}{stem}":
                    yield saved
