"""`workbench review`: two variants' answers side by side, unnamed, to be voted on."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import sessions_option

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


@click.command("review", short_help="Vote on the answers of two variants, without their names.")
@click.argument("session", metavar="SESSION")
@click.option("--variants", nargs=2, metavar="A B", help="Which two; asked for where left out.")
@click.option("--round", "round_id", metavar="ID", default="", help="Of this round alone.")
@click.option("--seed", type=int, default=0, help="Of order and sides, which are drawn by chance.")
@click.option(
    "--prompts",
    type=click.Path(path_type=Path),
    default=Path("prompts"),
    help="The folder of the prompt, which promoting writes to; ./prompts by default.",
)
@sessions_option
def command(
    session: str,
    variants: tuple[str, str] | None,
    round_id: str,
    seed: int,
    prompts: Path,
    folder: Path,
) -> int:
    """Vote on pairs of answers of SESSION: nothing tells which variant wrote which.

    Every vote is kept in the session at once; another time the review goes on where it stopped.
    `workbench compare` tells what was voted. Needs no network and no key.
    """
    from workbench.cli.open_app import require_config, require_terminal
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.workbench.bench import open_workbench

    require_config()
    require_terminal("`workbench compare SESSION` tells what was voted, without one.")
    read = read_session(find_session(folder, session))
    bench = open_workbench(prompts.absolute(), provider="simulator", sessions=folder)
    from workbench.tui import heap

    def alone(desk: Desk) -> Coroutine[Any, Any, None]:
        return desk.reviews.review_saved(read, round_id, variants or (), seed)

    with heap.ours():
        from workbench.settings.user_settings import read_settings
        from workbench.tui.app import run_app

        return run_app(bench, settings=read_settings(), alone=alone)
