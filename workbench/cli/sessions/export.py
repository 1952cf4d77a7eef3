"""`workbench sessions export`: a session as a file for others."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import redact_options, sessions_option
from workbench.errors import SettingsError

if TYPE_CHECKING:
    from workbench.workbench.export import Form

_FORMS = ("md", "csv", "jsonl", "html", "cast")
_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})")


@click.command("export", short_help="Write a session as a file for others.")
@click.argument("session", metavar="SESSION")
@click.option(
    "--to",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The new file, or a folder to put it in; standard output by default.",
)
@click.option("--as", "form", type=click.Choice(_FORMS), help="Which form; by --to's name, or md.")
@click.option("--round", "rounds", multiple=True, metavar="ID", help="Only this round.")
@click.option("--run", "runs", multiple=True, metavar="ID", help="Only this run.")
@redact_options
@click.option("--size", metavar="COLUMNSxLINES", help="The screen of a cast; by default what fits.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@sessions_option
def export_(
    session: str,
    to: Path | None,
    form: Form | None,
    rounds: tuple[str, ...],
    runs: tuple[str, ...],
    redact: tuple[str, ...],
    redact_tools: bool,
    size: str | None,
    force: bool,
    folder: Path,
) -> int:
    """Write SESSION (a path, a file's name or its start, or `last`) as a file for others.

    \b
    md     to read, in a diff or on a page
    csv    one row a run, for a spreadsheet
    jsonl  one object a run, with its request
    html   one file that replays in any browser, without network
    cast   a recording for asciinema
    """
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.workbench.export import Wanted, export_to, exported, form_of

    to = None if to == Path("-") else to
    if form is None:
        if to is not None and to.is_dir():
            raise SettingsError(f"{to} is a folder: which form?", hint="Say --as html, md, csv …")
        form = form_of(to) if to is not None else "md"
    wanted = Wanted(form, rounds, runs, redact, redact_tools, _size_of(size))
    path = find_session(folder, session)
    saved = read_session(path)
    for note in saved.notes:
        click.echo(f"{path.name}: {note}", err=True)
    if to is not None:
        click.echo(f"written: {export_to(saved, to, wanted, force=force)}", err=True)
        return 0
    if form in ("html", "cast") and sys.stdout.isatty():
        raise SettingsError(f"{form} is nothing to read here", hint=f"Say --to FILE.{form}")
    for piece in exported(saved, wanted):
        click.echo(piece.encode(), nl=False)
    return 0


def _size_of(size: str | None) -> tuple[int, int] | None:
    if size is None:
        return None
    if (found := _SIZE.fullmatch(size)) is None:
        raise SettingsError(f"--size {size} is no size", hint="Write --size 120x40")
    return int(found[1]), int(found[2])
