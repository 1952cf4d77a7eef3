"""`workbench sessions import`: what other programs recorded, as sessions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import json_option, sessions_option

if TYPE_CHECKING:
    from workbench.sessions.foreign.take import Taken


@click.command("import", short_help="Make sessions of llm's logs.db, or of promptfoo's results.")
@click.argument("files", metavar="FILE", nargs=-1, required=True, type=click.Path(path_type=Path))
@sessions_option
@json_option
def import_(files: tuple[Path, ...], folder: Path, as_lines: bool) -> int:
    """Make sessions of each FILE: a logs.db of llm, or what `promptfoo eval -o FILE.json` wrote.

    A conversation of llm becomes a session with a round for each answer, an evaluation of
    promptfoo one with a single round. FILE is left as it is; what was imported before is not
    imported again, and what has come since becomes a session of its own. Cost and durations are
    those that FILE tells; what it does not tell is not made up.
    """
    from workbench.sessions.foreign.take import take
    from workbench.wire.request import compact
    from workbench.workbench.bench import APP_VERSION

    for file in files:
        states: Counter[str] = Counter()
        for taken in take(file, folder, app_version=APP_VERSION):
            states[taken.state] += 1
            if as_lines:
                click.echo(compact(_as_json(taken)))
            elif taken.state == "new":
                click.echo(_as_text(taken))
        click.echo(f"{file}: {_summed_up(states)}", err=True)
    return 0


def _as_json(taken: Taken) -> dict[str, Any]:
    foreign = taken.foreign
    return {
        "session": str(taken.path),
        "state": taken.state,
        "from": foreign.program,
        "key": foreign.key,
        "title": foreign.title,
        "rounds": len(foreign.rounds),
        "runs": sum(map(len, foreign.rounds)),
    }


def _as_text(taken: Taken) -> str:
    from workbench.telling.plain import plain

    rounds, runs = len(taken.foreign.rounds), sum(map(len, taken.foreign.rounds))
    words = [
        f"{taken.path.name:<60}",
        f"{rounds:>4} round{'s' * (rounds != 1)}",
        f"{runs:>5} run{'s' * (runs != 1)}",
        taken.foreign.title,
    ]
    return plain("  ".join(words)).replace("\n", " ").rstrip()


def _summed_up(states: Counter[str]) -> str:
    if not states:
        return "nothing is in it"
    new, here, trash = states["new"], states["here"], states["trash"]
    words = [f"{new or 'no'} session{'s' * (new > 1)} imported"]
    words += [f"{here} here already"] if here else []
    words += [f"{trash} in the trash (`workbench sessions restore`)"] if trash else []
    return ", ".join(words)
