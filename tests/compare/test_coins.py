"""What is due to chance: as scipy's own tests have it, which take a second to import."""

from __future__ import annotations

import random
from math import isnan

import pytest
from scipy.stats import binomtest, permutation_test, quantile_test

from workbench.compare.coins import around_middle, as_uneven
from workbench.compare.paired import difference


def test_it_is_what_scipys_tests_say() -> None:
    """Of a coin, of the median of so many values, and of a dozen signs."""
    draw = random.Random(2)
    for tosses in (1, 2, 6, 51, 5000):
        heads = draw.randint(0, tosses)
        theirs = binomtest(heads, tosses).pvalue
        assert as_uneven(heads, tosses - heads) == pytest.approx(theirs, rel=1e-9)
    assert as_uneven(0, 0) == as_uneven(7, 7) == 1.0

    for count in (1, 5, 6, 7, 16, 17, 99, 100, 4001):
        found = quantile_test(range(count), q=(count - 1) / 2, p=0.5).confidence_interval()
        low = around_middle(count)
        assert (low is None) == isnan(found.low)
        if low is not None:
            assert (low, count - 1 - low) == (found.low, found.high)

    for size in (2, 3, 9, 13):
        leads = [draw.choice([-0.5, 0.25, 0.75, 0.1]) for _ in range(size)]
        by_case = {str(at): [lead] for at, lead in enumerate(leads)}
        theirs = permutation_test(
            (leads,), lambda told, axis: told.mean(axis=axis), permutation_type="samples"
        ).pvalue
        nothing = {case: [0.0] for case in by_case}
        assert difference(nothing, by_case).p == pytest.approx(theirs)
