"""How often evidence misleads, and how soon it convinces: `python -m tests.bench.evidence`.

Simulated reviews, looked at after every single vote and stopped as soon as the evidence is enough:
2,000 where neither is better (with ties, with cases that come again and again, with ratings 1 to 5
and passes by hand as `compare` tells them, with repeats that are counted by case, with four
variants held against one), and 2,000 each where one truly is. Then what checks and scores come to,
on few cases: see `few_cases.py`.

Exit code 1 where anything is wrong more often than in 5 %.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from statistics import median

from tests.bench import few_cases
from workbench.compare.evidence import ENOUGH, corrected, evidence, power
from workbench.compare.ratings import STARS, rated_against

EXPERIMENTS, LONGEST = 2_000, 200
MOST = 0.05
"""How often one may be misled; above that the command ends with 1."""


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


def by_stars(draw: random.Random, cases: int = 40) -> int | None:
    """Answers of two variants, rated 1 to 5, told anew after every case as `compare` tells it."""
    columns: dict[str, dict[object, list[float]]] = {"a": {}, "b": {}}
    for case in range(cases):
        for column in columns.values():
            column[case] = [(draw.randint(1, 5) - 1) / STARS]
        if rated_against("a", columns, in_stars=True)[0].sure:
            return case + 1
    return None


def by_hand(draw: random.Random, cases: int = 60) -> int | None:
    """The same of answers that a person lets pass or fail; each fails for itself, most pass."""
    columns: dict[str, dict[object, list[float]]] = {"a": {}, "b": {}}
    for case in range(cases):
        for column in columns.values():
            column[case] = [float(draw.random() < 0.7)]
        if rated_against("a", columns)[0].sure:
            return case + 1
    return None


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


def among(draw: random.Random, variants: int = 4) -> int | None:
    """Several variants against one, votes on any of them as they come: until one is called better.

    Each is corrected for the others, and none of them is better.
    """
    seen = [Counter[float]() for _ in range(variants)]
    found = [1.0] * variants
    for number in range(1, LONGEST + 1):
        at = draw.randrange(variants)
        seen[at][draw.choice((1.0, -1.0))] += 1
        found[at] = evidence_of(frozenset(seen[at].items()))
        for n, one in enumerate(found):
            if corrected(one, [*found[:n], *found[n + 1 :]]) >= ENOUGH:
                return number
    return None


def looked_at(
    stream: Callable[[random.Random], Iterator[float]],
) -> Callable[[random.Random], int | None]:
    """After how many pairs of a stream the evidence is enough; None where it never is."""

    def stopped(draw: random.Random) -> int | None:
        differences, seen = stream(draw), Counter[float]()
        for number in range(1, LONGEST + 1):
            seen[next(differences)] += 1
            if enough(frozenset(seen.items())):
                return number
        return None

    return stopped


@lru_cache(1 << 16)
def evidence_of(seen: frozenset[tuple[float, int]]) -> float:
    """The evidence of so many differences of each kind; the same again for many reviews."""
    return evidence(Counter(dict(seen)).elements())


def enough(seen: frozenset[tuple[float, int]]) -> bool:
    """Whether those are enough."""
    return evidence_of(seen) >= ENOUGH


def main() -> int:
    """Print the table; 1 where more are called than may be."""
    draw = random.Random(11)
    misled: list[tuple[str, Callable[[random.Random], int | None]]] = [
        ("neither better", looked_at(votes(0.5))),
        ("neither better, 40 % ties", looked_at(votes(0.5, ties=0.4))),
        ("neither better, ten cases again and again", looked_at(clustered)),
        ("neither better, 40 cases rated 1 to 5", by_stars),
        ("neither better, 60 cases passed by hand", by_hand),
        ("neither better, 40 cases 3 times, by case", by_case),
        ("none of 4 variants better than one, corrected", among),
    ]
    found = [("70 to 30", looked_at(votes(0.7))), ("80 to 20", looked_at(votes(0.8)))]
    print(f"{EXPERIMENTS:,} reviews each, looked at after every vote, {LONGEST} votes at most")
    too_often = [name for name, review in misled if called(name, review, draw) > MOST]
    for name, review in found:
        called(name, review, draw)
    exact = power(0.5, LONGEST)
    print(f"exact, votes: neither {exact:.1%}, 70 to 30 {power(0.7, LONGEST):.1%}")
    if exact > MOST:
        too_often.append("exact")
    print("\nchecks and scores, looked at once")
    too_often += [name for name, rate in few_cases.rates(draw) if rate > MOST]
    for name in too_often:
        print(f"more than {MOST:.0%}: {name}")
    return int(bool(too_often))


def called(name: str, review: Callable[[random.Random], int | None], draw: random.Random) -> float:
    """In what part of the experiments somebody is called better; printed."""
    ends = [end for _ in range(EXPERIMENTS) if (end := review(draw)) is not None]
    after = f"after {median(ends):.0f} votes (median)" if ends else ""
    print(f"{name:46} called {len(ends) / EXPERIMENTS:6.1%}  {after}")
    return len(ends) / EXPERIMENTS


if __name__ == "__main__":
    sys.exit(main())
