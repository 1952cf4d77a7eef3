"""What a person's ratings say of two variants: the words, and the figures they come from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.compare.test_results import entry
from workbench.compare.evidence import ENOUGH, evidence, lead_between, more_to_go
from workbench.compare.ratings import Rated
from workbench.compare.results import Entry, Results
from workbench.compare.verdict import Votes, verdict_of_votes


@pytest.mark.parametrize(
    ("leads", "words"),
    [
        (
            (0.25,) * 12 + (0.0,) * 6 + (-0.25,) * 2,
            "terse ahead by 0.5 stars in 20 cases, evidence 1.6 to 1, "
            "about 40 more cases to be sure",
        ),
        ((-0.5,) * 18, "base is better by 2.0 stars in 18 cases, evidence 45 to 1"),
        ((0.25, -0.25), "neither ahead so far in 2 cases"),
        ((0.25, -0.25) * 40, "no difference larger than 0.4 stars"),
    ],
)
def test_stars_are_put_into_words(leads: tuple[float, ...], words: str) -> None:
    """Who is ahead, by how many stars, how sure that is and what it would still take."""
    rated = Rated("base", "terse", leads, in_stars=True)

    assert rated.verdict.words == words
    if "about 40 more" in words:  # as many more like these are just enough
        assert more_to_go(leads) == 40
        assert evidence(leads * 3) >= 20 > evidence(leads * 2)


def by_hand(case: int, variant: str, good: bool, rating: int | None = None) -> Entry:
    """A run that a person lets pass or fail."""
    return replace(entry(f"case {case}", variant, good), by_hand=True, rating=rating)


def test_what_a_person_lets_pass_is_weighed_as_votes_are() -> None:
    """No chance for a number of cases fixed beforehand: they look after every answer."""
    made = Results(
        by_hand(n, v, n < (12 if v == "terse" else 5)) for n in range(14) for v in ("base", "terse")
    )
    (against,) = made.against("base")

    assert against.verdict == verdict_of_votes(Votes(0, 7, 7), "base", "terse", each="cases")
    assert against.difference.p is None
    assert against.evidence == pytest.approx(evidence([1.0] * 7 + [0.0] * 7))
    assert against.difference.test == "evidence by case"


def test_several_variants_are_corrected_for_each_other() -> None:
    """By stars and by hand alike; who was not rated has no verdict."""
    made = Results(
        by_hand(n, v, v == "b", 5 if v == "b" else 4 if v == "d" else 3)
        for n in range(8)
        for v in ("a", "b", "c", "d")
    )
    made.add(entry("case 1", "e", None))
    b, c, d, e = made.against("a")

    assert [one.evidence is None for one in (b, c, d, e)] == [False, False, False, True]
    assert b.words.startswith("b against a: b ahead, 100% of 8 decided cases, evidence ")
    assert "corrected for 3 comparisons" in b.words
    assert b.difference.between == lead_between([1.0] * 8, enough=3 * ENOUGH)
    assert [(one.b, one.lead * 4, one.among) for one in made.by_stars("a")] == [
        *(("b", 2.0, 3), ("c", 0.0, 3), ("d", 1.0, 3))
    ]
    assert made.by_stars("a")[0].by == "by ratings, b against a"


def test_one_case_counts_pairs_of_its_answers() -> None:
    """Whoever sends one question again and again rates answers, not cases; rated on both sides."""
    made = Results()
    for n in range(6):
        for variant, rating in (("a", 2), ("b", 4 if n < 5 else None)):
            made.add(replace(entry("", variant, None), rating=rating))
    (rated,) = made.by_stars("a")

    assert (rated.each, rated.leads) == ("pairs", (0.5,) * 5)
    stars = made.standing("b").stars
    assert stars is not None
    assert (stars.value, stars.of) == (4.0, 5)
    assert "in 5 pairs" in rated.verdict.words


def test_before_a_round_is_over_no_check_makes_anybody_sure() -> None:
    """The chance is one for all cases of the round; evidence is told at any time."""
    made = Results(entry(f"case {n}", v, v == "b") for n in range(12) for v in ("a", "b"))
    (early,), (late,) = made.against("a", over=False), made.against("a")

    assert early.words == (
        "b ahead by 100 points in 12 cases so far, not final until the round is over"
    )
    assert (early.verdict.sure, late.verdict.sure) == (False, True)
    made.add(Entry(replace(entry("case 12", "a", None).run, end_state=None)))
    assert made.against("a")[0].words == early.words
