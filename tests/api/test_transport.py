"""The pool: one for all runs, connections kept, proxies heeded but for this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.answers import whole
from tests.traps.stub import REQUEST, chunk
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.catalog.profile import Profile
from workbench.engine import round_of
from workbench.run import Run

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass(slots=True)
class Server:
    """A server that keeps its connections, and answers when so many requests are open at once."""

    together: int = 1
    url: str = ""
    connections: int = 0
    open: int = 0
    asked: list[bytes] = field(default_factory=list)
    met: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request on this connection."""
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.asked.append(head)
                await reader.readexactly(len(REQUEST.text.encode()))
                writer.write(HEAD)
                self.open += 1
                if self.open == self.together:
                    self.met.set()
                await self.met.wait()
                self.open -= 1
                writer.write(chunk(whole("hello")) + b"0\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def keeping(together: int = 1) -> AsyncIterator[Server]:
    """Serve inside the block."""
    served = Server(together)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()


async def ended(url: str, number: int, at_once: int) -> set[str | None]:
    """How the runs of a round at this address ended."""
    runs = {f"r{n}": Run(f"r{n}") for n in range(number)}
    async with Client(Endpoint(Profile("stub"), url, "sk-key")) as client:
        requests = dict.fromkeys(runs, REQUEST)
        async with round_of(requests, client, at_once=at_once) as live:
            async for event in live:
                runs[event.run_id] = runs[event.run_id].after(event)
    return {run.end_state for run in runs.values()}


async def test_connections_are_kept_for_the_next_run() -> None:
    """Ten runs after one another need one."""
    async with keeping() as server:
        assert await ended(server.url, 10, 1) == {"complete"}

    assert (server.connections, len(server.asked)) == (1, 10)


async def test_sixty_four_streams_go_at_once() -> None:
    """Each on a connection of its own, and no more connections than that."""
    async with keeping(64) as server, asyncio.timeout(60):
        assert await ended(server.url, 200, 64) == {"complete"}

    assert server.connections == 64


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_a_proxy_of_the_environment_is_used(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for the whole address."""
    async with keeping() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert await ended("http://api.example", 1, 1) == {"complete"}

    assert proxy.asked[0].startswith(b"POST http://api.example/v1/messages")


async def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator, and a server of one's own, are reached directly."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    async with keeping() as server:
        assert await ended(server.url, 1, 1) == {"complete"}

    assert server.asked[0].startswith(b"POST /v1/messages")


async def test_a_header_is_sent_as_it_is_meant() -> None:
    """No compression, the version, the key; nothing that a library adds for itself."""
    async with keeping() as server:
        await ended(server.url, 1, 1)

    names = {line.split(b":")[0].lower() for line in server.asked[0].split(b"\r\n")[1:] if line}
    assert names == {
        *(b"host", b"accept", b"accept-encoding", b"connection", b"content-length"),
        *(b"content-type", b"user-agent", b"x-api-key", b"anthropic-version"),
    }
    assert b"accept-encoding: identity" in server.asked[0].lower()
