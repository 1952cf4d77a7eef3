"""A writer that is killed leaves behind what happened up to the last quarter of a second."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.sessions.helpers import only_round
from workbench.sessions.session import read_session

STREAMS = """
import sys, time
from pathlib import Path
from tests.sessions.helpers import INFO, journal_in, planned
from workbench.run import RunEvent, Closed
from workbench.wire.events import TextDelta

journal = journal_in(Path(sys.argv[1]))
journal.begin_round(INFO, planned("long", "short"))
journal.write(RunEvent("short", 0.0, TextDelta(0, "done")))
journal.write(RunEvent("short", 0.001, Closed("eof")))
began = time.monotonic()
for number in range(100_000):
    journal.write(RunEvent("long", round(time.monotonic() - began, 3), TextDelta(0, f"{number} ")))
    print(number, time.monotonic(), flush=True)
    time.sleep(0.005)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not there")
def test_a_killed_writer_loses_no_more_than_a_quarter_of_a_second(tmp_path: Path) -> None:
    """SIGKILL in mid-stream: the finished run is whole, the other one has all but its last bit."""
    child = subprocess.Popen(
        [sys.executable, "-c", STREAMS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    stamps: list[float] = []
    try:
        for line in child.stdout:
            stamps.append(float(line.split()[1]))
            if len(stamps) > 150:
                break
        child.kill()
        killed = time.monotonic()
        stamps += [float(line.split()[1]) for line in child.stdout if line.endswith("\n")]
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    # Where the machine gave the writer no time, its thread had none either: that is no loss.
    starved = max(after - before for before, after in pairwise(stamps))
    due = sum(stamp <= killed - 0.25 - 2 * starved for stamp in stamps)
    (path,) = tmp_path.iterdir()
    long, short = only_round(path).finished()

    assert (short.end_state, short.text) == ("truncated", "done")
    assert long.problem is not None
    assert (long.end_state, long.problem.type) == ("aborted", "cut")
    assert long.text == "".join(f"{number} " for number in range(long.deltas))
    assert len(stamps) >= long.deltas >= due > 0
    assert read_session(path).notes
