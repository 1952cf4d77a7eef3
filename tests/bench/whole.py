"""The whole app under many streams: simulator, sockets, engine, journal, fold, panes, pty.

Used by `python -m tests.bench.panes`. The app is `python -m workbench` on a prompt of so many
variants, saving as it goes; the simulator, in a process of its own, plays one long scripted answer
to each at a pace of so many tokens a second. The key that is timed moves the editor's cursor.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.stream import KEY

MODEL, MODELS_PACE = "claude-haiku-4-5", 140.0
ROW = 37  # where the cursor is: no answer says 37:5
LONG = 8_000  # tokens
EARLY, LATE = (0.1, 0.3), (0.75, 0.95)  # parts of a long answer
_SENTENCE = "The order is nine days late today, and so this one goes to billing at once. "


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round cost: shares of a core, milliseconds, megabytes."""

    share: float
    median_ms: float
    p99_ms: float
    kb_s: float
    mb: float


def answer(tokens: int) -> str:
    """An answer of at least so many tokens, in paragraphs."""
    sentences = tokens // 16 + 1
    return "".join(_SENTENCE + "\n\n" * (n % 5 == 4) for n in range(sentences)).strip()


def serve(pace: float, tokens: int) -> None:
    """Play the answer to whoever asks; print the address."""
    from workbench.simulator.config import Limits, SimulatorConfig
    from workbench.simulator.server import serving

    async def play(scripts: Path) -> None:
        limits = Limits(rpm=10**9, itpm=10**12, otpm=10**12)
        config = SimulatorConfig(speed=pace / MODELS_PACE, scripts=(scripts,), limits=limits)
        async with serving(config) as url:
            print(url, flush=True)
            await asyncio.Event().wait()

    with tempfile.TemporaryDirectory() as folder:
        scripts = Path(folder) / "long.toml"
        scripts.write_text(f'[[reply]]\nname = "long"\nsay = """\n{answer(tokens)}"""\n')
        asyncio.run(play(scripts))


@contextmanager
def simulator(pace: float, tokens: int) -> Iterator[str]:
    """A simulator of that pace, in tokens a second; its address."""
    argv = [sys.executable, "-m", "tests.bench.whole", str(pace), str(tokens)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def prompt(panes: int) -> str:
    """A prompt of so many variants, its cursor's row well above them."""
    head = f"model: {MODEL}\nmax_tokens: 16000\nlimits: {{concurrency: {panes}}}\n"
    head += "messages:\n  - role: user\n    content: |-\n"
    head += "      A line of the ticket.\n" * (ROW + 20)
    return head + "variants:\n" + "".join(f"  v{n:02}: {{}}\n" for n in range(panes))


class App:
    """The app with its panes streaming, on the terminal that it is given."""

    def __init__(self, url: str, panes: int, folder: Path) -> None:
        from tests.bench.panes import Terminal

        self._sessions = folder / "sessions"
        (folder / "prompts").mkdir()
        (folder / "prompts" / "many.prompt.yaml").write_text(prompt(panes))
        argv = ["-m", "workbench", str(folder / "prompts"), "--provider", "simulator"]
        os.environ["WORKBENCH_API_KEY"] = KEY
        self.terminal = Terminal([sys.executable, *argv, "--base-url", url])
        terminal = self.terminal
        if terminal.drain(time.monotonic() + 60, "next round") is None:
            raise SystemExit(f"did not start: {terminal.seen[-300:]!r}")
        for keys in (b"\x1bg", b"%d:5\r" % ROW):
            self.press(keys)
            terminal.drain(time.monotonic() + 1)
        self.press(b"\x12")
        if terminal.drain(time.monotonic() + 60, "streaming") is None:
            raise SystemExit(f"nothing streams: {terminal.seen[-300:]!r}")

    def press(self, keys: bytes) -> float:
        """Press; what was painted before is forgotten."""
        self.terminal.seen = b""
        os.write(self.terminal.fd, keys)
        return time.monotonic()

    def keys(self, seconds: float, pause: Callable[[], float]) -> list[float]:
        """Move the cursor to and fro for so long: milliseconds to the paint of each."""
        took, began, column = list[float](), time.monotonic(), 5
        while time.monotonic() - began < seconds:
            key, column = (b"\x1b[C", 6) if column == 5 else (b"\x1b[D", 5)
            pressed = self.press(key)
            painted = self.terminal.drain(pressed + 10, f"{ROW}:{column}")
            took.append(((painted or pressed + 10) - pressed) * 1e3)
            self.terminal.drain(pressed + pause())
        return took

    def saved(self) -> bytes:
        """What is in the session's file so far."""
        return b"".join(path.read_bytes() for path in self._sessions.glob("*.jsonl"))

    def to_the_end(self, panes: int) -> list[tuple[float, int]]:
        """Watch until all answers are whole: CPU seconds used and bytes saved, time and again."""
        seen, until = list[tuple[float, int]](), time.monotonic() + 240
        while (saved := self.saved()).count(b'{"closed":') < panes:
            if time.monotonic() > until:
                raise SystemExit("the answers did not end")
            seen.append((self.terminal.cpu_s(), len(saved)))
            self.terminal.drain(time.monotonic() + 0.25)
        return seen


@contextmanager
def streaming(panes: int, pace: float, tokens: int) -> Iterator[App]:
    """The app with so many answers of that pace and length on their way."""
    with tempfile.TemporaryDirectory() as folder, simulator(pace, tokens) as url:
        app = App(url, panes, Path(folder))
        try:
            yield app
        finally:
            app.terminal.close()


def measured(panes: int, seconds: float, pace: float, pause: Callable[[], float]) -> Figures:
    """The app with so many panes, each at 100 tokens a second, keys pressed meanwhile."""
    with streaming(panes, pace, int(pace * (seconds + 20))) as app:
        terminal = app.terminal
        terminal.drain(time.monotonic() + 1.5)
        cpu, began, sent = terminal.cpu_s(), time.monotonic(), terminal.bytes
        took = sorted(app.keys(seconds, pause))
        lasted = time.monotonic() - began
        return Figures(
            (terminal.cpu_s() - cpu) / lasted,
            statistics.median(took),
            took[int(len(took) * 0.99)],
            (terminal.bytes - sent) / lasted / 1000,
            terminal.memory_mb(),
        )


def growth(panes: int, pace: float) -> tuple[float, float, float]:
    """What a token costs near the start and near the end of long answers, in us of CPU; MB then."""
    with streaming(panes, pace, LONG) as app:
        seen = app.to_the_end(panes)
        mb = app.terminal.memory_mb()
    whole, tokens = seen[-1][1], panes * LONG

    def cost_us(part: tuple[float, float]) -> float:
        inside = [(cpu, size) for cpu, size in seen if part[0] <= size / whole <= part[1]]
        (cpu, size), (later, larger) = inside[0], inside[-1]
        return (later - cpu) / (tokens * (larger - size) / whole) * 1e6

    return cost_us(EARLY), cost_us(LATE), mb


def memory(panes: int) -> float:
    """Megabytes held with so many long answers, all of them whole."""
    with streaming(panes, 1_000.0, LONG) as app:
        app.to_the_end(panes)
        app.terminal.drain(time.monotonic() + 2)
        return app.terminal.memory_mb()


if __name__ == "__main__":
    serve(float(sys.argv[1]), int(sys.argv[2]))
