"""What a person's ratings say of two variants, whenever one looks. Pure.

Somebody who rates looks at the verdict after every answer, and stops when it pleases: a test for a
number of cases fixed beforehand would find one of two equal variants better far too often. So this
goes by evidence, as votes do: of every case that was rated on both sides, how far B is ahead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean

from workbench.compare.evidence import (
    ENOUGH,
    Interval,
    corrected,
    evidence,
    lead_between,
    more_to_go,
    needed,
)
from workbench.compare.paired import average
from workbench.compare.verdict import SMALL, Verdict, Votes, correction, odds, verdict_of_votes

STARS = 4
"""How many stars the best rating is above the worst."""

Outcomes = Mapping[object, Sequence[float]]
"""Case -> what each of its answers is worth, 0 to 1."""


@dataclass(frozen=True)
class Rated:
    """A variant held against another, by how far it is ahead on each case.

    Args:
        a: The name of the other.
        b: That of the variant.
        leads: How far it is ahead, of each case -1 to 1.
        each: What was counted: cases, or pairs of answers where there is one case alone.
        in_stars: Whether they are ratings from 1 to 5, and a lead of 1 is four stars.
        others: The evidence of the other variants against the same one, each by itself.
    """

    a: str
    b: str
    leads: tuple[float, ...]
    each: str = "cases"
    in_stars: bool = False
    others: tuple[float, ...] = ()

    @property
    def alone(self) -> float:
        """The evidence against neither being better, by itself; 1 says nothing."""
        return evidence(self.leads)

    @cached_property
    def evidence(self) -> float:
        """The same, corrected for the other variants."""
        return corrected(self.alone, self.others)

    @property
    def among(self) -> int:
        """For how many comparisons it is corrected, itself among them."""
        return 1 + len(self.others)

    @property
    def sure(self) -> bool:
        """Whether one is better; wrong once in twenty at most, however often one looks."""
        return self.evidence >= ENOUGH and bool(self.ahead)

    @property
    def lead(self) -> float:
        """How far B is ahead on average, -1 to 1."""
        return mean(self.leads) if self.leads else 0.0

    @property
    def between(self) -> Interval:
        """Where the true lead lies, at every look at once, with 95 % confidence; corrected, too."""
        return lead_between(self.leads, enough=ENOUGH * self.among)

    @property
    def ahead(self) -> str:
        """Who is; empty where neither is."""
        lead = round(self.lead, 9)  # the order of adding tells nothing
        return self.b if lead > 0 else self.a if lead < 0 else ""

    @property
    def better(self) -> int:
        """On how many cases B is."""
        return sum(lead > 0 for lead in self.leads)

    @property
    def worse(self) -> int:
        """On how many it is not."""
        return sum(lead < 0 for lead in self.leads)

    @property
    def verdict(self) -> Verdict:
        """Who is ahead, by name; in the words that votes are told in."""
        if not self.in_stars and all(lead in (-1, 0, 1) for lead in self.leads):
            votes = Votes(self.worse, self.better, len(self.leads) - self.worse - self.better)
            return verdict_of_votes(votes, self.a, self.b, each=self.each, others=self.others)
        by = f"by {self._far(abs(self.lead))} in {self._counted(len(self.leads))}"
        told = f"evidence {odds(self.evidence)}{correction(self.among)}"
        if self.sure:
            return Verdict(self.ahead, True, f"{self.ahead} is better {by}, {told}")
        possible = self.between
        bound = max(abs(possible.low), abs(possible.high))
        if bound <= SMALL:
            words = f"no difference larger than {self._far(bound)}{correction(self.among)}"
            return Verdict(self.ahead, False, words)
        if not self.ahead:
            return Verdict("", False, f"neither ahead so far in {self._counted(len(self.leads))}")
        more = more_to_go(self.leads, enough=needed(self.others))
        way = f"about {self._counted(more, ' more')} to be sure" if more else "no end in sight"
        return Verdict(self.ahead, False, f"{self.ahead} ahead {by}, {told}, {way}")

    @property
    def by(self) -> str:
        """What it goes by; on which two, where there are others: `by ratings`."""
        return "by ratings" + f", {self.b} against {self.a}" * bool(self.others)

    def _far(self, part: float) -> str:
        far = f"{part * STARS:.1f}" if self.in_stars else f"{part * 100:.0f}"
        unit = "star" if self.in_stars else "point"
        return f"{far} {unit}" + "s" * (float(far) != 1)

    def _counted(self, count: int, more: str = "") -> str:
        return f"{count:,}{more} {self.each.removesuffix('s') if count == 1 else self.each}"


def rated_against(
    a: str, columns: Mapping[str, Outcomes], *, each: str = "cases", in_stars: bool = False
) -> list[Rated]:
    """Every other variant held against `a`, corrected for how many they are.

    A case counts once, by the average of its answers; those without one that was rated on both
    sides are left out.

    Args:
        a: The variant that the others are held against.
        columns: By variant, what its answers are worth.
        each: What is counted.
        in_stars: Whether they are ratings from 1 to 5.
    """
    first = columns.get(a, {})
    found = {
        b: tuple(
            average(its[case]) - average(one)
            for case, one in first.items()
            if one and its.get(case)
        )
        for b, its in columns.items()
        if b != a
    }
    alone = {b: evidence(leads) for b, leads in found.items() if leads}
    return [
        Rated(a, b, found[b], each, in_stars, tuple(e for c, e in alone.items() if c != b))
        for b in alone
    ]
