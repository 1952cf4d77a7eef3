"""`workbench sessions fork`: the documents of a saved round as they were."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from workbench.cli.options import sessions_option


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
@sessions_option
def fork_(session: str, of: str, to: Path | None, against: Path, folder: Path) -> int:
    """Write the documents that SESSION was run with to a new folder, whatever became of them.

    What is different now is printed as a unified diff, and how to run the fork on stderr. Without
    --to nothing is written.
    """
    from workbench.sessions.fork import forked
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.telling.plain import plain

    fork = forked(read_session(find_session(folder, session)), of)
    if differences := fork.differences(against):
        click.echo("\n".join(map(plain, differences.splitlines())))
    else:
        click.echo(f"{against} has the same documents now", err=True)
    if to is None:
        click.echo("Nothing is written: name a new folder with --to.", err=True)
        return 0
    for path in fork.write(to):
        click.echo(plain(f"{path}: written"), err=True)
    command = ["workbench", "run", str(to / fork.prompt)]
    command += ["--variant", fork.variant] if fork.variant else []
    for name, value in fork.values.items():
        command += ["--set", f"{name}={value}"]
    for name in fork.masked:
        command += ["--set", f"{name}=…"]
    if fork.masked:
        lost = ", ".join(fork.masked)
        click.echo(plain(f"Redacted when it was recorded, to be filled anew: {lost}"), err=True)
    click.echo(plain(f"To run it again: {shlex.join(command)}"), err=True)
    return 0
