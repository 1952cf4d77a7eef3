"""How long a key waits on the grid of results: 1,000 cases by 4 variants, filling and filled.

    python -m tests.bench.grid [--cases 1000] [--seconds 10]

The whole app on a real pty of 200x60, on a round of the simulator's (in a process of its own):
sixteen answers at a time, about a second each, checked and saved as they come. While the grid
fills, and in a recorded session of as many, keys are pressed: from the press to the paint of what
it changed, in ms (median / 99th percentile / most).
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench.panes import Terminal
from tests.bench.replay import record
from tests.bench.stream import KEY
from tests.bench.whole import MODEL, simulator
from workbench.sessions.index import Library

PACE, TOKENS, AT_ONCE, VARIANTS = 100.0, 80, 16, 4
_PATIENCE_S = 60.0
Step = tuple[bytes, str]
"""Keys, and what is painted then that was not before."""


def write_prompt(folder: Path, cases: int) -> None:
    """A prompt of four variants, its dataset beside it."""
    head = f"model: {MODEL}\nmax_tokens: 400\nlimits: {{concurrency: {AT_ONCE}}}\n"
    head += "cases: file://many.csv\n"
    head += 'messages:\n  - {role: user, content: "{{ticket}}"}\n'
    head += "variants:\n" + "".join(f"  v{n}: {{}}\n" for n in range(VARIANTS))
    folder.mkdir()
    (folder / "many.prompt.yaml").write_text(head)
    rows = (f"case-{n:04},Order A-{n} is late.,contains: billing\n" for n in range(cases))
    (folder / "many.csv").write_text("id,ticket,__expected\n" + "".join(rows))


def pressed(terminal: Terminal, keys: bytes, wanted: str) -> float:
    """Milliseconds from a press to the paint of what it changed."""
    terminal.seen = b""
    began = time.monotonic()
    os.write(terminal.fd, keys)
    if (painted := terminal.drain(began + _PATIENCE_S, wanted)) is None:
        raise SystemExit(f"{keys!r}: {wanted!r} was not painted: {terminal.seen[-300:]!r}")
    return (painted - began) * 1e3


def down(cases: int) -> Iterator[Step]:
    """To the end, to the top, and down by more rows than are seen."""
    yield b"\x1b[F", f"▌case-{cases - 1:04}"
    yield b"\x1b[H", "▌case-0000"
    yield from ((b"\x1b[B", f"▌case-{n:04}") for n in range(1, min(cases, 60)))


def sifting(cases: int) -> Iterator[Step]:
    """Filters come and go; cells are opened and left; words are searched."""
    yield b"f", "only what"
    yield b"ff\x1b[H", f"{cases:,} of {cases:,} cases"
    yield b"\r", "answer 1 of"
    yield b"\x1b", "▌case-"
    yield b"/0042", f"1 of {cases:,} cases"
    yield b"\x15", f"{cases:,} of {cases:,} cases"
    yield b"\x1b", "▌case-"


def timed(terminal: Terminal, steps: Callable[[int], Iterator[Step]], cases: int, s: float) -> None:
    """Press one after the other, all of them once at least; tell how long they took."""
    took, pause, began = list[float](), random.Random(0), time.monotonic()
    while not took or time.monotonic() - began < s:
        for keys, wanted in steps(cases):
            took.append(pressed(terminal, keys, wanted))
            lone = 0.2 if keys == b"\x1b" else 0.0  # else it is alt for the key that follows
            terminal.drain(time.monotonic() + pause.uniform(0.06, 0.14) + lone)
    print(told(took), flush=True)


def told(took: Sequence[float]) -> str:
    """Median, 99th percentile, the most."""
    worst = sorted(took)
    middle, late = statistics.median(took), worst[int(len(took) * 0.99)]
    return f"{middle:6.0f} {late:6.0f} {worst[-1]:6.0f}   {len(took)} keys"


def filling(argv: list[str], cases: int, seconds: float) -> None:
    """A round of all cases, looked at while it runs."""
    terminal = Terminal(argv)
    try:
        terminal.drain(time.monotonic() + _PATIENCE_S, "has no value")
        listing = pressed(terminal, b"\x1bs", f"0 of {cases:,} ticked")
        ticking = pressed(terminal, b"\x14", f"{cases:,} of {cases:,} ticked")
        planned = pressed(terminal, b"\r", f"{cases * VARIANTS:,} runs")
        print(f"the cases listed {listing:.0f}, ticked {ticking:.0f}, planned {planned:.0f}")
        begun = pressed(terminal, b"\x12", f"of {cases * VARIANTS:,} runs")
        print(f"the round begun {begun:.0f}")
        pressed(terminal, b"\x1bp", "▌case-0000")
        on_it("filling", terminal, cases, seconds)
    finally:
        terminal.close()


def filled(argv: list[str], cases: int, seconds: float) -> None:
    """The same of a recorded session."""
    terminal = Terminal(argv)
    try:
        terminal.drain(time.monotonic() + _PATIENCE_S, "has no value")
        pressed(terminal, b"\x07", "bench")
        opening = pressed(terminal, b"\x1bp", "▌case-0000")
        print(f"the session opened {opening:.0f}")
        on_it("filled", terminal, cases, seconds)
    finally:
        terminal.close()


def on_it(state: str, terminal: Terminal, cases: int, seconds: float) -> None:
    """Both ways of looking at it."""
    for name, steps in (("moving", down), ("sifting", sifting)):
        print(f"{f'{name}, {state}':20}", end=" ")
        timed(terminal, steps, cases, seconds)
    print(f"{terminal.memory_mb():.0f} MB", flush=True)


def measure(cases: int, seconds: float) -> None:
    """The whole table."""
    with tempfile.TemporaryDirectory() as name, simulator(PACE, TOKENS) as url:
        folder = Path(name)
        write_prompt(folder / "prompts", cases)
        argv = [sys.executable, "-m", "workbench", str(folder / "prompts")]
        argv += ["--provider", "simulator", "--base-url", url]
        os.environ["WORKBENCH_API_KEY"] = KEY
        print(f"{'':20} median    p99   most")
        filling(argv, cases, seconds)
        record(folder / "sessions", cases * VARIANTS, 4, VARIANTS)
        with Library(folder / "sessions") as library:  # what the app does once for each file
            library.refresh()
        filled(argv, cases, seconds)


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    args = parser.parse_args()
    measure(args.cases, args.seconds)


if __name__ == "__main__":
    main()
