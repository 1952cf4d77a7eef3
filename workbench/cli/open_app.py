"""`workbench [FOLDER or PROMPT]`: the workbench itself."""

from __future__ import annotations

import os
import sys
from decimal import Decimal
from pathlib import Path

import click

from workbench.cli.keeping import Keeper
from workbench.cli.options import cost_options, provider_options, speed_option
from workbench.errors import WorkbenchError


@click.command("open", short_help="Open the workbench (the default).")
@click.argument("where", required=False, type=click.Path(path_type=Path))
@provider_options
@cost_options
@click.option("--no-save", is_flag=True, help="Write no session file.")
@click.option("--demo", is_flag=True, help="Watch it do the main job by itself.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="With --demo: pictures and an asciinema recording instead.",
)
@speed_option
def command(
    where: Path | None,
    provider: str | None,
    base_url: str | None,
    max_cost: Decimal | None,
    max_run_cost: Decimal | None,
    no_save: bool,
    demo: bool,
    record: Path | None,
    speed: float,
) -> int:
    """Open the workbench on WHERE: a folder of prompts, or one prompt file.

    Without WHERE it opens ./prompts, or the examples where there is none.
    """
    from workbench.documents.examples import own_examples
    from workbench.workbench.bench import open_workbench

    require_config()
    if demo or record is not None:
        from workbench.cli.demo import recorded, watched

        return watched() if record is None else recorded(record)
    require_place(where)
    require_terminal("`workbench run PROMPT` works without one.")
    notice = ""
    if where is None:
        where = Path("prompts")
        if not where.is_dir():
            where = own_examples()
            notice = f"No ./prompts here, so these are the examples in {where}"
    folder = where if where.is_dir() else where.parent
    bench = open_workbench(
        folder.absolute(), provider=provider, base_url=base_url, save=not no_save, speed=speed
    )
    # Textual takes 0.4 s to load; `workbench --help` must not wait for it.
    from workbench.tui import heap

    with heap.ours():
        from workbench.settings.user_settings import read_settings
        from workbench.tui.app import run_app
        from workbench.tui.caps import Caps

        first = None if where.is_dir() else where.absolute()
        code = run_app(
            bench,
            first=first,
            notice=notice,
            caps=Caps(max_cost, max_run_cost),
            settings=read_settings(),
        )
    Keeper(bench, None).keep()
    return code


def require_place(where: Path | None) -> None:
    """Refuse what is not there.

    Raises:
        WorkbenchError: There is no such file or folder.
    """
    if where is not None and not where.exists():
        raise WorkbenchError(
            f"{where}: no such command, file or folder",
            hint="`workbench --help` lists the commands; `workbench FOLDER` opens a folder.",
        )


def require_config() -> None:
    """Refuse a config file that cannot be used: the screen would meet it at its first prompt.

    Raises:
        SettingsError: What is wrong there, with its place.
    """
    from workbench.catalog.config_file import config_file

    if config_file().is_file():  # else the catalog is read once the screen is there
        from workbench.catalog.catalog import catalog

        catalog()


def require_terminal(hint: str) -> None:
    """Refuse to open a screen where there is none.

    Raises:
        WorkbenchError: Standard input or output is no terminal.
    """
    if "TEXTUAL_DRIVER" in os.environ:  # painted elsewhere: `workbench serve`
        return
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise WorkbenchError("the workbench needs a terminal", hint=hint)
