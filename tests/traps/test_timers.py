"""Traps 16 to 19: how long to wait, and for what. messages-api.md sections 17 and 26."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.answers import Pieces, frames, start, stop, streamed, text, whole
from tests.traps.stub import SSE_HEAD, InTurn, chunk, run_of, stub
from workbench.api.patience import Patience

pytestmark = pytest.mark.anyio

HALF = frames(start(), *text("half an ", "answer")[:3])
PING = frames({"type": "ping"})
DRIP = frames(text("x")[1])
REST = frames(*text("")[2:], *stop())


class Feed(Pieces):
    """A body that goes on with one piece as fast as it is read, for a while or for ever."""

    def __init__(self, first: bytes, piece: bytes, seconds: float, rest: bytes) -> None:
        super().__init__([])
        self._first, self._piece, self._seconds, self._rest = first, piece, seconds, rest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._first
        clock = asyncio.get_running_loop().time
        until = clock() + self._seconds
        while clock() < until:
            yield self._piece
            await asyncio.sleep(0)
        yield self._rest


def feeding(first: bytes, piece: bytes, seconds: float = 20, rest: bytes = b"") -> InTurn:
    """A server that answers so."""
    return InTurn([streamed(Feed(first, piece, seconds, rest))])


async def test_trap_16_a_stream_that_hangs_with_its_socket_open() -> None:
    """Without a byte it is stalled: the text is kept, and the socket closed at once."""
    async with stub(SSE_HEAD, chunk(HALF), ending="hold") as server:
        run = await run_of(server.url, patience=Patience(bytes_idle_s=0.1))
        async with asyncio.timeout(20):
            await server.let_go.wait()

    assert run.end_state == "stalled"
    assert run.text == "half an answer"
    assert run.problem is not None
    assert run.problem.type == "stalled"
    assert len(server.requests) == 1


async def test_trap_16_headers_that_never_come() -> None:
    """A server that takes the request and says nothing is given up on, and it is said so."""
    async with stub(ending="hold") as server:
        run = await run_of(server.url, patience=Patience(bytes_idle_s=0.05))

    assert run.end_state == "failed"
    assert run.problem is not None
    assert "127.0.0.1" in run.problem.problem
    assert run.attempts == len(server.requests)


async def test_trap_17_pings_keep_the_connection_alive() -> None:
    """While pings come, the timer for bytes does not fire, however long nothing else does."""
    server = feeding(HALF, PING, seconds=0.5, rest=REST)

    run = await run_of(server, patience=Patience(bytes_idle_s=0.25))

    assert (run.end_state, run.text) == ("complete", "half an answer")


async def test_trap_17_pings_are_no_progress() -> None:
    """Nothing but pings ends in the end: they are not counted as an answer."""
    server = feeding(HALF, PING)

    run = await run_of(server, patience=Patience(bytes_idle_s=0.1, progress_idle_s=0.2))

    assert run.end_state == "stalled"
    assert run.problem is not None
    assert "pings" in run.problem.problem
    assert run.text == "half an answer"


async def test_trap_18_long_thinking_is_not_cut() -> None:
    """Silence between events may last five minutes; only silence of the wire ends sooner."""
    patience = Patience()

    assert 60 <= patience.bytes_idle_s <= 90
    assert patience.progress_idle_s >= 300
    assert patience.lifetime_s > patience.progress_idle_s


@pytest.mark.parametrize("piece", [DRIP, PING + DRIP])
async def test_trap_19_a_drip_feed_that_never_ends(piece: bytes) -> None:
    """However lively, an answer has an end: its lifetime is capped, what came is kept."""
    server = feeding(HALF, piece)

    run = await run_of(server, patience=Patience(lifetime_s=0.2))

    assert run.end_state == "stalled"
    assert run.text.startswith("half an answer")
    assert server.asked == 1


async def test_slow_headers_are_waited_for() -> None:
    """The head may take as long as the first byte may; then the answer is as good as any."""

    async def late(request: httpx.Request) -> httpx.Response:
        for _ in range(50):
            await asyncio.sleep(0)
        return streamed(whole("late"))

    run = await run_of(late, patience=Patience(bytes_idle_s=20))

    assert (run.end_state, run.text) == ("complete", "late")
