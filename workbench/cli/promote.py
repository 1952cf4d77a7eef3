"""`workbench promote`: the variant that has won becomes the base of its file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workbench.cli.options import sessions_option


@click.command("promote", short_help="Make a variant the base of its prompt.")
@click.argument("session", metavar="SESSION")
@click.argument("variant", metavar="VARIANT")
@click.option("--baseline", metavar="V", default="", help="Held against it; the first other one.")
@click.option(
    "--prompts",
    type=click.Path(path_type=Path),
    default=Path("prompts"),
    help="The folder of the prompt; ./prompts by default.",
)
@click.option("--yes", is_flag=True, help="Write it, without being asked.")
@click.option("--commit", is_flag=True, help="Write it, and commit it with the evidence.")
@sessions_option
def command(
    session: str,
    variant: str,
    baseline: str,
    prompts: Path,
    yes: bool,
    commit: bool,
    folder: Path,
) -> int:
    """Make VARIANT the base of its prompt's file, as SESSION has shown it to be the better one.

    The file's text is changed where it has to be; comments and layout stay. What changes is
    printed as a unified diff, and written once you say so, or with --yes. Where the file is in
    git, a commit is offered whose message carries the evidence.
    """
    from workbench.errors import WorkbenchError
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.telling.plain import plain
    from workbench.workbench.promotion import promotion

    found = promotion(
        read_session(find_session(folder, session)), variant, prompts, baseline=baseline
    )
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    click.echo("\n".join(map(plain, found.diff.splitlines())))
    if found.moved_on:
        click.echo(plain(f"{found.path} has changed since that round: look twice."), err=True)
    if found.doubt:
        click.echo(plain(f"careful: {found.doubt}"), err=True)
    if not (yes or commit or (asks and click.confirm(f"Write {found.path}?", err=True))):
        click.echo("Nothing is written: --yes writes it.", err=True)
        return 0
    commits = found.commits
    if commit and not commits:
        raise WorkbenchError(
            f"{found.path} is not in git as it stands: a commit would hold more than this",
            hint="Commit it first, or write it with --yes alone.",
        )
    found.write()
    click.echo(plain(f"{found.path}: written"), err=True)
    if commits and not commit:
        click.echo(f"\n{found.message}\n", err=True)
        commit = asks and click.confirm("Commit it with this message?", err=True)
    if commit:
        click.echo(f"committed: {found.commit()}", err=True)
    return 0
