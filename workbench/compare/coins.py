"""Fair coins: what is due to chance where neither side is better.

By scipy's own binomial distribution. Its tests are the same, but `scipy.stats` takes a second to
import, which every `compare` would wait for; `scipy.special` takes a quarter of one.
"""

from __future__ import annotations


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
