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


MANY = """
import os, random, signal, sys, time
from pathlib import Path
from tests.sessions.helpers import INFO, journal_in, planned
from workbench.run import Closed, RunEvent
from workbench.wire.events import TextDelta

folder, draw = Path(sys.argv[1]), random.Random(5)

def write(own):
    journal, short = journal_in(own), [f"s{n}" for n in range(200)]
    journal.begin_round(INFO, planned("long", *short))
    log, began = os.open(own / "log", os.O_CREAT | os.O_WRONLY), time.monotonic()
    for number in range(100_000):
        at_s = round(time.monotonic() - began, 3)
        journal.write(RunEvent("long", at_s, TextDelta(0, f"{number} ")))
        if number % 10 == 9 and short:
            run_id = short.pop(0)
            journal.write(RunEvent(run_id, at_s, TextDelta(0, "done")))
            journal.write(RunEvent(run_id, at_s, Closed("eof")))
        os.write(log, f"{time.monotonic()}\\n".encode())
        time.sleep(0.005)

for group in range(10):
    children = {}
    for number in range(20):
        own = folder / f"{group}-{number}"
        own.mkdir()
        children[own] = os.fork()
        if not children[own]:
            write(own)
    ends = sorted((time.monotonic() + draw.uniform(0.05, 1.0), own) for own in children)
    for end, own in ends:
        time.sleep(max(0.0, end - time.monotonic()))
        os.kill(children[own], signal.SIGKILL)
        (own / "killed").write_text(str(time.monotonic()))
        os.waitpid(children[own], 0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not there")
def test_two_hundred_killed_writers_lose_no_finished_run(tmp_path: Path) -> None:
    """At any moment: runs that had ended are whole, the one under way lacks 250 ms at most."""
    subprocess.run([sys.executable, "-c", MANY, str(tmp_path)], check=True, timeout=120)
    folders, finished = [*tmp_path.iterdir()], 0
    for own in folders:
        killed = float((own / "killed").read_text())
        log = (own / "log").read_text() if (own / "log").exists() else ""
        stamps = [float(line) for line in log.split("\n")[:-1]] or [killed]
        starved = max((after - before for before, after in pairwise(stamps)), default=0.0)
        due = sum(stamp <= killed - 0.25 - 2 * starved for stamp in stamps)
        if not due:
            continue  # killed before anything had to be there
        found = [path for path in own.glob("*.jsonl") if path.stat().st_size]
        runs = {run.run_id: run for run in only_round(found[0]).finished()}
        assert runs["long"].deltas >= due
        assert runs["long"].text == "".join(f"{n} " for n in range(runs["long"].deltas))
        for number in range(min(due // 10, 200)):
            run = runs[f"s{number}"]
            assert (run.end_state, run.text) == ("truncated", "done")
            finished += 1
    assert len(folders) == 200
    assert finished > 500


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
