"""A provider that answers when it is told to: nothing in a test hangs on how fast a machine is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.answers import frames, start, stop, text

_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"request-id: req_1\r\nconnection: close\r\n\r\n"
)
_ANSWER = text("An answer ", "of two pieces.")


@dataclass(slots=True)
class Provider:
    """A server on loopback; every answer begins at once, and ends once `go` is set."""

    url: str = ""
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        await reader.readexactly(int(fields[b"content-length"]))
        writer.write(_HEAD + frames(start(), *_ANSWER[:2]))
        waiting = [asyncio.create_task(self.go.wait()), asyncio.create_task(reader.read())]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        with suppress(ConnectionError):
            writer.write(frames(*_ANSWER[2:], *stop()))
            await writer.drain()
        writer.close()


@asynccontextmanager
async def provider(*, holds: bool = False) -> AsyncIterator[Provider]:
    """A provider on loopback.

    Args:
        holds: Whether answers stop in their middle until `go` is set.
    """
    made = Provider()
    if not holds:
        made.go.set()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        made.go.set()
        server.close()
