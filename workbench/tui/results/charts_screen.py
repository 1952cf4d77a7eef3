"""Cost against quality, and how latency spreads: one chart at a time, a letter for each variant.

Drawn by plotext, which loads with the first chart. Letters and figures tell variants apart, so
that it can be read without colour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from statistics import quantiles
from string import ascii_uppercase
from typing import ClassVar

from rich.cells import set_cell_size
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static
from textual_plotext import PlotextPlot
from textual_plotext.plot import Plot

from workbench.compare.figures import rate_in_words
from workbench.compare.results import Results, Standing
from workbench.run import WHOLE, Run
from workbench.telling.plain import plain
from workbench.tui.act_screen import ActScreen
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.look_acts import CHARTS_ACTS

_MOST, _NAME, _TICKS = 8, 20, 7
_HEADS = f"{'':{_NAME + 3}}{'passed':<16}{'an answer':>10}{'first':>9}{'whole':>9}"


@dataclass(frozen=True, slots=True)
class Charted:
    """A variant on a chart: its letter, how it stands, the seconds that its answers took."""

    letter: str
    standing: Standing
    first_s: Sequence[float]
    total_s: Sequence[float]


def charted(results: Results, standings: Sequence[Standing]) -> list[Charted]:
    """The variants, as many as a chart has room for."""
    found = []
    for letter, standing in zip(ascii_uppercase, standings[:_MOST], strict=False):
        cells = results.column(standing.variant).values()
        runs = [e.run for cell in cells for e in cell.entries if e.run.end_state in WHOLE]
        first, total = _known(runs, lambda r: r.first_token_s), _known(runs, lambda r: r.total_s)
        found.append(Charted(letter, standing, first, total))
    return found


def _known(runs: Sequence[Run], seconds: Callable[[Run], float | None]) -> list[float]:
    return [value for run in runs if (value := seconds(run)) is not None]


def draw_quality(plot: Plot, variants: Sequence[Charted]) -> str:
    """Pass rate, with its interval, over the median cost of an answer; why not, if not."""
    dots = [
        (one.letter, one.standing.usd.value, one.standing.passed)
        for one in variants
        if one.standing.usd is not None and one.standing.passed is not None
    ]
    if not dots:
        return "nothing was checked or rated yet: there is no quality to draw"
    for _, usd, passed in dots:
        if passed.between is not None:
            ends = [passed.between.low * 100, passed.between.high * 100]
            plot.plot([usd, usd], ends, marker="│", color="default")
    for letter, usd, passed in dots:
        plot.scatter([usd], [passed.value * 100], marker=letter, color="default")
    plot.ylim(0, 100)
    plot.yticks([0, 25, 50, 75, 100], ["0 %", "25", "50", "75", "100"])
    _measure(plot, max(usd for _, usd, _ in dots), "USD an answer, median")
    return ""


def _draw_spread(plot: Plot, variants: Sequence[Charted], which: str) -> str:
    seconds = {one.letter: getattr(one, which) for one in variants if getattr(one, which)}
    if not seconds:
        return "there is no whole answer yet"
    letters = [*seconds][::-1]  # the first one at the top
    for row, letter in enumerate(letters):
        low, first, middle, third, high = _quarters(seconds[letter])
        plot.plot([low, high], [row, row], marker="─", color="default")
        plot.plot([first, third], [row, row], marker="━", color="default")
        plot.scatter([middle], [row], marker="●", color="default")
    plot.ylim(-0.5, len(letters) - 0.5)
    plot.yticks([*map(float, range(len(letters)))], letters)
    _measure(plot, max(map(max, seconds.values())), "seconds: ● median, ━ the middle half, ─ all")
    return ""


def _measure(plot: Plot, most: float, words: str) -> None:
    """What stands below: from nothing to a little beyond the most, in round figures."""
    end = most * 1.08 or 1.0
    step = 10.0 ** floor(log10(end))
    step = next(step * part for part in (0.2, 0.5, 1.0, 2.0) if end / (step * part) <= _TICKS)
    ticks = [step * n for n in range(int(end / step) + 1)]
    plot.xlim(0, end)
    places = max(0, -floor(log10(step)))
    plot.xticks(ticks, [f"{tick:.{places}f}" if tick else "0" for tick in ticks])
    plot.xlabel(words)


def _quarters(values: Sequence[float]) -> tuple[float, float, float, float, float]:
    """The least, the first quarter, the middle, the third quarter, the most."""
    first, middle, third = (
        quantiles(values, n=4, method="inclusive") if len(values) > 1 else (values[0],) * 3
    )
    return min(values), first, middle, third, max(values)


def draw_first(plot: Plot, variants: Sequence[Charted]) -> str:
    """How the time to the first token spreads."""
    return _draw_spread(plot, variants, "first_s")


def draw_total(plot: Plot, variants: Sequence[Charted]) -> str:
    """How the time of a whole answer spreads."""
    return _draw_spread(plot, variants, "total_s")


CHARTS: Mapping[str, Callable[[Plot, Sequence[Charted]], str]] = {
    "cost against quality": draw_quality,
    "time to the first token": draw_first,
    "time of a whole answer": draw_total,
}
"""By its title, what draws a chart."""


class ChartsScreen(ActScreen):
    """Shows one chart after the other until the user leaves.

    Args:
        title: What the results are of.
        results: What has come so far.
        standings: How its variants stand.
    """

    acts = CHARTS_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ChartsScreen { layout: vertical; background: $background; }
    ChartsScreen #title { height: 1; padding: 0 1; background: $foreground 6%; }
    ChartsScreen PlotextPlot { height: 1fr; margin: 0 1; color: $foreground; }
    ChartsScreen #lacking { height: 1fr; padding: 1 2; display: none; color: $text-muted; }
    ChartsScreen #legend { height: auto; padding: 0 1; margin: 0 0 1 0; }
    ChartsScreen.-lacking PlotextPlot { display: none; }
    ChartsScreen.-lacking #lacking { display: block; }
    """

    def __init__(self, title: str, results: Results, standings: Sequence[Standing]) -> None:
        super().__init__()
        self._of, self._more = title, len(standings) - _MOST
        self._variants = charted(results, standings)
        self._at = 0
        self._title, self._legend = Static(id="title"), Static(id="legend")
        self._lacking, self.plot = Static(id="lacking", markup=False), PlotextPlot()

    def compose(self) -> ComposeResult:
        """Title, chart, a line for each variant, the keys."""
        self.plot.theme = "clear"  # the widget's own colours, whatever the theme
        yield self._title
        yield self.plot
        yield self._lacking
        yield self._legend
        yield Footer(self.acts)

    def on_mount(self) -> None:
        """Draw the first."""
        lines = [Content.styled(_HEADS, "dim"), *map(_line, self._variants)]
        if self._more > 0:
            variants = "variant" if self._more == 1 else "variants"
            lines.append(Content(f"and {self._more} more {variants}"))
        self._legend.update(Content("\n").join(lines))
        self._draw()

    def _draw(self) -> None:
        name, draw = [*CHARTS.items()][self._at]
        words = plain(f"  {name}   {self._of}   {self._at + 1} of {len(CHARTS)}")
        self._title.update(Content.assemble(("chart", "bold"), words))
        self.plot.plt.clear_figure()
        lacking = draw(self.plot.plt, self._variants)
        self.set_class(bool(lacking), "-lacking")
        self._lacking.update(lacking)
        self.plot.refresh()

    def action_chart_next(self) -> None:
        """The next chart."""
        self._turn(1)

    def action_chart_before(self) -> None:
        """The chart before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        self._at = (self._at + by) % len(CHARTS)
        self._draw()

    def action_charts_leave(self) -> None:
        """Back to the results."""
        self.dismiss()


def _line(one: Charted) -> Content:
    """Its letter, its name, its figures."""
    standing = one.standing
    name = set_cell_size(plain(standing.variant) or "–", _NAME)
    usd = "–" if standing.usd is None else f"${standing.usd.value:.5f}"
    seconds = [
        "–" if figure is None else f"{figure.value:.2f} s"
        for figure in (standing.first_token_s, standing.total_s)
    ]
    figures = f"{rate_in_words(standing.passed):<16}{usd:>10}{seconds[0]:>9}{seconds[1]:>9}"
    return Content.assemble((one.letter, "bold $text-accent"), f" {name} {figures}")
