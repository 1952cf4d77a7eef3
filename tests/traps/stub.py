"""Servers that misbehave, and what our client makes of them.

A trap is sprung over a real socket on loopback where the socket is the trap, else over a
transport that hands out exactly the pieces it is given.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import httpx

from tests.answers import Pieces, streamed
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.api.patience import PATIENCE, Patience
from workbench.catalog.profile import Profile
from workbench.engine import round_of
from workbench.run import Run
from workbench.wire.request import MessagesRequest

KEY = "sk-ant-api03-trap"
BODY = {
    "model": "claude-haiku-4-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello"}],
    "stream": True,
}
REQUEST = MessagesRequest.of(BODY)
SSE_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"request-id: req_1\r\ntransfer-encoding: chunked\r\n\r\n"
)
AT_ONCE = {"retry-after-ms": "0"}
"""Headers of a refusal that let a retry follow without waiting."""

Answer = (
    Callable[[httpx.Request], httpx.Response]
    | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
)
Ending = Literal["close", "reset", "hold"]


@dataclass(slots=True)
class Stub:
    """A server on loopback, the requests that it got and how many clients let go of it."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def stub(*pieces: bytes, ending: Ending = "close") -> AsyncIterator[Stub]:
    """A server that answers every request with these bytes, whatever they are.

    Args:
        pieces: What is written, each flushed by itself.
        ending: What follows: a clean close, a reset, or silence until the client lets go.
    """
    served = Stub("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.requests.append(await _request(reader))
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if ending == "hold":
            await reader.read()
            served.let_go.set()
        if ending == "reset":
            # Lingering for no time makes the close a reset.
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One whole request, by its content-length."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


LAST_CHUNK = b"0\r\n\r\n"


def client_of(answer: Answer | str, patience: Patience = PATIENCE) -> Client:
    """Our client, its network either this function or the server at this URL."""
    if isinstance(answer, str):
        return Client(Endpoint(Profile("stub"), answer, KEY), patience=patience)
    endpoint = Endpoint(Profile("stub"), "https://stub.example", KEY)
    return Client(endpoint, patience=patience, transport=httpx.MockTransport(answer))


async def run_of(
    answer: Answer | str, request: MessagesRequest = REQUEST, *, patience: Patience = PATIENCE
) -> Run:
    """The run that comes of one request, retries included, as every face gets it."""
    run = Run("r1-1", provider="anthropic", model=request.model)
    async with client_of(answer, patience) as client, round_of({"r1-1": request}, client) as live:
        async for event in live:
            run = run.after(event)
    return run


async def run_of_bytes(*pieces: bytes, breaks: Exception | None = None) -> Run:
    """The run that comes of a stream that arrives in exactly these pieces."""
    return await run_of(lambda _: streamed(Pieces(pieces, breaks)))


@dataclass(slots=True)
class InTurn:
    """A server that gives one answer after another, and counts."""

    answers: list[httpx.Response]
    asked: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next answer; the last one again when all are used up."""
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]
