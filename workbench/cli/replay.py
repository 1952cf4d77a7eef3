"""`workbench replay`: a saved round again, at its own pace."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import click

from workbench.cli.options import json_option, sessions_option
from workbench.errors import SessionError, SettingsError
from workbench.sessions.session import SavedRound


@click.command("replay", short_help="Show a saved round again, at its own pace.")
@click.argument("session", metavar="SESSION")
@click.option("--run", "only", metavar="ID", help="Only this run.")
@click.option("--round", "round_id", metavar="ID", help="Only this round; all, one by one.")
@click.option(
    "--speed", type=click.FloatRange(min=0), help="0.25 to 10 as on the screen; 0 is at once."
)
@click.option(
    "--from", "start", metavar="TIME", help="Begin there: 12.5 (seconds) or 1:02.5; the rest first."
)
@click.option("--loop", is_flag=True, help="Begin again at the end, until Ctrl+C.")
@sessions_option
@json_option
def command(
    session: str,
    only: str | None,
    round_id: str | None,
    speed: float | None,
    start: str | None,
    loop: bool,
    folder: Path,
    as_lines: bool,
) -> int:
    """Replay SESSION: a path, a file's name or its start, or `last`. No network, no key.

    With --json nobody watches, so the default is at once; else it is the original pace.
    """
    if speed is not None and math.isnan(speed):
        raise SettingsError("--speed nan is no speed", hint="2 is twice as fast, 0 at once.")
    if loop and as_lines:
        raise SettingsError("--loop has no end, and --json is read to its end", hint="Leave one.")
    from workbench.sessions.replay import read_moment
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session

    path = find_session(folder, session)
    saved = read_session(path)
    for note in saved.notes:
        click.echo(f"{path.name}: {note}", err=True)
    rounds = [r for r in saved.rounds if round_id in (None, r.info.round_id)]
    if only is not None:
        rounds = [r for r in rounds if any(run.run_id == only for run in r.runs)]
    if not rounds:
        known = ", ".join(run.run_id for r in saved.rounds for run in r.runs)
        raise SessionError(f"{path.name} has no such round or run", hint=f"Its runs: {known}")
    rounds = rounds if only is None else [r.only([only]) for r in rounds]
    pace = (0.0 if as_lines else 1.0) if speed is None else speed
    from_s = 0.0 if start is None else read_moment(start)
    while True:
        code = asyncio.run(_replay(path, rounds, pace, from_s, as_lines=as_lines))
        if not loop:
            return code


async def _replay(
    path: Path, rounds: list[SavedRound], speed: float, from_s: float, *, as_lines: bool
) -> int:
    from workbench.cli.show import follow, view_for
    from workbench.run import WHOLE
    from workbench.sessions.replay import replay

    whole = True
    for saved in rounds:
        if not as_lines:
            click.echo(f"REPLAY  {path.name}  {saved.info.round_id}  {saved.info.began}", err=True)
        runs = {run.run_id: run for run in saved.runs}
        view = view_for(as_lines=as_lines, session=lambda: path)
        ended = await follow(replay(saved.events, speed=speed, from_s=from_s), runs, view)
        whole = whole and all(run.end_state in WHOLE for run in ended.values())
    return 0 if whole else 1
