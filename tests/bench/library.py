"""How long it takes to list and search 10,000 sessions.

`python -m tests.bench.library [COUNT]` makes them, prints the table and removes them.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from tests.sessions.helpers import saved, story
from workbench.sessions.index import Library
from workbench.sessions.query import Query

WORDS = Path(__file__).parents[2].joinpath("README.md").read_text().split()
QUERIES = ("", "w", "wo", "workbench replay", '"saved as"', "zebra", "is:failed cost>0.01")


def make(folder: Path, count: int) -> None:
    """So many sessions of one run, each with an answer of its own of forty words."""
    draw = random.Random(3)
    pattern = saved(folder / "one", story("a", "ANSWER"), "a").read_text()
    for number in range(count):
        text = " ".join(draw.choices(WORDS, k=40)).replace('"', "").replace("\\", "")
        day = f"2026-{1 + number % 12:02}-{1 + number % 28:02}T00:00:00Z-{number:05}"
        (folder / f"{day}.jsonl".replace(":", "")).write_text(pattern.replace("ANSWER", text))


def took_ms(work: Callable[[], object]) -> tuple[float, float]:
    """The median of seven times: by the clock, and of this process alone."""
    walls, own = [], []
    for _ in range(7):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - wall) * 1000)
        own.append((time.process_time() - cpu) * 1000)
    return median(walls), median(own)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, count)
        began, cpu = time.perf_counter(), time.process_time()
        with Library(folder) as library:
            assert len(library.entries()) == count
            wall, cpu = time.perf_counter() - began, time.process_time() - cpu
            print(f"index of {count:,} sessions made in {wall:.1f} s ({cpu:.1f} s CPU)")
        with Library(folder) as library:
            show("list, as it is on disk", library.entries)
            for words in QUERIES:
                query = Query.read(words)
                show(words or "list, as last seen", lambda query=query: library.known(query))  # type: ignore[misc]
            entry = library.known()[count // 2]
            show("preview of one", lambda: [library.gist(entry)])


def show(what: str, work: Callable[[], Sequence[object]]) -> None:
    """One line of the table."""
    wall, cpu = took_ms(work)
    print(f"{what:<24} {len(work()):>6} found  {wall:7.1f} ms  ({cpu:.1f} ms CPU)")


if __name__ == "__main__":
    main()
