"""How sure one may be of who is ahead, whenever one looks. Pure.

A bet on every pair: somebody who holds that neither is better must offer even odds that B wins the
next one, whatever has come before. We bet against them, a small part of our money on every
possible lead at once; what we then own, for every unit begun with, is the *evidence*. If they are
right it grows twentyfold with a chance of 1 in 20 at most, over the whole future (Ville 1939), so
one may look after every vote and stop when one likes. With sides shuffled by chance and names
hidden, even odds is exactly what no difference means, whether or not pairs resemble each other.

Source: Waudby-Smith and Ramdas, *Estimating means of bounded random variables by betting*, Journal
of the Royal Statistical Society B 86 (2024), the mixture of bets; the bets' weights are our choice.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

ENOUGH = 20.0
"""Evidence at which a lead is called sure: wrong at most once in twenty."""

_NODES = 64
_BETA = 2.0  # of the weights: leads of about 60 to 40 up to 90 to 10 are bet on most
_FURTHEST = 2_000  # pairs that are looked ahead


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, inclusive."""

    low: float
    high: float


@cache
def _bets() -> tuple[tuple[float, float], ...]:
    """Each bet, as a lead between -1 and 1, with the part of the money that is on it.

    The leads are (2j - 1 - n) / n for j from 1 to n, weighed like a symmetric Beta distribution
    over shares; any weights that add up to 1 keep the promise.
    """
    leads = [(2 * j - 1 - _NODES) / _NODES for j in range(1, _NODES + 1)]
    raw = [(1 - lead * lead) ** (_BETA - 1) for lead in leads]
    return tuple((lead, weight / sum(raw)) for lead, weight in zip(leads, raw, strict=True))


def evidence(differences: Iterable[float], lead: float = 0.0) -> float:
    """The evidence against B's average lead being `lead`, by default against none.

    Args:
        differences: Of each pair, from -1 to 1: 1 where B won it, -1 where A did, 0 for a tie;
            or a difference of scores, divided by the largest one possible.
        lead: The average difference that is doubted, between -1 and 1, exclusive.

    Returns:
        From 0 up; 1 says nothing either way.
    """
    return math.exp(min(700.0, _log_of(Counter(differences), lead)))


def _log_of(counted: Mapping[float, float], lead: float = 0.0) -> float:
    """The logarithm of the evidence; differences by how often each came."""
    logs = []
    for bet, weight in _bets():
        # The largest stake on this side that no single pair can lose whole.
        stake = bet / (1 + lead if bet > 0 else 1 - lead)
        won = sum(n * math.log1p(stake * (d - lead)) for d, n in counted.items())
        logs.append(math.log(weight) + won)
    most = max(logs)
    return most + math.log(sum(math.exp(one - most) for one in logs))


def corrected(found: float, others: Iterable[float]) -> float:
    """The evidence of one comparison, as it is where others were made as well.

    The least of all averages of it and some of the others: an average of bets is a bet, too, and
    where this one is to be doubted, so are some of those. One may look after every vote of any of
    them; the chance that any is called sure wrongly stays 1 in 20.

    Source: Vovk and Wang, *E-values: calibration, combination and applications*, Annals of
    Statistics 49 (2021), algorithm 1.
    """
    total, least = found, found
    for number, other in enumerate(sorted(others), 2):
        total += other
        least = min(least, total / number)
    return least


def needed(others: Iterable[float], enough: float = ENOUGH) -> float:
    """The evidence that one comparison needs, others being as they are, to be enough corrected."""
    total, most = 0.0, enough
    for number, other in enumerate(sorted(others), 2):
        total += other
        most = max(most, number * enough - total)
    return most


def more_to_go(differences: Sequence[float], *, enough: float = ENOUGH) -> int | None:
    """About how many more differences like these make their lead sure; ties among them, too.

    Returns:
        0 where it is sure already; None where there is no end within 2,000 of them.
    """
    counted, total, limit = Counter(differences), len(differences), math.log(enough)

    def sure(more: int) -> bool:
        part = 1 + more / total
        return _log_of({d: n * part for d, n in counted.items()}) >= limit

    if not total or not sure(_FURTHEST):
        return None
    return bisect_left(range(_FURTHEST + 1), True, key=sure)


def lead_between(differences: Sequence[float], *, enough: float = ENOUGH) -> Interval:
    """What B's average lead may be, -1 to 1; true at every look at once, with 95 % confidence.

    All leads against which there is not `enough` evidence.
    """
    counted = Counter(differences)
    if not counted:
        return Interval(-1.0, 1.0)
    mean = sum(d * n for d, n in counted.items()) / len(differences)
    limit = math.log(enough)

    def edge(outer: float) -> float:
        """Where the evidence becomes enough between the mean and `outer`, to 1/5,000."""
        near, far = mean, outer
        if _log_of(counted, far * 0.9999) < limit:
            return outer
        while abs(far - near) > 2e-4:
            middle = (near + far) / 2
            if _log_of(counted, middle * 0.9999) < limit:
                near = middle
            else:
                far = middle
        return far

    return Interval(edge(-1.0), edge(1.0))


def pairs_to_go(won: int, lost: int, *, enough: float = ENOUGH) -> int | None:
    """About how many more decided pairs make the lead sure, if it goes on as it went.

    Returns:
        0 where it is sure already; None where there is no lead, or no end within 2,000 pairs.
    """
    total, limit = won + lost, math.log(enough)
    if _log_of({1.0: won, -1.0: lost}) >= limit:
        return 0
    if won == lost:
        return None
    most = max(won, lost)

    def sure(more: int, ahead: float) -> bool:
        return _log_of({1.0: most + ahead, -1.0: total + more - most - ahead}) >= limit

    low, high = 1, _FURTHEST
    while low < high:  # before this, parts of a win counted, it is not
        middle = (low + high) // 2
        low, high = (low, middle) if sure(middle, middle * most / total) else (middle + 1, high)
    # From there one by one: one more may be one more lost, and then it takes others.
    further = range(low, _FURTHEST + 1)
    return next((more for more in further if sure(more, more * most // total)), None)


def wins_needed(pairs: int, enough: float = ENOUGH) -> int | None:
    """The fewest wins out of `pairs` that are enough evidence; None where not even all are."""
    known, limit = _needed(enough), math.log(enough)
    while (total := len(known)) <= pairs:

        def enough_at(wins: int, total: int = total) -> bool:
            return _log_of({1.0: wins, -1.0: total - wins}) >= limit

        wins = known[total - 1]
        if wins is not None:
            known[total] = wins if enough_at(wins) else wins + 1  # one pair more, one win at most
            continue
        wins = total if enough_at(total) else None
        while wins is not None and wins > (total + 1) // 2 and enough_at(wins - 1):
            wins -= 1
        known[total] = wins
    return known[pairs]


@cache
def _needed(enough: float) -> dict[int, int | None]:
    """What `wins_needed` knows so far, by the number of pairs, without a gap."""
    return {0: None}


def power(share: float, pairs: int, enough: float = ENOUGH) -> float:
    """The chance that a lead is called sure within so many decided pairs, looking after each.

    Args:
        share: The part of the decided pairs that the better one truly wins, from 0.5 to 1.
        pairs: How many decided pairs there will be.
    """
    alive, fewest, found = [1.0], 0, 0.0  # by wins, from the fewest: while nothing has been called
    for number in range(1, pairs + 1):
        lost, won = [*alive, 0.0], [0.0, *alive]
        alive = [a * (1 - share) + b * share for a, b in zip(lost, won, strict=True)]
        needed = wins_needed(number, enough)
        if needed is None:
            continue
        while alive and fewest + len(alive) > needed:
            found += alive.pop()
        while alive and number - fewest >= needed:
            found += alive.pop(0)
            fewest += 1
    return found
