"""Bytes to server-sent events, split where the bytes say so.

Written on bytes because `str.splitlines()` and httpx's `iter_lines()` also break at U+2028,
U+2029 and U+0085, which models write inside JSON. Source: messages-api.md section 13.5.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One dispatched event: its `event:` name (may be empty) and its joined `data:` lines."""

    event: str
    data: str


class SSEReader:
    """Reads a stream of server-sent events, fed in pieces of any size.

    Splits lines at LF, CRLF and CR only; decodes whole lines, so a UTF-8 character split over
    two pieces stays whole; drops one leading byte order mark, comments and frames without data.
    """

    __slots__ = ("_data", "_event", "_rest", "_started")

    def __init__(self) -> None:
        self._rest = b""
        self._started = False
        self._event = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Take the next bytes; give the events that they complete."""
        buffer = self._rest + chunk
        if not self._started:
            if len(buffer) < len(_BOM) and _BOM.startswith(buffer):
                self._rest = buffer
                return []
            buffer = buffer.removeprefix(_BOM)
            self._started = True
        # A trailing CR may be the first half of a CRLF: hold it until the next byte is known.
        held = b"\r" if buffer.endswith(b"\r") else b""
        buffer = buffer.removesuffix(held)
        if b"\r" in buffer:
            buffer = buffer.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = buffer.split(b"\n")
        self._rest = rest + held
        return [event for line in lines if (event := self._line(line)) is not None]

    def close(self) -> list[ServerSentEvent]:
        """The stream ended: give a last frame that lacks its blank line, if its JSON is whole."""
        events = self.feed(b"\n") if self._rest.endswith(b"\r") else []
        last, self._rest = self._rest, b""
        if last:
            self._line(last)
        if (cut := self._line(b"")) is not None and _is_json(cut.data):
            events.append(cut)
        return events

    def _line(self, line: bytes) -> ServerSentEvent | None:
        """Take one whole line; a blank one ends a frame and gives it, if it had any data."""
        if not line:
            data, event = "\n".join(self._data), self._event
            self._event, self._data = "", []
            return ServerSentEvent(event, data) if data else None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))
        elif name == b"event":
            self._event = value.removeprefix(b" ").decode("utf-8", "replace")
        return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
