"""The simulator as a child process: there when needed, gone when the app is."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulator.talk import HEADERS, body
from workbench.errors import SimulatorError
from workbench.simulator import launch
from workbench.simulator.launch import launched

PARENT = """
import asyncio, sys
from workbench.simulator.launch import launched

async def main():
    async with launched(speed=0.01) as url:
        print(url, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""
ROOT = Path(launch.__file__).parents[2]
DEADLINE_S = 20.0


@pytest.fixture(autouse=True)
def forked_simulators() -> None:
    """Not here: they are started as the app starts them."""


def talking_to(url: str) -> httpx.AsyncClient:
    """A client with a key."""
    return httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=60)


def closed_by_itself(url: str) -> bool:
    """Whether the port stops accepting within a generous time."""
    port = httpx.URL(url).port
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return True
    return False


@pytest.mark.anyio
async def test_it_answers_inside_the_block_and_is_gone_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder with a json.py of its own, and with a PYTHONPATH that is not ours."""
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the working folder')")
    monkeypatch.chdir(tmp_path)
    async with launched(speed=float("inf"), seed=3) as url, talking_to(url) as client:
        response = await client.post("/v1/messages", json=body())
    assert response.headers["x-simulated"] == "workbench"
    assert closed_by_itself(url)


@pytest.mark.anyio
async def test_it_plays_the_provider_that_it_is_told_to() -> None:
    """The profile reaches the child."""
    async with launched(speed=float("inf"), profile="bytespike") as url, talking_to(url) as client:
        response = await client.post("/v1/messages", json=body())
    assert "x-quota-remaining-credits" in response.headers


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_it_dies_with_a_parent_that_is_killed() -> None:
    """SIGKILL gives the app no chance to clean up; the child leaves all the same."""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", PARENT],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        socket.create_connection(("127.0.0.1", httpx.URL(url).port), timeout=5).close()
        parent.kill()
    assert closed_by_itself(url)


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")
@pytest.mark.anyio
async def test_the_terminals_interrupt_is_not_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C reaches the whole process group; the child is not in it and ignores it besides."""
    children: list[subprocess.Popen[bytes]] = []
    start = launch._started

    def noting(*given: Any) -> subprocess.Popen[bytes]:
        children.append(start(*given))
        return children[0]

    monkeypatch.setattr(launch, "_started", noting)
    async with launched(speed=float("inf")) as url, talking_to(url) as client:
        child = children[0].pid
        assert os.getpgid(child) != os.getpgid(0)
        os.kill(child, signal.SIGINT)
        assert (await client.get("/v1/models")).status_code == 200
        os.kill(child, signal.SIGTERM)
        assert closed_by_itself(url)


@pytest.mark.anyio
async def test_what_keeps_it_from_starting_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A child that fails says why, whichever way it fails; nothing reaches the terminal."""
    with pytest.raises(SimulatorError, match="a speed of -1 is no speed") as refused:
        async with launched(speed=-1):
            pass
    assert refused.value.hint

    monkeypatch.setattr(launch, "_environment", lambda: {"PYTHONPATH": ""})
    monkeypatch.setattr(launch, "MODULE", "workbench_that_is_not_there")
    with pytest.raises(SimulatorError, match=r"did not start: .*workbench_that_is_not_there"):
        async with launched():
            pass

    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(SimulatorError, match=r"did not start: .*No such file"):
        async with launched():
            pass


@pytest.mark.anyio
async def test_leaving_while_it_starts_leaves_nothing_behind() -> None:
    """Cancelled before the child has said its port, the child is gone and no thread hangs."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.01), launched():
            pytest.fail("it cannot be that fast")
