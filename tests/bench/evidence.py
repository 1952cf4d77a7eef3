"""How often evidence misleads, and how soon it convinces: `python -m tests.bench.evidence`.

Simulated reviews, looked at after every single vote and stopped as soon as the evidence is enough:
2,000 where neither is better (with ties, with cases that come again and again, with scores, with
repeats that are counted by case), and 2,000 each where one truly is.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from statistics import median

from workbench.compare.evidence import ENOUGH, evidence, power

EXPERIMENTS, LONGEST = 2_000, 200


def votes(share: float, ties: float = 0.0) -> Callable[[random.Random], Iterator[float]]:
    """Votes of which B wins `share` of the decided."""

    def drawn(draw: random.Random) -> Iterator[float]:
        while True:
            if draw.random() < ties:
                yield 0.0
            else:
                yield 1.0 if draw.random() < share else -1.0

    return drawn


def clustered(draw: random.Random) -> Iterator[float]:
    """Ten cases that come again; on each one side always wins, but sides are shuffled."""
    favourite = [draw.choice((1.0, -1.0)) for _ in range(10)]
    while True:
        yield draw.choice(favourite) * draw.choice((1.0, -1.0))


def scores(draw: random.Random) -> Iterator[float]:
    """Differences of ratings from 1 to 5, without a lead."""
    while True:
        yield (draw.randint(1, 5) - draw.randint(1, 5)) / 4


def by_case(draw: random.Random, cases: int = 40, times: int = 3) -> int | None:
    """Cases that come three times over, each counted once by most of its votes: votes are a coin's.

    What a case counts for changes as it comes again, which the proof does not speak of.
    """
    leads, number = [0] * cases, 0
    for _ in range(times):
        for case in draw.sample(range(cases), cases):
            leads[case] += draw.choice((1, -1))
            number += 1
            counted = Counter(float((lead > 0) - (lead < 0)) for lead in leads)
            if enough(frozenset(counted.items())):
                return number
    return None


def stopped(stream: Iterator[float]) -> int | None:
    """After how many pairs the evidence is enough; None where it never is."""
    seen: Counter[float] = Counter()
    for number in range(1, LONGEST + 1):
        seen[next(stream)] += 1
        if enough(frozenset(seen.items())):
            return number
    return None


@lru_cache(1 << 16)
def enough(seen: frozenset[tuple[float, int]]) -> bool:
    """Whether so many differences of each kind are enough; the same again for many reviews."""
    return evidence(Counter(dict(seen)).elements()) >= ENOUGH


def main() -> None:
    """Print the table."""
    draw = random.Random(11)
    rows: list[tuple[str, Callable[[random.Random], Iterator[float]] | None]] = [
        ("neither better", votes(0.5)),
        ("neither better, 40 % ties", votes(0.5, ties=0.4)),
        ("neither better, ten cases again and again", clustered),
        ("neither better, ratings 1 to 5", scores),
        ("neither better, 40 cases 3 times, by case", None),
        ("70 to 30", votes(0.7)),
        ("80 to 20", votes(0.8)),
    ]
    print(f"{EXPERIMENTS:,} reviews each, looked at after every vote, {LONGEST} votes at most")
    for name, stream in rows:
        ends = [stopped(stream(draw)) if stream else by_case(draw) for _ in range(EXPERIMENTS)]
        called = [end for end in ends if end is not None]
        after = f"after {median(called):.0f} votes (median)" if called else ""
        print(f"{name:44} called {len(called) / EXPERIMENTS:6.1%}  {after}")
    print(f"exact, votes: neither {power(0.5, LONGEST):.1%}, 70 to 30 {power(0.7, LONGEST):.1%}")


if __name__ == "__main__":
    main()
