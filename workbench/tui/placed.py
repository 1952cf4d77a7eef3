"""Where on the screen a problem is told, be its file there or not. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.errors import Problem


def placed(
    problems: Sequence[Problem], texts: Mapping[Path, str]
) -> Mapping[Path, Sequence[Problem]]:
    """Every problem in a file that is on the screen.

    One of a file that is not there is told where that file is named, with its own name and place;
    where none names it, in the first.

    Args:
        problems: The problems of any files.
        texts: What is on the screen, by path; not empty.
    """
    found: dict[Path, list[Problem]] = {path: [] for path in texts}
    for problem in problems:
        if problem.path in found:
            found[problem.path].append(problem)
            continue
        path, line, column = _named_at(problem.path.name, texts)
        words = f"{problem.path.name}:{problem.line}:{problem.column} {problem.problem}"
        found[path].append(replace(problem, path=path, line=line, column=column, problem=words))
    return found


def _named_at(name: str, texts: Mapping[Path, str]) -> tuple[Path, int, int]:
    named = re.compile(
        rf"""^[^#\n]*?(file://(?:[^\s"']*/)?{re.escape(name)})(?=[\s"',}}\]]|$)""", re.M
    )
    for path, text in texts.items():
        if found := named.search(text):
            start = found.start(1)
            return path, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return next(iter(texts)), 1, 1
