"""The list of commands, and what every command does with an error."""

from __future__ import annotations

from collections.abc import Sequence

import click

from workbench.cli.flags import in_flags
from workbench.cli.lazy import LazyGroup
from workbench.errors import DocumentError, Problem, WorkbenchError

_COMMANDS = {
    "open": "open_app",
    "run": "run",
    "replay": "replay",
    "compare": "compare",
    "review": "review",
    "judge": "judge",
    "promote": "promote",
    "sessions": "sessions",
    "check": "check",
    "count": "count",
    "code": "code",
    "simulate": "simulate",
    "serve": "serve",
    "keys": "keys",
    "doctor": "doctor",
    "man": "man",
}
_OWN_OPTIONS = ("--help", "-h", "--version")
INTERRUPTED = 130


class _Commands(LazyGroup):
    """Commands by name, each loaded when it is asked for; anything else is a folder to open."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing and (
            not args or (args[0] not in _COMMANDS and args[0] not in _OWN_OPTIONS)
        ):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Commands,
    places={name: f"workbench.cli.{file}:command" for name, file in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Shell completion: eval "$(_WORKBENCH_COMPLETE=bash_source workbench)" '
    "(or zsh_source, fish_source).",
)
@click.version_option(package_name="workbench")
def cli() -> None:
    """Prompt engineering on the Claude Messages API: edit, stream variants, save, replay.

    \b
    workbench                     opens the workbench on ./prompts
    workbench FOLDER or PROMPT    opens it there
    """


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    try:
        result = cli.main(
            args=list(argv) if argv is not None else None,
            prog_name="workbench",
            standalone_mode=False,
        )
    except WorkbenchError as error:
        tell(error)
        return 2
    except click.exceptions.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return 2
    except OSError as error:
        # Our own output, or a folder that was there a moment ago; a closed pipe is click's matter.
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"workbench: {where}{error.strerror or error}", err=True)
        return 2
    except Exception as error:  # noqa: BLE001 - the one place of this face for what is a bug
        from workbench.workbench.crash import crash_line

        click.echo(crash_line(error), err=True)
        return 2
    return result if isinstance(result, int) else 0


def told(problem: Problem) -> str:
    """A problem of a document as it is printed: where, what, and what to do under it."""
    mark = "warning: " if problem.severity == "warning" else ""
    where = f"{problem.path}:{problem.line}:{problem.column}"
    hint = f"\n  {in_flags(problem.hint)}" if problem.hint else ""
    rule = f" [{problem.rule}]" if problem.rule else ""
    return f"{where}: {mark}{problem.problem}{rule}{hint}"


def tell(error: WorkbenchError) -> None:
    """Say on stderr what is wrong and what to do, one line each."""
    if isinstance(error, DocumentError):
        for problem in error.problems:
            click.echo(told(problem), err=True)
        return
    click.echo(f"workbench: {error.problem}", err=True)
    if error.hint:
        click.echo(f"  {in_flags(error.hint)}", err=True)
