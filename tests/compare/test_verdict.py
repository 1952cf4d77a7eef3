"""Verdicts and plans in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.compare.evidence import Interval
from workbench.compare.paired import Difference, difference
from workbench.compare.planner import bought, enough_for
from workbench.compare.verdict import Votes, verdict_of_cases, verdict_of_votes


@pytest.mark.parametrize(
    ("votes", "words"),
    [
        (Votes(), "no pair has been decided yet"),
        (Votes(3, 3, 1), "neither ahead so far: 3 each"),
        (Votes(0, 0, 3), "neither ahead so far: 3 tied"),
        (
            Votes(10, 25),
            "B ahead, 71% of 35 decided pairs, evidence 6 to 1, about 14 more pairs to be sure",
        ),
        (
            Votes(10, 25, 35),
            "B ahead, 71% of 35 decided pairs, evidence 6 to 1, about 28 more pairs to be sure",
        ),
        (Votes(40, 15), "A is better: 73% of 55 decided pairs, evidence 64 to 1"),
        (Votes(400, 410, 200), "no difference larger than 11 points"),
    ],
)
def test_a_review_is_put_into_words(votes: Votes, words: str) -> None:
    """Who is ahead, by how much, how sure that is and what it would still take."""
    assert verdict_of_votes(votes).words == words


def test_checks_are_put_into_words() -> None:
    """Surely better, better by chance, or no different; from the side of whoever is ahead."""
    better = Difference(0.2, Interval(0.05, 0.34), 18, 4, 70, 0.004, "")
    unsure = Difference(0.2, Interval(-0.02, 0.34), 18, 4, 70, 0.08, "", among=3)
    worse = Difference(-0.1, Interval(-0.25, 0.06), 6, 12, 60, 0.24, "")
    same = Difference(0.01, Interval(-0.06, 0.07), 5, 4, 200, 0.9, "", 0.08, 2)

    assert verdict_of_cases(better).words == (
        "B is better by 20 points (5 to 34): 18 cases better, 4 worse, p = 0.004"
    )
    assert verdict_of_cases(unsure).words == (
        "B ahead by 20 points (-2 to 34), not sure: "
        "18 cases better, 4 worse, p = 0.08, corrected for 3 comparisons"
    )
    assert verdict_of_cases(worse, "base", "warm").words == (
        "base ahead by 10 points (-6 to 25), not sure: 12 cases better, 6 worse, p = 0.24"
    )
    assert verdict_of_cases(same).words == (
        "no difference larger than 8 points, corrected for 2 comparisons"
    )
    assert not verdict_of_cases(Difference(0.0, None, 0, 0, 0, None, "")).sure


def test_runs_of_one_case_and_other_cases_are_put_into_words() -> None:
    """What is held against what, and that it is said of one case alone."""
    none, all_of_it = [0.0] * 50, [1.0] * 40
    one = verdict_of_cases(difference({"x": all_of_it}, {"x": none}), "base", "warm")
    bare = verdict_of_cases(difference({"": none}, {"": all_of_it}))
    others = verdict_of_cases(
        difference({f"a{n}": [0.0] for n in range(5)}, {f"b{n}": [n / 8] for n in range(5)})
    )

    assert one.words.startswith("base is better by 100 points (89 to 100): ")
    assert one.words.split(": ")[1].startswith("40 runs against 50 on this one case, p = ")
    assert "40 runs against 50, p = " in bare.words
    assert others.words == (
        "B is better by 25 points (6 to 44): 5 cases against 5 others, p = 0.048"
    )
    same = verdict_of_cases(difference({"x": [0.0]}, {"x": [0.0]}))
    assert same.words == "no difference seen in 1 run against 1 on this one case (-98 to 98)"


def test_a_plan_says_what_a_budget_buys() -> None:
    """How many pairs, and the smallest lead that they show."""
    assert bought(Decimal("0.05"), Decimal("0.0007")).words == (
        "71 pairs, enough to see 75/25, not 70/30"
    )
    assert enough_for(5).words == "5 pairs, not enough to see even 95/5"
    assert enough_for(10_000).words == "10,000 pairs, enough to see 60/40"
    assert bought(Decimal(1), Decimal(0)).pairs == 500
    assert enough_for(20, among=3).words == (
        "20 pairs, enough to see 95/5, not 90/10, corrected for 3 comparisons"
    )
