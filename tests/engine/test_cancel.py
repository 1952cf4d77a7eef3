"""Cancelling at any moment: what arrived is kept, the socket is closed, no task stays behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.answers import frames, start, text
from tests.traps.stub import REQUEST, SSE_HEAD, Stub, chunk, client_of, stub
from workbench.engine import LiveRound, round_of
from workbench.run import Discarded, Happening, Run, RunEvent
from workbench.wire.events import TextDelta
from workbench.wire.head import Head

pytestmark = pytest.mark.anyio

HALF = frames(start(), *text("half an ", "answer")[:3])
BUSY = b"HTTP/1.1 529 Busy\r\nretry-after: 100\r\ncontent-length: 0\r\n\r\n"
LIMITED = BUSY.replace(b"529 Busy", b"429 Slow")


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """After the block there are the tasks of before, and no others."""
    before = asyncio.all_tasks()
    yield
    for _ in range(20):  # the server's own tasks end when its connections do
        await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before


async def cancelled(url: str, at: Callable[[Happening], bool]) -> Run:
    """The run that comes of cancelling when something has happened."""
    run = Run("r1")
    async with client_of(url) as client, round_of({"r1": REQUEST}, client) as live:
        async for event in live:
            run = run.after(event)
            if at(event.what):
                await asyncio.sleep(0)
                live.cancel()
    return run


async def let_go(server: Stub) -> None:
    """Wait for the client to close its socket; it does so at once, or this never ends."""
    async with asyncio.timeout(20):
        await server.let_go.wait()


async def test_while_connecting() -> None:
    """The server takes the connection and never answers the handshake."""
    connected, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        while await reader.read(1000):
            pass
        gone.set()
        writer.close()

    run = Run("r1")
    async with nothing_left(), await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with client_of(url) as client, round_of({"r1": REQUEST}, client) as live:
            async for event in cancelling(live, connected):
                run = run.after(event)
        async with asyncio.timeout(20):
            await gone.wait()

    assert (run.end_state, run.attempts, run.problem) == ("aborted", 1, None)


async def cancelling(live: LiveRound, moment: asyncio.Event) -> AsyncIterator[RunEvent]:
    """The events of a round that is cancelled at a moment."""

    async def cancel() -> None:
        await moment.wait()
        live.cancel()

    task = asyncio.create_task(cancel())
    async for event in live:
        yield event
    await task


class Told(list[bytes]):
    """The requests that a server gets; says when there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    def append(self, request: bytes) -> None:
        """One more."""
        super().append(request)
        self.asked.set()


async def test_before_the_head_comes() -> None:
    """The request is out, nothing has come back."""
    run = Run("r1")
    async with nothing_left(), stub(ending="hold") as server:
        server.requests = told = Told()
        async with client_of(server.url) as client, round_of({"r1": REQUEST}, client) as live:
            async for event in cancelling(live, told.asked):
                run = run.after(event)
        await let_go(server)

    assert (run.end_state, run.content) == ("aborted", [])


@pytest.mark.parametrize("pieces", [(SSE_HEAD,), (SSE_HEAD, chunk(HALF))])
async def test_in_mid_answer(pieces: tuple[bytes, ...]) -> None:
    """What had come stays; the server sees the client go."""
    wanted: type[Head] | type[TextDelta] = TextDelta if len(pieces) > 1 else Head
    async with nothing_left(), stub(*pieces, ending="hold") as server:
        run = await cancelled(server.url, lambda what: isinstance(what, wanted))
        await let_go(server)

    assert run.end_state == "aborted"
    assert run.text == ("half an answer" if len(pieces) > 1 else "")
    assert run.request_id == "req_1"


@pytest.mark.parametrize("refusal", [BUSY, LIMITED], ids=["own wait", "shared pause"])
async def test_while_it_waits_to_try_again(refusal: bytes) -> None:
    """Nobody sits out a minute that is of no use any more; the refused try is kept."""
    async with nothing_left(), stub(refusal) as server, asyncio.timeout(20):
        run = await cancelled(server.url, lambda what: isinstance(what, Discarded))

    assert run.end_state == "aborted"
    assert len(run.discarded) == len(server.requests) == 1


async def test_leaving_the_block_is_cancelling() -> None:
    """A face that fails in mid-round leaves no connection open."""
    async with nothing_left(), stub(SSE_HEAD, chunk(HALF), ending="hold") as server:

        async def stumble() -> None:
            async with client_of(server.url) as client, round_of({"r1": REQUEST}, client) as live:
                async for event in live:
                    if isinstance(event.what, TextDelta):
                        raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await stumble()
        await let_go(server)
