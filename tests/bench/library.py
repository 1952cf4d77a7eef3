"""How long it takes to list and search 10,000 sessions.

`python -m tests.bench.library [COUNT]` makes them, prints the table and removes them.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tests.sessions.helpers import saved, story
from workbench.sessions.index import Library
from workbench.sessions.query import Query

WORDS = Path(__file__).parents[2].joinpath("README.md").read_text().split()


def make(folder: Path, count: int) -> None:
    """So many sessions of one run, each with an answer of its own of forty words."""
    draw = random.Random(3)
    pattern = saved(folder / "one", story("a", "ANSWER"), "a").read_text()
    for number in range(count):
        text = " ".join(draw.choices(WORDS, k=40)).replace('"', "").replace("\\", "")
        day = f"2026-{1 + number % 12:02}-{1 + number % 28:02}T00:00:00Z-{number:05}"
        (folder / f"{day}.jsonl".replace(":", "")).write_text(pattern.replace("ANSWER", text))


def took_ms(work: Callable[[], object]) -> float:
    """The median of seven times."""
    times = []
    for _ in range(7):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, count)
        began = time.perf_counter()
        with Library(folder) as library:
            assert len(library.entries()) == count
            print(f"index of {count:,} sessions made in {time.perf_counter() - began:.1f} s")
        with Library(folder) as library:
            for words in ("", "workbench replay", '"saved as"', "zebra"):
                hits = len(library.entries(Query.read(words)))
                whole = took_ms(lambda words=words: library.entries(Query.read(words)))  # type: ignore[misc]
                page = took_ms(lambda words=words: library.entries(Query.read(words), limit=50))  # type: ignore[misc]
                print(
                    f"{words or 'list':<20} {hits:>6} found  {whole:7.1f} ms  "
                    f"first 50: {page:.1f} ms"
                )


if __name__ == "__main__":
    main()
