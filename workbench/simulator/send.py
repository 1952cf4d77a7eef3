"""How an answer leaves for the network: each piece when it is due, and the connection's end."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Iterable, Mapping
from typing import Literal

from aiohttp import web

from workbench.simulator.stream import Frame

_LINGER = "hh" if os.name == "nt" else "ii"
_AT_ONCE = struct.pack(_LINGER, 1, 0)  # lingering for no time at all: the system sends a reset


async def until(moment_s: float) -> None:
    """Wait for a moment of the loop's clock."""
    left_s = moment_s - asyncio.get_running_loop().time()
    if left_s > 0:
        await asyncio.sleep(left_s)


async def send_stream(
    request: web.BaseRequest,
    headers: Mapping[str, str],
    frames: Iterable[Frame],
    began_s: float,
    *,
    apart: bool = False,
    ending: Literal["eof", "cut", "reset", "hang"] = "eof",
) -> web.StreamResponse:
    """Send a stream of events, each frame when it is due after `began_s`.

    Frames are due by a plan, not so long after the one before: a stream that was held up
    catches up, however many others there are.

    Args:
        request: What is answered.
        headers: Of the answer, beside a stream's own.
        frames: What to send.
        began_s: The moment from which theirs count, on the loop's clock.
        apart: Whether each frame is written by itself, even where several are due at once.
        ending: What becomes of the connection then: HTTP's own end, no end (`cut`), a reset, or
            nothing until the client leaves.
    """
    response = web.StreamResponse(headers=headers)
    response.headers["content-type"] = "text/event-stream; charset=utf-8"
    response.headers["cache-control"] = "no-cache"
    response.headers["x-accel-buffering"] = "no"  # for a proxy that would hold the stream back
    await response.prepare(request)
    clock, waiting = asyncio.get_running_loop().time, bytearray()
    for due_s, frame in frames:
        if waiting and (apart or began_s + due_s > clock()):
            await response.write(bytes(waiting))
            waiting.clear()
        if began_s + due_s > clock():
            await until(began_s + due_s)
        waiting += frame
    await response.write(bytes(waiting))
    match ending:
        case "cut":
            cut(request)
        case "reset":
            reset(request)
        case "hang":
            await asyncio.Event().wait()
        case _:
            await response.write_eof()
    return response


def cut(request: web.BaseRequest) -> None:
    """Close the connection once all that was written is sent, whatever was still to come."""
    if request.transport is not None:
        request.transport.close()


def reset(request: web.BaseRequest) -> web.Response:
    """Reset the connection. Gives an answer that will reach nobody."""
    if request.transport is not None:
        bare = request.transport.get_extra_info("socket")
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        request.transport.abort()
    return web.Response()
