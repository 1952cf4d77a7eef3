"""Figures of one variant, each with the range that it may be off by: pass rate, medians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from statistics import median

from workbench.compare.evidence import Interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and where the true one lies with 95 % confidence; None where too few tell."""

    value: float
    between: Interval | None
    of: int
    """Out of how many runs."""


def pass_rate(passed: int, total: int) -> Figure | None:
    """The part that passed, 0 to 1, with Wilson's interval; None of nothing."""
    if not total:
        return None
    from scipy.stats import binomtest

    found = binomtest(passed, total).proportion_ci(method="wilson")
    return Figure(passed / total, Interval(float(found.low), float(found.high)), total)


def middle(values: Sequence[float]) -> Figure | None:
    """The median, with the exact interval from the order of the values; None of nothing.

    Fewer than six values give no interval: the median may lie beyond all of them.
    """
    if not values:
        return None
    from scipy.stats import quantile_test

    found = quantile_test(values, q=median(values), p=0.5).confidence_interval()
    low, high = float(found.low), float(found.high)
    known = not (isnan(low) or isnan(high))
    return Figure(median(values), Interval(low, high) if known else None, len(values))
