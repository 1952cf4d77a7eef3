"""One tab of a browser: a workbench of its own, in a process of its own.

The process speaks the protocol of Textual's web driver: packets of a letter, four bytes of length
and the load. `D` is what a terminal would be sent, `M` a message in JSON, `P` a piece of a file.
When the tab is closed the process goes on for a while, so that a page that is loaded again finds it
as it was. Then it is hung up on, as by a terminal that goes away: it keeps what was typed and what
arrived, and ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from workbench.telling.plain import plain

SHOWN_AGAIN = "shown_again"
"""What the workbench is told when another page shows it: that nothing of it is painted there."""

_READY = b"__GANGLION__\n"
_PATIENCE_S = 10.0
_MOST_CELLS = 1000
_CHUNK_BYTES = 64 * 1024
_NEVER_BEGAN = "The workbench did not start. What it said is where `workbench serve` runs."
_CHUNK = re.compile(rb"ts13:deliver_chunks(\d+):")


@dataclass(slots=True)
class Delivery:
    """A file on its way from the workbench to the browser.

    Args:
        tab: Whose it is.
        about: What the workbench says of it: `path`, `mime_type`, `encoding`, `name`.
        chunks: Its pieces, as they come; an empty one ends it.
    """

    tab: Tab
    about: Mapping[str, Any]
    chunks: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)


class Tab:
    """A workbench for one tab.

    Args:
        command: What it runs.
        kept_s: How long it goes on unseen, in seconds.
        deliveries: Where files that are ready for the browser are announced, by their keys.
        over: Called once it has ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        kept_s: float,
        deliveries: dict[str, Delivery],
        over: Callable[[Tab], None],
    ) -> None:
        self._command, self._kept_s = command, kept_s
        self._deliveries, self._over = deliveries, over
        self._socket: web.WebSocketResponse | None = None
        self._process: Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._unseen: asyncio.Task[None] | None = None

    @property
    def seen(self) -> bool:
        """Whether a page shows it."""
        return self._socket is not None and not self._socket.closed

    async def show_in(self, socket: web.WebSocketResponse, width: int, height: int) -> None:
        """Begin, or go on, in this open socket; returns once that is closed."""
        if self._unseen is not None:
            self._unseen.cancel()
        self._socket = socket
        if self._process is None:
            await self._begin(width, height)
        else:
            await self._resize(width, height)
            await self._send(b"M", json.dumps({"type": SHOWN_AGAIN}).encode())
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    await self._take(message.data)
        finally:
            if self._socket is socket:  # else a newer page shows it
                self._unseen = asyncio.create_task(self._wait(), name="unseen tab")

    async def end(self) -> None:
        """Hang up on it, and wait until it has ended."""
        if self._process is None or self._life is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(getattr(signal, "SIGHUP", signal.SIGTERM))
        await asyncio.wait([self._life], timeout=_PATIENCE_S)
        _kill(self._process)
        await asyncio.wait([self._life])

    async def _begin(self, width: int, height: int) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(width, height),
            start_new_session=True,  # Ctrl+C where the server runs is for the server
        )
        self._life = asyncio.create_task(self._live(self._process), name="tab")

    async def _live(self, process: Process) -> None:
        """From its first byte to its end."""
        try:
            await self._paint(process)
            await asyncio.wait_for(process.wait(), _PATIENCE_S)
        finally:
            _kill(process)
            self._over(self)
            for key in [k for k, delivery in self._deliveries.items() if delivery.tab is self]:
                self._deliveries.pop(key).chunks.put_nowait(b"")

    async def _wait(self) -> None:
        """Nobody looks: wait whether the page comes back."""
        if self._life is not None:
            await asyncio.wait([self._life], timeout=self._kept_s)
        await self.end()

    async def want(self, key: str, delivery: Delivery) -> bytes:
        """The next piece of a file; empty at its end."""
        name = delivery.about.get("name")
        wish = {"type": "deliver_chunk_request", "key": key, "size": _CHUNK_BYTES, "name": name}
        await self._send(b"M", json.dumps(wish).encode())
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await delivery.chunks.get()
        except TimeoutError:
            return b""

    async def _take(self, text: str) -> None:
        """Something came from the browser."""
        try:
            said = json.loads(text)
        except ValueError:
            return
        match said:
            case ["stdin", str(typed)]:
                await self._send(b"D", typed.encode("utf-8", "replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self._resize(width, height)
            case ["ping", str(when)] if self._socket is not None:
                await self._socket.send_json(["pong", when])
            case ["focus" | "blur" as which, *_]:
                await self._send(b"M", json.dumps({"type": which}).encode())

    async def _resize(self, width: int, height: int) -> None:
        size = {"type": "resize", "width": _cells(width), "height": _cells(height)}
        await self._send(b"M", json.dumps(size).encode())

    async def _send(self, kind: bytes, load: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(ConnectionError):  # it has ended; the socket is about to be closed
            self._process.stdin.write(kind + len(load).to_bytes(4, "big") + load)
            await self._process.stdin.drain()

    async def _paint(self, process: Process) -> None:
        """Pass on what the workbench paints, to its end, even where nobody looks any more."""
        assert process.stdout is not None
        read = process.stdout.readexactly
        try:
            if await self._began(process.stdout):
                while (kind := await read(1)) in (b"D", b"M", b"P"):
                    load = await read(int.from_bytes(await read(4), "big"))
                    if kind == b"M" and json.loads(load).get("type") == "exit":
                        break
                    await self._pass_on(kind, load)
                await self._show(_text(await process.stdout.read()))
            else:
                await self._show(_NEVER_BEGAN)
        except asyncio.IncompleteReadError:
            pass
        finally:
            if self._socket is not None:
                await self._socket.close()

    async def _began(self, stdout: asyncio.StreamReader) -> bool:
        while line := await stdout.readline():
            if line == _READY:
                return True
        return False

    async def _pass_on(self, kind: bytes, load: bytes) -> None:
        with suppress(ConnectionError):
            if kind == b"D" and self._socket is not None and not self._socket.closed:
                await self._socket.send_bytes(load)
            elif kind == b"M":
                await self._announce(json.loads(load))
            elif kind == b"P":
                key, chunk = _chunk(load)
                if key in self._deliveries:
                    self._deliveries[key].chunks.put_nowait(chunk)

    async def _announce(self, said: Mapping[str, Any]) -> None:
        """A file is ready: the browser is told to fetch it."""
        if self._socket is None or self._socket.closed:
            return
        if said.get("type") == "deliver_file_start":
            key = str(said["key"])
            self._deliveries[key] = Delivery(self, said)
            await self._socket.send_json(["deliver_file_start", key])

    async def _show(self, text: str) -> None:
        """Leave some last words on the screen."""
        lines = "\r\n".join(plain(line) for line in text.splitlines())
        if lines.strip() and self._socket is not None and not self._socket.closed:
            with suppress(ConnectionError):
                await self._socket.send_bytes(b"\x1b[0m\x1b[2J\x1b[H" + lines.encode())


def _kill(process: Process) -> None:
    """End a process that should have ended."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()


def _environment(width: int, height: int) -> dict[str, str]:
    """The server's own, and what tells Textual that it paints for a browser."""
    ours = {
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color",
        "PYTHONUTF8": "1",  # a browser shows every character, whatever the server's locale
        "COLUMNS": str(_cells(width)),
        "ROWS": str(_cells(height)),
    }
    terminals = ("TMUX", "TERM_PROGRAM", "TERM_PROGRAM_VERSION")
    return {name: text for name, text in os.environ.items() if name not in terminals} | ours


def _cells(number: int) -> int:
    return max(1, min(number, _MOST_CELLS))


def _text(said: bytes) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode("utf-8", "replace"))


def _chunk(load: bytes) -> tuple[str, bytes]:
    """A file's key and its next piece, out of ("deliver_chunk", key, piece) as Textual packs it.

    A length, a colon and the bytes; an `s` before the length of a text.
    """
    head = _CHUNK.match(load)
    if head is None:
        return "", b""
    ends = head.end() + int(head[1])
    _, _, chunk = load[ends:].partition(b":")
    return load[head.end() : ends].decode(), chunk[:-1]
