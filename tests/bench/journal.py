"""What journalling costs: bytes for each byte of text, CPU for each event, time to read back.

`python -m tests.bench.journal` prints the table. Deltas come in real time, so that the journal's
thread wakes as often as it would (and every cache is as cold); in the last row all come at once.
Then what part of the CPU of a round journalling takes: eight runs of 100 tokens a second from the
simulator, in the app at 200x60 (without a terminal to write to).
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from unittest.mock import patch

from tests.bench.stream import KEY
from tests.bench.whole import prompt, simulator
from tests.sessions.helpers import INFO, journal_in, planned
from workbench.run import Closed, RunEvent, Sent
from workbench.sessions.content import existing, pack, read_content
from workbench.sessions.journal import Journal
from workbench.sessions.session import read_session
from workbench.sessions.shelf import summary_of
from workbench.wire.events import TextDelta

TEXTS = Path(__file__).parents[2]
"""Where the answers are taken from: what this project says of itself, in English and in Python."""
Pace = Callable[[list[RunEvent]], Iterable[RunEvent]]
RUNS, TOKENS_A_SECOND, SECONDS = 8, 100.0, 8.0


def deltas(runs: int, each: int, length: int, every_ms: int, seed: int = 7) -> list[RunEvent]:
    """A round of runs that stream deltas of some length every so many ms, give or take a fifth."""
    draw = random.Random(seed)
    files = sorted([*TEXTS.glob("*.md"), *TEXTS.glob("workbench/**/*.py")])
    written = "\n".join(path.read_text("utf-8") for path in files)
    starts = [draw.randrange(len(written)) for _ in range(runs)]
    events = []
    for run in range(runs):
        at_ms = draw.uniform(0, every_ms)
        text = written[starts[run] :] + written * (1 + each * length // len(written))
        for number in range(each):
            at_ms += every_ms * draw.uniform(0.8, 1.2)
            piece = TextDelta(0, text[number * length : (number + 1) * length])
            events.append(RunEvent(f"run-{run}", round(at_ms / 1000, 3), piece))
    return sorted(events, key=lambda event: event.at_s)


def paced(events: Iterable[RunEvent]) -> Iterator[RunEvent]:
    """The events in real time."""
    began = time.monotonic()
    for event in events:
        time.sleep(max(0.0, began + event.at_s - time.monotonic()))
        yield event


def journalled(
    folder: Path,
    name: str,
    events: list[RunEvent],
    pace: Callable[[list[RunEvent]], Iterable[RunEvent]],
) -> tuple[Path, float, float]:
    """The file, and the CPU seconds spent in the caller and in the journal's thread."""
    run_ids = sorted({event.run_id for event in events})
    journal: Journal = journal_in(folder, name)
    journal.begin_round(INFO, planned(*run_ids))
    for run_id in run_ids:
        journal.write(RunEvent(run_id, 0.0, Sent()))
    journal.flush()
    clock = clock_of_the_thread()
    before, caller_ns = time.clock_gettime(clock), 0
    for event in pace(events):
        start = time.perf_counter_ns()
        journal.write(event)
        caller_ns += time.perf_counter_ns() - start
    spent = -1.0
    while spent < (spent := time.clock_gettime(clock)):  # until it has nothing left to do
        time.sleep(0.5)
    writer_s = spent - before
    for run_id in run_ids:
        journal.write(RunEvent(run_id, events[-1].at_s, Closed("eof")))
    journal.close()
    assert journal.path is not None
    return journal.path, caller_ns / 1e9, writer_s


def clock_of_the_thread() -> int:
    """The clock of the CPU time of the journal's thread."""
    (thread,) = (each for each in threading.enumerate() if each.name == "journal")
    assert thread.ident is not None
    return time.pthread_getcpuclockid(thread.ident)


async def share_of_a_round(folder: Path, url: str) -> None:
    """Journalling's part of the CPU that the app takes for a round."""
    from tests.tui.app import opened, states, until

    (folder / "prompts").mkdir()
    (folder / "prompts" / "many.prompt.yaml").write_text(prompt(RUNS))
    os.environ["WORKBENCH_API_KEY"] = KEY
    real, caller_ns = Journal.write, 0

    def write(journal: Journal, event: RunEvent) -> None:
        nonlocal caller_ns
        start = time.thread_time_ns()
        real(journal, event)
        caller_ns += time.thread_time_ns() - start

    opening = opened(folder / "prompts", prompt="many", base_url=url, size=(200, 60))
    with patch.object(Journal, "write", write):
        async with opening as (app, pilot):
            await pilot.press("ctrl+r")
            await until(pilot, lambda: states(app) == ["streaming"] * RUNS)
            clock, caller_ns = clock_of_the_thread(), 0
            writer_s, all_s = time.clock_gettime(clock), time.process_time()
            await asyncio.sleep(SECONDS)
            writer_s, all_s = time.clock_gettime(clock) - writer_s, time.process_time() - all_s
    own_s = writer_s + caller_ns / 1e9
    print(f"{RUNS} runs in the app, CPU ms a second: {all_s * 1e3 / SECONDS:.0f}, of that the")
    print(f"  journal {own_s * 1e3 / SECONDS:.1f}: {own_s / all_s:.1%}")


def main() -> None:
    """Measure and print."""
    rounds: dict[str, tuple[list[RunEvent], Pace]] = {
        "1 run, 4 characters / 10 ms": (deltas(1, 400, 4, 10), paced),
        "8 runs, 4 characters / 10 ms": (deltas(8, 400, 4, 10), paced),
        "8 runs, 14 characters / 40 ms": (deltas(8, 100, 14, 40), paced),
        "8 runs, 4 characters, at once": (deltas(8, 100_000, 4, 10), lambda events: events),
    }
    print(
        f"{'round':32}{'bytes/text':>12}{'closed':>8}{'caller µs':>12}{'writer µs':>12}  per event"
    )
    with tempfile.TemporaryDirectory() as temporary:
        for name, (events, pace) in rounds.items():
            path, caller_s, writer_s = journalled(Path(temporary), "bench", events, pace)
            text = sum(len(e.what.text.encode()) for e in events if isinstance(e.what, TextDelta))
            lines = read_content(path).data.splitlines()
            size = sum(len(line) + 1 for line in lines if b'"text":' in line)
            packed = existing(path) if existing(path) != path else pack(path)
            closed = packed.stat().st_size / text
            per = 1e6 / len(events)
            costs = f"{caller_s * per:12.2f}{writer_s * per:12.2f}"
            print(f"{name:32}{size / text:12.2f}{closed:8.2f}{costs}")
        print("\nreading a file of lines as they come at 4 characters / 10 ms")
        read_back(Path(temporary))
        print()
        with simulator(TOKENS_A_SECOND, int(TOKENS_A_SECOND * (SECONDS + 20))) as url:
            asyncio.run(share_of_a_round(Path(temporary), url))


def read_back(folder: Path) -> None:
    """Time reading 10 MB in which each run was flushed ten times a second."""
    events = deltas(8, 60_000, 4, 10)
    with journal_in(folder, "reading") as journal:
        journal.begin_round(INFO, planned(*(f"run-{run}" for run in range(8))))
        due_s = 0.0
        for event in events:
            if event.at_s > due_s:
                journal.flush()
                due_s += 0.1
            journal.write(event)
    assert journal.path is not None
    path = existing(journal.path)
    print(f"{path.stat().st_size / 1e6:.1f} MB, {len(events):,} deltas")
    steps: dict[str, Callable[[], object]] = {
        "summary_of": lambda: summary_of(path),
        "read_session": lambda: read_session(path),
        "finished()": session.rounds[0].finished if (session := read_session(path)) else list,
        "events": lambda: session.rounds[0].events,
    }
    for name, step in steps.items():
        began = time.perf_counter()
        step()
        print(f"  {name:14}{(time.perf_counter() - began) * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
