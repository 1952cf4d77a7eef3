"""Figures of one variant, each with the range that it may be off by: pass rate, medians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from workbench.compare.coins import around_middle
from workbench.compare.evidence import Interval

_TWO_SIDED = 1.959963984540054
"""What 95 % of a normal distribution lie within, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and where the true one lies with 95 % confidence; None where too few tell."""

    value: float
    between: Interval | None
    of: int
    """Out of how many runs; of a median over cases, out of how many of those."""


def pass_rate(passed: int, total: int, independent: float | None = None) -> Figure | None:
    """The part that passed, 0 to 1, with Wilson's interval; None of nothing.

    Args:
        passed: How many did.
        total: Out of how many.
        independent: As many as that they tell; all of them where None. See `independent`.
    """
    if not total:
        return None
    rate, n, square = passed / total, independent or total, _TWO_SIDED**2
    middle_of = (rate + square / (2 * n)) / (1 + square / n)
    half = sqrt(rate * (1 - rate) / n + square / (4 * n * n)) * _TWO_SIDED / (1 + square / n)
    low, high = max(0.0, middle_of - half), min(1.0, middle_of + half)
    return Figure(rate, Interval(low, high), total)


def independent(cases: Sequence[Sequence[float]]) -> float:
    """As many independent outcomes as these tell, by case: repeats of a case are alike.

    The number of outcomes, divided by how much more the cases spread than as many coins would
    (the design effect), and by how little few cases tell of that (Student's t beside the normal
    distribution, squared). Where all came out alike nobody knows, and each case counts once.

    Source: Korn and Graubard, *Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data*, Survey Methodology 24 (1998).
    """
    told = [case for case in cases if case]
    total, passed = sum(map(len, told)), sum(map(sum, told))
    if len(told) < 2 or total == len(told):
        return float(total)
    rate = passed / total
    if not 0 < rate < 1:
        return float(len(told))
    from scipy.special import stdtrit

    spread = sum((sum(case) - rate * len(case)) ** 2 for case in told)
    effect = spread * len(told) / (len(told) - 1) / (total * rate * (1 - rate))
    unsure = float(stdtrit(len(told) - 1, 0.975)) / _TWO_SIDED
    return max(1.0, total / max(1.0, effect) / unsure**2)


def middle(values: Sequence[float]) -> Figure | None:
    """The median, with the exact interval from the order of the values; None of nothing.

    Fewer than six values give no interval: the median may lie beyond all of them.
    """
    if not values:
        return None
    low, ordered = around_middle(len(values)), sorted(values)
    between = None if low is None else Interval(ordered[low], ordered[-1 - low])
    return Figure(median(ordered), between, len(ordered))


def middle_of_cases(cases: Sequence[Sequence[float]]) -> Figure | None:
    """The median over the cases of each one's median: repeats of a case are alike.

    Of one case alone, or where there are none, the median of its runs.
    """
    told = [case for case in cases if case]
    return middle(told[0] if len(told) == 1 else [median(case) for case in told])


def rate_in_words(figure: Figure | None) -> str:
    """`75% (60 to 86)`."""
    if figure is None:
        return "–"
    if figure.between is None:
        return f"{figure.value:.0%}"
    low, high = figure.between.low * 100, figure.between.high * 100
    return f"{figure.value:.0%} ({low:.0f} to {high:.0f})"


def middle_in_words(figure: Figure | None, form: str, unit: str = "", *, ranges: bool) -> str:
    """`0.42 s (0.38 to 0.51)`; the range only where it is known, and wanted."""
    if figure is None:
        return "–"
    value = form.format(figure.value) + unit
    if figure.between is None or not ranges:
        return value
    return f"{value} ({form.format(figure.between.low)} to {form.format(figure.between.high)})"


def stars_in_words(figure: Figure | None) -> str:
    """`3.5 of 5`."""
    return "–" if figure is None else f"{figure.value:.1f} of 5"
