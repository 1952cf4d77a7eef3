"""What it costs to start: `workbench --help`, and the first frame beside a bare Textual "hello".

Run it: `python -m tests.bench.start`. CPU seconds (user and system) of whole processes on a real
pty, median of five runs taken in turns, so that other work on the machine weighs on both alike.
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
from collections.abc import Sequence
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
QUITS = {"hello": b"\x11", "workbench": b"\x11"}
HELP = "import sys; from workbench.cli.main import main; main(['--help']);"


def cpu_to_first_frame(command: Sequence[str], shows: bytes, cwd: Path) -> float:
    """CPU seconds of `command` on a pty of 160x45 until `shows` has been painted."""
    parent, child = pty.openpty()
    termios.tcsetwinsize(child, (45, 160))
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, cwd=cwd, start_new_session=True
    )
    os.close(child)
    painted = b""
    while shows not in painted:
        ready, _, _ = select.select([parent], [], [], 20)
        if not ready:
            raise SystemExit(f"{command}: no first frame within 20 s: {painted[-300:]!r}")
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


def main() -> None:
    """Measure and print."""
    examples = Path(__file__).parents[2] / "prompts"
    took: dict[str, list[float]] = {"hello": [], "workbench": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS + 1):
            hello = [sys.executable, "-c", HELLO]
            ours = [sys.executable, "-m", "workbench", str(examples), "--no-save"]
            took["hello"].append(cpu_to_first_frame(hello, b"hello", Path(folder)))
            took["workbench"].append(cpu_to_first_frame(ours, b"palette", Path(folder)))
    hello_s, ours_s = (statistics.median(took[name][1:]) for name in took)
    count, heavy = modules_of_help()
    print(f"first frame, Textual hello    {hello_s:.2f} CPU s")
    print(f"first frame, workbench        {ours_s:.2f} CPU s   {ours_s / hello_s:.2f} times hello")
    print(f"workbench --help              {count} modules, of the heavy ones: {heavy or 'none'}")


if __name__ == "__main__":
    main()
