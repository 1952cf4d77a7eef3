"""`workbench judge`: the answers of a session judged by a model, by a rubric, alone or in pairs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import (
    cost_options,
    json_option,
    provider_options,
    sessions_option,
    speed_option,
)
from workbench.errors import SessionError, SettingsError
from workbench.run import Run
from workbench.telling.plain import plain

if TYPE_CHECKING:
    from workbench.documents.prompt import Prompt
    from workbench.sessions.session import Session
    from workbench.workbench.asking import Asking, Choice
    from workbench.workbench.bench import Workbench


@click.command("judge", short_help="Have a model judge the answers of a session.")
@click.argument("session", metavar="SESSION")
@click.argument("variants", nargs=-1, metavar="[A B]")
@click.option("--pairs", is_flag=True, help="Which answer is better: A's or B's, in both orders.")
@click.option(
    "--rubric",
    metavar="TEXT",
    help="What a good answer does; where left out, the cases say so by `llm-rubric`.",
)
@click.option("--model", metavar="M", help="Who judges.")
@click.option(
    "--judge",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A prompt of your own, with {{rubric}}, {{asked}} and {{answer}}; for pairs with {{first}}"
    " and {{second}}.",
)
@click.option("--resume", is_flag=True, help="Ask only what was not answered before.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what it would take; send nothing.")
@cost_options
@provider_options
@speed_option
@sessions_option
@json_option
def command(
    session: str,
    variants: tuple[str, ...],
    pairs: bool,
    rubric: str | None,
    model: str | None,
    file: Path | None,
    resume: bool,
    only_plan: bool,
    max_cost: Decimal | None,
    max_run_cost: Decimal | None,
    provider: str | None,
    base_url: str | None,
    speed: float,
    folder: Path,
    as_lines: bool,
) -> int:
    """Have a model judge the whole answers of SESSION; `workbench compare` goes by what it says.

    With --pairs it is asked which of two answers is better, once with each of them first; where
    the order decides, it is a tie. Without A and B, the first variant is held against each other.

    The judge's answers, and their cost, are a session of their own. What was judged before an
    interruption is kept; --resume asks the rest. Exit code: 0 all were judged, 1 some were not, 2
    nothing could be tried, 130 interrupted.
    """
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.workbench.asking import Choice
    from workbench.workbench.bench import open_workbench

    if len(variants) not in (0, 2) or (variants and not pairs):
        hint = "workbench judge SESSION --pairs A B"
        raise SettingsError("two variants are judged, with --pairs", hint=hint)
    read = read_session(find_session(folder, session))
    bench = open_workbench(
        Path("prompts"), provider=provider, base_url=base_url, sessions=folder, speed=speed
    )
    chosen = Choice(model, None, max_cost, max_run_cost, resume)
    rubrics = rubric or _prompt_of(read)
    job = (
        _pairs(bench, read, file, rubrics, variants, chosen)
        if pairs
        else _each(bench, read, file, rubrics, chosen)
    )
    if only_plan:
        return _tell_plan(job, as_lines=as_lines)
    if bench.simulated:
        click.echo("SIMULATED: the judge's answers are made up here.", err=True)
    click.echo(plain(job.words), err=True)
    return _sent(bench, job, as_lines=as_lines)


@dataclass(frozen=True, slots=True)
class _Job:
    """What is asked of a judge, in words, and what is done with its answers.

    Args:
        many: How many answers, or pairs, that is.
        words: What is asked, and what it costs.
        keep: Keeps what it says and tells of it; given its runs, and whether figures are printed.
            Returns how many answers, or pairs, have not been judged.
    """

    asking: Asking[Any]
    many: str
    words: str
    keep: Callable[[Sequence[Run], bool], int]


def _each(
    bench: Workbench, read: Session, file: Path | None, rubric: str | Prompt, chosen: Choice
) -> _Job:
    """Every answer judged alone."""
    from workbench.cli.compare import tell
    from workbench.sessions.session import read_session
    from workbench.workbench.asking import judge_prompt
    from workbench.workbench.grading import results_of
    from workbench.workbench.judge import NAME, NEEDS, keep, plan_judging

    judge = judge_prompt(file, NAME, NEEDS) if file is not None else None
    judged = plan_judging(bench, read, judge, rubric, chosen)

    def kept(runs: Sequence[Run], quiet: bool) -> int:
        said = keep(read, judged, runs)
        if not quiet:
            tell(results_of(read_session(read.path)))
        return sum(result.passed is None for result in said)

    many = f"{len(judged.of):,} answers"
    return _Job(judged, many, f"{many}: {judged.words}", kept)


def _pairs(
    bench: Workbench,
    read: Session,
    file: Path | None,
    rubric: str | Prompt,
    variants: Sequence[str],
    chosen: Choice,
) -> _Job:
    """Answers judged in pairs."""
    from workbench.cli.compare import tell_votes
    from workbench.sessions.session import read_session
    from workbench.workbench.asking import judge_prompt
    from workbench.workbench.pairwise import NAME, NEEDS, keep_pairs, plan_pairs
    from workbench.workbench.reviews import reviews_of

    judge = judge_prompt(file, NAME, NEEDS)
    pairing = plan_pairs(bench, read, judge, rubric, variants, chosen)

    def kept(runs: Sequence[Run], quiet: bool) -> int:
        ruling = keep_pairs(read, pairing, runs)
        for line in ruling.unread:
            click.echo(plain(line), err=True)
        if not quiet:
            names = [pairing.reviews[0].a, *(review.b for review in pairing.reviews)]
            reviews = reviews_of(read_session(read.path), names[0], names)
            tell_votes([review for review in reviews if review.judge in ruling.judges])
        return ruling.unanswered

    return _Job(pairing.asking, f"{pairing.pairs:,} pairs", pairing.words, kept)


def _tell_plan(job: _Job, *, as_lines: bool) -> int:
    from workbench.cli.run import tell_plan

    if as_lines:
        return tell_plan(job.asking.plan, as_lines=True)
    click.echo(plain(job.words))
    return 0


def _sent(bench: Workbench, job: _Job, *, as_lines: bool) -> int:
    """Ask, and keep what was answered, also where it was interrupted; the exit code."""
    from workbench.cli.main import INTERRUPTED
    from workbench.cli.run import send
    from workbench.sessions.session import read_session

    code, runs = 0, list[Run]()
    if job.asking.plan.runs:
        code = asyncio.run(send(bench, job.asking.plan, as_lines=as_lines, fallback=None))
        if bench.journal is None or bench.journal.path is None:
            return INTERRUPTED
        runs = [*read_session(bench.journal.path).rounds[0].finished()]
    said = job.asking.ended(runs) if code == INTERRUPTED else [*job.asking.known, *runs]
    try:
        lacking = job.keep(said, as_lines)
    except SessionError as error:
        hint = f"{error.hint} What the judge said is saved: --resume keeps it, and asks no more."
        raise SessionError(error.problem, hint=hint) from error
    if lacking:
        click.echo(f"not judged: {lacking:,} of {job.many}", err=True)
    return code if code == INTERRUPTED else int(lacking > 0)


def _prompt_of(session: Session) -> Prompt:
    """The prompt of a session's last round, whose cases say what a good answer does.

    Raises:
        SettingsError: It is not there.
    """
    from workbench.documents.prompt import load_prompt

    name = session.rounds[-1].info.prompt if session.rounds else ""
    path = Path("prompts").absolute() / name
    if not name or not path.is_file():
        problem = f"{name or 'its prompt'} is not in ./prompts"
        raise SettingsError(problem, hint="Say what a good answer does with --rubric.")
    return load_prompt(path, force=True)
