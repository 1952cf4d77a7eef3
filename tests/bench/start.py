"""What it costs to start, and to stay open: beside a bare Textual "hello", on a real pty.

Run it: `python -m tests.bench.start`. CPU seconds (user and system) of whole processes until the
first frame, median of five runs taken in turns, so that other work on the machine weighs on all
alike: hello, the workbench on the examples, and on a folder of 2,000 prompt files. Then the modules
that were loaded before the first frame, and the share of a core and the memory that the workbench
takes with four panes while nobody does anything: with Anthropic as the provider, with the
simulator, which is a process of its own, and after a first round, whose connection brings httpx
and aiohttp.

Memory is what is resident of the app's process (RSS): its own, and the pages of libraries, which
programs share. Each line says what is wanted of it; where one misses that, the exit code is 1.
"""

from __future__ import annotations

import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello")
Hello().run()
"""
LOADED = """
import sys
from pathlib import Path
from workbench.cli.main import main
from workbench.tui.app import WorkbenchApp
def first_frame(app):
    Path(sys.argv.pop()).write_text(str(len(sys.modules)))
WorkbenchApp._sit_down = first_frame
main(sys.argv[1:-1])
"""
FILES = 2_000
PROMPT = "model: claude-haiku-4-5\nmax_tokens: 9\nmessages: [{role: user, content: hello}]\n"
PANES = "variants: {a: {}, b: {}, c: {}, d: {}}\n"
LIMITS = {"times hello": 1.8, "modules": 500, "of a core": 0.01, "MB": 60}
"""Issue 5: at most so much, the memory at rest with four panes before anything was sent."""
QUIET_S, IDLE_S = 12.0, 8.0  # the cursor rests after ten seconds
HELP = "import sys; from workbench.cli.main import main; main(['--help']);"


def cpu_to_first_frame(
    command: Sequence[str], shows: bytes, cwd: Path, until: Callable[[], bool] = lambda: True
) -> float:
    """CPU seconds of `command` on a pty of 160x45 until `shows` has been painted.

    Args:
        until: What must have come about as well.
    """
    parent, child = pty.openpty()
    termios.tcsetwinsize(child, (45, 160))
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, cwd=cwd, start_new_session=True
    )
    os.close(child)
    painted = b""
    latest = time.monotonic() + 20
    while shows not in painted or not until():
        if time.monotonic() > latest:
            raise SystemExit(f"{command}: no first frame within 20 s: {painted[-300:]!r}")
        if select.select([parent], [], [], 0.1)[0]:
            painted += os.read(parent, 65536)
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    process.kill()
    process.wait()
    os.close(parent)
    return cpu_s


def modules_of_help() -> tuple[int, list[str]]:
    """How many modules `workbench --help` loads, and which heavy ones."""
    tail = "print(len(sys.modules), *sorted({'textual', 'httpx', 'rich'} & set(sys.modules)))"
    out = subprocess.check_output([sys.executable, "-c", HELP + tail], text=True)
    count, *heavy = out.splitlines()[-1].split()
    return int(count), heavy


def modules_before_the_first_frame(prompts: Path, folder: Path) -> int:
    """How many modules the workbench has loaded by then."""
    told = folder / "modules"
    command = [sys.executable, "-c", LOADED, str(prompts), "--no-save", str(told)]
    cpu_to_first_frame(
        command, b"palette", folder, until=lambda: told.exists() and bool(told.read_text())
    )
    return int(told.read_text())


@dataclass(frozen=True, slots=True)
class Rest:
    """What the app takes while nobody does anything: a share of a core, megabytes."""

    share: float
    own_mb: float
    mb: float


def at_rest(prompts: Path, provider: str, *, after_a_round: bool = False) -> Rest:
    """What the workbench takes with nothing to do."""
    from tests.bench.panes import Terminal

    command = ["-m", "workbench", str(prompts), "--no-save", "--provider", provider]
    terminal = Terminal([sys.executable, *command])
    try:
        terminal.drain(time.monotonic() + 60, "next round")
        if after_a_round:
            terminal.seen = b""
            os.write(terminal.fd, b"\x12")
            if terminal.drain(time.monotonic() + 60, "t/s") is None:
                raise SystemExit(f"no answer: {terminal.seen[-300:]!r}")
        terminal.drain(time.monotonic() + QUIET_S)
        cpu, began = terminal.cpu_s(), time.monotonic()
        terminal.drain(began + IDLE_S)
        share = (terminal.cpu_s() - cpu) / (time.monotonic() - began)
        return Rest(share, terminal.own_mb(), terminal.memory_mb())
    finally:
        terminal.close()


class Told:
    """What was measured, a line each; and whether any of it is more than it may be."""

    def __init__(self) -> None:
        self.over = False

    def line(self, words: str, **measured: float) -> None:
        """Print words and, where a limit is missed, which one.

        Args:
            words: What was measured.
            measured: By the name of its limit, with _ for a space.
        """
        missed = ""
        for name, value in measured.items():
            limit = LIMITS[name.replace("_", " ")]
            missed += f"   OVER: at most {limit:g} {name.replace('_', ' ')}" * (value > limit)
        self.over |= bool(missed)
        print(words + missed, flush=True)


def four_panes(told: Told, prompts: Path) -> None:
    """The app at rest, by providers, and after a round."""
    os.environ["ANTHROPIC_API_KEY"] = "none, as nothing is sent"
    for name, provider in (
        ("anthropic", "anthropic"),
        ("simulator", "simulator"),
        ("after a round", "simulator"),
    ):
        after = name == "after a round"
        it = at_rest(prompts, provider, after_a_round=after)
        told.line(
            f"at rest, four panes, {name:13} {it.share:.2%} of a core   {it.mb:.0f} MB,"
            f" {it.own_mb:.0f} of them its own",
            of_a_core=it.share,
            MB=0.0 if after else it.mb,
        )


def main() -> None:
    """Measure and print."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has been compiled
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many, four = folder / "many", folder / "four"
        for place, files in ((many, FILES), (four, 1)):
            place.mkdir()
            for number in range(files):
                (place / f"p{number}.prompt.yaml").write_text(PROMPT + PANES * (files == 1))
        opening = [sys.executable, "-m", "workbench", "--no-save"]
        examples = Path(__file__).parents[2] / "prompts"
        commands = {
            "Textual hello": ([sys.executable, "-c", HELLO], b"hello"),
            "workbench": ([*opening, str(examples)], b"palette"),
            f"on {FILES:,} files": ([*opening, str(many)], b"palette"),
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS + 1):
            for name, (command, shows) in commands.items():
                took[name].append(cpu_to_first_frame(command, shows, folder))
        middle = {name: statistics.median(each[1:]) for name, each in took.items()}
        told = Told()
        for name, cpu_s in middle.items():
            times = cpu_s / middle["Textual hello"]
            words = f"first frame, {name:16} {cpu_s:.2f} CPU s   {times:.2f} times hello"
            told.line(words, times_hello=times)
        modules = modules_before_the_first_frame(examples, folder)
        told.line(f"modules before it             {modules}", modules=modules)
        four_panes(told, four)
    count, heavy = modules_of_help()
    print(f"workbench --help              {count} modules, of the heavy ones: {heavy or 'none'}")
    limits = ", ".join(f"{limit:g} {name}" for name, limit in LIMITS.items())
    print(f"wanted: at most {limits} (before a round)")
    raise SystemExit(1 if told.over else 0)


if __name__ == "__main__":
    main()
