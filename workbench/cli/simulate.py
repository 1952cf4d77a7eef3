"""`workbench simulate`: the simulator as a server of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from workbench.simulator.config import SimulatorConfig


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
def command(
    port: int,
    profile: Literal["anthropic", "bytespike"],
    speed: float,
    seed: int,
    scripts: tuple[Path, ...],
) -> int:
    """Serve a faithful stand-in for the Messages API on loopback until Ctrl+C.

    Any key will do; one that contains `invalid` is refused as the real one would be.
    """
    from workbench.simulator.config import SimulatorConfig

    config = SimulatorConfig(
        port=port, profile=profile, speed=speed, seed=seed, scripts=tuple(scripts)
    )
    try:
        asyncio.run(_serve(config))
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    return 0


async def _serve(config: SimulatorConfig) -> None:
    from workbench.simulator.server import serving

    async with serving(config) as url:
        click.echo(url)
        click.echo(
            f"The simulator answers at {url} ({config.profile}). Ctrl+C stops it.\n"
            f"  workbench run PROMPT --base-url {url}   with WORKBENCH_API_KEY=any",
            err=True,
        )
        await asyncio.Event().wait()
