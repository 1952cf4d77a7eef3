"""Options that several commands share, and how their words are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from workbench.errors import SettingsError, WorkbenchError

Command = Callable[..., Any]


def provider_options(command: Command) -> Command:
    """`--provider` and `--base-url`."""
    for option in (
        click.option(
            "--base-url",
            metavar="URL",
            help="A compatible server; it gets WORKBENCH_API_KEY and no other key.",
        ),
        click.option(
            "--provider",
            metavar="P",
            help="anthropic, bytespike, simulator, or one from your config file.",
        ),
    ):
        command = option(command)
    return command


def cost_options(command: Command) -> Command:
    """`--max-cost` and `--max-run-cost`, read as amounts in USD."""
    for option in (
        click.option(
            "--max-run-cost",
            metavar="USD",
            callback=_usd,
            help="Stop each run before it costs more.",
        ),
        click.option(
            "--max-cost", metavar="USD", callback=_usd, help="Stop a round before it costs more."
        ),
    ):
        command = option(command)
    return command


def sending_options(command: Command) -> Command:
    """`--concurrency`, `--force`, `--no-save`, `--fallback`, `--speed`: of what sends a round."""
    for option in (
        speed_option,
        click.option(
            "--fallback",
            metavar="FOLDER",
            type=click.Path(path_type=Path),
            help="Save here if the folder of sessions cannot be written; a folder of your own by"
            " default.",
        ),
        click.option("--no-save", is_flag=True, help="Write no session file."),
        click.option(
            "--force", is_flag=True, help="Send even what the provider is known to refuse."
        ),
        click.option("--concurrency", type=click.IntRange(1, 64), help="Runs in flight together."),
    ):
        command = option(command)
    return command


speed_option = click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    help="The simulator's pace: 10 is ten times as fast.",
)


def _usd(_: click.Context, option: click.Parameter, text: str | None) -> Decimal | None:
    from workbench.costs import read_usd

    return None if text is None else read_usd(text, option.opts[0])


def round_options(command: Command) -> Command:
    """`--variant`, `--set`, `--case` and `--model`."""
    for option in (
        click.option("--model", metavar="M", help="Run every variant on this model."),
        click.option(
            "--case", "cases", multiple=True, metavar="ID", help="A case of the prompt's dataset."
        ),
        click.option(
            "--set",
            "pairs",
            multiple=True,
            metavar="NAME=VALUE",
            help="Fill {{name}}; NAME=@FILE takes the file's text.",
        ),
        click.option(
            "--variant", "variants", multiple=True, metavar="V", help="Only this variant."
        ),
    ):
        command = option(command)
    return command


def redact_options(command: Command) -> Command:
    """`--redact` and `--redact-tools`."""
    for option in (
        click.option(
            "--redact-tools", is_flag=True, help="Mask what tools are given, and what they give."
        ),
        click.option(
            "--redact",
            multiple=True,
            metavar="NAME",
            help="Mask what fills {{NAME}}, wherever it stands.",
        ),
    ):
        command = option(command)
    return command


def dataset_options(command: Command) -> Command:
    """`--cases`, `--tag`, `--sample`, `--seed` and `--allow-code`, of a round over a dataset."""
    for option in (
        click.option("--allow-code", is_flag=True, help="Let checks of type python run code."),
        click.option("--seed", type=int, default=0, help="Draws another sample."),
        click.option("--sample", type=click.IntRange(min=1), help="N cases drawn by chance."),
        click.option("--tag", "tags", multiple=True, metavar="T", help="Cases with this tag."),
        click.option("--cases", "every", is_flag=True, help="Every case of the dataset."),
    ):
        command = option(command)
    return command


def sessions_option(command: Command) -> Command:
    """`--sessions`, the folder of session files: by default where `./prompts` saves to."""
    option = click.option(
        "--sessions",
        "folder",
        type=click.Path(path_type=Path),
        default=_sessions_here,
        help="The folder of session files; $WORKBENCH_SESSIONS or ./sessions by default.",
    )
    return option(command)


def _sessions_here() -> Path:
    from workbench.workbench.bench import sessions_beside

    return sessions_beside(Path("prompts"))


json_option = click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")


def verdict_options(command: Command) -> Command:
    """`--baseline`, `--margin` and `--junit`: what the exit code goes by, and a file for CI."""
    for option in (
        click.option(
            "--junit",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            callback=in_a_folder,
            help="Write the results as JUnit XML, too.",
        ),
        click.option(
            "--margin",
            type=click.FloatRange(0, 100),
            metavar="POINTS",
            help="Exit 1 only where a variant is so far below the baseline.",
        ),
        click.option(
            "--baseline", metavar="V", default="", help="Hold the others against it; the first."
        ),
    ):
        command = option(command)
    return command


def in_a_folder(_: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """The file, whose folder has to be there before anything is paid for."""
    if path is not None and not path.absolute().parent.is_dir():
        problem = f"{option.opts[0]} {path}: there is no folder {path.parent}"
        raise SettingsError(problem, hint="Make it first, or name another file.")
    return path


def values_of(pairs: Sequence[str]) -> dict[str, str]:
    """The values that `--set name=value` gives; `name=@path` takes the file's text.

    Raises:
        SettingsError: A pair has no `=`, or its file cannot be read.
    """
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise SettingsError(f"--set {pair!r} gives no value", hint="Write --set name=value")
        if value.startswith("@"):
            try:
                value = Path(value[1:]).read_text("utf-8")
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or "it is not UTF-8 text"
                raise SettingsError(
                    f"--set {name}: cannot read {value[1:]}: {why}",
                    hint="Name a text file, or write the value itself.",
                ) from error
        values[name.strip()] = value
    return values


def existing_prompt(path: Path) -> Path:
    """The prompt file that was meant, absolute; `triage` finds `prompts/triage.prompt.yaml`.

    Raises:
        WorkbenchError: There is no such file.
    """
    named = (f"{path}.prompt.yaml", f"{path}.prompt.yml")
    for candidate in (path, *(Path("prompts") / name for name in named), *map(Path, named)):
        if candidate.is_file():
            return candidate.absolute()
    raise WorkbenchError(
        f"{path}: no such prompt file", hint="Name a file such as prompts/triage.prompt.yaml"
    )
