"""`workbench sessions trash`, `restore` and `verify`: keep the sessions in order."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.options import sessions_option
from workbench.errors import SessionError


@click.command("trash", short_help="Throw sessions away; restore brings them back.")
@click.argument("sessions", metavar="SESSION", nargs=-1)
@click.option("--list", "listing", is_flag=True, help="List what is in the trash.")
@click.option("--empty", is_flag=True, help="Delete for good what is in the trash.")
@click.option("--yes", is_flag=True, help="Do not ask before that.")
@sessions_option
def trash_(sessions: tuple[str, ...], listing: bool, empty: bool, yes: bool, folder: Path) -> int:
    """Move each SESSION into the trash beside the sessions, out of every list.

    `workbench sessions restore` brings the last one back.
    """
    from workbench.sessions.shelf import find_session
    from workbench.sessions.trash import empty_trash, in_trash, trash

    if not (sessions or listing or empty):
        raise SessionError("no session is named", hint="Name one, or use --list or --empty.")
    for session in sessions:
        path = find_session(folder, session)
        trash(path)
        again = f"workbench sessions restore {path.name}"
        click.echo(f"{path.name} is in the trash. `{again}` brings it back.", err=True)
    if listing:
        for path in in_trash(folder):
            click.echo(path.name)
    if empty and (found := in_trash(folder)):
        question = f"Delete {len(found)} session{'s' * (len(found) != 1)} for good?"
        if yes or click.confirm(question, err=True):
            click.echo(f"{empty_trash(folder)} deleted", err=True)
    return 0


@click.command("restore", short_help="Take a session back out of the trash.")
@click.argument("name", required=False, default="")
@sessions_option
def restore_(name: str, folder: Path) -> int:
    """Take NAME back out of the trash: a file's name or its start; without it the last one."""
    from workbench.sessions.trash import restore

    click.echo(f"{restore(folder, name).name} is back", err=True)
    return 0


@click.command("verify", short_help="Check session files, and repair them.")
@click.argument("sessions", metavar="SESSION", nargs=-1)
@click.option("--repair", "mend", is_flag=True, help="Write a whole file of what is undamaged.")
@sessions_option
def verify_(sessions: tuple[str, ...], mend: bool, folder: Path) -> int:
    """Check that every line of each SESSION says something; of all sessions where none is named.

    --repair writes what is undamaged to a new file of the same name; the damaged one goes to the
    trash, so nothing is lost. A file that is no session at all is named. Exit code: 0 all are
    whole, or were repaired; 1 one is damaged.
    """
    from workbench.sessions.shelf import find_session, no_sessions_in, sessions_in
    from workbench.sessions.verify import repair, verify

    named = [find_session(folder, session) for session in sessions]
    paths = named or [summary.path for summary in sessions_in(folder)]
    damaged = 0
    for path in paths:
        findings = verify(path)
        for note in findings.notes:
            click.echo(f"{path.name}: {note}")
        if findings.sound:
            continue
        if not mend:
            damaged += 1
            continue
        try:
            new, old = repair(path)
        except SessionError as error:
            damaged += 1
            click.echo(f"{path.name} is not repaired: {error}", err=True)
        else:
            click.echo(f"{new.name}: repaired; the damaged file is {old}", err=True)
    for why in [] if named else no_sessions_in(folder):
        click.echo(str(why), err=True)
    checked = f"{len(paths)} session{'s' * (len(paths) != 1)} checked"
    click.echo(f"{checked}, {damaged or 'none'} damaged", err=True)
    return 1 if damaged else 0
