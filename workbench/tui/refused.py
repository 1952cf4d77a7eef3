"""The question before sending what the provider is known to refuse."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import Problem
from workbench.telling.plain import plain
from workbench.tui.acts import ACTS, key_of
from workbench.tui.choice import Choice

GO, SEND = "g", "s"
"""The answers: go to the first problem's place, or send the round as it is."""
_SHOWN = 3


def refused(errors: Sequence[Problem], provider: str) -> Choice:
    """Asks about a round that would be refused, with its first problems. Enter goes to the place.

    Args:
        errors: What is wrong, in the order to show; at least one.
        provider: Who would refuse it.
    """
    lines = [f"Not sent: {provider} would refuse this round.", told(errors[0])]
    lines += [_line(problem) for problem in errors[1:_SHOWN]]
    if len(errors) > _SHOWN:
        lines.append(f"… and {len(errors) - _SHOWN} more")
    run = next(act for act in ACTS if act.name == "run")
    answers = {GO: "go to the place (or enter)", SEND: f"send it anyway (or {key_of('run')} again)"}
    return Choice(
        "\n".join(lines), answers, keys={"enter": GO, **dict.fromkeys(run.keys_now, SEND)}
    )


def told(problem: Problem) -> str:
    """A problem with its place and rule, and under it what to do."""
    return f"{_line(problem)}\n{plain(problem.hint)}".rstrip()


def _line(problem: Problem) -> str:
    rule = f" [{problem.rule}]" if problem.rule else ""
    where = f"{problem.path.name}:{problem.line}:{problem.column}"
    return plain(f"{where}: {problem.problem}{rule}")
