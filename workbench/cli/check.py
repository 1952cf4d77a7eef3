"""`workbench check`: what is wrong with files and cases, and what the model would refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from workbench.cli.options import json_option
from workbench.errors import Problem, WorkbenchError


@click.command("check", short_help="Find what is wrong with the files.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--provider", metavar="P", default="anthropic", help="Whose limits to check against.")
@json_option
def command(files: tuple[Path, ...], provider: str, as_lines: bool) -> int:
    """Check FILES, or every document in ./prompts, with the cases of prompts and their checks.

    Prints `file:line:column: problem`, one line each, with what to do under it. Exit code: 0
    nothing wrong, 1 something is, 2 nothing could be checked.
    """
    from workbench.catalog.catalog import catalog
    from workbench.cli.main import told

    catalog().profile(provider)  # a name that is none is said before any file is read
    paths = sorted(set(_documents(files or (Path("prompts"),))))
    if not paths:
        raise WorkbenchError("no documents to check", hint="Name a file or a folder of prompts")
    problems = [problem for path in paths for problem in _problems(path, provider)]
    unique = list(dict.fromkeys(problems))
    for problem in unique:
        if as_lines:
            click.echo(json.dumps(_as_json(problem), ensure_ascii=False))
            continue
        click.echo(told(problem))
    wrong = sum(problem.severity == "error" for problem in unique)
    checked = "1 file" if len(paths) == 1 else f"{len(paths)} files"
    click.echo(f"{checked} checked, {wrong or 'no'} problem{'s' * (wrong != 1)}", err=True)
    return 1 if wrong else 0


def _documents(files: tuple[Path, ...]) -> Iterator[Path]:
    from workbench.documents.kinds import kind_of

    for path in files:
        if path.is_dir():
            yield from filter(kind_of, path.iterdir())
        elif path.exists():
            yield path
        else:
            raise WorkbenchError(f"{path}: no such file or folder", hint="Check the name")


def _problems(path: Path, provider: str) -> Iterator[Problem]:
    from workbench.documents.check import check_file
    from workbench.documents.dataset import dataset_problems
    from workbench.documents.kinds import kind_of
    from workbench.documents.prompt import load_prompt
    from workbench.workbench.foreseen import foreseen

    found = check_file(path)
    yield from found
    if kind_of(path) == "prompt" and not any(p.severity == "error" for p in found):
        prompt = load_prompt(path)
        yield from foreseen(prompt, provider)
        yield from dataset_problems(prompt)


def _as_json(problem: Problem) -> dict[str, object]:
    return {
        "path": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "rule": problem.rule or None,
        "problem": problem.problem,
        "hint": problem.hint,
    }
