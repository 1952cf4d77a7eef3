"""A thousand runs at once: does anything of ours stand in the way of the provider's pace?

Run it: `python -m tests.bench.fanout`. 1,000 runs of 100 deltas, 100 a second, 64 at a time,
folded and saved, from a server in a process of its own. Wall time beside what the pacing allows,
CPU seconds of the reading process, and its memory after the first and the last hundred runs.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.stream import BODY, KEY, cpu_s
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.catalog.profile import Profile
from workbench.engine import round_of
from workbench.run import Closed, Run
from workbench.sessions.journal import open_journal
from workbench.sessions.round import RoundInfo
from workbench.wire.request import MessagesRequest

RUNS, AT_ONCE, DELTAS, PER_S = 1_000, 64, 100, 100.0


def peak_mb() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def fan_out(port: int, folder: Path) -> None:
    """Send them all, print what it took."""
    request = MessagesRequest.of({**BODY, "stream": True})
    runs = {f"r{n}": Run(f"r{n}") for n in range(RUNS)}
    journal = open_journal(folder, "bench", app_version="0", catalog_as_of="")
    journal.begin_round(
        RoundInfo(round_id="r1", began=""), [(run, request) for run in runs.values()]
    )
    ended, early_mb, began, began_cpu = 0, 0.0, time.monotonic(), cpu_s()
    async with Client(Endpoint(Profile("bench"), f"http://127.0.0.1:{port}", KEY)) as client:
        requests = dict.fromkeys(runs, request)
        async with round_of(requests, client, at_once=AT_ONCE, tap=journal.write) as live:
            async for event in live:
                runs[event.run_id] = runs[event.run_id].after(event)
                if isinstance(event.what, Closed):
                    ended += 1
                    early_mb = peak_mb() if ended == RUNS // 10 else early_mb
    journal.close()
    wall_s, took_cpu = time.monotonic() - began, cpu_s() - began_cpu
    pacing_s = RUNS / AT_ONCE * DELTAS / PER_S
    whole = sum(run.end_state == "complete" for run in runs.values())
    print(f"{whole} of {RUNS} runs complete and saved")
    print(f"wall    {wall_s:6.1f} s, {wall_s / pacing_s:.2f} times what the pacing allows")
    print(f"CPU     {took_cpu:6.1f} s, journal included")
    print(f"memory  {early_mb:6.1f} MB after {RUNS // 10} runs, {peak_mb():.1f} MB at the end")


def main() -> None:
    """Start the server, fan out."""
    argv = [sys.executable, "-m", "tests.bench.stream", "--serve", str(PER_S), str(DELTAS)]
    with (
        subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert server.stdout is not None
        asyncio.run(fan_out(int(server.stdout.readline()), Path(folder)))
        server.kill()


if __name__ == "__main__":
    main()
