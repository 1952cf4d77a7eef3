"""Differences and figures, against what is known of them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact, permutation_test

from tests.bench.scores import by_scipy
from workbench.compare.figures import independent, middle, pass_rate
from workbench.compare.paired import difference
from workbench.compare.verdict import verdict_of_cases


def test_a_pass_rate_has_wilsons_interval() -> None:
    """7 of 10: 40 to 89 percent. Nothing tried, nothing said."""
    rate = pass_rate(7, 10)

    assert rate is not None
    assert rate.between is not None
    assert (rate.between.low, rate.between.high) == pytest.approx((0.3968, 0.8922), abs=1e-4)
    assert pass_rate(0, 0) is None


def test_repeats_of_a_case_do_not_make_a_pass_rate_surer_than_its_cases() -> None:
    """Three alike count as one; where all differ like coins, as nearly all if many."""
    apart, mixed = [[True] * 3, [False] * 3], [[True, False, True], [False, True, False]]
    assert independent(apart) == 1.0
    assert 590 < independent(mixed * 100) < 600
    assert independent([[True] * 3] * 4) == 4.0
    assert independent([[True, False, True]]) == 3.0
    assert independent([[True], [False], []]) == 2.0

    sure, unsure = pass_rate(3, 6), pass_rate(3, 6, independent(apart))
    assert sure is not None
    assert unsure is not None
    assert sure.between is not None
    assert unsure.between is not None
    assert unsure.between.low < sure.between.low < 0.5 < sure.between.high < unsure.between.high


def test_few_cases_sent_often_do_not_tell_a_pass_rate() -> None:
    """Of cases of any difficulty half pass; the interval holds that, whatever the few came to."""
    draw, missed = random.Random(3), 0
    for _ in range(400):
        hard = [draw.random() for _ in range(3)]
        cases = [[float(draw.random() < rate) for _ in range(20)] for rate in hard]
        rate = pass_rate(round(sum(map(sum, cases))), 60, independent(cases))
        assert rate is not None
        assert rate.between is not None
        missed += not rate.between.low <= 0.5 <= rate.between.high

    assert missed / 400 <= 0.05


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
    """The same chance: exactly of few cases, and of many but for what is drawn."""
    for count, off in ((12, 1e-12), (60, 0.02), (300, 0.02)):
        pick = random.Random(count)
        a, b = ({str(n): [pick.randrange(5) / 4] for n in range(count)} for _ in "ab")
        leads = np.array([b[case][0] - a[case][0] for case in a])

        assert difference(a, b).p == pytest.approx(by_scipy(leads), abs=off)


@given(st.data())
def test_a_verdict_and_its_interval_never_contradict_each_other(data: st.DataObject) -> None:
    """0 is outside where the chance is 1 in 20 at most, and only there; corrected, too."""
    scores = data.draw(st.sampled_from([[0.0, 1.0], [0.0, 0.25, 0.5, 1.0]]))
    repeats = data.draw(st.sampled_from([1, 3]))
    of_a, of_b, among = data.draw(st.tuples(*[st.integers(1, 14)] * 2, st.integers(1, 4)))
    together = data.draw(st.booleans())
    values = st.lists(st.sampled_from(scores), min_size=repeats, max_size=repeats)
    a, b = ([data.draw(values) for _ in range(size)] for size in (of_a, of_b))
    if data.draw(st.booleans()):  # as far apart as can be
        a, b = [[0.0] * repeats] * of_a, [[scores[-2 + (among > 1)]] * repeats] * of_b
    found = difference(
        {str(n): case for n, case in enumerate(a)},
        {str(n) if together else f"other {n}": case for n, case in enumerate(b)},
        among=among,
    )

    assert found.p is not None
    assert found.between is not None
    assert (found.p <= 0.05) == (found.between.low > 0 or found.between.high < 0)
    assert -1 <= found.between.low <= found.points + 1e-9
    assert found.points - 1e-9 <= found.between.high <= 1
    assert found.largest >= max(-found.between.low, found.between.high)
    ahead = verdict_of_cases(found)
    assert ahead.sure == (found.p <= 0.05)


def test_a_few_cases_never_show_that_there_is_no_difference() -> None:
    """However often each is sent, and however alike they come out."""
    for cases in range(2, 13):
        a = {str(n): [0.0, 1.0] * 10 for n in range(cases)}
        found = difference(a, {case: [*runs[:-1], 0.0] for case, runs in a.items()})
        assert found.largest > 0.15

    many = {str(n): [n % 2, 1.0] for n in range(100)}
    assert difference(many, many).largest < 0.1


def test_one_case_is_decided_by_its_repeats_and_others_by_being_many() -> None:
    """Fisher's exact test where each passed or failed; scipy's permutation test of scores."""
    a, b = [1.0] * 3 + [0.0] * 9, [1.0] * 9 + [0.0] * 2
    tables = [[3, 9], [9, 2]]
    less = fisher_exact(tables, alternative="less").pvalue
    assert difference({"x": a}, {"x": b}).p == pytest.approx(2 * less)
    apart = difference(
        {f"a{n}": [v] for n, v in enumerate(a)}, {f"b{n}": [v] for n, v in enumerate(b)}
    )
    assert apart.p == pytest.approx(2 * less)
    assert apart.cases == 0

    first, second = [0.1, 0.4, 0.35, 0.2, 0.8], [0.5, 0.9, 0.6, 0.85]
    theirs = permutation_test(
        (first, second), lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis), vectorized=True
    ).pvalue
    assert difference({"x": first}, {"x": second}).p == pytest.approx(theirs)


def test_several_comparisons_at_once_are_corrected() -> None:
    """Each chance times how many they are, and each interval as much wider."""
    a, b = {str(n): [float(n > 9)] for n in range(30)}, {str(n): [1.0] for n in range(30)}
    alone, beside = difference(a, b), difference(a, b, among=3)

    assert beside.p == pytest.approx(3 * (alone.p or 0))
    assert alone.between is not None
    assert beside.between is not None
    assert 0 < beside.between.low < alone.between.low
    assert beside.largest > alone.largest
