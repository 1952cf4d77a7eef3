"""`workbench sessions list`, `search` and `show`: look at what was saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import json_option, sessions_option
from workbench.errors import SessionError
from workbench.wire.request import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.run import Run
    from workbench.sessions.about import About
    from workbench.sessions.index import Entry, Library
    from workbench.sessions.query import Query

_limit_option = click.option("--limit", type=click.IntRange(min=1), help="At most so many.")


@click.command("list", short_help="List the sessions, pinned ones first, then newest.")
@click.argument("query", nargs=-1)
@_limit_option
@click.option("--archived", is_flag=True, help="Those that are archived as well.")
@sessions_option
@json_option
def list_(
    query: tuple[str, ...], limit: int | None, archived: bool, folder: Path, as_lines: bool
) -> int:
    """List the sessions, pinned ones first, then the newest; with QUERY those that fit.

    All words must occur, in prompts, answers, titles, tags or notes; a word is found by its
    beginning, '"several words"' as they stand. tag:, model:, provider: and name: narrow by a part
    of that, since:2026-11-01 and until: by the day (UTC), 'cost>0.01' and 'cost<1' by USD, and
    is:cut, is:failed, is:simulated, is:pinned, is:archived by marks.
    """
    wanted = _read(query)
    with _library(folder) as library:
        found = library.entries(wanted, limit=limit, archived=archived)
        if not found and not as_lines:
            click.echo(_nothing(folder, query), err=True)
        for entry in found:
            click.echo(compact(_as_json(entry)) if as_lines else _as_text(entry))
    return 0


@click.command("search", short_help="Find sessions by what was asked, answered or noted.")
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=100, help="At most so many.")
@sessions_option
@json_option
def search_(query: tuple[str, ...], limit: int, folder: Path, as_lines: bool) -> int:
    """Find the sessions that fit QUERY, archived ones too, and where the words stand in them.

    QUERY is as for `list`. Exit code: 0 something was found, 1 nothing.
    """
    wanted = _read(query)
    with _library(folder) as library:
        found = library.entries(wanted, limit=limit, archived=True)
        if not found and not as_lines:
            click.echo(_nothing(folder, query), err=True)
        for entry in found:
            snippet = library.snippet(entry, wanted)
            if as_lines:
                click.echo(compact({**_as_json(entry), "snippet": snippet}))
                continue
            click.echo(_as_text(entry))
            if snippet:
                click.echo(f"    {_plain(snippet)}")
    return 0 if found else 1


@click.command("show", short_help="Show the runs of a session.")
@click.argument("session", metavar="SESSION")
@click.option("--run", "only", metavar="ID", help="Only this run.")
@sessions_option
@json_option
def show_(session: str, only: str | None, folder: Path, as_lines: bool) -> int:
    """Show every run of SESSION: a path, a file's name or its start, or `last`."""
    from workbench.cli.show import as_line
    from workbench.sessions.about import About
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session

    path = find_session(folder, session)
    saved = read_session(path)
    for note in (*saved.notes, *["no round was saved in it"] * (not saved.rounds)):
        click.echo(f"{path.name}: {note}", err=True)
    known = [run.run_id for one in saved.rounds for run in one.runs]
    if only is not None and only not in known:
        raise SessionError(f"{path.name} has no run {only!r}", hint=f"Its runs: {', '.join(known)}")
    if not as_lines and (said := _said(saved.about.title, saved.about.tags, saved.about.note)):
        click.echo(said)
    for one in saved.rounds:
        runs = [run for run in one.finished() if only in (None, run.run_id)]
        if as_lines:
            for run in runs:
                click.echo(as_line(run, path))
            continue
        if not runs:
            continue
        values = "  ".join(f"{name}={value[:40]!r}" for name, value in one.info.values.items())
        click.echo(f"{one.info.round_id}  {one.info.began}  {one.info.prompt}  {_plain(values)}")
        for run in runs:
            _show_run(run, saved.abouts.get(run.run_id, About()))
        click.echo()
    return 0


def _show_run(run: Run, about: About) -> None:
    from workbench.cli.show import answer, figures, title, verdict
    from workbench.compare.checks import saved_grade

    click.echo(f"\n== {run.run_id}  {title(run)}   {figures(run)}")
    if said := _said(about.title, about.tags, "  ".join((*_rated(about), about.note))):
        click.echo(said)
    click.echo(answer(run))
    if (grade := saved_grade(about.grade)).results:
        click.echo(verdict(grade))


def _library(folder: Path) -> Library:
    from workbench.sessions.index import Library

    return Library(folder)


def _read(query: tuple[str, ...]) -> Query:
    """What is looked for.

    Raises:
        SessionError: Something in it cannot be what is meant.
    """
    from workbench.sessions.query import Query

    wanted = Query.read(" ".join(query))
    if wanted.doubt is not None:
        raise SessionError(wanted.doubt.problem, hint=wanted.doubt.hint)
    return wanted


def _nothing(folder: Path, query: tuple[str, ...]) -> str:
    if query:
        return f"{folder}: no session fits {' '.join(query)!r}."
    return f"{folder}: no sessions yet. `workbench run` saves one."


def _as_json(entry: Entry) -> dict[str, Any]:
    summary, about = entry.summary, entry.summary.about
    return {
        "session": str(summary.path),
        "began": summary.began,
        "name": summary.name,
        "title": about.title,
        "tags": list(about.tags),
        "note": about.note,
        "archived": about.archived,
        "pinned": about.pinned,
        "rounds": summary.rounds,
        "runs": summary.runs,
        "models": list(summary.models),
        "providers": list(summary.providers),
        "simulated": summary.simulated,
        "cut": summary.cut,
        "ended": {end.word: end.count for end in entry.ends},
        "cost_usd": None if entry.cost_usd is None else str(entry.cost_usd),
        "bytes": summary.size,
    }


def _as_text(entry: Entry) -> str:
    from workbench.costs import Cost, shown
    from workbench.sessions.file import being_written
    from workbench.sessions.gist import ended

    one = entry.summary
    under_way = one.cut and being_written(one.path)
    ending = "under way" if under_way else ended(entry.ends)[1]
    marks = (
        ("SIMULATED", one.simulated),
        (ending, ending != "complete"),
        ("pinned", one.about.pinned),
        ("archived", one.about.archived),
    )
    rounds = f"{one.rounds:>3} round{'s' * (one.rounds != 1)}"
    runs = f"{one.runs:>5} run{'s' * (one.runs != 1)}"
    words = [
        f"{one.path.name:<44} {rounds:<10} {runs:<10} {one.size / 1000:>8.1f} kB",
        f"{shown(Cost(entry.cost_usd, False)):>8}",
        ", ".join(one.models),
        *(word for word, on in marks if on),
        _said(one.about.title, one.about.tags),
    ]
    return _plain("  ".join(filter(None, words)))


def _said(title: str, tags: tuple[str, ...], note: str = "") -> str:
    """What somebody said about it, in a line."""
    return _plain("  ".join(filter(None, (title, *(f"#{tag}" for tag in tags), note))))


def _rated(about: About) -> Iterator[str]:
    """What a person says of a run by keys."""
    if about.good is not None:
        yield "a person lets it pass" if about.good else "a person lets it fail"
    if about.rating is not None:
        yield f"{about.rating} of 5"


def _plain(text: str) -> str:
    from workbench.telling.plain import plain

    return plain(text).replace("\n", " ")
