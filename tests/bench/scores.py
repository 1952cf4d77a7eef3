"""What comparing scores takes: `python -m tests.bench.scores [--cases 1000] [--variants 4]`.

Each case once with every variant, scored by a judge. All that `workbench compare` works out of it,
then each part beside scipy's own function on the same draws: the chance must be the same, and the
interval but for the last bits of a float.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import numpy as np
from scipy.stats import bootstrap, permutation_test

from tests.compare.test_checks import answered
from workbench.compare.checks import Grade, Result
from workbench.compare.paired import difference
from workbench.compare.results import Entry, Results
from workbench.costs import Cost
from workbench.documents.checks import Check
from workbench.workbench.standings import as_json

T = TypeVar("T")


def entries(cases: int, variants: int) -> Iterator[Entry]:
    """Runs with a score from 0 to 1 in quarters."""
    pick, said = random.Random(1), answered("Your money comes on Monday.")
    for number in range(cases):
        for variant in range(variants):
            run = replace(said, variant=f"v{variant}", case=f"case {number}")
            run = replace(run, ended_at_s=1 + pick.random(), first_token_at_s=pick.random())
            score = pick.randrange(5) / 4
            result = Result(Check("llm-rubric"), score > 0.5, score, "")
            yield Entry(run, Grade(score > 0.5, score, (result,)), Cost(Decimal("0.001")))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """How many seconds it takes, and what it gives."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def by_scipy(leads: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float, float]:
    """The chance and the interval, by scipy's functions."""
    told = leads[leads != 0]
    chance = permutation_test(
        (told,),
        lambda drawn, axis: np.mean(drawn, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=9_999,
        rng=np.random.default_rng(0),
    ).pvalue
    between = bootstrap(
        (leads,), np.mean, n_resamples=9_999, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    return float(chance), float(between.low), float(between.high)


def main() -> None:
    """Print what everything takes, and one comparison beside scipy's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--variants", type=int, default=4)
    args = parser.parse_args()
    results = Results(entries(args.cases, args.variants))
    took, _ = timed(lambda: as_json(results, "v0"))
    print(f"{args.cases * args.variants:,} runs, all that compare works out   {took:6.2f} s")

    a, b = ({c: x.scores for c, x in results.column(v).items()} for v in ("v0", "v1"))
    ours_s, ours = timed(lambda: difference(a, b))
    leads = np.array([b[case][0] - a[case][0] for case in a])
    theirs_s, theirs = timed(lambda: by_scipy(leads))
    print(f"one difference, ours                        {ours_s:6.2f} s")
    print(f"the same by scipy                           {theirs_s:6.2f} s")
    assert ours.p is not None
    assert ours.between is not None
    found = (ours.p, ours.between.low, ours.between.high)
    print(f"the same result: {np.allclose(found, theirs, rtol=0, atol=1e-15)}   p = {ours.p}")


if __name__ == "__main__":
    main()
