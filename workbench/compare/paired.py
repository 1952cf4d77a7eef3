"""B against A on the same cases: each case against itself, so that easy and hard ones cancel out.

A case that was sent several times counts once, by the average of its runs: repeats of one case
resemble each other, and counting each would make us surer than we may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

from workbench.compare.coins import as_uneven
from workbench.compare.evidence import Interval, lead_between

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Outcomes = Mapping[str, Sequence[float]]
"""Case -> what each of its runs was worth: 1 passed, 0 failed; or a score from 0 to 1."""

_DRAWS = 9_999
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Difference:
    """How far B is ahead of A.

    Args:
        points: B's average less A's over the cases that both have, -1 to 1.
        between: Where the true difference lies with 95 % confidence; None where one case tells.
        better: On how many cases B was better.
        worse: On how many it was worse.
        cases: How many cases both have.
        p: The chance of a difference at least so large were there none, both ways; None without
            cases.
        test: The name of the test.
    """

    points: float
    between: Interval | None
    better: int
    worse: int
    cases: int
    p: float | None
    test: str


def difference(a: Outcomes, b: Outcomes, *, seed: int = 0) -> Difference:
    """Compare two variants over the cases that both have.

    Passes and failures, once each: McNemar's exact test, and an interval that holds at every
    look. Otherwise, by the average of each case: a permutation test of signs, and a bootstrap over
    cases; both are drawn from `seed`, so they come out the same again.
    """
    shared = [case for case in a if a[case] and b.get(case)]
    leads = [average(b[case]) - average(a[case]) for case in shared]
    better, worse = sum(lead > 0 for lead in leads), sum(lead < 0 for lead in leads)
    if not leads:
        return Difference(0.0, None, 0, 0, 0, None, "")
    once = all(len(a[case]) == len(b[case]) == 1 for case in shared)
    if once and all(lead in (-1, 0, 1) for lead in leads):
        p, test, between = as_uneven(better, worse), "McNemar's exact test", lead_between(leads)
    else:
        p, test = _signs(leads, seed), "permutation of signs by case"
        between = lead_between(leads) if len(set(leads)) == 1 else _bootstrap(leads, seed)
    return Difference(mean(leads), between, better, worse, len(leads), p, test)


def average(values: Sequence[float]) -> float:
    """Of at least one, exact."""
    return values[0] if len(values) == 1 else mean(values)


def _signs(leads: Sequence[float], seed: int) -> float:
    """The chance of such an average were each case's sign a coin's; exact for a dozen cases."""
    told = [lead for lead in leads if lead]
    if len(told) < 2:
        return 1.0
    if 2 ** len(told) <= _DRAWS:
        return _every_sign(told)
    import numpy as np

    observed, drawn = float(np.mean(told)), _tossed(told, seed)
    slack = abs(observed) * np.finfo(float).eps * 100  # the order of adding tells nothing
    ways = (drawn <= observed + slack).sum(), (drawn >= observed - slack).sum()
    return float(min(1.0, 2 * (min(ways) + 1) / (_DRAWS + 1)))


def _every_sign(told: Sequence[float]) -> float:
    """As scipy's `permutation_test` has it, which takes a second to import."""
    observed = sum(told)
    slack = sum(map(abs, told)) * 1e-13  # the order of adding tells nothing
    drawn = [0.0]
    for lead in told:
        drawn = [total + signed for total in drawn for signed in (lead, -lead)]
    at_most = sum(total <= observed + slack for total in drawn)
    at_least = sum(total >= observed - slack for total in drawn)
    return min(1.0, 2 * min(at_most, at_least) / len(drawn))


def _tossed(told: Sequence[float], seed: int) -> NDArray[np.float64]:
    """Averages with the sign of each lead tossed.

    What scipy's `permutation_test` draws from the same seed, which shuffles each lead with its
    negative; in a part of the time, as `tests/bench/scores.py` shows.
    """
    import numpy as np

    coins = np.random.default_rng(seed).integers(
        0, 2**32, size=(_DRAWS, len(told)), dtype=np.uint32
    )
    signs = np.ascontiguousarray((coins & 1).astype(np.int8).T) * np.int8(2) - np.int8(1)
    total = np.zeros(_DRAWS)
    for lead, sign in zip(told, signs, strict=True):
        total += sign * lead
    return total / len(told)


def _bootstrap(leads: Sequence[float], seed: int) -> Interval:
    """The 95 % that lie in the middle of averages of as many cases, drawn anew and anew.

    What scipy's `bootstrap` draws from the same seed, a few hundred draws at a time: they are then
    averaged while they are still at hand.
    """
    import numpy as np

    rng, values = np.random.default_rng(seed), np.asarray(leads)
    averages = np.empty(_DRAWS)
    for start in range(0, _DRAWS, _AT_ONCE):
        part = averages[start : start + _AT_ONCE]
        drawn = rng.integers(0, len(values), size=(len(part), len(values)))
        np.mean(np.take(values, drawn), axis=-1, out=part)
    low, high = np.percentile(averages, (2.5, 97.5))
    return Interval(float(low), float(high))


def corrected(ps: Sequence[float]) -> list[float]:
    """The same chances for several comparisons made at once, by Holm's method, in their order."""
    order = sorted(range(len(ps)), key=ps.__getitem__)
    result, highest = [0.0] * len(ps), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, ps[at] * (len(ps) - rank)))
        result[at] = highest
    return result
