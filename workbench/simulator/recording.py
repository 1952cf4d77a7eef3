"""Answers that were recorded once, given again to the same requests.

Whoever has a session file makes these of it; the simulator knows nothing of such files.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from workbench.wire.blocks import Block
from workbench.wire.events import (
    BlockDelta,
    BlockStart,
    ErrorEvent,
    InputJsonDelta,
    Json,
    MessageDelta,
    MessageStart,
    MessageStop,
    TextDelta,
    ThinkingDelta,
    read_event,
)
from workbench.wire.request import compact
from workbench.wire.usage import Usage


@dataclass(frozen=True, slots=True)
class Recording:
    """One answer as it came, and the request that got it.

    Args:
        request: The request's body.
        begins_s: When its head came, in seconds after the request had been sent.
        status: HTTP's; None where the connection failed before there was one.
        events: The stream's events, each with its moment in seconds after the request.
        error: What a refusal's body said, `type` and `message`; None where there was a stream.
        retry_after_s: How long a client was asked to wait; None where it was not.
        ending: What became of the stream: a clean end, a broken connection, or silence.
    """

    request: Json
    begins_s: float = 0.0
    status: int | None = 200
    events: tuple[tuple[float, Json], ...] = field(default=(), repr=False)
    error: Json | None = None
    retry_after_s: float | None = None
    ending: Literal["eof", "cut", "hang"] = "eof"

    def at_speed(self, speed: float) -> Recording:
        """The recording in a simulator that runs so many times as fast."""
        wait_s = self.retry_after_s
        return replace(
            self,
            begins_s=self.begins_s / speed,
            events=tuple((due_s / speed, event) for due_s, event in self.events),
            retry_after_s=None if wait_s is None else wait_s / speed,
        )

    def whole_message(self) -> dict[str, Any] | None:
        """The message in one piece, as JSON gives it; None where the stream was not whole."""
        message: dict[str, Any] = {}
        blocks: dict[int, Block] = {}
        usage, whole = Usage(), False
        for event in (read_event(event) for _, event in self.events):
            match event:
                case MessageStart():
                    message |= event.message
                    usage = usage.updated(event.usage)
                case BlockStart():
                    blocks[event.index] = Block(event.content_block)
                case TextDelta() | ThinkingDelta() | InputJsonDelta() | BlockDelta():
                    begun = blocks.get(event.index) or Block({"type": "text", "text": ""})
                    blocks[event.index] = begun.after(event)
                case MessageDelta():
                    message |= event.delta
                    usage = usage.updated(event.usage)
                case MessageStop():
                    whole = True
                case ErrorEvent():
                    return None
        if not whole:
            return None
        content = [block.to_json() for block in blocks.values()]
        return {**message, "content": content, "usage": dict(usage.counts)}


class Recordings:
    """Finds the recording for a request; the same request again gets the next one of its own."""

    def __init__(self, recordings: Sequence[Recording]) -> None:
        self._by_request: defaultdict[str, list[Recording]] = defaultdict(list)
        for recording in recordings:
            self._by_request[_canonical(recording.request)].append(recording)
        self._given: defaultdict[str, int] = defaultdict(int)

    def __bool__(self) -> bool:
        return bool(self._by_request)

    def next(self, raw: bytes) -> Recording | None:
        """The recording that this request gets now; None where it is not known."""
        try:
            body = json.loads(raw)
            asked = _canonical(body) if isinstance(body, Mapping) else ""
        except (ValueError, RecursionError):
            return None
        found = self._by_request.get(asked)
        if not found:
            return None
        self._given[asked] += 1
        return found[(self._given[asked] - 1) % len(found)]


def _canonical(body: Json) -> str:
    """The request in words that do not depend on the order of its keys, nor on `stream`."""
    bare = {name: value for name, value in body.items() if name != "stream"}
    return compact(_sorted(bare))


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(each) for each in value]
    return value
