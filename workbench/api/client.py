"""The streaming client: one request in, its answer's head and events out, as they arrive."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self

import httpx

from workbench.api.endpoint import Endpoint
from workbench.api.refusal import refusal
from workbench.api.transport import http_client
from workbench.errors import ApiError, BrokenStream, Stalled, Unreachable
from workbench.wire.events import ErrorEvent, MessageStop, Ping, StreamEvent, Unknown, read_event
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest, compact
from workbench.wire.sse import ServerSentEvent, SSEReader

_IDLE_S = 75.0
_NO_PROGRESS_S = 300.0
_DRAIN_S = 0.5
_TIMEOUT = httpx.Timeout(connect=10.0, read=_IDLE_S, write=60.0, pool=None)
_NOT_COUNTED = ("max_tokens", "stream", "metadata", "temperature", "top_p", "top_k")
_NOT_COUNTED_EITHER = ("stop_sequences", "service_tier", "container", "diagnostics")


class Client:
    """Talks to one endpoint over one pool of connections. An async context manager.

    Args:
        endpoint: Where requests go and with which key.
        transport: Stands in for the network in tests.
    """

    def __init__(
        self, endpoint: Endpoint, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.endpoint = endpoint
        self._http = http_client(
            endpoint, headers=_headers(endpoint), timeout=_TIMEOUT, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    @asynccontextmanager
    async def stream(
        self, request: MessagesRequest
    ) -> AsyncIterator[AsyncIterator[Head | StreamEvent]]:
        """Send `request`; inside the block, iterate over the answer's head and events.

        Leaving the block closes the connection to this answer at once.

        Raises:
            Unreachable: No connection, or it broke off before the answer began.
            BrokenStream: The connection broke off in mid-answer.
            Stalled: Nothing came for 75 s, or nothing but pings for 300 s.
            ApiError: Any other refusal.
        """
        url = f"{self.endpoint.base_url}/v1/messages"
        head: Head | None = None
        try:
            async with self._http.stream("POST", url, content=request.text.encode()) as response:
                head = Head.of(response.status_code, response.headers)
                if response.status_code != httpx.codes.OK:
                    raise refusal(head, await response.aread())
                yield _answer(head, response)
        except httpx.TransportError as error:
            raise self._failure(error, head) from error
        except httpx.InvalidURL as error:
            raise Unreachable(
                str(error), hint="Correct the base URL.", type="connection"
            ) from error

    async def count_tokens(self, request: MessagesRequest) -> int:
        """The provider's own count of the request's input tokens; free of charge.

        Raises:
            ApiError: The provider refused, has no such endpoint, or could not be reached.
        """
        skipped = {*_NOT_COUNTED, *_NOT_COUNTED_EITHER}
        body = {key: value for key, value in request.body.items() if key not in skipped}
        url = f"{self.endpoint.base_url}/v1/messages/count_tokens"
        try:
            response = await self._http.post(url, content=compact(body).encode())
        except httpx.TransportError as error:
            raise self._failure(error, None) from error
        head = Head.of(response.status_code, response.headers)
        if response.status_code != httpx.codes.OK:
            raise refusal(head, response.content)
        with suppress(ValueError, KeyError, TypeError):
            return int(response.json()["input_tokens"])
        raise ApiError(
            "the provider counted, but gave no number", status=head.status, type="api_error"
        )

    def _failure(self, error: httpx.TransportError, head: Head | None) -> ApiError:
        """Our error for one of httpx's. Its own words are often empty."""
        said = str(error) or type(error).__name__
        host = self.endpoint.base_url
        request_id = head.request_id if head else None
        if head is None:
            if isinstance(error, httpx.ReadTimeout):
                said = f"no answer within {_IDLE_S:.0f} s"
            return Unreachable(
                f"cannot reach {self.endpoint.profile.name} at {host}: {said}",
                hint="Is the network up, and the base URL right?",
                type="connection",
            )
        if isinstance(error, httpx.ReadTimeout):
            return Stalled(
                f"nothing came for {_IDLE_S:.0f} s",
                hint="What arrived is kept. Run it again when you like.",
                type="stalled",
                status=head.status,
                request_id=request_id,
            )
        return BrokenStream(
            f"the connection broke off in mid-answer: {said}",
            hint="What arrived is kept. Run it again when you like.",
            type="connection",
            status=head.status,
            request_id=request_id,
        )


def _headers(endpoint: Endpoint) -> dict[str, str]:
    headers = {
        "content-type": "application/json",
        "accept": "text/event-stream, application/json",
        # A compressed stream is one more thing that a proxy can hold back.
        "accept-encoding": "identity",
        "anthropic-version": endpoint.profile.api_version,
        "user-agent": "workbench",
    }
    if endpoint.key:
        headers["x-api-key"] = endpoint.key
    return headers


async def _answer(head: Head, response: httpx.Response) -> AsyncIterator[Head | StreamEvent]:
    yield head
    kind = response.headers.get("content-type", "")
    if "json" in kind or "html" in kind:
        body = await response.aread()
        raise ApiError(
            f"the server answered {kind.split(';')[0]} instead of a stream: {_start_of(body)}",
            hint="Is this a Messages API, and does it stream?",
            status=head.status,
            type="not_a_stream",
            request_id=head.request_id,
        )
    reader, progress = SSEReader(), time.monotonic()
    chunks = response.aiter_bytes()
    async for chunk in chunks:
        for frame in reader.feed(chunk):
            event = _read(frame)
            if not isinstance(event, Ping):
                progress = time.monotonic()
            yield event
            if isinstance(event, MessageStop | ErrorEvent):
                await _drain(chunks)
                return
        if time.monotonic() - progress > _NO_PROGRESS_S:
            raise Stalled(
                f"nothing but pings for {_NO_PROGRESS_S:.0f} s",
                hint="What arrived is kept. Run it again when you like.",
                type="stalled",
                status=head.status,
                request_id=head.request_id,
            )
    for frame in reader.close():
        yield _read(frame)


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read on to the end, so that the connection can serve again; do not wait for it long."""
    with suppress(TimeoutError, httpx.TransportError):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in chunks:
                pass


def _read(frame: ServerSentEvent) -> StreamEvent:
    """The event in a frame. What is no JSON object (`[DONE]`, a gateway's words) is kept."""
    try:
        data: Any = json.loads(frame.data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        return read_event(data, frame.event)
    return Unknown({"type": frame.event or "unparsed", "data": frame.data})


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _start_of(body: bytes) -> str:
    text = " ".join(body[:400].decode("utf-8", "replace").split())
    return text[:120] or "nothing"
