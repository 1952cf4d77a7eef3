"""A round live on a terminal: the newest lines of every run, then each answer and a table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from workbench.cli.show import (
    answer,
    ended,
    figures,
    number,
    seconds,
    summed_up,
    title,
    verdict,
)
from workbench.costs import shown
from workbench.run import WHOLE, Run, RunEvent
from workbench.workbench.outcome import cost_of

if TYPE_CHECKING:
    from workbench.compare.checks import Grade

_MOST_PANES = 8
_MOST_ANSWERS = 12
_PAINT_EVERY_S = 0.1


class LiveView:
    """Streams up to eight runs side by side; of more, the ones in flight."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._runs: dict[str, Run] = {}
        self._grades: dict[str, Grade] = {}
        self._live: Live | None = None
        self._painted_at = 0.0
        self._aside = ""

    def begin(self, runs: Sequence[Run]) -> None:
        """Open the live area."""
        self._runs = {run.run_id: run for run in runs}
        self._live = Live(self._panes(), console=self._console, auto_refresh=False, transient=True)
        self._live.start(refresh=True)

    def after(self, run: Run, event: RunEvent, grade: Grade | None = None) -> None:
        """Keep the run; paint ten times a second at the most."""
        self._runs[run.run_id] = run
        if grade is not None and grade.results:
            self._grades[run.run_id] = grade
        now = time.monotonic()
        if self._live is not None and now - self._painted_at >= _PAINT_EVERY_S:
            self._painted_at = now
            self._live.update(self._panes(), refresh=True)

    def aside(self, waiting: str, standing: str) -> None:
        """Show it in the last line: why runs wait, else what room is left."""
        said = waiting or standing
        if self._live is not None and said != self._aside:
            self._aside = said
            self._live.update(self._panes(), refresh=True)

    def end(self, runs: Sequence[Run]) -> None:
        """Close the live area; print the answers whole, then the table."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        if len(runs) <= _MOST_ANSWERS:
            for run in runs:
                self._console.print(Rule(Text(title(run), style="bold"), align="left"))
                self._console.print(Text(answer(run)))
                if run.run_id in self._grades:
                    self._console.print(Text(verdict(self._grades[run.run_id]), "bold"))
                self._console.print()
        self._console.print(_table(runs))
        self._console.print(Text(summed_up(runs)))

    def _panes(self) -> RenderableType:
        runs = list(self._runs.values())
        some = runs
        if len(runs) > _MOST_PANES:
            some = [run for run in runs if run.state in ("sent", "streaming")][:_MOST_PANES]
        across = max(1, min(len(some), self._console.width // 36))
        down = -(-len(some) // across) or 1
        height = max(4, (self._console.height - 3) // down - 2)
        width = self._console.width // across - 1
        panes = Columns([_pane(run, width, height) for run in some], padding=(0, 1))
        done = sum(run.end_state is not None for run in runs)
        parts = [f"{done} of {len(runs)} runs ended", "Ctrl+C cancels", self._aside]
        progress = Text("   ".join(filter(None, parts)), "dim", overflow="ellipsis", no_wrap=True)
        return Group(panes, progress)


def _pane(run: Run, width: int, height: int) -> Panel:
    inner = width - 4
    text = Text(answer(run) if run.blocks or run.problem else "…")
    lines = text.wrap(Console(width=inner, height=height), inner)[-(height - 2) :]
    body = Text("\n").join(lines)
    style = "red" if run.problem else ("green" if run.end_state in WHOLE else "dim")
    return Panel(
        body,
        title=Text(title(run)),
        title_align="left",
        subtitle=Text(figures(run), overflow="ellipsis", no_wrap=True),
        subtitle_align="left",
        border_style=style,
        width=width,
        height=height,
    )


def _table(runs: Sequence[Run]) -> Table:
    """The figures side by side; models and cache only where there is something to tell apart."""
    with_model = len({run.model for run in runs}) > 1
    cached = any(
        run.usage.cache_read_input_tokens or run.usage.cache_creation_input_tokens for run in runs
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("variant")
    table.add_column("ended", no_wrap=True)
    for name in ("in", *(("read", "written") if cached else ()), "out", "first", "t/s", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        usage = run.usage
        read, written = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
        table.add_row(
            Text(title(run, with_model=with_model)),
            Text(ended(run)),
            number(usage.prompt_tokens),
            *((number(read), number(written)) if cached else ()),
            number(usage.output_tokens),
            seconds(run.first_token_s),
            f"{run.tokens_per_s:.0f}" if run.tokens_per_s else "–",
            shown(cost_of(run)),
        )
    return table
