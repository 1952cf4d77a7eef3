"""`workbench compare SESSION RUN RUN` on standard output: figures, fields, words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from workbench.cli.show import title
from workbench.compare.answers import Answers, answers
from workbench.compare.fields import ABSENT, Change
from workbench.compare.words import Span
from workbench.run import Run
from workbench.telling.deltas import deltas
from workbench.telling.plain import plain
from workbench.wire.request import compact
from workbench.workbench.outcome import cost_of

_COLOURS = {"removed": "red", "added": "green"}
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
"""As `git diff --word-diff` writes them, so that they can be told apart without colour."""


def tell_two(a: Run, b: Run) -> None:
    """Print two runs beside each other, and what differs in their answers."""
    heads = [f"{run.run_id}  {title(run, with_model=a.model != b.model)}" for run in (a, b)]
    figures = [(each.name, each.before, each.after, each.change) for each in deltas(a, b, cost_of)]
    for line in _columns([("", *heads, ""), *figures]):
        click.echo(line)
    found = answers(a, b)
    click.echo()
    if found.fields is not None:
        click.echo(_counted(len(found.fields)))
        for change in found.fields:
            click.echo(f"  {_field(change)}")
    if found.fields is None or _calls(a):  # around calls there may be words, too
        click.echo(_in_words(found))
        if any(span.kind != "equal" for span in found.words):
            click.echo("".join(map(_span, found.words)))


def _calls(run: Run) -> bool:
    return any(block.type.endswith("tool_use") for block in run.blocks.values())


def _counted(fields: int) -> str:
    return f"{fields} field{'s differ' if fields > 1 else ' differs'}" if fields else "same fields"


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _in_words(found: Answers) -> str:
    counted = found.tally
    if all(span.kind == "equal" for span in found.words):
        return "same words"
    return (
        f"{counted.same:.0%} of the words are the same,"
        f" {counted.removed:,} only in the first, {counted.added:,} only in the second"
    )


def _field(change: Change) -> str:
    before, after = (
        plain("(none)" if side is ABSENT else compact(side)) for side in (change.a, change.b)
    )
    return (
        f"{plain(change.path)}: {click.style(before, fg='red')} → {click.style(after, fg='green')}"
    )


def _span(span: Span) -> str:
    if span.kind == "equal":
        return plain(span.text)
    opening, closing = _MARKS[span.kind]
    return click.style(f"{opening}{plain(span.text)}{closing}", fg=_COLOURS[span.kind])
