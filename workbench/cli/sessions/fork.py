"""`workbench sessions fork`: the documents of a saved round as they were."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import sessions_option

if TYPE_CHECKING:
    from workbench.sessions.fork import Fork
    from workbench.sessions.session import Session


@click.command("fork", short_help="Take up a saved round's documents as they were.")
@click.argument("session", metavar="SESSION")
@click.option("--run", "of", default="", metavar="ID", help="Of this run or round; else the last.")
@click.option("--to", type=click.Path(path_type=Path), help="A new folder to write them to.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    default=Path("prompts"),
    help="The folder to compare with; ./prompts by default.",
)
@click.option("--continue", "goes_on", is_flag=True, help="Go on with a run's conversation.")
@click.option("--turn", type=int, metavar="N", help="Keep its first N messages; else all.")
@click.option("--model", metavar="M", help="Go on with this model.")
@click.option("--provider", metavar="P", help="Go on at this provider; where it was by default.")
@sessions_option
def fork_(
    session: str,
    of: str,
    to: Path | None,
    against: Path,
    goes_on: bool,
    turn: int | None,
    model: str | None,
    provider: str | None,
    folder: Path,
) -> int:
    """Write the documents that SESSION was run with to a new folder, whatever became of them.

    What is different now is printed as a unified diff, and how to run the fork on stderr. Without
    --to nothing is written.

    With --continue the conversation of a run, its answer included, becomes a prompt that goes on
    from there: what comes next, and results of tools that no mock gives, are variables. Thinking
    is kept where it can be read, and what is left out is said.
    """
    from workbench.errors import SettingsError
    from workbench.sessions.fork import forked
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.telling.plain import plain

    if not goes_on and (turn is not None or model or provider):
        problem = "--turn, --model and --provider say how a conversation goes on"
        raise SettingsError(problem, hint="Add --continue; `sessions rerun` sends a round again.")
    saved = read_session(find_session(folder, session))
    if goes_on:
        fork = _continued(saved, of, turn, model or "", provider or "")
        if to is None:
            click.echo("\n".join(map(plain, fork.files[fork.prompt].splitlines())))
    else:
        fork = forked(saved, of)
        if differences := fork.differences(against):
            click.echo("\n".join(map(plain, differences.splitlines())))
        else:
            click.echo(f"{against} has the same documents now", err=True)
    for line in fork.said:
        click.echo(plain(line), err=True)
    if to is None:
        click.echo("Nothing is written: name a new folder with --to.", err=True)
        return 0
    for path in fork.write(to):
        click.echo(plain(f"{path}: written"), err=True)
    click.echo(plain(f"To run it: {_command(fork, to)}"), err=True)
    return 0


def _continued(saved: Session, run_id: str, turns: int | None, model: str, provider: str) -> Fork:
    from workbench.sessions.continued import continued, conversation_of
    from workbench.workbench.continuing import target_for

    conversation = conversation_of(saved, run_id)
    return continued(conversation, target_for(conversation, provider, model), turns=turns)


def _command(fork: Fork, to: Path) -> str:
    command = ["workbench", "run", str(to / fork.prompt)]
    command += ["--variant", fork.variant] if fork.variant else []
    for name, value in (*fork.values.items(), *((name, "…") for name in fork.unfilled)):
        command += ["--set", f"{name}={value}"]
    return shlex.join(command)
