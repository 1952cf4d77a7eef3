"""Answers that are the same, over repeats: how stable a variant is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from workbench.compare.fields import fields_of
from workbench.run import WHOLE, Run
from workbench.wire.request import compact


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that say the same: JSON and tool calls by value, text but for its blanks."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """What they say."""
        return self.runs[0].text


def groups(runs: Iterable[Run]) -> list[Group]:
    """The answers of one variant to one case, the largest group first."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        if run.end_state in WHOLE:
            found.setdefault(_said(run), []).append(run)
    return [Group(tuple(same)) for same in sorted(found.values(), key=len, reverse=True)]


def _said(run: Run) -> str:
    fields = fields_of(run)
    return " ".join(run.text.split()) if fields is None else compact(_sorted(fields))


def _sorted(value: object) -> object:
    """The value with its names in order, in which they mean nothing."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def stability(cases: Iterable[Sequence[Run]]) -> float | None:
    """The chance that two runs of the same case say the same, 0 to 1.

    Args:
        cases: The runs of each case.

    Returns:
        The average over the cases with at least two answers; None where there are none.
    """
    found = []
    for runs in cases:
        if len(runs) < 2:  # nothing to be the same as: of very many, this saves a second
            continue
        sizes = [len(group.runs) for group in groups(runs)]
        answers = sum(sizes)
        if answers > 1:
            found.append(sum(n * (n - 1) for n in sizes) / (answers * (answers - 1)))
    return mean(found) if found else None
