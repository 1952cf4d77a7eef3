"""Whether the simulator keeps its pace: `python -m tests.bench.simulate`.

64 streams at about 100 tokens a second each from one server process: its CPU share, and how far
the slowest stream fell behind the pace that was planned for it.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

STREAMS = 64
QUESTION = "Write a long story about a lighthouse keeper."
BODY = {
    "model": "claude-haiku-4-5",
    "max_tokens": 1000,
    "stream": True,
}


def cpu_of(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def one(client: httpx.AsyncClient, number: int) -> tuple[int, float]:
    """Deltas of one stream, and the seconds between its first and its last."""
    message = {"role": "user", "content": f"{QUESTION} Number {number}."}
    body = {**BODY, "messages": [message]}
    moments = []
    async with client.stream("POST", "/v1/messages", json=body) as response:
        async for chunk in response.aiter_bytes():
            moments += [time.monotonic()] * chunk.count(b"text_delta")
    return len(moments), moments[-1] - moments[0]


async def read_all(server: subprocess.Popen[str], port: int) -> None:
    """Read all streams at once; print what the server took."""
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}",
        headers={"x-api-key": "bench", "anthropic-version": "2023-06-01"},
        timeout=60,
        limits=httpx.Limits(max_connections=STREAMS),
        trust_env=False,
    ) as client:
        await one(client, -1)  # the vocabularies are loaded now
        began, cpu = time.monotonic(), cpu_of(server.pid)
        streams = await asyncio.gather(*(one(client, n) for n in range(STREAMS)))
        wall_s, took = time.monotonic() - began, cpu_of(server.pid) - cpu
    deltas = sum(count for count, _ in streams)
    rates = sorted(count / seconds for count, seconds in streams if seconds)
    print(f"{STREAMS} streams, {deltas:,} deltas in {wall_s:.1f} s")
    print(f"server  {took / wall_s:.2f} of a core, {took / deltas * 1e6:.0f} us per delta")
    print(f"pace    {rates[0]:.0f} to {rates[-1]:.0f} deltas a second a stream")


def main() -> None:
    """Start the server, read from it."""
    argv = [sys.executable, "-m", "workbench.simulator", "--port", "0", "--speed", "0.72"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        asyncio.run(read_all(server, json.loads(server.stdout.readline())["port"]))
        server.kill()


if __name__ == "__main__":
    main()
