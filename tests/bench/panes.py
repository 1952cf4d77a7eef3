"""What streaming panes cost: CPU share and key-to-paint latency, ours beside Textual's widgets.

    python -m tests.bench.panes [--panes 8 32] [--seconds 5] [--long 4] [--kinds app log …]

Each row is one child app on a real pty of 200x60 with Textual's real driver. *app* is the whole
workbench on a round of the simulator's, from its sockets to the terminal, saved as it goes, 100
tokens a second to each pane. The others are panes of one kind alone, given the same events without
any network: what that many streams of the same simulator brought, written down first, with their
texts, cuts and times. All begin empty, and painting is rationed to 20 times a second in all.
Meanwhile a key is pressed ten times a second. *share* is CPU seconds a second of that process;
*key* is from the press to the paint of what it changed, in ms.

Then what a token costs near the end of answers of 8,000 tokens beside their start, of each kind
with so many panes (--long, 0: not at all), at 800 tokens a second; one that has the whole core by
then has fallen behind, and would cost more. Last the memory that the app holds with 32 such
answers. Where the app misses its budget (issue 5), a line says so and the exit code is 1.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.feed import Delta, play, read, record
from tests.bench.whole import EARLY, LATE, LONG, Figures, growth, measured, memory, simulator

ROWS, COLUMNS = 60, 200
TOKENS_A_SECOND, LONG_TOKENS_A_SECOND = 100.0, 800.0
BUDGETS = {8: (0.5, 60.0), 32: (1.0, 150.0)}
"""Of the app, by panes: share of a core, ms from key to paint at the 99th percentile."""
MOST_GROWTH, MOST_MB = 1.3, 200.0
HERTZ = 20
KEY_EVERY_S = (0.06, 0.14)  # uneven, else keys and frames fall into step
WARM_UP_S = 1.5
EVENTS = "BENCH_EVENTS"  # how the child is told what it is fed
KINDS = ("app", "pane", "stream", "static", "markdown", "richlog", "log")
READY, MARK = "ready!", "seen-{:05}!"

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


def events() -> list[Delta]:
    """What the panes are fed."""
    return read(Path(os.environ[EVENTS]))


def rationed(
    make: Callable[[], Any], write: Callable[[Any, str, str], Any]
) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """A feeder that writes to each widget 20 times a second: write(widget, new, all)."""
    made: list[Any] = []

    def remembered() -> Any:
        made.append(make())
        return made[-1]

    async def feed(app: Any) -> None:
        new: list[list[str]] = [[] for _ in made]
        shown = [""] * len(made)

        async def paint() -> None:
            for number, widget in enumerate(made):
                if piece := "".join(new[number]):
                    new[number].clear()
                    shown[number] += piece
                    if (waiting := write(widget, piece, shown[number])) is not None:
                        await waiting

        app.set_interval(1 / HERTZ, paint)
        await play(events(), lambda pane, text: new[pane].append(text))

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
        runs = [Run(f"r{n}").after(RunEvent("r", 0.0, Sent())) for n in range(len(made))]

        def deliver(pane: int, text: str) -> None:
            event = RunEvent("r", time.monotonic(), TextDelta(0, text))
            runs[pane] = runs[pane].after(event)
            clock.show(made[pane], runs[pane])

        await play(events(), deliver)

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


@contextmanager
def fed(kind: str, panes: int) -> Iterator[Terminal]:
    """A child of that kind, its panes being fed."""
    terminal = Terminal([sys.executable, "-m", "tests.bench.panes", "--child", kind, str(panes)])
    try:
        if terminal.drain(time.monotonic() + 60, READY) is None:
            raise SystemExit(f"{kind} did not start: {terminal.seen[-300:]!r}")
        yield terminal
    finally:
        terminal.close()


def measure(kind: str, panes: int, seconds: float) -> Figures:
    """One row of the table."""
    pause = random.Random(0)
    if kind == "app":
        return measured(panes, seconds, TOKENS_A_SECOND, lambda: pause.uniform(*KEY_EVERY_S))
    with fed(kind, panes) as terminal:
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
        return Figures(share, middle * 1000, worst * 1000, kb, terminal.memory_mb())


def growth_of(kind: str, panes: int) -> tuple[float, float, float]:
    """What a token costs near the start and near the end of long answers, in us of CPU; MB then."""
    if kind == "app":
        return growth(panes, LONG_TOKENS_A_SECOND)
    lasts = LONG / LONG_TOKENS_A_SECOND
    with fed(kind, panes) as terminal:
        began = time.monotonic()

        def cost_us(part: tuple[float, float]) -> float:
            terminal.drain(began + part[0] * lasts)
            cpu = terminal.cpu_s()
            terminal.drain(began + part[1] * lasts)
            tokens = panes * LONG * (part[1] - part[0])
            return (terminal.cpu_s() - cpu) / tokens * 1e6

        return cost_us(EARLY), cost_us(LATE), terminal.memory_mb()


def row(kind: str, panes: int, it: Figures) -> str:
    """One row of the table."""
    return (
        f"{kind:10} {panes:5} {it.share:7.2f} {it.median_ms:9.0f} {it.p99_ms:8.0f}"
        f" {it.kb_s:7.0f} {it.mb:7.0f}"
    )


@contextmanager
def written_down(panes: int, pace: float, seconds: float) -> Iterator[None]:
    """Inside, what is fed are so many streams of that pace, for so long."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        with simulator(pace, int(pace * (seconds + 20))) as url:
            came = record(url, panes, seconds, path)
        a_second = len(came) / panes / came[-1].at_s
        print(f"{panes} streams of {pace:.0f} tokens a second, {a_second:.0f} deltas a second each")
        os.environ[EVENTS] = str(path)
        yield


def side_by_side(panes: int, seconds: float, kinds: Sequence[str]) -> list[str]:
    """The rows of so many panes; what of the app is over its budget."""
    over: list[str] = []
    with written_down(panes, TOKENS_A_SECOND, seconds + WARM_UP_S + 3):
        print("widget     panes   share    key ms  key p99    kB/s      MB")
        for kind in kinds:
            it = measure(kind, panes, seconds)
            print(row(kind, panes, it), flush=True)
            if kind == "app" and panes in BUDGETS:
                share, ms = BUDGETS[panes]
                over += [f"{panes} panes: more than {share} of a core"] * (it.share > share)
                over += [f"{panes} panes: more than {ms:.0f} ms"] * (it.p99_ms > ms)
    return over


def long_answers(panes: int, kinds: Sequence[str]) -> list[str]:
    """What long answers cost each kind, and the memory of 32 of the app's; what is over."""
    over: list[str] = []
    with written_down(panes, LONG_TOKENS_A_SECOND, LONG / LONG_TOKENS_A_SECOND):
        print(f"answers of {LONG:,} tokens, us of CPU a token")
        print("widget     panes    near the start    near the end     times      MB")
        for kind in kinds:
            early, late, mb = growth_of(kind, panes)
            figures = f"{early:17.0f} {late:15.0f} {late / early:9.2f} {mb:7.0f}"
            print(f"{kind:10} {panes:5} {figures}", flush=True)
            if kind == "app" and late / early > MOST_GROWTH:
                over.append(f"a token near the end: more than {MOST_GROWTH} times")
    if "app" in kinds:
        mb = memory(32)
        print(f"app, 32 answers of {LONG:,} tokens: {mb:.0f} MB", flush=True)
        over += [f"32 long answers: more than {MOST_MB:.0f} MB"] * (mb > MOST_MB)
    return over


def main() -> None:
    """Measure each kind with each number of panes, one at a time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--panes", type=int, nargs="*", default=[8, 32])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--long", type=int, default=4, help="panes with answers of 8,000 tokens")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return child(args.child[0], int(args.child[1]))
    over = [each for n in args.panes for each in side_by_side(n, args.seconds, args.kinds)]
    over += long_answers(args.long, args.kinds) if args.long else []
    if over:
        raise SystemExit("OVER BUDGET, app: " + "; ".join(over))


if __name__ == "__main__":
    main()
