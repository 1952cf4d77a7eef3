"""`workbench judge`: the answers of a session judged by a model, by a rubric, alone or in pairs."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

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
    from workbench.workbench.bench import Workbench
    from workbench.workbench.judging import Judging, Kept

_FEW = 5
"""So many answers that cannot be read are quoted."""


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
@click.option("--resume", is_flag=True, help="Ask only what was not answered, or not understood.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what it would take; send nothing.")
@cost_options
@provider_options
@speed_option
@click.option(
    "--prompts",
    type=click.Path(path_type=Path),
    default=Path("prompts"),
    help="The folder of the prompt, whose cases say what is good; ./prompts by default.",
)
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
    prompts: Path,
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
    from workbench.cli.run import tell_plan
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.workbench.asking import Choice
    from workbench.workbench.bench import open_workbench
    from workbench.workbench.judging import judging_of

    if len(variants) not in (0, 2) or (variants and not pairs):
        hint = "workbench judge SESSION --pairs A B"
        raise SettingsError("two variants are judged, with --pairs", hint=hint)
    read = read_session(find_session(folder, session))
    bench = open_workbench(
        prompts, provider=provider, base_url=base_url, sessions=folder, speed=speed
    )
    judging = judging_of(
        bench,
        read,
        rubric or _prompt_of(read, prompts),
        variants if pairs else None,
        file=file,
        chosen=Choice(model, None, max_cost, max_run_cost, resume),
    )
    if only_plan and as_lines:
        return tell_plan(judging.asking.plan, as_lines=True, comparisons=judging.comparisons)
    if only_plan:
        click.echo(plain(judging.words))
        return 0
    if bench.simulated:
        click.echo("SIMULATED: the judge's answers are made up here.", err=True)
    click.echo(plain(judging.words), err=True)
    return _sent(bench, judging, read.path, as_lines=as_lines)


def _sent(bench: Workbench, judging: Judging, path: Path, *, as_lines: bool) -> int:
    """Ask, and keep what was answered, also where it was interrupted; the exit code."""
    from workbench.cli.main import INTERRUPTED
    from workbench.cli.run import send
    from workbench.sessions.session import read_session
    from workbench.workbench.asking import saying

    asking, code, runs = judging.asking, 0, list[Run]()
    if asking.plan.runs:
        code = asyncio.run(send(bench, asking.plan, as_lines=as_lines, fallback=None))
        if bench.journal is None or bench.journal.path is None:
            return code
        runs = [*read_session(bench.journal.path).rounds[0].finished()]
    said = asking.ended(runs) if code == INTERRUPTED else [*asking.known, *runs]
    try:
        kept = judging.keep(said, saying(path))
    except SessionError as error:
        hint = f"{error.hint} What the judge said is saved: --resume keeps it, and asks no more."
        raise SessionError(error.problem, hint=hint) from error
    _tell(kept, path, as_lines=as_lines)
    if kept.lacking:
        rest = "; --resume asks the rest" if code else ""
        click.echo(f"not judged: {kept.lacking:,} of {judging.many}{rest}", err=True)
    return code if code == INTERRUPTED else int(kept.lacking > 0)


def _tell(kept: Kept, path: Path, *, as_lines: bool) -> None:
    """Say what it has come to."""
    from workbench.cli.compare import tell, tell_votes
    from workbench.sessions.session import read_session
    from workbench.workbench.grading import results_of

    for line in kept.unread[:_FEW]:
        click.echo(plain(line), err=True)
    if (more := len(kept.unread) - _FEW) > 0:
        click.echo(f"and {more:,} more like that", err=True)
    if as_lines:
        return
    if kept.baseline:
        tell_votes(kept.reviews(read_session(path)))
    else:
        tell(results_of(read_session(path)))


def _prompt_of(session: Session, folder: Path) -> Prompt:
    """The prompt of a session's last round, whose cases say what a good answer does.

    Raises:
        SettingsError: It is not there.
    """
    from workbench.documents.prompt import load_prompt

    name = session.rounds[-1].info.prompt if session.rounds else ""
    path = folder.absolute() / name
    if not name or not path.is_file():
        problem = f"{name or 'its prompt'} is not in {folder}"
        hint = "Name its folder with --prompts, or say what a good answer does with --rubric."
        raise SettingsError(problem, hint=hint)
    return load_prompt(path, force=True)
