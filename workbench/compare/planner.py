"""What a budget buys, before it is spent: how many pairs, and how small a lead they can show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from workbench.compare.evidence import ENOUGH, power
from workbench.compare.verdict import correction

_LIKELY = 0.8
"""The chance of seeing a lead from which a number of pairs is called enough for it."""
_LEADS = (60, 65, 70, 75, 80, 85, 90, 95)
_MOST = 500  # pairs; more are enough for all the leads above


@dataclass(frozen=True, slots=True)
class Bought:
    """How many pairs there can be, and what they are enough to see.

    Args:
        pairs: How many.
        seen: The smallest lead, in percent of decided pairs, that is seen with a chance of 80 %;
            None where not even 95 to 5 would be.
        unseen: The next smaller one, which is not.
        each: What they are counted in: cases, where those come several times.
        among: How many comparisons are made at once, each with so many pairs; what is seen of one
            is seen though it is corrected for the others.
    """

    pairs: int
    seen: int | None
    unseen: int | None
    each: str = "pairs"
    among: int = 1

    @property
    def words(self) -> str:
        """`70 pairs, enough to see 75/25, not 70/30`."""
        pairs = f"{self.pairs:,} {self.each if self.pairs != 1 else self.each.removesuffix('s')}"
        tail = correction(self.among)
        if self.seen is None:
            return f"{pairs}, not enough to see even {_split(_LEADS[-1])}{tail}"
        seen = f"{pairs}, enough to see {_split(self.seen)}"
        return f"{seen}, not {_split(self.unseen)}{tail}" if self.unseen else seen + tail


def bought(budget_usd: Decimal, pair_usd: Decimal, each: str = "pairs", among: int = 1) -> Bought:
    """What a budget buys where one pair, or case, of every comparison together costs so much.

    `0` buys any number.
    """
    return enough_for(int(budget_usd / pair_usd) if pair_usd else _MOST, each, among)


@cache
def enough_for(pairs: int, each: str = "pairs", among: int = 1) -> Bought:
    """What so many decided pairs are enough for; looked at after each, as reviews are.

    Of several comparisons at once each needs so many times the evidence, while the others have
    none.
    """
    unseen = None
    for lead in _LEADS:
        if power(lead / 100, min(pairs, _MOST), ENOUGH * among) >= _LIKELY:
            return Bought(pairs, lead, unseen, each, among)
        unseen = lead
    return Bought(pairs, None, unseen, each, among)


def _split(lead: int) -> str:
    return f"{lead}/{100 - lead}"
