"""An answer as it comes in: bytes to events, whatever the server makes of a stream.

Source: messages-api.md sections 13 and 26.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

from workbench.api.library import httpx
from workbench.api.refusal import refusal
from workbench.api.veil import Veil
from workbench.api.whole import events_of, is_whole
from workbench.catalog.profile import Profile
from workbench.errors import ApiError, NoAnswer
from workbench.wire.events import ErrorEvent, MessageStop, Ping, StreamEvent, Unknown, read_event
from workbench.wire.head import Head
from workbench.wire.sse import ServerSentEvent, SSEReader

_DRAIN_S = 0.5
_FIRST = 400


class Answer:
    """One answer, from its head to its last event.

    Args:
        head: Its status and headers.
        response: Its body, not read yet.
        profile: Who answers.
        hidden: Takes the key out of a text, should the server have put it there.
        veil: Does so where it comes in pieces.
        heard: Called for every piece of the body, with whether an event other than a ping came.
    """

    def __init__(
        self,
        head: Head,
        response: httpx.Response,
        profile: Profile,
        *,
        hidden: Callable[[str], str],
        veil: Veil,
        heard: Callable[[bool], None],
    ) -> None:
        self._head, self._response, self._profile = head, response, profile
        self._hidden, self._veil, self._heard = hidden, veil, heard
        self._known, self._first = False, b""

    async def events(self) -> AsyncGenerator[Head | StreamEvent, None]:
        """The head, then every event as it comes.

        Raises:
            NoAnswer: It ended, and nothing in it was an event that we know.
            ApiError: It is no stream, nor a message.
        """
        yield self._head
        kind = self._response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind.endswith("json") or "html" in kind:
            for event in self._whole(kind, await self._body()):
                yield event
            return
        reader, chunks = SSEReader(), self._response.aiter_bytes()
        try:
            async for chunk in chunks:
                for event in self._events_in(reader, chunk):
                    yield event
                    if isinstance(event, MessageStop | ErrorEvent):
                        await _drain(chunks)
                        return
        except httpx.RequestError:
            for event in self._veil.rest():
                yield event
            raise
        last = self._veil.over([self._read(frame) for frame in reader.close()])
        for event in (*last, *self._veil.rest()):
            yield event
        if not self._known:
            raise self._nothing(self._first)

    def _events_in(self, reader: SSEReader, chunk: bytes) -> list[StreamEvent]:
        """The events that this piece of the stream completes."""
        if not self._known and len(self._first) < _FIRST:
            self._first += chunk[:_FIRST]
        events = [self._read(frame) for frame in reader.feed(chunk)]
        self._heard(any(not isinstance(event, Ping) for event in events))
        return self._veil.over(events)

    async def _body(self) -> bytes:
        body = bytearray()
        async for chunk in self._response.aiter_bytes():
            self._heard(True)
            body += chunk
        return bytes(body)

    def _read(self, frame: ServerSentEvent) -> StreamEvent:
        """The event in a frame. What is no JSON object (`[DONE]`, a gateway's words) is kept."""
        text = self._hidden(frame.data)
        data = _json(text)
        if isinstance(data, dict):
            event = read_event(data, frame.event)
            self._known = self._known or not isinstance(event, Ping | Unknown)
            return event
        return Unknown({"type": frame.event or "unparsed", "data": text})

    def _whole(self, kind: str, body: bytes) -> list[StreamEvent]:
        """The events of an answer that was not streamed."""
        text = self._hidden(body.decode("utf-8", "replace"))
        data = _json(text)
        if isinstance(data, Mapping) and data.get("type") == "error":
            raise refusal(self._head, text.encode(), self._profile)
        if isinstance(data, Mapping) and is_whole(data):
            return list(events_of(data))
        raise ApiError(
            f"the server answered {kind} instead of a stream: {_start_of(text)}",
            hint="Is this a Messages API, and does it stream?",
            status=self._head.status,
            type="not_a_stream",
            request_id=self._head.request_id,
        )

    def _nothing(self, first: bytes) -> NoAnswer:
        words = _start_of(self._hidden(first.decode("utf-8", "replace")))
        return NoAnswer(
            f"the stream held nothing that the Messages API sends; it began with: {words}"
            if first
            else "the answer was empty",
            hint="Is this a Messages API, and does it stream? Run it again, or correct the URL.",
            status=self._head.status,
            type="no_answer",
            request_id=self._head.request_id,
        )


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read on to the end, so that the connection can serve again; do not wait for it long."""
    with suppress(TimeoutError, httpx.TransportError):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in chunks:
                pass


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _start_of(text: str) -> str:
    line = " ".join(text[:_FIRST].split())
    return line[:120] or "nothing"
