"""Answers for tests, in the exact shapes of messages-api.md section 13."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx


def frames(*events: dict[str, Any]) -> bytes:
    """Server-sent events as the provider frames them."""
    return b"".join(
        f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
        for event in events
    )


def start(**usage: int) -> dict[str, Any]:
    """`message_start`."""
    counts = {"input_tokens": 9, "output_tokens": 1, **usage}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
    return {
        "type": "message_start",
        "message": {**message, "model": "claude-haiku-4-5-20251001", "usage": counts},
    }


def text(*pieces: str, index: int = 0) -> list[dict[str, Any]]:
    """A whole text block."""
    begun = {"type": "content_block_start", "index": index}
    return [
        {**begun, "content_block": {"type": "text", "text": ""}},
        *(
            {
                "type": "content_block_delta",
                "index": index,
                "delta": {"type": "text_delta", "text": piece},
            }
            for piece in pieces
        ),
        {"type": "content_block_stop", "index": index},
    ]


def stop(reason: str = "end_turn", **usage: int) -> list[dict[str, Any]]:
    """`message_delta` and `message_stop`."""
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 5, **usage}},
        {"type": "message_stop"},
    ]


def whole(*pieces: str) -> bytes:
    """A whole answer of these words."""
    return frames(start(), *text(*pieces), *stop())


class Pieces(httpx.AsyncByteStream):
    """A body that arrives in these pieces, and may break off at the end."""

    def __init__(self, pieces: Iterable[bytes], breaks: Exception | None = None) -> None:
        self._pieces, self._breaks = pieces, breaks
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._breaks is not None:
            raise self._breaks

    async def aclose(self) -> None:
        """Note that the reader let go."""
        self.closed = True


def streamed(body: bytes | httpx.AsyncByteStream, **headers: str) -> httpx.Response:
    """A 200 with a stream of events."""
    kind = {"content-type": "text/event-stream; charset=utf-8", "request-id": "req_1", **headers}
    if isinstance(body, bytes):
        return httpx.Response(200, headers=kind, content=body)
    return httpx.Response(200, headers=kind, stream=body)
