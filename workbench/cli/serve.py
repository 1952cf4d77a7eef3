"""`workbench serve`: the workbench in a browser."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.open_app import require_place
from workbench.cli.options import cost_options, provider_options, speed_option

if TYPE_CHECKING:
    from workbench.serve.server import ServeConfig


@click.command("serve", short_help="Serve the workbench to a browser of this machine.")
@click.argument("where", required=False, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="0 takes any free port.")
@provider_options
@cost_options
@click.option("--no-save", is_flag=True, help="Write no session file.")
@speed_option
@click.option("--framed", is_flag=True, hidden=True)
@click.option("--parent-pipe", is_flag=True, hidden=True, help="End when standard input does.")
def command(
    where: Path | None,
    port: int,
    provider: str | None,
    base_url: str | None,
    max_cost: Decimal | None,
    max_run_cost: Decimal | None,
    no_save: bool,
    speed: float,
    framed: bool,
    parent_pipe: bool,
) -> int:
    """Serve the workbench on WHERE, to be opened in a browser, until Ctrl+C.

    It prints a link, which lets one browser in, once. Each tab is a workbench of its own.
    """
    from workbench.serve.server import ServeConfig, assets
    from workbench.workbench.bench import open_workbench

    require_place(where)
    assets()
    folder = Path("prompts") if where is None else where
    open_workbench(folder, provider=provider, base_url=base_url)  # what is wrong is told here
    options = {
        "--provider": provider,
        "--base-url": base_url,
        "--max-cost": max_cost,
        "--max-run-cost": max_run_cost,
        "--speed": speed,
    }
    config = ServeConfig(_opening(where, options, no_save=no_save), port, framed)
    asyncio.run(_serve(config, parent_pipe=parent_pipe))
    return 0


def _opening(where: Path | None, options: Mapping[str, object], *, no_save: bool) -> Sequence[str]:
    """The command that each tab runs."""
    # -P: a folder of prompts may hold a file called json.py; it must not be what is imported.
    command = [sys.executable, "-P", "-m", "workbench", "open"]
    for option, value in options.items():
        command += [] if value is None else [option, str(value)]
    command += ["--no-save"] if no_save else []
    return [*command, "--", str(where.absolute())] if where is not None else command


async def _serve(config: ServeConfig, *, parent_pipe: bool) -> None:
    from workbench.serve.server import serving

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows: KeyboardInterrupt leaves the block instead
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    async with serving(config, _link):
        click.echo(
            "The link lets one browser in, once; then there is another. Ctrl+C stops it all.",
            err=True,
        )
        if parent_pipe:
            await _stdin_ends(stop)
        await stop.wait()
    click.echo("stopped", err=True)


def _link(url: str) -> None:
    click.echo(url)
    sys.stdout.flush()


async def _stdin_ends(stop: asyncio.Event) -> None:
    """Stop as soon as whoever started us is gone."""
    await asyncio.get_running_loop().connect_read_pipe(lambda: _Ending(stop), sys.stdin)


class _Ending(asyncio.Protocol):
    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop.set()
