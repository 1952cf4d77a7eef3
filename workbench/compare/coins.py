"""Coins: what is due to chance where neither side is better, and what their shares may be.

By scipy's own binomial distribution. Its tests are the same, but `scipy.stats` takes a second to
import, which every `compare` would wait for; `scipy.special` takes a quarter of one.
"""

from __future__ import annotations

from math import comb

from workbench.compare.evidence import Interval


def at_most(heads: int, tosses: int) -> float:
    """The chance of so many heads, or fewer."""
    from scipy.special import bdtr

    return float(bdtr(heads, tosses, 0.5))


def as_uneven(one: int, other: int) -> float:
    """The chance of heads and tails being at least as uneven as this, both ways; 1 of no toss.

    What `scipy.stats.binomtest` calls its p-value.
    """
    return 1.0 if one == other else min(1.0, 2 * at_most(min(one, other), one + other))


def around_middle(count: int, chance: float = 0.025) -> int | None:
    """Between which of so many sorted values the true median lies: the place of the lower one.

    The upper one stands as far from the end. It lies beyond either with this `chance` at most; None
    where so few values do not tell. What `scipy.stats.quantile_test` takes its interval from.
    """
    if at_most(0, count) > chance:
        return None
    low, high = 0, count // 2
    while low < high:  # the last place below which few enough lie
        middle = (low + high + 1) // 2
        low, high = (middle, high) if at_most(middle, count) <= chance else (low, middle - 1)
    return low


def share_between(heads: int, tosses: int, chance: float = 0.05) -> Interval:
    """What the true share of heads may be, missed with this `chance` at most; all of no toss.

    Clopper's and Pearson's interval, what `binomtest(...).proportion_ci()` says.
    """
    from scipy.special import betaincinv

    tails = tosses - heads
    low = float(betaincinv(heads, tails + 1, chance / 2)) if heads else 0.0
    high = float(betaincinv(heads + 1, tails, 1 - chance / 2)) if tails else 1.0
    return Interval(low, high)


def as_apart(a: int, of_a: int, b: int, of_b: int) -> float:
    """The chance that two shares of one coin are at least so far apart, both ways.

    Fisher's exact test: twice the smaller of the two that `scipy.stats.fisher_exact` gives one way.
    """
    heads, total = a + b, of_a + of_b
    ways = comb(total, of_a)
    drawn = {
        n: comb(heads, n) * comb(total - heads, of_a - n)
        for n in range(max(0, heads - of_b), min(heads, of_a) + 1)
    }
    at_most = sum(count for n, count in drawn.items() if n <= a)
    at_least = sum(count for n, count in drawn.items() if n >= a)
    return min(1.0, 2 * min(at_most, at_least) / ways)
