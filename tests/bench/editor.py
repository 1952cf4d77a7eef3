"""What a key costs: our editor beside Textual's plain TextArea; and the whole app, typed into.

    python -m tests.bench.editor [--seconds 15]

First the editor alone. A key goes the whole way: press, binding, edit, wrap, paint of the rows
that changed. A key that does nothing is measured as well: what it costs is the harness, not the
editor. Milliseconds of CPU (not wall time: the machine may be shared), median of many, the two
editors taken in turn.

Then the app on a real pty of 200x60, typed into as people type: most keys in quick succession,
some after a pause in which the app begins to count tokens and to check. Milliseconds from the
press to the paint of the cursor's new place, for a small prompt and for two of 200 kB; and the
seconds until the estimate for what was typed last is there. On a busy machine compare the rows.

Exit code 1 where one key in a hundred takes longer than 50 ms to be painted.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import gc
import os
import pty
import random
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import TextArea

from workbench.tui.editor import YamlEditor

PIECE = """\
  - role: user
    content: |-
      Locale: {{locale}}
      <ticket>{{ticket}}</ticket>
      Answer with the queue and one reason; where the customer names no order, say so plainly.
  - {role: assistant, content: "billing: refund for a late order"}  # an example
"""
SIZES = (500, 2_000, 10_000)
PRESSES = 20
KEYS = ("f20", "x", "enter", "down", "ctrl+z")


class Bench(App[None]):
    """One editor on the screen, its cursor in the middle of the text."""

    def __init__(self, editor: TextArea) -> None:
        super().__init__()
        self.editor = editor

    def compose(self) -> ComposeResult:
        yield self.editor


def text_of(lines: int) -> str:
    """A prompt file of so many lines."""
    return "messages:\n" + PIECE * ((lines - 1) // PIECE.count("\n"))


def editors(text: str) -> dict[str, TextArea]:
    """The two that are compared, with the same text."""
    return {
        "TextArea": TextArea(text, soft_wrap=True, show_line_numbers=True),
        "YamlEditor": YamlEditor(text),
    }


async def cost(pilot: Pilot[None], key: str) -> float:
    """Milliseconds of CPU of one press."""
    began = time.process_time()
    await pilot.press(key)
    await pilot.pause()
    return (time.process_time() - began) * 1e3


async def measured(editor: TextArea) -> dict[str, list[float]]:
    """Every press of every key, and the opening of the file."""
    began = time.process_time()
    app = Bench(editor)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        figures = {"open": [(time.process_time() - began) * 1e3]}
        editor.focus()
        editor.cursor_blink = False
        editor.move_cursor((editor.document.line_count // 2, 0), center=True)
        await pilot.pause()
        gc.disable()  # a collection that falls on one key is not that key's cost
        try:
            for key in KEYS:
                figures[key] = [await cost(pilot, key) for _ in range(PRESSES)]
        finally:
            gc.enable()
    return figures


async def beside_textarea() -> None:
    print(f"{'CPU ms, median':18}" + "".join(f"{key:>10}" for key in ("open", *KEYS)))
    for lines in SIZES:
        figures: dict[str, dict[str, list[float]]] = {}
        for _ in range(2):  # in turn, so that a busy moment falls on both
            for name, editor in editors(text_of(lines)).items():
                for key, values in (await measured(editor)).items():
                    figures.setdefault(name, {}).setdefault(key, []).extend(values)
        print(f"{lines:,} lines")
        for name, keys in figures.items():
            row = "".join(f"{statistics.median(values):10.1f}" for values in keys.values())
            print(f"  {name:16}{row}")


# The whole app, on a pty

HEAD = """\
model: claude-haiku-4-5
max_tokens: 400
inputs: {locale: {default: en}, ticket: {default: late}}
variants: {base: {}, warm: {temperature: 0.7}, terse: {max_tokens: 20}}
messages:
"""
PROSE = "".join(PIECE.splitlines(keepends=True)[2:5])
SEEN = 1 << 18
TOKENS = re.compile(rb"([\d,]+) tokens")
WORDS = PROSE.splitlines()[2]
MOST_MS = 50
"""From key to paint, at the 99th percentile; above that the command ends with 1."""


def one_message(size: int) -> str:
    """A prompt of so many bytes, nearly all of it one text."""
    return f"{HEAD}  - role: user\n    content: |-\n{PROSE * (size // len(PROSE))}"


def many_messages(size: int) -> str:
    """A prompt of so many bytes in short messages by turns."""
    return HEAD + PIECE * (size // len(PIECE)) + "  - {role: user, content: end}\n"


PROMPTS = {
    "2 kB": one_message(2_000),
    "200 kB, one message": one_message(200_000),
    "200 kB, many messages": many_messages(200_000),
}


class Terminal:
    """The app on a prompt, and the terminal's side of its pty."""

    def __init__(self, folder: Path) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            command = [sys.executable, "-m", "workbench", str(folder), "--no-save"]
            os.execv(sys.executable, [*command, "--provider", "simulator"])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        self.seen = b""

    def read(self, seconds: float, wanted: bytes = b"") -> float | None:
        """Read so long, or until `wanted` is painted; when that was."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            self.seen = (self.seen + os.read(self.fd, 1 << 16))[-SEEN:]
            if wanted and wanted in self.seen:
                return time.monotonic()
        return None

    def estimates(self) -> set[bytes]:
        """Every number of tokens that was painted of late."""
        return set(TOKENS.findall(self.seen))

    def press(self, keys: bytes) -> float:
        """Press; what was painted before is forgotten."""
        self.seen = b""
        os.write(self.fd, keys)
        return time.monotonic()

    def close(self) -> None:
        """End the app."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def typed_into(text: str, seconds: float) -> tuple[list[float], float]:
    """Milliseconds of every key, and seconds until the estimate of the last ones was there."""
    chance = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.prompt.yaml").write_text(text)
        terminal = Terminal(Path(folder))
        try:
            if terminal.read(60, b"next round") is None:
                raise SystemExit(f"did not start: {terminal.seen[-300:]!r}")
            lines = text.splitlines()
            row = lines.index(WORDS, len(lines) // 2) + 1
            column = len(WORDS) + 1
            for keys in (b"\x1bg", b"%d:%d\r" % (row, column)):
                terminal.press(keys)
                terminal.read(1.5)
            took, began = list[float](), time.monotonic()
            while time.monotonic() - began < seconds:
                column += 1
                pressed = terminal.press(chance.choice("etaoin ").encode())
                painted = terminal.read(10, b"%d:%d" % (row, column))
                took.append(((painted or pressed + 10) - pressed) * 1e3)
                quick = chance.random() < 0.6
                terminal.read(chance.uniform(0.05, 0.12) if quick else chance.uniform(0.15, 0.6))
            terminal.read(3)
            before = terminal.estimates()
            pressed = terminal.press(b" and one more word")
            while not terminal.estimates() - before and time.monotonic() - pressed < 20:
                terminal.read(0.01)
            return took, time.monotonic() - pressed
        finally:
            terminal.close()


def whole_app(seconds: float) -> bool:
    """A row for each prompt; whether all are painted soon enough."""
    late = []
    print(f"\n{'key to paint, ms':24}{'median':>8}{'p90':>8}{'p99':>8}{'estimate s':>12}")
    for name, text in PROMPTS.items():
        took, estimate_s = typed_into(text, seconds)
        took.sort()
        p90, p99 = (took[int(len(took) * share)] for share in (0.9, 0.99))
        middle = statistics.median(took)
        print(f"  {name:22}{middle:8.0f}{p90:8.0f}{p99:8.0f}{estimate_s:12.2f}", flush=True)
        late += [f"{name}: {p99:.0f} ms"] * (p99 > MOST_MS)
    if late:
        print(f"over {MOST_MS} ms at the 99th percentile: {', '.join(late)}")
    return not late


def main() -> int:
    """Both; 1 where keys are painted too late."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=15.0, help="of typing into each prompt")
    parser.add_argument("--app-only", action="store_true", help="not the editor alone")
    args = parser.parse_args()
    if not args.app_only:
        asyncio.run(beside_textarea())
    return 0 if whole_app(args.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
