"""What the simulator's streams bring and when: written down once, played to every contestant.

Used by `python -m tests.bench.panes`. The app reads the simulator's sockets itself; a widget that
is measured beside it, with no network of its own, is given these events: the same texts, cut the
same, at the same times, a stream a pane.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bench.stream import KEY
from tests.bench.whole import MODEL


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text, `at_s` seconds after the streams began, for the pane of this number."""

    at_s: float
    pane: int
    text: str


async def _read(client: httpx.AsyncClient, pane: int, came: list[Delta], seconds: float) -> None:
    body = {
        "model": MODEL,
        "max_tokens": 16_000,
        "stream": True,
        "messages": [{"role": "user", "content": f"A line of the ticket, for v{pane:02}."}],
    }
    async with client.stream("POST", "/v1/messages", json=body) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if '"text_delta"' in line:
                text = json.loads(line.removeprefix("data:"))["delta"]["text"]
                came.append(Delta(time.monotonic(), pane, text))
                if came[-1].at_s > came[0].at_s + seconds:
                    return


async def _recorded(url: str, panes: int, seconds: float) -> list[Delta]:
    came: list[Delta] = []
    headers = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    limits = httpx.Limits(max_connections=panes)
    async with httpx.AsyncClient(
        base_url=url, headers=headers, limits=limits, timeout=60, trust_env=False
    ) as client:
        await asyncio.gather(*(_read(client, pane, came, seconds) for pane in range(panes)))
    return [Delta(delta.at_s - came[0].at_s, delta.pane, delta.text) for delta in came]


def record(url: str, panes: int, seconds: float, path: Path) -> list[Delta]:
    """Read so many streams at once from a simulator, for so long; write them down."""
    came = asyncio.run(_recorded(url, panes, seconds))
    lines = (json.dumps([delta.at_s, delta.pane, delta.text]) for delta in came)
    path.write_text("\n".join(lines), "utf-8")
    return came


def read(path: Path) -> list[Delta]:
    """What was written down."""
    return [Delta(*json.loads(line)) for line in path.read_text("utf-8").splitlines()]


async def play(deltas: Iterable[Delta], deliver: Callable[[int, str], None]) -> None:
    """Call `deliver` with pane and text of each at its time, catching up when late."""
    began = time.monotonic()
    for delta in deltas:
        if (early := began + delta.at_s - time.monotonic()) > 0:
            await asyncio.sleep(early)
        deliver(delta.pane, delta.text)
