"""Evidence, whenever one looks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.compare.evidence import (
    ENOUGH,
    corrected,
    evidence,
    lead_between,
    needed,
    pairs_to_go,
    power,
    wins_needed,
)

VOTES = st.lists(st.sampled_from([1.0, 0.0, -1.0]), max_size=60)


def test_before_the_first_pair_nothing_is_known() -> None:
    """One to one, and any lead is possible."""
    assert evidence([]) == pytest.approx(1.0)
    lead = lead_between([])
    assert (lead.low, lead.high) == (-1.0, 1.0)


@given(VOTES)
def test_the_next_pair_is_expected_to_change_nothing(votes: list[float]) -> None:
    """If neither is better, the average over what comes next is what is held now: no free lunch."""
    now = evidence(votes)
    after = (evidence([*votes, 1.0]) + evidence([*votes, -1.0])) / 2

    assert after == pytest.approx(now, rel=1e-9)
    assert evidence([*votes, 0.0]) == pytest.approx(now, rel=1e-9)


@given(VOTES)
def test_neither_name_nor_order_matters(votes: list[float]) -> None:
    """A and B may change places, and votes may come in any order."""
    assert evidence([-vote for vote in votes]) == pytest.approx(evidence(votes), rel=1e-9)
    assert evidence(sorted(votes)) == pytest.approx(evidence(votes), rel=1e-9)


def test_votes_weigh_what_the_formula_says() -> None:
    """For votes it is all but the betting of a Beta(2, 2) on the share of wins."""
    won, lost = 20, 8
    exact = won + lost
    log = exact * math.log(2)
    log += math.lgamma(2 + won) + math.lgamma(2 + lost) - math.lgamma(4 + exact)
    log -= 2 * math.lgamma(2) - math.lgamma(4)

    assert evidence([1.0] * won + [-1.0] * lost) == pytest.approx(math.exp(log), rel=0.01)


@given(VOTES.filter(bool))
def test_the_range_of_the_lead_holds_its_average(votes: list[float]) -> None:
    """And says of no lead what the evidence says."""
    lead = lead_between(votes)

    assert -1 <= lead.low <= sum(votes) / len(votes) <= lead.high <= 1
    assert (lead.low > 0.001 or lead.high < -0.001) <= (evidence(votes) >= ENOUGH * 0.99)


@pytest.mark.parametrize(("pairs", "needed"), [(5, None), (10, 10), (20, 17), (100, 66)])
def test_how_many_wins_are_enough(pairs: int, needed: int | None) -> None:
    """One less is not."""
    assert wins_needed(pairs) == needed
    if needed is not None:
        assert evidence([1.0] * needed + [-1.0] * (pairs - needed)) >= ENOUGH
        assert evidence([1.0] * (needed - 1) + [-1.0] * (pairs - needed + 1)) < ENOUGH


def test_how_many_more_pairs_it_takes() -> None:
    """The first number that is enough, at the share so far; 0 once it is sure, else no number."""
    assert pairs_to_go(30, 2) == 0
    assert pairs_to_go(5, 5) is None
    assert pairs_to_go(501, 500) is None
    assert pairs_to_go(25, 10) == 14

    def after(more: int) -> float:
        ahead = 25 + more * 25 // 35
        return evidence([1.0] * ahead + [-1.0] * (35 + more - ahead))

    assert after(14) >= ENOUGH > max(map(after, range(14)))


def test_a_difference_that_is_not_there_is_called_less_than_once_in_twenty() -> None:
    """Exactly, however often one looks; a real one is nearly always found."""
    assert power(0.5, 300) < 0.05
    assert power(0.7, 100) > 0.85
    assert power(0.6, 70) < 0.2


@given(st.floats(0, 1e4), st.lists(st.floats(0, 1e4), max_size=5))
def test_what_is_compared_beside_it_takes_its_share(found: float, others: list[float]) -> None:
    """Corrected it is never more than by itself, never less than its share; `needed` says when."""
    now = corrected(found, others)

    assert found / (1 + len(others)) - 1e-9 <= now <= found
    assert corrected(found, ()) == found
    assert now >= min(found, *others, math.inf) - 1e-9
    if abs(now - ENOUGH) > 1e-6:
        assert (now >= ENOUGH) == (found >= needed(others))


def test_corrected_evidence_by_hand() -> None:
    """The least average: 60 beside 0 and 30 is 30; beside two that convince it stays itself."""
    assert corrected(60, [0, 30]) == pytest.approx(30)
    assert corrected(60, [100, 300]) == pytest.approx(60)
    assert needed([0, 30]) == pytest.approx(40)
