"""`workbench judge`: the answers of a session judged by a model, by a rubric."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import json_option, provider_options, sessions_option, speed_option
from workbench.errors import SettingsError

if TYPE_CHECKING:
    from workbench.documents.prompt import Prompt
    from workbench.sessions.session import Session


@click.command("judge", short_help="Have a model judge the answers of a session.")
@click.argument("session", metavar="SESSION")
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
    help="A prompt of your own, with {{rubric}}, {{asked}} and {{answer}}.",
)
@provider_options
@speed_option
@sessions_option
@json_option
def command(
    session: str,
    rubric: str | None,
    model: str | None,
    file: Path | None,
    provider: str | None,
    base_url: str | None,
    speed: float,
    folder: Path,
    as_lines: bool,
) -> int:
    """Have a model judge the whole answers of SESSION; `workbench compare` goes by what it says.

    The judge's answers, and their cost, are a session of their own. Exit code: 0 all were judged,
    1 some were not, 2 nothing could be tried, 130 interrupted.
    """
    from workbench.cli.compare import tell
    from workbench.cli.main import INTERRUPTED
    from workbench.cli.run import send
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.workbench.bench import open_workbench
    from workbench.workbench.grading import results_of
    from workbench.workbench.judge import judge_prompt, keep, plan_judging

    path = find_session(folder, session)
    read = read_session(path)
    bench = open_workbench(
        Path("prompts"), provider=provider, base_url=base_url, sessions=folder, speed=speed
    )
    judged = plan_judging(bench, read, judge_prompt(file), rubric or _prompt_of(read), model)
    if bench.simulated:
        click.echo("SIMULATED: the judge's answers are made up here.", err=True)
    code = asyncio.run(send(bench, judged.plan, as_lines=as_lines, fallback=None))
    if code == INTERRUPTED or bench.journal is None or bench.journal.path is None:
        return INTERRUPTED
    said = keep(read, judged, read_session(bench.journal.path).rounds[0].finished())
    if not as_lines:
        tell(results_of(read_session(path)))
    return int(any(result.passed is None for result in said))


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
