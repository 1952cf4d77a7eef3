"""`workbench sessions`: look at what was saved."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.options import json_option, sessions_option
from workbench.wire.request import compact


@click.group("sessions", short_help="List and show saved sessions.")
def command() -> None:
    """Look at saved sessions. `workbench replay` shows one again as it happened."""


@command.command("list")
@sessions_option
@json_option
def list_(folder: Path, as_lines: bool) -> int:
    """List the sessions, newest first."""
    from workbench.sessions.shelf import sessions_in

    found = sessions_in(folder)
    if not found and not as_lines:
        click.echo(f"{folder}: no sessions yet. `workbench run` saves one.", err=True)
    for summary in found:
        if as_lines:
            data = {
                "session": str(summary.path),
                "began": summary.began,
                "name": summary.name,
                "rounds": summary.rounds,
                "runs": summary.runs,
                "models": list(summary.models),
                "providers": list(summary.providers),
                "simulated": summary.simulated,
                "cut": summary.cut,
                "bytes": summary.size,
            }
            click.echo(compact(data))
            continue
        marks = " ".join(
            word for word, on in (("SIMULATED", summary.simulated), ("cut", summary.cut)) if on
        )
        models = ", ".join(summary.models)
        rounds = f"{summary.rounds:>3} round{'s' * (summary.rounds != 1)}"
        runs = f"{summary.runs:>5} run{'s' * (summary.runs != 1)}"
        click.echo(
            f"{summary.path.name:<44} {rounds:<10} {runs:<10} "
            f"{summary.size / 1000:>8.1f} kB  {models}  {marks}".rstrip()
        )
    return 0


@command.command("show")
@click.argument("session", metavar="SESSION")
@sessions_option
@json_option
def show(session: str, folder: Path, as_lines: bool) -> int:
    """Show every run of SESSION: a path, a file's name or its start, or `last`."""
    from workbench.cli.show import answer, as_line, figures, title
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.telling.plain import plain

    path = find_session(folder, session)
    saved = read_session(path)
    for note in saved.notes:
        click.echo(f"{path.name}: {note}", err=True)
    for one in saved.rounds:
        runs = one.finished()
        if as_lines:
            for run in runs:
                click.echo(as_line(run, path))
            continue
        values = "  ".join(f"{name}={value[:40]!r}" for name, value in one.info.values.items())
        click.echo(f"{one.info.round_id}  {one.info.began}  {one.info.prompt}  {plain(values)}")
        for run in runs:
            click.echo(f"\n== {run.run_id}  {title(run)}   {figures(run)}")
            click.echo(answer(run))
        click.echo()
    return 0
