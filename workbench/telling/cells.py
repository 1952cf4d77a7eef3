"""A finished round told at rest, for a notebook's cell: as text, and as HTML. Pure.

Model text is data: it is escaped, and what a terminal or a reader would obey is shown instead.
The HTML has no script, loads nothing, and looks right on light and on dark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from workbench.costs import Cost, shown, spent_on
from workbench.run import WHOLE, Run
from workbench.telling.ending import ending
from workbench.telling.figures import stands
from workbench.telling.meter import meter, said
from workbench.telling.naming import named
from workbench.telling.plain import plain, seen
from workbench.telling.transcript import spoken

CostOf = Callable[[Run], Cost]

_METER_CELLS = 60
_SIDE_BY_SIDE = (
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(18em,1fr));gap:.6em;margin:.3em 0"
)
_PANE = "border:1px solid rgba(128,128,128,.5);border-radius:4px;padding:.4em .6em;min-width:0"
_WORDS = (
    "white-space:pre-wrap;overflow-wrap:anywhere;margin:.3em 0;max-height:32em;overflow:auto;"
    "font:inherit;background:none;color:inherit"
)
_FIGURES = "font-family:monospace;font-size:85%;opacity:.8;white-space:pre-wrap"
_MARKS = {"failed": "#c62828", "cut": "#b26a00"}


def as_text(runs: Sequence[Run], cost_of: CostOf) -> str:
    """The runs below each other: name and figures in a line, then the answer; a sum at the end."""
    several = len({run.model for run in runs}) > 1
    parts = [
        f"== {''.join(named(run, with_model=several))}   {figures(run, cost_of(run))}\n"
        f"{plain(words(run))}"
        for run in runs
    ]
    return "\n\n".join([*parts, summed_up(runs, cost_of)])


def as_html(runs: Sequence[Run], cost_of: CostOf) -> str:
    """The runs side by side, as a page may hold them."""
    several = len({run.model for run in runs}) > 1
    panes = "".join(_pane(run, cost_of(run), with_model=several) for run in runs)
    foot = f'<div style="{_FIGURES}">{escape(summed_up(runs, cost_of))}</div>'
    return f'<div class="workbench-round"><div style="{_SIDE_BY_SIDE}">{panes}</div>{foot}</div>'


def words(run: Run) -> str:
    """What a run said, and how it ended where that needs saying."""
    end = ending(run)
    told = "" if end is None else "\n".join(filter(None, (f"[{end.problem}]", end.hint)))
    return "\n\n".join(filter(None, (spoken(run), told)))


def figures(run: Run, cost: Cost) -> str:
    """A run's figures in one line, as the meter has them."""
    lines = (said(line).strip() for line in meter(run, cost, _METER_CELLS))
    return "   ".join(filter(None, lines))


def summed_up(runs: Sequence[Run], cost_of: CostOf) -> str:
    """The round in a line: how many of its runs are whole, and what they cost."""
    whole = sum(run.end_state in WHOLE for run in runs)
    paid = shown(spent_on((run, cost_of(run)) for run in runs))
    line = f"{whole} of {len(runs)} runs complete, {paid}"
    return line + "  (SIMULATED)" * any(run.simulated for run in runs)


def _pane(run: Run, cost: Cost, *, with_model: bool) -> str:
    name, details = named(run, with_model=with_model)
    colour = _MARKS.get(stands(run), "")
    frame = f"{_PANE};border-color:{colour}" if colour else _PANE
    return (
        f'<div style="{frame}"><b>{escape(name)}</b>{escape(details)}'
        f'<pre style="{_WORDS}">{escape(seen(words(run)))}</pre>'
        f'<div style="{_FIGURES}">{escape(figures(run, cost))}</div></div>'
    )
