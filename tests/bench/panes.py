"""What streaming panes cost: CPU share and key-to-paint latency, ours beside Textual's widgets.

    python -m tests.bench.panes [--panes 8 32] [--seconds 5] [--words 2000] [--kinds app log …]

Each row is one child app on a real pty of 200x60 with Textual's real driver. *app* is the whole
workbench on a round of the simulator's, from its sockets to the terminal, saved as it goes, 100
tokens a second to each pane. The others are panes of one kind alone, that start with some words
and are given 100 deltas a second without any network; painting is rationed to 20 times a second,
as in the workbench. Meanwhile a key is pressed ten times a second. *share* is CPU seconds a second
of that process; *key* is from the press to the paint of what it changed, in ms. Below the table,
of the whole app: what a token costs near the end of answers of 8,000 tokens beside their start, and
the memory that it holds with 32 such answers (not with --no-long, nor without *app*).
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from tests.bench.whole import LONG, Figures, growth, measured, memory

ROWS, COLUMNS = 60, 200
DELTAS_A_SECOND = 100
HERTZ = 20
KEY_EVERY_S = (0.06, 0.14)  # uneven, else keys and frames fall into step
WARM_UP_S = 1.5
WORDS = "BENCH_WORDS"  # how the child is told how much to start with
KINDS = ("app", "pane", "stream", "static", "markdown", "richlog", "log")
READY, MARK = "ready!", "seen-{:05}!"
_WORDS = ("the", "order", "is", "nine", "days", "late", "and", "goes", "to", "billing", "today")


def words() -> Iterator[str]:
    """Deltas without end: a word each, a paragraph every sixty."""
    for number, word in enumerate(cycle(_WORDS), 1):
        yield word + ("\n\n" if number % 60 == 0 else " ")


# The child: an app with panes of one kind, fed from a timer


def child(kind: str, panes: int) -> None:
    """Run the app until killed."""
    from textual.app import App, ComposeResult
    from textual.containers import Grid
    from textual.events import Key
    from textual.widgets import Label

    class Bench(App[None]):
        CSS = f"Grid {{ grid-size: {8 if panes > 8 else 4}; }} Grid > * {{ height: 100%; }}"
        keys = 0

        def compose(self) -> ComposeResult:
            yield Label(READY, id="keys", markup=False)
            yield Grid(*(make() for _ in range(panes)))

        def on_mount(self) -> None:
            self.run_worker(feed(self))

        def on_key(self, event: Key) -> None:
            event.stop()
            self.keys += 1
            self.query_one("#keys", Label).update(MARK.format(self.keys))

    make, feed = FEEDERS[kind]()
    Bench().run()


async def steadily(deliver: Callable[[str], None]) -> None:
    """Call `deliver` with the next delta, 100 times a second, catching up when late."""
    began, deltas = time.monotonic(), words()
    for number in range(1 << 30):
        due = began + number / DELTAS_A_SECOND
        if (early := due - time.monotonic()) > 0:
            await asyncio.sleep(early)
        deliver(next(deltas))


def start_text() -> str:
    """What each pane holds before it streams."""
    return "".join(islice(words(), int(os.environ[WORDS])))


def rationed(
    make: Callable[[], Any], write: Callable[[Any, str, str], Any]
) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """A feeder that writes to each widget 20 times a second: write(widget, new, all)."""
    made: list[Any] = []

    def remembered() -> Any:
        made.append(make())
        return made[-1]

    async def feed(app: Any) -> None:
        new, shown = [start_text()], [""]

        async def paint() -> None:
            piece = "".join(new)
            new.clear()
            shown[0] += piece
            for widget in made:
                if (waiting := write(widget, piece, shown[0])) is not None:
                    await waiting

        app.set_interval(1 / HERTZ, paint)
        await steadily(new.append)

    return remembered, feed


def feed_pane() -> Any:
    """Our pane by the whole path after the socket: fold each event, paint by the clock."""
    from decimal import Decimal

    from workbench.costs import Cost
    from workbench.run import Run, RunEvent, Sent
    from workbench.tui.clock import PaintClock
    from workbench.tui.pane import RunPane
    from workbench.wire.events import TextDelta

    made: list[RunPane] = []

    def make() -> RunPane:
        made.append(RunPane(lambda run: Cost(Decimal("0.0012"), is_estimate=True)))
        return made[-1]

    async def feed(app: Any) -> None:
        clock = PaintClock(app)
        first = RunEvent("r", 0.0, Sent()), RunEvent("r", 0.0, TextDelta(0, start_text()))
        runs = {pane: Run(f"r{n}").after(first[0]).after(first[1]) for n, pane in enumerate(made)}

        def deliver(piece: str) -> None:
            event = RunEvent("r", time.monotonic(), TextDelta(0, piece))
            for pane, run in runs.items():
                runs[pane] = run.after(event)
                clock.show(pane, runs[pane])

        await steadily(deliver)

    return make, feed


def feed_stream() -> Any:
    """Our text widget alone."""
    from workbench.tui.streamtext import StreamText

    return rationed(StreamText, lambda widget, new, _: widget.append("text", new))


def feed_static() -> Any:
    """The whole text, given again each time, in a scroll container that follows."""
    from textual.containers import VerticalScroll
    from textual.widgets import Static

    def write(widget: Any, _: str, whole: str) -> None:
        widget.query_one(Static).update(whole)
        widget.scroll_end(animate=False)

    return rationed(lambda: VerticalScroll(Static(markup=False)), write)


def feed_markdown() -> Any:
    """Textual's Markdown, appended to."""
    from textual.containers import VerticalScroll
    from textual.widgets import Markdown

    def write(widget: Any, new: str, _: str) -> Any:
        widget.anchor()
        return widget.query_one(Markdown).append(new)

    return rationed(lambda: VerticalScroll(Markdown()), write)


def feed_richlog() -> Any:
    """RichLog takes whole lines only: a line is written once it is whole."""
    from textual.widgets import RichLog

    rest: dict[Any, str] = {}

    def write(widget: Any, new: str, _: str) -> None:
        *lines, rest[widget] = (rest.get(widget, "") + new).split("\n")
        for line in lines:
            widget.write(line)

    return rationed(lambda: RichLog(wrap=True, min_width=10), write)


def feed_log() -> Any:
    """Log does not wrap."""
    from textual.widgets import Log

    return rationed(Log, lambda widget, new, _: widget.write(new) and None)


FEEDERS: dict[str, Callable[[], Any]] = {
    "pane": feed_pane,
    "stream": feed_stream,
    "static": feed_static,
    "markdown": feed_markdown,
    "richlog": feed_richlog,
    "log": feed_log,
}


# The parent: the terminal's side of the pty


class Terminal:
    """A child on a pty, its output drained and searched for what we wait for."""

    def __init__(self, argv: list[str]) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(argv[0], argv)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.seen = b""
        self.bytes = 0

    def drain(self, until: float, wanted: str = "") -> float | None:
        """Read until the moment `until`, or until `wanted` is painted; when that was."""
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            try:
                piece = os.read(self.fd, 1 << 16)
            except OSError:  # the child is gone
                return None
            self.bytes += len(piece)
            self.seen = (self.seen + piece)[-(1 << 17) :]
            if wanted and wanted.encode() in self.seen:
                return time.monotonic()
        return None

    def press(self) -> None:
        """Press a key that nothing else is bound to."""
        os.write(self.fd, b"k")

    def cpu_s(self) -> float:
        """CPU seconds that the child has used."""
        stat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Memory that the child holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def own_mb(self) -> float:
        """The part of it that is no file's: without libraries, which programs share."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("RssAnon:")[2].split()[0]) / 1024

    def close(self) -> None:
        """End the child."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def measure(kind: str, panes: int, seconds: float) -> str:
    """One row of the table."""
    pause = random.Random(0)
    if kind == "app":
        whole = measured(panes, seconds, DELTAS_A_SECOND, lambda: pause.uniform(*KEY_EVERY_S))
        return row(kind, panes, whole)
    argv = [sys.executable, "-m", "tests.bench.panes", "--child", kind, str(panes)]
    terminal = Terminal(argv)
    try:
        if terminal.drain(time.monotonic() + 60, READY) is None:
            return f"{kind:10} {panes:5}   did not start"
        terminal.drain(time.monotonic() + WARM_UP_S)
        cpu, began, sent = terminal.cpu_s(), time.monotonic(), terminal.bytes
        latencies: list[float] = []
        while time.monotonic() - began < seconds:
            pressed = time.monotonic()
            terminal.press()
            painted = terminal.drain(pressed + 10, MARK.format(len(latencies) + 1))
            latencies.append((painted or pressed + 10) - pressed)
            terminal.drain(pressed + pause.uniform(*KEY_EVERY_S))
        took = time.monotonic() - began
        share = (terminal.cpu_s() - cpu) / took
        kb = (terminal.bytes - sent) / took / 1000
        middle, worst = statistics.median(latencies), sorted(latencies)[int(len(latencies) * 0.99)]
        figures = Figures(share, middle * 1000, worst * 1000, kb, terminal.memory_mb())
        return row(kind, panes, figures)
    finally:
        terminal.close()


def row(kind: str, panes: int, it: Figures) -> str:
    """One row of the table."""
    return (
        f"{kind:10} {panes:5} {it.share:7.2f} {it.median_ms:9.0f} {it.p99_ms:8.0f}"
        f" {it.kb_s:7.0f} {it.mb:7.0f}"
    )


def long_answers() -> None:
    """What long answers cost the whole app."""
    early, late = growth(8, 4.0 * DELTAS_A_SECOND)
    print(
        f"app, 8 answers of {LONG:,} tokens: a token takes {early:.0f} us of CPU near the start,"
        f" {late:.0f} us near the end, {late / early:.2f} times as much"
    )
    print(f"app, 32 answers of {LONG:,} tokens: {memory(32):.0f} MB", flush=True)


def main() -> None:
    """Measure each kind with each number of panes, one at a time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--panes", type=int, nargs="+", default=[8, 32])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--words", type=int, default=2_000, help="words in a pane at the start")
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--no-long", action="store_true", help="not the answers of 8,000 tokens")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return child(args.child[0], int(args.child[1]))
    os.environ[WORDS] = str(args.words)
    print("widget     panes   share    key ms  key p99    kB/s      MB")
    for panes in args.panes:
        for kind in args.kinds:
            print(measure(kind, panes, args.seconds), flush=True)
    if "app" in args.kinds and not args.no_long:
        long_answers()


if __name__ == "__main__":
    main()
