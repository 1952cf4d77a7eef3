"""How often checks and scores mislead: `python -m tests.bench.few_cases`, in `evidence.py`, too.

Of 2,000 rounds each, on two cases or more, sent once or often: how often a difference is called
sure that is not there, how often the interval misses the true one, and how often "no difference
larger than" is said of a larger one; and how often the interval of a pass rate misses, where cases
are of any difficulty. Where each run passes or fails, the worst of many true rates, worked out over
everything that can come out.

What no test of signs holds is printed at the end, and judged by nobody: averages that are alike,
though a few cases lead by much one way and most by little the other. So is how often the usual
interval, a paired bootstrap over the cases (scipy's, bias-corrected), misses in the same rounds.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from itertools import product
from math import comb, exp

import numpy as np
from scipy.stats import bootstrap

from workbench.compare.evidence import Interval
from workbench.compare.figures import independent, pass_rate
from workbench.compare.paired import Difference, Outcomes, average, difference
from workbench.compare.verdict import verdict_of_cases

ROUNDS = 2_000
RESAMPLED_ROUNDS, RESAMPLES = 500, 1_000
Drawn = Callable[[random.Random], tuple[Outcomes, Outcomes]]
_RATES = (0.02, 0.1, 0.3, 0.5, 0.8, 0.98)


def alike(cases: int, repeats: int) -> Drawn:
    """Cases of any difficulty, the same for both; repeats of a case are as hard as each other."""

    def drawn(draw: random.Random) -> tuple[Outcomes, Outcomes]:
        rates = {str(n): draw.random() for n in range(cases)}
        a, b = (
            {case: [float(draw.random() < rate) for _ in range(repeats)] for case, rate in of}
            for of in (rates.items(), rates.items())
        )
        return a, b

    return drawn


def some(cases: int, repeats: int, part: float) -> Drawn:
    """On so many of all cases B always wins, by half of its repeats; the others come out alike."""

    def drawn(draw: random.Random) -> tuple[Outcomes, Outcomes]:
        won = {str(n): draw.random() < part for n in range(cases)}
        half = [0.0, 1.0] * (repeats // 2)
        return {case: half for case in won}, {
            c: [1.0] * repeats if w else half for c, w in won.items()
        }

    return drawn


def scored(cases: int, lead: float) -> Drawn:
    """Scores once each; B's lead is spread around the true one."""

    def drawn(draw: random.Random) -> tuple[Outcomes, Outcomes]:
        a = {str(n): [draw.uniform(0.3, 0.4)] for n in range(cases)}
        return a, {
            case: [score + draw.uniform(lead - 0.25, lead + 0.25)] for case, (score,) in a.items()
        }

    return drawn


def apart(runs: int, lead: float, *, cases: bool) -> Drawn:
    """Scores of repeats of one case, or of cases that are not the same, from the same spread."""

    def drawn(draw: random.Random) -> tuple[Outcomes, Outcomes]:
        a, b = ([draw.randrange(5) / 8 + up for _ in range(runs)] for up in (0.0, lead))
        if not cases:
            return {"one": a}, {"one": b}
        return {f"a{n}": [v] for n, v in enumerate(a)}, {f"b{n}": [v] for n, v in enumerate(b)}

    return drawn


def lopsided(cases: int) -> Drawn:
    """Scores once each; most cases are a little behind, a few far ahead: on average they are even.

    The lead is spread exponentially, cut at four times its average.
    """
    average = 1 - exp(-4)

    def drawn(draw: random.Random) -> tuple[Outcomes, Outcomes]:
        a = {str(n): [0.5] for n in range(cases)}
        return a, {c: [0.5 + (min(draw.expovariate(1), 4) - average) / 8] for c in a}

    return drawn


def simulated(drawn: Drawn, truth: float, draw: random.Random, among: int = 1) -> tuple[float, ...]:
    """How often anything sure is wrong, any interval misses, any bound is too small.

    Args:
        drawn: What comes out of a round.
        truth: B's true lead.
        draw: What is drawn from.
        among: How many variants there are beside A, all like B.
    """
    counts = [0, 0, 0]
    for seed in range(ROUNDS):
        found = [difference(*drawn(draw), seed=seed, among=among) for _ in range(among)]
        for at, wrong in enumerate(zip(*(_wrong(one, truth) for one in found), strict=True)):
            counts[at] += any(wrong)
    return tuple(count / ROUNDS for count in counts)


def bootstrap_misses(drawn: Drawn, truth: float, draw: random.Random) -> float:
    """How often a paired bootstrap's interval of B's lead misses the true one."""
    missed = 0
    for seed in range(RESAMPLED_ROUNDS):
        a, b = drawn(draw)
        leads = [average(b[case]) - average(a[case]) for case in a]
        low = high = leads[0]  # it has no other where all are alike
        if len({*leads}) > 1:
            found = bootstrap((leads,), np.mean, n_resamples=RESAMPLES, rng=seed)
            low, high = found.confidence_interval
        missed += _missed(Interval(float(low), float(high)), truth)
    return missed / RESAMPLED_ROUNDS


def _wrong(found: Difference, truth: float) -> tuple[bool, bool, bool]:
    verdict = verdict_of_cases(found)
    sure = verdict.sure and found.points * truth <= 0
    bound = verdict.words.startswith("no difference larger") and found.largest < abs(truth) - 1e-9
    return sure, _missed(found.between, truth), bound


def _missed(between: Interval | None, truth: float) -> bool:
    return between is None or not between.low - 1e-9 <= truth <= between.high + 1e-9


def missed_rate(cases: int, repeats: int, draw: random.Random) -> float:
    """How often a pass rate is outside its interval, where half of all cases there are pass."""
    missed = 0
    for _ in range(ROUNDS):
        outcomes = [*alike(cases, repeats)(draw)[0].values()]
        passed = round(sum(map(sum, outcomes)))
        rate = pass_rate(passed, cases * repeats, independent(outcomes))
        missed += rate is None or _missed(rate.between, 0.5)
    return missed / ROUNDS


def worst_paired(cases: int) -> float:
    """How often McNemar's interval misses, by the worst of many true rates: exactly."""
    wins = [(b, a) for b in range(cases + 1) for a in range(cases + 1 - b)]
    found = {}
    for won, lost in wins:
        leads = [1.0] * won + [-1.0] * lost + [0.0] * (cases - won - lost)
        found[won, lost] = difference(
            {str(n): [float(lead < 0)] for n, lead in enumerate(leads)},
            {str(n): [float(lead > 0)] for n, lead in enumerate(leads)},
        ).between

    def missed(parted: float, share: float) -> float:
        b, a = parted * share, parted * (1 - share)
        return sum(
            comb(cases, won) * comb(cases - won, lost) * b**won * a**lost
            * (1 - parted) ** (cases - won - lost)
            for (won, lost), between in found.items()
            if _missed(between, b - a)
        )  # fmt: skip

    return max(missed(*rates) for rates in product((0.05, 0.2, 0.5, 0.8, 1.0), _RATES))


def worst_apart(runs: int) -> float:
    """How often Fisher's interval misses, by the worst of many pairs of true rates: exactly."""
    ways = [*product(range(runs + 1), repeat=2)]
    found = {
        (a, b): difference(
            {"one": [1.0] * a + [0.0] * (runs - a)}, {"one": [1.0] * b + [0.0] * (runs - b)}
        ).between
        for a, b in ways
    }

    def missed(first: float, second: float) -> float:
        return sum(
            comb(runs, a) * first**a * (1 - first) ** (runs - a)
            * comb(runs, b) * second**b * (1 - second) ** (runs - b)
            for a, b in ways
            if _missed(found[a, b], second - first)
        )  # fmt: skip

    return max(missed(*rates) for rates in product(_RATES, repeat=2))


def rates(draw: random.Random) -> Iterator[tuple[str, float]]:
    """What may be at most 5 %, by what it is; printed as it comes."""
    rows: list[tuple[str, Drawn, float, int]] = [
        *((f"{n} cases 20 times, alike", alike(n, 20), 0.0, 1) for n in (2, 5, 8)),
        *((f"{n} cases 4 times, 10 % of them won", some(n, 4, 0.1), 0.05, 1) for n in (2, 12, 40)),
        *((f"{n} scores, 20 points ahead", scored(n, 0.2), 0.2, 1) for n in (6, 9)),
        ("4 variants, 8 cases 3 times, alike", alike(8, 3), 0.0, 4),
        ("one case, 5 scores each, alike", apart(5, 0.0, cases=False), 0.0, 1),
        ("one case, 5 scores each, 25 points ahead", apart(5, 0.25, cases=False), 0.25, 1),
        ("6 cases against 6 others, alike", apart(6, 0.0, cases=True), 0.0, 1),
    ]
    for name, drawn, truth, among in rows:
        found = simulated(drawn, truth, draw, among)
        sure, missed, bound = found
        print(f"{name:46} sure {sure:5.1%}  missed {missed:5.1%}  too small a bound {bound:5.1%}")
        yield name, max(found)
    for cases, repeats in ((3, 10), (5, 3), (8, 10)):
        rate, name = missed_rate(cases, repeats, draw), f"{cases} cases {repeats} times, pass rate"
        print(f"{name:46} missed {rate:5.1%}")
        yield name, rate
    for word, worst in (("cases once", worst_paired), ("runs of one case", worst_apart)):
        for size in (3, 10, 25):
            rate = worst(size)
            print(f"{f'{size} {word}, passes, worst rates: exact':46} missed {rate:5.1%}")
            yield f"{size} {word}", rate
    for n in (6, 12, 40):
        sure, missed, _ = simulated(lopsided(n), 0.0, draw)
        print(f"{f'{n} scores, lopsided: not counted':46} sure {sure:5.1%}  missed {missed:5.1%}")
    usual: list[tuple[str, Drawn, float]] = [
        ("8 cases 20 times, alike", alike(8, 20), 0.0),
        ("12 cases 4 times, 10 % of them won", some(12, 4, 0.1), 0.05),
        ("6 scores, 20 points ahead", scored(6, 0.2), 0.2),
        ("6 scores, lopsided", lopsided(6), 0.0),
        ("40 scores, lopsided", lopsided(40), 0.0),
    ]
    for name, drawn, truth in usual:
        missed = bootstrap_misses(drawn, truth, draw)
        print(f"{f'{name}: a bootstrap, not counted':58} missed {missed:5.1%}")


def main() -> int:
    """Print the table; 1 where anything is above 5 %."""
    return int(max(rate for _, rate in rates(random.Random(12))) > 0.05)


if __name__ == "__main__":
    sys.exit(main())
