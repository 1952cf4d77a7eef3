"""What the statistics say of a comparison, in words: never surer than the figures are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from workbench.compare.evidence import (
    ENOUGH,
    corrected,
    evidence,
    lead_between,
    needed,
    pairs_to_go,
)
from workbench.compare.paired import WRONG, Difference

SMALL = 0.15
"""The largest possible difference that is worth saying there is no larger one than."""


@dataclass(frozen=True, slots=True)
class Votes:
    """What came of pairs that were looked at side by side."""

    a: int = 0
    b: int = 0
    tied: int = 0

    @property
    def decided(self) -> int:
        """The pairs that one side won."""
        return self.a + self.b

    @property
    def differences(self) -> list[float]:
        """One for each pair: 1 where B won it, -1 where A did, 0 for a tie."""
        return [1.0] * self.b + [-1.0] * self.a + [0.0] * self.tied


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who is ahead, whether that is sure, and the whole of it in a line."""

    ahead: str
    sure: bool
    words: str


def verdict_of_votes(
    votes: Votes,
    a: str = "A",
    b: str = "B",
    *,
    each: str = "pairs",
    others: Sequence[float] = (),
) -> Verdict:
    """The verdict of a blind review or a judge; safe to ask for after every vote.

    Args:
        votes: What came of the pairs; by case, where those were sent several times.
        a: What the first one is called.
        b: What the other is called.
        each: What was counted.
        others: The evidence of the other comparisons that were made, each by itself.
    """
    if not votes.decided + votes.tied:
        return Verdict("", False, "no pair has been decided yet")
    found = corrected(evidence(votes.differences), others)
    among = correction(1 + len(others))
    ahead = b if votes.b > votes.a else a if votes.a > votes.b else ""
    if ahead and found >= ENOUGH:
        words = f"{ahead} is better: {_share(votes, each)}, evidence {odds(found)}{among}"
        return Verdict(ahead, True, words)
    if (bound := _bound(votes, 1 + len(others))) is not None:
        return Verdict(ahead, False, f"no difference larger than {_points(bound)} points{among}")
    if not ahead:
        even = f"{votes.a} each" if votes.decided else f"{votes.tied} tied"
        return Verdict("", False, f"neither ahead so far: {even}")
    told = f"evidence {odds(found)}{among}, {_way(votes, others, each)}"
    return Verdict(ahead, False, f"{ahead} ahead, {_share(votes, each)}, {told}")


def verdict_of_cases(
    found: Difference, a: str = "A", b: str = "B", *, over: bool = True
) -> Verdict:
    """The verdict of checks or scores; corrected for as many comparisons as the difference is.

    Args:
        found: How far B is ahead of A.
        a: What the first one is called.
        b: What the other is called.
        over: Whether all cases have been tried. Who looks before may not go by the chance, which is
            one for a number of cases that nothing seen has decided.
    """
    if found.p is None or found.between is None:
        return Verdict("", False, "no case that both were tried on")
    ahead = b if found.points > 0 else a if found.points < 0 else ""
    if not over:
        by = f"{ahead} ahead by {_points(abs(found.points))} points" if ahead else "neither ahead"
        words = f"{by} in {_seen(found)} so far, not final until the round is over"
        return Verdict(ahead, False, words)
    low, high = found.between.low, found.between.high
    if ahead == a:
        low, high = -high, -low
    figures = f"{_points(low)} to {_points(high)}"
    tail = f"{_split(found, turned=ahead == a)}, p = {found.p:.2g}{correction(found.among)}"
    if ahead and found.p <= WRONG and low > 0:
        words = f"{ahead} is better by {_points(abs(found.points))} points ({figures}): {tail}"
        return Verdict(ahead, True, words)
    if found.largest <= SMALL:
        bound = f"no difference larger than {_points(found.largest)} points"
        return Verdict(ahead, False, f"{bound}{correction(found.among)}")
    if not ahead:
        return Verdict("", False, f"no difference seen in {_seen(found)} ({figures})")
    words = f"{ahead} ahead by {_points(abs(found.points))} points ({figures}), not sure: {tail}"
    return Verdict(ahead, False, words)


def _split(found: Difference, *, turned: bool = False) -> str:
    """What it rests on, from the side of B, or of A: cases, or runs and other cases."""
    if found.sample is None:
        better, worse = (found.better, found.worse)[:: -1 if turned else 1]
        return f"{_cases(better)} better, {worse} worse"
    one, other = found.sample[:: 1 if turned else -1]
    if not found.cases:
        return f"{_cases(one)} against {other:,} others"
    runs = "1 run" if one == 1 else f"{one:,} runs"
    return f"{runs} against {other:,}{' on this one case' * found.alone}"


def _seen(found: Difference) -> str:
    return _split(found) if found.sample else _cases(found.cases)


def correction(comparisons: int) -> str:
    """That a verdict is corrected for others; nothing where it is alone."""
    return f", corrected for {comparisons} comparisons" if comparisons > 1 else ""


def _bound(votes: Votes, among: int) -> float | None:
    """The largest lead that is still possible, where that is small; of so many, each its own."""
    lead = lead_between(votes.differences, enough=ENOUGH * among)
    bound = max(abs(lead.low), abs(lead.high))
    return bound if bound <= SMALL else None


def _way(votes: Votes, others: Sequence[float], each: str) -> str:
    """How many more pairs it takes, about as many of them ties as so far."""
    decided = pairs_to_go(votes.b, votes.a, enough=needed(others)) or 0
    more = ceil(decided * (votes.decided + votes.tied) / votes.decided)
    return f"about {more} more {_in_number(each, more)} to be sure" if more else "no end in sight"


def _share(votes: Votes, each: str) -> str:
    part = max(votes.a, votes.b) / votes.decided
    return f"{part:.0%} of {votes.decided} decided {_in_number(each, votes.decided)}"


def _in_number(each: str, count: int) -> str:
    return each.removesuffix("s") if count == 1 else each


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"


def odds(found: float) -> str:
    """Evidence as one would bet: `6 to 1`."""
    if found >= 1:
        return f"{min(found, 1e6):,.0f} to 1" if found >= 2 else f"{found:.1f} to 1"
    return "less than 1 to 1"


def _points(part: float) -> str:
    """A part of 1 in points of a hundred; never rounded to nothing unless it is nothing."""
    points = part * 100
    return f"{points:.0f}" if abs(points) >= 1 or not points else f"{points:.1f}"
