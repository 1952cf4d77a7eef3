"""`workbench simulate`: the simulator as a server of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from workbench.cli.service import limits_of, service_options

if TYPE_CHECKING:
    from workbench.simulator.config import SimulatorConfig
    from workbench.simulator.recording import Recording

_ASKING = """\
Ask for them, several with commas,
  for one request   in the header x-sim-fault: cut_mid:5,crlf
                    or after the model's name: claude-haiku-4-5+cut_mid:5
  for a reply       in a script: fault = "cut_mid:5"
  for all messages  workbench simulate --fault cut_mid:5"""


@click.command("simulate", short_help="Serve the simulator on loopback.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, help="0 takes any free port.")
@click.option("--profile", type=click.Choice(["anthropic", "bytespike"]), default="anthropic")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    help="10 is ten times as fast.",
)
@click.option("--seed", type=int, default=0, help="Another seed, other wordings.")
@click.option(
    "--script",
    "scripts",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A TOML file of replies, tried before our own.",
)
@click.option(
    "--session",
    "sessions",
    multiple=True,
    metavar="SESSION",
    help="A saved session: a request that is in it gets the answer that it got then.",
)
@click.option(
    "--sessions", "folder", type=click.Path(path_type=Path), default=Path("sessions"), hidden=True
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help="What goes wrong with every message, such as cut_mid:5; see --faults.",
)
@click.option(
    "--faults",
    "wants_list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, wanted: _list_faults(context) if wanted else None,
    help="List the faults and how to ask for them.",
)
@service_options
def command(
    port: int,
    profile: Literal["anthropic", "bytespike"],
    speed: float,
    seed: int,
    scripts: tuple[Path, ...],
    sessions: tuple[str, ...],
    folder: Path,
    faults: tuple[str, ...],
    **service: Any,
) -> int:
    """Serve a faithful stand-in for the Messages API on loopback until Ctrl+C.

    Any key will do; one that contains `invalid` is refused as the real one would be. Limits,
    caches and batches go by the simulator's time: at --speed 60 a minute of theirs is a second.
    """
    from workbench.simulator.config import SimulatorConfig

    config = SimulatorConfig(
        port=port,
        profile=profile,
        speed=speed,
        seed=seed,
        scripts=scripts,
        faults=faults,
        recordings=_recordings(folder, sessions),
        limits=limits_of(service),
        **service,
    )
    try:
        asyncio.run(_serve(config))
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    return 0


def _recordings(folder: Path, sessions: Sequence[str]) -> tuple[Recording, ...]:
    """Every answer in these sessions. Says what of them could not be read."""
    from workbench.cli.recorded import recordings_of
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session

    found: list[Recording] = []
    for word in sessions:
        session = read_session(find_session(folder, word))
        for note in session.notes:
            click.echo(f"{session.path.name}: {note}", err=True)
        found += recordings_of(session)
    return tuple(found)


def _list_faults(context: click.Context) -> None:
    """Print every fault with what it does, and leave."""
    from workbench.simulator.faults.table import FAULTS

    width = max(map(len, FAULTS))
    for name, sentence in FAULTS.items():
        click.echo(f"{name:{width}}  {sentence}")
    click.echo(f"\n{_ASKING}", err=True)
    context.exit()


async def _serve(config: SimulatorConfig) -> None:
    from workbench.simulator.server import serving

    async with serving(config) as url:
        click.echo(url)
        click.echo(
            f"The simulator answers at {url} ({config.profile}). Ctrl+C stops it.\n"
            f"  workbench run PROMPT --base-url {url}   with WORKBENCH_API_KEY=any-key",
            err=True,
        )
        await asyncio.Event().wait()
