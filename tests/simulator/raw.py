"""An answer as the wire has it: nothing decoded, nothing mended, every chunk by itself."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.simulator.talk import HEADERS

End = Literal["whole", "cut", "reset"]


@dataclass(frozen=True)
class Raw:
    """One answer. `chunks` are HTTP's own; an answer that is not chunked is one of them."""

    status: int
    headers: Mapping[str, str]
    chunks: tuple[bytes, ...]
    end: End

    @cached_property
    def body(self) -> bytes:
        """The body, unpacked if it was compressed."""
        body = b"".join(self.chunks)
        if self.headers.get("content-encoding") == "gzip":
            return zlib.decompressobj(wbits=31).decompress(body)
        return body

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The JSON of every `data:` line, for streams whose lines end as usual."""
        lines = (line for line in self.body.split(b"\n") if line.startswith(b"data:"))
        return [json.loads(line[5:]) for line in lines]

    @property
    def types(self) -> list[str]:
        """The types of these events."""
        return [event.get("type", "") for event in self.events]

    @property
    def deltas(self) -> int:
        """How many of them are deltas."""
        return self.types.count("content_block_delta")

    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        return dict(json.loads(self.body))

    def one(self, kind: str) -> dict[str, Any]:
        """The first event of a type."""
        return next(event for event in self.events if event.get("type") == kind)


async def asked_raw(url: str, body: Mapping[str, Any], headers: Mapping[str, str] = {}) -> Raw:
    """Send a request by hand; read the answer to its end, whatever that is."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    content = json.dumps(body).encode()
    fields = {
        "host": where.netloc,
        "connection": "close",
        "content-length": str(len(content)),
        **HEADERS,
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    writer.write(f"POST /v1/messages HTTP/1.1\r\n{head}\r\n".encode() + content)
    data, reset = bytearray(), False
    try:
        while piece := await reader.read(65_536):
            data += piece
    except ConnectionResetError:
        reset = True
    writer.close()
    return _read(bytes(data), reset=reset)


def _read(data: bytes, *, reset: bool) -> Raw:
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank:
        return Raw(0, {}, (), "reset" if reset else "cut")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    headers = {name.lower(): value for name, value in pairs}
    if "content-length" in headers:
        whole = len(body) == int(headers["content-length"])
        return Raw(int(status.split()[1]), headers, (body,), "whole" if whole else "cut")
    chunks, last = _chunks(body)
    end: End = "reset" if reset else "whole" if last else "cut"
    return Raw(int(status.split()[1]), headers, chunks, end)


def _chunks(body: bytes) -> tuple[tuple[bytes, ...], bool]:
    """The chunks of a chunked body, and whether the last one says that it is."""
    chunks: list[bytes] = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            return tuple(chunks), True
        chunks.append(rest[:length])
        body = rest[length + 2 :]
    return tuple(chunks), False
