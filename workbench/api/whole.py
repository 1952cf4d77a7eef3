"""A whole message read as the stream that it would have been.

Some servers answer a streaming request with plain JSON: the answer is there, and is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.wire.events import StreamEvent, read_event
from workbench.wire.request import compact

_END = ("stop_reason", "stop_sequence", "stop_details", "container")
_PIECES = {"text": ("text", "text_delta"), "thinking": ("thinking", "thinking_delta")}


def is_whole(data: Mapping[str, Any]) -> bool:
    """Whether this is a message, and says why it stopped."""
    reason, content = data.get("stop_reason"), data.get("content")
    return bool(isinstance(reason, str) and reason) and isinstance(content, list)


def events_of(message: Mapping[str, Any]) -> Iterator[StreamEvent]:
    """The events of this message, `message_start` to `message_stop`."""
    opening = {**message, "content": [], "stop_reason": None, "stop_sequence": None}
    yield read_event({"type": "message_start", "message": opening})
    content = message.get("content")
    for index, block in enumerate(content if isinstance(content, list) else ()):
        if isinstance(block, Mapping):
            yield from _block(index, block)
    delta = {key: message[key] for key in _END if key in message}
    usage = message.get("usage")
    counts = dict(usage) if isinstance(usage, Mapping) else {}
    yield read_event({"type": "message_delta", "delta": delta, "usage": counts})
    yield read_event({"type": "message_stop"})


def _block(index: int, block: Mapping[str, Any]) -> Iterator[StreamEvent]:
    start, deltas = dict(block), list[dict[str, Any]]()
    if block.get("type") in _PIECES:
        field, kind = _PIECES[block["type"]]
        deltas.append({"type": kind, field: str(start.get(field) or "")})
        start[field] = ""
    elif block.get("type") == "tool_use" and block.get("input"):
        deltas.append({"type": "input_json_delta", "partial_json": compact(start["input"])})
        start["input"] = {}
    yield read_event({"type": "content_block_start", "index": index, "content_block": start})
    for delta in deltas:
        yield read_event({"type": "content_block_delta", "index": index, "delta": delta})
    yield read_event({"type": "content_block_stop", "index": index})
