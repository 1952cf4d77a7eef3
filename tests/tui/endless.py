"""A provider whose answers go on and on; now and then one ends, breaks off, or is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random

from tests.answers import frames, start, stop, text

_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
_REFUSAL = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
    b'{"type": "error", "error": {"type": "invalid_request_error", "message": "not today"}}'
)
_WORDS = ("An order ", "is late. ", "\n\n", "# Why\n", "<b>", "```\n", "\x1b[31m", "宽", "\t", "{")
_EVERY_S = 0.05


@dataclass(slots=True)
class Endless:
    """The server's side.

    Args:
        dice: Draws what becomes of each answer, and of which words it is.
        steady: To so many requests from here on the answer has no end of its own.
    """

    dice: Random
    steady: int = 0
    url: str = ""
    over: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, until its end or until nobody listens any more."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            await self._answer(writer)
        writer.transport.abort() if self.over else writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        fate = self.dice.random() if self.steady <= 0 else 1.0
        self.steady -= 1
        if fate < 0.05:
            writer.write(_REFUSAL)
            return
        begun, piece, ended = text("It ")
        writer.write(_STREAM + frames(start(), begun, piece))
        lasts = self.dice.randrange(4, 80) if fate < 0.4 else 100_000
        for _ in range(lasts):
            await asyncio.sleep(_EVERY_S)
            delta = {**piece["delta"], "text": self.dice.choice(_WORDS)}
            writer.write(frames({**piece, "delta": delta}))
            await writer.drain()
        if fate > 0.1:
            writer.write(frames(ended, *stop()))


@asynccontextmanager
async def endless(dice: Random) -> AsyncIterator[Endless]:
    """The provider on loopback; leaving the block cuts whatever is still streaming."""
    made = Endless(dice)
    answers = set[asyncio.Task[None]]()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.add(task := asyncio.ensure_future(made.serve(reader, writer)))
        task.add_done_callback(answers.discard)

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        made.over = True
        for task in answers:
            task.cancel()
        await asyncio.gather(*answers)
