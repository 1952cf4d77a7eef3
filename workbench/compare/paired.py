"""B against A on the same cases: each case against itself, so that easy and hard ones cancel out.

A case that was sent several times counts once, by the average of its runs: repeats of one case
resemble each other, and counting each would make us surer than we may be. Where both have but one
case, its repeats are all there is, and what is found holds of that case; where they have none in
common, the cases of one are a sample against those of the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from statistics import mean

from workbench.compare.coins import as_apart, as_uneven, share_between
from workbench.compare.evidence import ENOUGH, Interval, lead_between
from workbench.compare.resampled import of_labels, of_signs

Outcomes = Mapping[str, Sequence[float]]
"""Case -> what each of its runs was worth: 1 passed, 0 failed; or a score from 0 to 1."""

WRONG = 0.05
"""How often a difference may be called sure, or an interval miss, that is not so."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far B is ahead of A.

    Args:
        points: B's average less A's over the cases that both have, -1 to 1.
        between: Where the true difference lies with 95 % confidence, as the test has it: 0 is
            outside where `p` says that it is; None without cases.
        better: On how many cases B was better.
        worse: On how many it was worse.
        cases: How many cases both have.
        p: The chance of a difference at least so large were there none, both ways; None without
            cases.
        test: The name of the test.
        largest: The largest difference, either way, that is still possible whatever the cases are
            like: never less than `between` has.
        among: For how many comparisons made at once all of that is corrected.
        sample: How many runs, or cases, of A and of B were held against each other where it was
            not case by case; else None.
        alone: Whether that was on one case that has a name.
    """

    points: float
    between: Interval | None
    better: int
    worse: int
    cases: int
    p: float | None
    test: str
    largest: float = 1.0
    among: int = 1
    sample: tuple[int, int] | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    test: str
    p: float
    between: Interval
    largest: float


def comparable(a: Outcomes, b: Outcomes) -> bool:
    """Whether there is anything to go by."""
    return any(a.values()) and any(b.values())


def difference(a: Outcomes, b: Outcomes, *, seed: int = 0, among: int = 1) -> Difference:
    """Compare two variants over the cases that both have.

    Passes and failures, once each: McNemar's exact test. Otherwise, by the average of each case, a
    permutation test of signs. On one case, or on cases that are not the same: Fisher's exact test,
    or a permutation test of scores. What is drawn is drawn from `seed`, so it comes out the same
    again.

    Args:
        a: What A came to.
        b: What B did.
        seed: What chance is drawn from.
        among: How many comparisons are made at once; all that is found holds of all of them
            together, by Bonferroni's method.
    """
    if not comparable(a, b):
        return Difference(0.0, None, 0, 0, 0, None, "")
    shared = [case for case in a if a[case] and b.get(case)]
    leads = [average(b[case]) - average(a[case]) for case in shared]
    better, worse = sum(lead > 0 for lead in leads), sum(lead < 0 for lead in leads)
    sample = None
    if len(shared) > 1:
        points = mean(leads)
        once = all(len(a[case]) == len(b[case]) == 1 for case in shared)
        found = _by_case(leads, seed, among, once=once)
    else:
        one, other = ([*each[shared[0]]] if shared else _averages(each) for each in (a, b))
        points, sample = mean(other) - mean(one), (len(one), len(other))
        found = _apart(one, other, seed, among, each="runs" if shared else "cases")
    return Difference(
        points,
        found.between,
        better,
        worse,
        len(shared),
        min(1.0, found.p * among),
        found.test,
        found.largest,
        among,
        sample,
        alone=any(shared) and sample is not None,
    )


def average(values: Sequence[float]) -> float:
    """Of at least one, exact."""
    return values[0] if len(values) == 1 else mean(values)


def _averages(outcomes: Outcomes) -> list[float]:
    return [average(values) for values in outcomes.values() if values]


def _by_case(leads: Sequence[float], seed: int, among: int, *, once: bool) -> _Found:
    """By how much the cases part A and B where they do, times how many of them do.

    Only the first is the test's, so 0 is outside just where that says so. That both together miss
    no more often than they may is shown in `tests/bench/few_cases.py`.
    """
    wrong, told = WRONG / among, [lead for lead in leads if lead]
    parted = share_between(len(told), len(leads), wrong)
    if once and all(lead in (-1, 1) for lead in told):
        better, worse = told.count(1), told.count(-1)
        between = _times(_won(better, worse, wrong), parted)
        return _Found("McNemar's exact test", as_uneven(better, worse), between, _reach(between))
    found = of_signs(told, seed, wrong)
    lead = found.between
    if len(set(told)) == 1:
        safe = lead_between(told, enough=ENOUGH * among)
        lead = _all_alike(told[0], _won(len(told), 0, wrong), safe)
    between = _times(lead, parted)
    largest = _reach(between, lead_between(leads, enough=ENOUGH * among))
    return _Found("permutation of signs by case", found.p, between, largest)


def _apart(a: Sequence[float], b: Sequence[float], seed: int, among: int, *, each: str) -> _Found:
    wrong = WRONG / among
    if all(value in (0, 1) for value in (*a, *b)):
        passed = int(sum(a)), int(sum(b))
        p = as_apart(passed[0], len(a), passed[1], len(b))
        between = _rates_apart(passed[0], len(a), passed[1], len(b), wrong)
        if p > wrong:
            between = Interval(min(between.low, 0.0), max(between.high, 0.0))
        return _Found("Fisher's exact test", p, between, _reach(between))
    found = of_labels(a, b, seed, wrong)
    pairs = [other - one for one, other in zip(a, b, strict=False)]
    between, safe = found.between, lead_between(pairs, enough=ENOUGH * among)
    if len({*a}) == len({*b}) == 1:
        surely = _rates_apart(0, len(a), len(b), len(b), wrong) if found.p <= wrong else safe
        between = _all_alike(pairs[0], surely, safe)
    return _Found(f"permutation of {each}", found.p, between, _reach(between, safe))


def _won(better: int, worse: int, wrong: float) -> Interval:
    """B's lead over the cases that one of both won."""
    share = share_between(better, better + worse, wrong)
    return Interval(2 * share.low - 1, 2 * share.high - 1)


def _times(lead: Interval, part: Interval) -> Interval:
    """A lead on a part of the cases, as one on all of them: what is possible of both."""
    low, high = lead.low, lead.high
    return Interval(
        low * (part.low if low > 0 else part.high), high * (part.high if high > 0 else part.low)
    )


def _rates_apart(a: int, of_a: int, b: int, of_b: int, wrong: float) -> Interval:
    """How far B's rate is above A's, from the exact interval of each alone.

    Towards 0 what both may be off is squared and added; away from it all of it is taken, or few
    runs would miss too often: `tests/bench/few_cases.py` works out how often they do.

    Source: Zou and Donner, *Construction of confidence limits about effect measures*, Statistics
    in Medicine 27 (2008).
    """
    one, other = share_between(a, of_a, wrong), share_between(b, of_b, wrong)
    first, second = a / of_a, b / of_b
    low, high = other.low - one.high, other.high - one.low
    if second > first:
        low = second - first - hypot(second - other.low, one.high - first)
    elif second < first:
        high = second - first + hypot(other.high - second, first - one.low)
    return Interval(low, high)


def _all_alike(lead: float, won: Interval, safe: Interval) -> Interval:
    """Where nothing is spread at all: as far as if each were won, and what is possible beyond."""
    low, high = (safe.low, safe.high) if lead > 0 else (-safe.high, -safe.low)
    low = abs(lead) * won.low if won.low > 0 and lead else low
    return Interval(low, high) if lead > 0 else Interval(-high, -low)


def _reach(*intervals: Interval) -> float:
    return max(abs(end) for each in intervals for end in (each.low, each.high))
