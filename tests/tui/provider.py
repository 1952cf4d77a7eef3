"""A provider that answers when it is told to: nothing in a test hangs on how fast a machine is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.answers import frames, start, stop, text

_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"request-id: req_1\r\nconnection: close\r\n\r\n"
)


@dataclass(slots=True)
class Provider:
    """A server on loopback; every answer begins at once, and ends once `go` is set."""

    url: str = ""
    says: Callable[[int], Sequence[str]] = lambda number: ("An answer ", "of two pieces.")
    served: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        await reader.readexactly(int(fields[b"content-length"]))
        self.served += 1
        answer = text(*self.says(self.served))
        writer.write(_HEAD + frames(start(), *answer[:2]))
        waiting = [asyncio.create_task(self.go.wait()), asyncio.create_task(reader.read())]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        with suppress(ConnectionError):
            writer.write(frames(*answer[2:], *stop()))
            await writer.drain()
        writer.close()


@asynccontextmanager
async def provider(
    *, holds: bool = False, says: Callable[[int], Sequence[str]] | None = None
) -> AsyncIterator[Provider]:
    """A provider on loopback.

    Args:
        holds: Whether answers stop in their middle until `go` is set.
        says: The pieces of the answer of that number, from 1; two short ones where None.
    """
    made = Provider(says=says) if says else Provider()
    if not holds:
        made.go.set()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        made.go.set()
        server.close()
