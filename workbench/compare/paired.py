"""B against A on the same cases: each case against itself, so that easy and hard ones cancel out.

A case that was sent several times counts once, by the average of its runs: repeats of one case
resemble each other, and counting each would make us surer than we may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from workbench.compare.evidence import Interval, lead_between

Outcomes = Mapping[str, Sequence[float]]
"""Case -> what each of its runs was worth: 1 passed, 0 failed; or a score from 0 to 1."""

_DRAWS = 9_999


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
    leads = [mean(b[case]) - mean(a[case]) for case in shared]
    better, worse = sum(lead > 0 for lead in leads), sum(lead < 0 for lead in leads)
    if not leads:
        return Difference(0.0, None, 0, 0, 0, None, "")
    once = all(len(a[case]) == len(b[case]) == 1 for case in shared)
    if once and all(lead in (-1, 0, 1) for lead in leads):
        p, test, between = _mcnemar(better, worse), "McNemar's exact test", lead_between(leads)
    else:
        p, test = _signs(leads, seed), "permutation of signs by case"
        between = lead_between(leads) if len(set(leads)) == 1 else _bootstrap(leads, seed)
    return Difference(mean(leads), between, better, worse, len(leads), p, test)


def _mcnemar(better: int, worse: int) -> float:
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def _signs(leads: Sequence[float], seed: int) -> float:
    """The chance of such an average were each case's sign a coin's; exact for a dozen cases."""
    told = [lead for lead in leads if lead]
    if len(told) < 2:
        return 1.0
    import numpy as np
    from scipy.stats import permutation_test

    found = permutation_test(
        (told,),
        lambda drawn, axis: np.mean(drawn, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_DRAWS,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def _bootstrap(leads: Sequence[float], seed: int) -> Interval:
    import numpy as np
    from scipy.stats import bootstrap

    found = bootstrap(
        (leads,),
        np.mean,
        n_resamples=_DRAWS,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def corrected(ps: Sequence[float]) -> list[float]:
    """The same chances for several comparisons made at once, by Holm's method, in their order."""
    order = sorted(range(len(ps)), key=ps.__getitem__)
    result, highest = [0.0] * len(ps), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, ps[at] * (len(ps) - rank)))
        result[at] = highest
    return result
