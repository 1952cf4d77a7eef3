"""Differences and figures, against what is known of them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.bench.scores import by_scipy
from workbench.compare.figures import independent, middle, pass_rate
from workbench.compare.paired import corrected, difference


def test_a_pass_rate_has_wilsons_interval() -> None:
    """7 of 10: 40 to 89 percent. Nothing tried, nothing said."""
    rate = pass_rate(7, 10)

    assert rate is not None
    assert rate.between is not None
    assert (rate.between.low, rate.between.high) == pytest.approx((0.3968, 0.8922), abs=1e-4)
    assert pass_rate(0, 0) is None


def test_repeats_of_a_case_do_not_make_a_pass_rate_surer_than_its_cases() -> None:
    """Three alike count as one; where they differ like coins, as all; without cases, as all."""
    apart, mixed = [[True] * 3, [False] * 3], [[True, False, True], [False, True, False]]
    assert independent(apart) == 1.0
    assert independent(mixed) == 6.0
    assert independent([[True] * 3] * 4) == 4.0
    assert independent([[True, False, True]]) == 3.0
    assert independent([[True], [False], []]) == 2.0

    sure, unsure = pass_rate(3, 6), pass_rate(3, 6, independent(apart))
    assert sure is not None
    assert unsure is not None
    assert sure.between is not None
    assert unsure.between is not None
    assert unsure.between.low < sure.between.low < 0.5 < sure.between.high < unsure.between.high


@pytest.mark.parametrize(("passed", "total"), [(0, 1), (0, 9), (3, 7), (50, 60), (8, 8)])
def test_the_interval_is_scipys(passed: int, total: int) -> None:
    """Where every outcome counts for itself."""
    rate = pass_rate(passed, total)
    found = binomtest(passed, total).proportion_ci(method="wilson")

    assert rate is not None
    assert rate.between is not None
    assert (rate.between.low, rate.between.high) == pytest.approx((found.low, found.high))


def test_a_median_has_an_interval_once_there_are_six() -> None:
    """Before that it may lie beyond all that was seen."""
    few, more = middle([1.0, 2.0, 3.0]), middle([1.0, 2.0, 3.0, 4.0, 5.0, 9.0])

    assert few is not None
    assert (few.value, few.between) == (2.0, None)
    assert more is not None
    assert more.between is not None
    assert (more.value, more.between.low, more.between.high) == (3.5, 1.0, 9.0)


def test_passes_on_the_same_cases_are_compared_by_mcnemars_exact_test() -> None:
    """Only the cases on which they part count."""
    a = {str(n): [float(n < 20)] for n in range(40)}
    b = {str(n): [float(n < 5 or n >= 18)] for n in range(40)}
    found = difference(a, b)

    assert (found.better, found.worse, found.cases) == (20, 13, 40)
    assert found.points == pytest.approx(7 / 40)
    assert found.p == pytest.approx(binomtest(20, 33).pvalue)


def test_cases_that_only_one_has_do_not_count() -> None:
    """Nor those without a result."""
    found = difference({"x": [1], "y": [0], "z": []}, {"y": [1], "z": [1], "w": [0]})

    assert (found.cases, found.points, found.p) == (1, 1.0, 1.0)
    assert difference({}, {"x": [1]}).p is None


def test_repeats_of_a_case_make_nobody_surer() -> None:
    """Ten runs of each of six cases are six cases."""
    once = difference({str(n): [0.2] for n in range(6)}, {str(n): [0.9] for n in range(6)})
    often = difference(
        {str(n): [0.2] * 10 for n in range(6)}, {str(n): [0.9] * 10 for n in range(6)}
    )

    assert once.p == often.p == pytest.approx(2 / 64)
    assert once.between == often.between


def test_a_score_that_is_better_everywhere_is_found() -> None:
    """And the same again with the same seed."""
    a = {str(n): [n / 100] for n in range(40)}
    b = {str(n): [n / 100 + (0.1 if n % 5 else -0.02)] for n in range(40)}
    found = difference(a, b, seed=3)

    assert found == difference(a, b, seed=3)
    assert found.p is not None
    assert found.p < 0.001
    assert found.between is not None
    assert 0 < found.between.low < found.points < found.between.high


def test_scores_come_out_as_scipy_has_them() -> None:
    """The same draws from the same seed, however many cases there are."""
    for count in (12, 60, 300):
        pick = random.Random(count)
        a, b = ({str(n): [pick.randrange(5) / 4] for n in range(count)} for _ in "ab")
        leads = np.array([b[case][0] - a[case][0] for case in a])
        found = difference(a, b)

        assert found.between is not None
        between = (found.between.low, found.between.high)
        assert (found.p, *between) == pytest.approx(by_scipy(leads), abs=1e-12)


def test_several_comparisons_at_once_are_corrected() -> None:
    """By Holm's method: the smallest times three, and never out of order."""
    assert corrected([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert corrected([]) == []
