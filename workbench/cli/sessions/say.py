"""`workbench sessions title`, `tag`, `note`, `archive`, `pin`: say things in the session's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench.cli.options import sessions_option
from workbench.errors import SessionError


@click.command("title", short_help="Give a session a title.")
@click.argument("session", metavar="SESSION")
@click.argument("text")
@sessions_option
def title_(session: str, text: str, folder: Path) -> int:
    """Call SESSION by this title; an empty one takes it away."""
    return _say(folder, session, {"title": text})


@click.command("tag", short_help="Tag a session.")
@click.argument("session", metavar="SESSION")
@click.argument("tags", nargs=-1, required=True)
@sessions_option
def tag_(session: str, tags: tuple[str, ...], folder: Path) -> int:
    """Give SESSION these TAGS; `tag SESSION -- -old` takes one away."""
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session

    path = find_session(folder, session)
    now = list(read_session(path).about.tags)
    for tag in tags:
        word = tag.lstrip("+-").strip()
        if not word or any(char.isspace() for char in word):
            raise SessionError(f"{tag!r} is no tag", hint="A tag is one word.")
        now = [other for other in now if other != word]
        now += [] if tag.startswith("-") else [word]
    return _say(folder, str(path), {"tags": now})


@click.command("note", short_help="Write a note on a session or a run.")
@click.argument("session", metavar="SESSION")
@click.argument("text")
@click.option("--run", "only", metavar="ID", help="On this run.")
@sessions_option
def note_(session: str, text: str, only: str | None, folder: Path) -> int:
    """Write a note on SESSION; an empty one takes it away."""
    return _say(folder, session, {"note": text}, of=only)


@click.command("archive", short_help="Leave a session out of lists.")
@click.argument("session", metavar="SESSION")
@sessions_option
def archive_(session: str, folder: Path) -> int:
    """Leave SESSION out of lists; `list --archived` and `search` show it all the same."""
    return _say(folder, session, {"archived": True})


@click.command("unarchive", short_help="Show an archived session in lists again.")
@click.argument("session", metavar="SESSION")
@sessions_option
def unarchive_(session: str, folder: Path) -> int:
    """Show SESSION in lists again."""
    return _say(folder, session, {"archived": False})


@click.command("pin", short_help="Put a session before all others in lists.")
@click.argument("session", metavar="SESSION")
@sessions_option
def pin_(session: str, folder: Path) -> int:
    """Put SESSION before all others in lists."""
    return _say(folder, session, {"pinned": True})


@click.command("unpin", short_help="Put a session back where it belongs by its time.")
@click.argument("session", metavar="SESSION")
@sessions_option
def unpin_(session: str, folder: Path) -> int:
    """Put SESSION back where it belongs by its time."""
    return _say(folder, session, {"pinned": False})


def _say(folder: Path, session: str, said: dict[str, Any], of: str | None = None) -> int:
    from workbench.sessions.about import annotate
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session

    path = find_session(folder, session)
    if of is not None:
        known = [run.run_id for one in read_session(path).rounds for run in one.runs]
        if of not in known:
            raise SessionError(f"{path.name} has no run {of!r}", hint=f"Runs: {', '.join(known)}")
    annotate(path, said, of=of)
    click.echo(f"{path.name}: done", err=True)
    return 0
