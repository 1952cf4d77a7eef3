"""What streaming panes write to the terminal, at several paint rates: for a slow line.

    python -m tests.bench.slow_line [--hertz 20 5 1] [--panes 8] [--seconds 5]

Each row is the whole app on a real pty of 200x60, with so many answers on their way at 100 tokens
a second each, painted at most so often: the setting `paint_hz`. *kB/s* is what went down the pty
while no key was pressed, *share* the CPU of one core.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.bench.panes import TOKENS_A_SECOND
from tests.bench.whole import streaming


def measured(panes: int, seconds: float) -> tuple[float, float]:
    """Kilobytes a second that are written, and the share of a core."""
    with streaming(panes, TOKENS_A_SECOND, int(TOKENS_A_SECOND * (seconds + 20))) as app:
        terminal = app.terminal
        terminal.drain(time.monotonic() + 3)  # until the panes are full, and scroll
        cpu, began, sent = terminal.cpu_s(), time.monotonic(), terminal.bytes
        terminal.drain(began + seconds)
        lasted = time.monotonic() - began
        return (terminal.bytes - sent) / lasted / 1000, (terminal.cpu_s() - cpu) / lasted


def main() -> None:
    """Measure each rate, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hertz", type=float, nargs="+", default=[20, 5, 1])
    parser.add_argument("--panes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    args = parser.parse_args()
    print("paint_hz    kB/s   share")
    for hertz in args.hertz:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["WORKBENCH_CONFIG_DIR"] = folder
            (Path(folder) / "config.yaml").write_text(f"paint_hz: {hertz:g}\n")
            kb, share = measured(args.panes, args.seconds)
        print(f"{hertz:8g} {kb:7.1f} {share:7.2f}", flush=True)


if __name__ == "__main__":
    main()
