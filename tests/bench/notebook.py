"""How smooth a round streams in a notebook: a real JupyterLab, a real Chromium, real sockets.

    python -m tests.bench.notebook [--panes 8] [--pace 100] [--seconds 8] [--after 0 60]

The simulator, in a process of its own, plays a long answer to each variant at that pace in tokens
a second; the round is sent by the kernel and shown by the widget. Each row is some seconds of the
page, from so many seconds after the first words on; the first row is the page before the round, at
rest. *frames* are those that the browser painted in a second, *longest* is from one to the next in
ms at the worst, *p99* at the 99th percentile; *messages* and *kB* are what the kernel's web socket
brings in a second; *kernel* is the kernel's share of a core.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.stream import KEY
from tests.bench.whole import MODEL, simulator
from tests.browser import browsing
from tests.notebook.lab import jupyterlab

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

SETUP = """\
%load_ext workbench
import os, pathlib
import workbench as wb
workspace = wb.open(".", provider="simulator", base_url={url!r})
pathlib.Path("kernel").write_text(str(os.getpid()))
print("set up")"""
RUN = "going = workspace.prompt({text!r}).run()\ngoing"
FRAMES = """ms => new Promise(done => {
  const gaps = [], began = performance.now();
  let last = began;
  const frame = now => {
    gaps.push(now - last);
    last = now;
    now - began < ms ? requestAnimationFrame(frame) : done(gaps);
  };
  requestAnimationFrame(frame);
})"""
WORDS = """() => [...document.querySelectorAll('.workbench-live .words')]
  .filter(words => words.textContent.length).length"""


class Traffic:
    """What a page's web sockets have brought."""

    def __init__(self, page: Page) -> None:
        self.messages = self.size = 0
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, frame: str | bytes) -> None:
        self.messages += 1
        self.size += len(frame)


def prompt(panes: int) -> str:
    """A prompt of so many variants."""
    head = f"model: {MODEL}\nmax_tokens: 16000\nlimits: {{concurrency: {panes}}}\n"
    head += "messages: [{role: user, content: Go on.}]\n"
    return head + "variants:\n" + "".join(f"  v{n}: {{}}\n" for n in range(panes))


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def row(name: str, page: Page, traffic: Traffic, kernel: int, seconds: float) -> str:
    """Some seconds of the page."""
    cpu, messages, size, began = cpu_s(kernel), traffic.messages, traffic.size, time.monotonic()
    gaps = sorted(page.evaluate(FRAMES, seconds * 1000)[1:])
    took = time.monotonic() - began
    return (
        f"{name:16} {len(gaps) / sum(gaps) * 1000:7.0f} {gaps[int(len(gaps) * 0.99)]:6.0f}"
        f" {gaps[-1]:8.0f} {(traffic.messages - messages) / took:9.0f}"
        f" {(traffic.size - size) / took / 1000:6.0f} {(cpu_s(kernel) - cpu) / took:7.2f}"
    )


def measure(panes: int, pace: float, seconds: float, after: list[float]) -> None:
    """Run the cells, and look."""
    tokens = int(pace * (max(after) + seconds + 30))
    with tempfile.TemporaryDirectory() as folder, simulator(pace, tokens) as url:
        os.environ["WORKBENCH_API_KEY"] = KEY
        cells = (SETUP.format(url=url), RUN.format(text=prompt(panes)))
        with jupyterlab(Path(folder), cells) as address, browsing() as context:
            page = context.new_page()
            traffic = Traffic(page)
            page.goto(address)
            page.locator(".jp-Notebook .jp-CodeCell").first.click()
            page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
            page.keyboard.press("Shift+Enter")
            page.wait_for_selector(".jp-OutputArea-output:has-text('set up')")
            kernel = int((Path(folder) / "kernel").read_text())
            print(row("at rest", page, traffic, kernel, seconds), flush=True)
            page.keyboard.press("Shift+Enter")
            page.wait_for_function(f"() => ({WORDS})() === {panes}")
            began = time.monotonic()
            for moment in sorted(after):
                page.wait_for_timeout(max(0.0, began + moment - time.monotonic()) * 1000)
                print(row(f"after {moment:.0f} s", page, traffic, kernel, seconds), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--panes", type=int, default=8)
    parser.add_argument("--pace", type=float, default=100.0, help="tokens a second")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each row")
    parser.add_argument("--after", type=float, nargs="+", default=[0.0, 60.0])
    args = parser.parse_args()
    print(f"{args.panes} panes, {args.pace:.0f} tokens a second each")
    print("moment            frames    p99  longest  messages     kB  kernel", flush=True)
    measure(args.panes, args.pace, args.seconds, args.after)


if __name__ == "__main__":
    main()
