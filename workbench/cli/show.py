"""What a round looks like on standard output: JSON lines, plain text, or live on a terminal.

A view is given the runs as they stand after each event; live and replayed rounds look the same.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from workbench.costs import shown, spent_on
from workbench.run import WHOLE, Closed, Run, RunEvent
from workbench.telling.ending import ending, refused_tries
from workbench.telling.plain import plain
from workbench.wire.request import compact, finite
from workbench.workbench.outcome import as_json, cost_of

if TYPE_CHECKING:
    from workbench.compare.checks import Grade

_SAY_EVERY_S = 30.0


class View(Protocol):
    """Shows a round while it goes on, and when it is over."""

    def begin(self, runs: Sequence[Run]) -> None:
        """The round begins with these runs."""

    def after(self, run: Run, event: RunEvent, grade: Grade | None = None) -> None:
        """`run` is how its run stands after `event`; with its grade, once it has ended."""

    def aside(self, waiting: str, standing: str) -> None:
        """Twice a second: why runs wait (empty if none does), and what room is left."""

    def end(self, runs: Sequence[Run]) -> None:
        """The round is over."""


@dataclass(slots=True)
class _Narrator:
    """Says on stderr, now and then, that runs wait."""

    _said_at: float = -math.inf

    def aside(self, waiting: str, standing: str) -> None:
        """Say it when the waiting begins, and again twice a minute while it goes on."""
        now = time.monotonic()
        if waiting and now - self._said_at >= _SAY_EVERY_S:
            click.echo(waiting, err=True)
            self._said_at = now


@dataclass(slots=True)
class JsonView(_Narrator):
    """One JSON object a line for each run, as each ends."""

    session: Callable[[], Path | None] = lambda: None

    def begin(self, runs: Sequence[Run]) -> None:
        """Nothing to print before a run has ended."""

    def after(self, run: Run, event: RunEvent, grade: Grade | None = None) -> None:
        """Print the run once it has ended."""
        if isinstance(event.what, Closed):
            click.echo(finite(as_json(run, self.session(), grade)))

    def end(self, runs: Sequence[Run]) -> None:
        """Everything has been printed."""


@dataclass(slots=True)
class PlainView(_Narrator):
    """Each run's answer under a line of its figures, as each ends."""

    def begin(self, runs: Sequence[Run]) -> None:
        """Nothing to print before a run has ended."""

    def after(self, run: Run, event: RunEvent, grade: Grade | None = None) -> None:
        """Print the run once it has ended."""
        if isinstance(event.what, Closed):
            click.echo(f"== {title(run)}   {figures(run)}")
            click.echo(answer(run))
            click.echo(f"{verdict(grade)}\n" if grade and grade.results else "")

    def end(self, runs: Sequence[Run]) -> None:
        """Say the total."""
        click.echo(summed_up(runs))


async def follow(
    events: AsyncIterable[RunEvent],
    runs: Mapping[str, Run],
    view: View,
    grade: Callable[[Run], Grade] | None = None,
) -> dict[str, Run]:
    """Fold events into runs and show each; the runs as they ended.

    Args:
        grade: Grades a run that has ended.
    """
    now = dict(runs)
    view.begin(list(now.values()))
    async for event in events:
        run = now.get(event.run_id)
        if run is not None:
            run = now[event.run_id] = run.after(event)
            ended = isinstance(event.what, Closed)
            view.after(run, event, grade(run) if grade is not None and ended else None)
    view.end(list(now.values()))
    return now


def view_for(*, as_lines: bool, session: Callable[[], Path | None]) -> View:
    """The view that suits standard output: JSON where asked for, live on a terminal.

    Args:
        session: Tells the session's file, as it is at the moment.
    """
    if as_lines:
        return JsonView(session=session)
    if sys.stdout is not None and sys.stdout.isatty():
        # rich takes 0.1 s to load; a pipe must not wait for it.
        from workbench.cli.live import LiveView

        return LiveView()
    return PlainView()


def as_line(run: Run, session: Path | None) -> str:
    """The run as one line of JSON. A number that JSON has no word for (1e999) is null."""
    return finite(as_json(run, session))


def verdict(grade: Grade) -> str:
    """What the checks of a run came to: a line for every one that is not as asked, and why."""
    if not grade.wrong:
        return f"[passed] {len(grade.results)} checks" if len(grade.results) > 1 else "[passed]"
    lines = (
        f"[{'not tried' if one.passed is None else 'failed'}] {one.check.title}: {one.why}"
        for one in grade.wrong
    )
    return "\n".join(" ".join(plain(line).split()) for line in lines)


def title(run: Run, *, with_model: bool = True) -> str:
    """Which run it is: variant, case, repeat, model."""
    repeat = f"#{run.repeat}" if run.repeat > 1 else ""
    parts = [run.variant, run.case or "", repeat, run.model if with_model else ""]
    return "  ".join(plain(part) for part in parts if part)


def figures(run: Run) -> str:
    """The run's figures in one line."""
    usage = run.usage
    read, written = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    cached = ", ".join(
        f"{tokens:,} {word}" for tokens, word in ((read, "read"), (written, "written")) if tokens
    )
    parts = [
        ended(run),
        f"{number(usage.prompt_tokens)} in{f' ({cached})' if cached else ''}"
        f" → {number(usage.output_tokens)}",
        seconds(run.first_token_s),
        f"{run.tokens_per_s:.0f} t/s" if run.tokens_per_s else "",
        shown(cost_of(run)),
        "SIMULATED" if run.simulated else "",
    ]
    return "  ".join(part for part in parts if part)


def ended(run: Run) -> str:
    """How the run stands or ended, in the API's word where it has one."""
    if run.end_state == "complete":
        return run.stop_reason or "complete"
    return run.state


def answer(run: Run) -> str:
    """The answer as text: words, tool calls as JSON, and what went wrong."""
    lines = []
    for index in sorted(run.blocks):
        block = run.blocks[index]
        if block.type == "text":
            lines.append(plain(block.shown))
        elif block.type == "tool_use":
            lines.append(f"→ {plain(str(block.start.get('name', '')))}({plain(block.shown)})")
        elif block.type != "thinking":
            lines.append(plain(compact(block.to_json())))
    if (end := ending(run)) is not None:
        lines.append(f"[{ended(run)}] {plain(end.problem)}")
        lines += (f"  {plain(line)}" for line in end.hint.splitlines())
    lines += (f"[{plain(line)}]" for line in refused_tries(run).splitlines())
    return "\n".join(lines) or "(no text)"


def summed_up(runs: Sequence[Run]) -> str:
    """The round in one line: how many runs, how many whole, what they cost."""
    whole = sum(run.end_state in WHOLE for run in runs)
    paid = shown(spent_on((run, cost_of(run)) for run in runs))
    line = f"{whole} of {len(runs)} runs complete, {paid}"
    return line + ("  (SIMULATED)" if any(run.simulated for run in runs) else "")


def number(count: int | None) -> str:
    """A count of tokens; a dash where it is not known."""
    return "–" if count is None else f"{count:,}"


def seconds(value: float | None) -> str:
    """A time in seconds; a dash where it is not known."""
    return "–" if value is None else f"{value:.2f} s"
