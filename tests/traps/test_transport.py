"""Traps 20 to 22: what stands between us and the provider. messages-api.md section 26."""

from __future__ import annotations

import asyncio
import re
import zlib

import pytest

from tests.answers import frames, start, stop, text, whole
from tests.simulator.talk import AT_ONCE, HEADERS, body
from tests.traps.stub import LAST_CHUNK, SSE_HEAD, chunk, client_of, run_of, stub
from workbench.cli import show
from workbench.run import Closed, Run, RunEvent, Sent
from workbench.simulator.server import serving
from workbench.wire.events import MessageStop, TextDelta
from workbench.wire.request import MessagesRequest, compact

pytestmark = pytest.mark.anyio


async def raw_answer(url: str, request: str) -> bytes:
    """Every byte that a server answers to a request that asks it to close after it."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = "".join(f"{k}: {v}\r\n" for k, v in {**HEADERS, "host": f"{host}:{port}"}.items())
    writer.write(
        f"POST /v1/messages HTTP/1.1\r\n{head}content-type: application/json\r\n"
        f"connection: close\r\ncontent-length: {len(request)}\r\n\r\n{request}".encode()
    )
    answer = await reader.read()
    writer.close()
    return answer


async def test_trap_20_a_proxy_that_holds_the_stream_back() -> None:
    """Our server asks proxies not to; our faces say so where an answer came all at once."""
    async with serving(AT_ONCE) as url:
        answer = await raw_answer(url, compact(body(stream=True)))
    assert b"x-accel-buffering: no\r\n" in answer.partition(b"\r\n\r\n")[0].lower() + b"\r\n"

    run = Run("r1").after(RunEvent("r1", 0.0, Sent()))
    for number in range(30):
        run = run.after(RunEvent("r1", 8.0 + number / 1000, TextDelta(0, "word ")))
    for what in (MessageStop({"type": "message_stop"}), Closed("eof")):
        run = run.after(RunEvent("r1", 8.1, what))

    assert run.end_state == "complete"
    assert "something on the way holds streams back" in show.answer(run)


async def test_trap_21_chunked_framing_made_by_hand() -> None:
    """The body is framed once, by the server: unframed it is plain events and nothing else."""
    async with serving(AT_ONCE) as url:
        answer = await raw_answer(url, compact(body(stream=True)))

    head, _, framed = answer.partition(b"\r\n\r\n")
    assert head.lower().count(b"transfer-encoding: chunked") == 1
    plain = b""
    while framed:
        size, _, framed = framed.partition(b"\r\n")
        plain += framed[: int(size, 16)]
        framed = framed[int(size, 16) + 2 :]
    lines = plain.decode().splitlines()
    assert lines[0] == "event: message_start"
    assert all(line == "" or line.startswith(("event: ", "data: {")) for line in lines)
    assert re.fullmatch(rb"(event: \w+\ndata: \{.*\}\n\n)+", plain)


async def test_trap_22_we_ask_for_streams_uncompressed() -> None:
    """accept-encoding is identity, on the wire as the socket sees it."""
    async with stub(SSE_HEAD, chunk(whole("x")), LAST_CHUNK) as server:
        await run_of(server.url)

    assert b"accept-encoding: identity\r\n" in server.requests[0].lower()


async def test_trap_22_gzip_all_the_same_is_read_as_it_comes() -> None:
    """Compressed although not asked for, each event is there as soon as its bytes are."""
    packer = zlib.compressobj(wbits=31)
    first = packer.compress(frames(start(), *text("first")[:2])) + packer.flush(zlib.Z_SYNC_FLUSH)
    head = SSE_HEAD.replace(b"request-id", b"content-encoding: gzip\r\nrequest-id")

    async with (
        stub(head, chunk(first), ending="hold") as server,
        client_of(server.url) as client,
        client.stream(MessagesRequest.of(body(stream=True))) as events,
        asyncio.timeout(20),
    ):
        # The server holds the rest back: only what was decoded at once can arrive.
        async for event in events:
            if event == TextDelta(0, "first"):
                break
        else:
            pytest.fail("the first words never came")


async def test_trap_22_gzip_whole() -> None:
    """A compressed stream read to its end is the same answer."""
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(frames(start(), *text("packed"), *stop())) + packer.flush()
    head = SSE_HEAD.replace(b"request-id", b"content-encoding: gzip\r\nrequest-id")

    async with stub(head, chunk(packed[:20]), chunk(packed[20:]), LAST_CHUNK) as server:
        run = await run_of(server.url)

    assert (run.text, run.end_state) == ("packed", "complete")
