"""What a replay costs: opening a session, jumping to a moment, keeping the pace.

    python -m tests.bench.replay [--runs 32] [--tokens 8000] [--many 10000] [--jumps 100]

Opening: a session of many runs in one round, read as far as its first screen shows, beside all of
it. Jumps: of a round of long answers, to random moments, in the app at 200x60: from the key's act
until the panes are painted, beside telling and wrapping every pane anew. Pace: the same round
played at 1x for a few seconds, how late each event counts as having happened; beside it, in the
same words, how late the machine wakes a program that does nothing but sleep.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

from tests.bench.journal import deltas
from tests.sessions.helpers import BLOCK, BODY, INFO, START, journal_in
from workbench.run import Closed, Happening, Run, RunEvent, Sent
from workbench.sessions.content import existing
from workbench.sessions.reel import Reel
from workbench.sessions.session import read_session
from workbench.tui.heap import COLLECT_EVERY
from workbench.tui.replay_screen import MOST_PANES, ReplayScreen
from workbench.wire.events import read_event
from workbench.wire.request import MessagesRequest

AT_ONCE = 64
EVERY_S = 0.1  # how often the journal writes
ASKED = "Where is my order? " * 80
END = (
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
)


def record(folder: Path, runs: int, tokens: int, variants: int = 0) -> Path:
    """A session of one round: runs of so many deltas, some at a time, journalled as if live.

    Repeats of one variant, or cases by so many variants.
    """
    body = {**BODY, "messages": [{"role": "user", "content": ASKED}]}

    def run(n: int) -> Run:
        of: tuple[str, str | None, int] = ("base", None, n)
        if variants:
            of = (f"v{n % variants}", f"case-{n // variants:04}", 1)
        return Run(f"r1-{n}", "r1", *of, "simulator", "claude-haiku-4-5")

    planned = [(run(n), body) for n in range(runs)]
    wave = deltas(min(runs, AT_ONCE), tokens, 4, 10)
    with journal_in(folder, "bench") as journal:
        requests = [(run, MessagesRequest.of(body)) for run, body in planned]
        journal.begin_round(replace(INFO, round_id="r1"), requests)
        for first in range(0, runs, AT_ONCE):
            began_s = wave[-1].at_s * (first // AT_ONCE)
            due_s = began_s
            for event in of_wave(wave, min(AT_ONCE, runs - first), first, began_s):
                journal.write(event)
                if event.at_s > due_s:
                    journal.flush()
                    due_s += EVERY_S
    assert journal.path is not None
    return existing(journal.path)


def of_wave(wave: Sequence[RunEvent], runs: int, first: int, began_s: float) -> Iterator[RunEvent]:
    """The events of the runs that go on together."""

    def each(at_s: float, *said: Happening) -> Iterator[RunEvent]:
        for number in range(runs):
            for what in said:
                yield RunEvent(f"r1-{first + number}", round(at_s, 3), what)

    yield from each(began_s, Sent(), read_event(START), read_event(BLOCK))
    for event in wave:
        number = int(event.run_id.removeprefix("run-"))
        if number < runs:
            yield RunEvent(f"r1-{first + number}", round(began_s + event.at_s, 3), event.what)
    end = [read_event(data) for data in END]
    yield from each(began_s + wave[-1].at_s, *end, Closed("eof"))


def took_ms(work: Callable[[], object], times: int = 3) -> float:
    """The median of a few times."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def figures(times_ms: Sequence[float]) -> str:
    """Median, 95th and 99th percentile, worst."""
    ordered = sorted(times_ms)
    p95, p99 = (ordered[int((len(ordered) - 1) * part)] for part in (0.95, 0.99))
    middle = statistics.median(ordered)
    return f"median {middle:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f}  worst {ordered[-1]:6.1f} ms"


def opening(path: Path) -> None:
    """How long it takes until a session of many runs shows its first screen, and to read it all."""

    def first_screen() -> Reel:
        saved = read_session(path).rounds[-1]
        return Reel(saved.only([run.run_id for run in saved.runs[:MOST_PANES]]))

    def everything() -> None:
        session = read_session(path)
        assert not session.notes
        for saved in session.rounds:
            saved.finished()

    quick, whole = took_ms(first_screen), took_ms(everything, 1)
    print(f"  {path.stat().st_size / 1e6:.1f} MB; {len(read_session(path).rounds[-1].runs):,} runs")
    print(f"  as far as the first screen shows  {quick:8.0f} ms")
    print(f"  all of it                         {whole:8.0f} ms")


async def painted(screen: ReplayScreen, act: Callable[[], object]) -> float:
    """Milliseconds from an act until the screen has been painted."""
    done = asyncio.Event()
    began = time.perf_counter()
    act()
    screen.call_after_refresh(done.set)
    await done.wait()
    return (time.perf_counter() - began) * 1000


async def jumping(screen: ReplayScreen, pilot: Pilot[None], jumps: int) -> None:
    """Jump about, paused, with what is told ahead and without."""
    screen.action_pause()
    draw = random.Random(5)
    length_s = screen._player.length_s
    places = [draw.uniform(0, length_s) for _ in range(jumps)]
    while screen._lacking():
        await pilot.pause(0.1)
    ahead = [await painted(screen, lambda at=at: screen._seek(at)) for at in places]  # type: ignore[misc]
    anew = []
    for at in places[:20]:
        for pane in screen.grid.panes:
            pane.film = None
        anew.append(await painted(screen, lambda at=at: screen._seek(at)))  # type: ignore[misc]
    print(f"  jump to any moment                {figures(ahead)}")
    print(f"  the same, every pane told anew    {figures(anew)}")


async def pacing(screen: ReplayScreen, pilot: Pilot[None], seconds: float) -> None:
    """Play at 1x from the middle; how late each event counts as having happened."""
    late: list[float] = []
    real = screen._catch_up

    def catch_up() -> None:
        before = screen._player.index
        real()
        now = time.monotonic()
        at_s = screen._player._at_s + (now - screen._player._since)
        late.extend((at_s - due) * 1000 for due in times[before : screen._player.index])

    assert screen._reel is not None
    times = screen._reel.times
    screen._catch_up = catch_up  # type: ignore[method-assign]
    screen._seek(screen._player.length_s / 2)
    if screen._player.paused:
        screen.action_pause()
    while screen._lacking():
        await pilot.pause(0.1)
    late.clear()  # the jump is another matter
    await asyncio.sleep(seconds)
    print(f"  {len(late):,} events at 1x, late by     {figures(late)}")
    asleep = await asyncio.to_thread(sleeping, 1.0)
    print(f"  a thread that only sleeps         {figures(asleep)}")


def sleeping(seconds: float) -> list[float]:
    """How late, in milliseconds, a sleep of 2 ms ends; for some seconds."""
    late, end = [], time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        time.sleep(0.002)
        late.append((time.monotonic() - began - 0.002) * 1000)
    return late


async def in_the_app(path: Path, jumps: int, seconds: float) -> None:
    """Open the app on a session, and measure."""
    gc.set_threshold(COLLECT_EVERY)  # as the workbench does
    app = App[None]()
    async with app.run_test(size=(200, 60)) as pilot:
        screen = ReplayScreen(read_session(path))
        app.push_screen(screen)
        while not (screen.is_attached and screen.loaded):
            await pilot.pause(0.05)
        for layout, name in (("-both", "editors and panes"), ("-panes", "panes only")):
            screen.lay_out(layout)
            await pilot.pause(0.5)
            print(f" {name}")
            await jumping(screen, pilot, jumps)
            await pacing(screen, pilot, seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=8_000)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--jumps", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=5.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        print("opening a session of many runs")
        opening(record(folder / "many", args.many, 100))
        print(f"replaying {args.runs} runs of {args.tokens:,} tokens at 200x60")
        path = record(folder / "long", args.runs, args.tokens)
        asyncio.run(in_the_app(path, args.jumps, args.seconds))


if __name__ == "__main__":
    main()
