"""What comparing scores takes: `python -m tests.bench.scores [--cases 1000] [--variants 4]`.

Each case once with every variant, scored by a judge. All that `workbench compare` works out of it,
then each part beside scipy's own function on the same draws: the chance must be the same but for
what is drawn.
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
from scipy.stats import permutation_test

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


def by_scipy(leads: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """The chance, by scipy's function."""
    chance = permutation_test(
        (leads,),
        lambda drawn, axis: np.mean(drawn, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=9_999,
        rng=np.random.default_rng(0),
    ).pvalue
    return float(chance)


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
    print(f"the chance, ours {ours.p:.4f}, theirs {theirs:.4f}: each by its own draws")


if __name__ == "__main__":
    main()
