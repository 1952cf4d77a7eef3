"""The events of a stream: JSON to frozen values and back, the unknown kept verbatim.

`read_event(event.to_json()) == event` holds for every event. The three deltas that make up
nearly all of a stream are small values of their own; every other event carries its JSON as it
came and gives typed access to it. Source: messages-api.md sections 13.1 and 13.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _PieceDelta:
    """A piece of text for the content block at `index`."""

    index: int
    text: str
    delta_type: ClassVar[str]
    field: ClassVar[str]

    def to_json(self) -> dict[str, Any]:
        """The event's JSON, as the provider writes it."""
        delta = {"type": self.delta_type, self.field: self.text}
        return {"type": "content_block_delta", "index": self.index, "delta": delta}


class TextDelta(_PieceDelta):
    """A piece of a text block."""

    __slots__ = ()
    delta_type = "text_delta"
    field = "text"


class ThinkingDelta(_PieceDelta):
    """A piece of a thinking block."""

    __slots__ = ()
    delta_type = "thinking_delta"
    field = "thinking"


class InputJsonDelta(_PieceDelta):
    """A piece of a tool call's arguments: JSON text, whole only once the block has stopped."""

    __slots__ = ()
    delta_type = "input_json_delta"
    field = "partial_json"


@dataclass(frozen=True, slots=True)
class _Verbatim:
    """An event kept as it came."""

    data: Json

    def to_json(self) -> dict[str, Any]:
        """The event's JSON, as it came."""
        return dict(self.data)


class MessageStart(_Verbatim):
    """The answer begins: its id, model and what the input cost."""

    __slots__ = ()

    @property
    def message(self) -> Json:
        """The message, still empty."""
        return _mapping(self.data.get("message"))

    @property
    def usage(self) -> Json:
        """What the input cost; the output count is a placeholder yet."""
        return _mapping(self.message.get("usage"))


class BlockStart(_Verbatim):
    """A content block begins; result blocks and redacted thinking arrive whole in it."""

    __slots__ = ()

    @property
    def index(self) -> int:
        """The place of the block in the message's content."""
        return _index(self.data)

    @property
    def content_block(self) -> Json:
        """The block as it begins."""
        return _mapping(self.data.get("content_block"))


class BlockDelta(_Verbatim):
    """Any delta that is not plain text: a signature, a citation, or one unknown to us."""

    __slots__ = ()

    @property
    def index(self) -> int:
        """The place of the block in the message's content."""
        return _index(self.data)

    @property
    def delta(self) -> Json:
        """The delta's JSON."""
        return _mapping(self.data.get("delta"))


class BlockStop(_Verbatim):
    """A content block is whole."""

    __slots__ = ()

    @property
    def index(self) -> int:
        """The place of the block in the message's content."""
        return _index(self.data)


class MessageDelta(_Verbatim):
    """Why the answer stopped, and running totals of usage: newer counts replace older ones."""

    __slots__ = ()

    @property
    def delta(self) -> Json:
        """`stop_reason`, `stop_sequence`, `stop_details`, `container`."""
        return _mapping(self.data.get("delta"))

    @property
    def usage(self) -> Json:
        """The counts it carries; what is absent or null stays as it was."""
        return _mapping(self.data.get("usage"))


class MessageStop(_Verbatim):
    """The answer is whole."""

    __slots__ = ()


class Ping(_Verbatim):
    """The connection is alive; nothing else."""

    __slots__ = ()


class ErrorEvent(_Verbatim):
    """The provider gave up after the answer had begun; HTTP's status was 200 all the same."""

    __slots__ = ()

    @property
    def error(self) -> Json:
        """`type` and `message`, read leniently: a bare string counts as the message."""
        error = self.data.get("error")
        return {"message": error} if isinstance(error, str) else _mapping(error)


class Unknown(_Verbatim):
    """An event of a type that we do not know."""

    __slots__ = ()


StreamEvent = (
    TextDelta
    | ThinkingDelta
    | InputJsonDelta
    | MessageStart
    | BlockStart
    | BlockDelta
    | BlockStop
    | MessageDelta
    | MessageStop
    | Ping
    | ErrorEvent
    | Unknown
)

_KINDS: Mapping[str, Callable[[Json], StreamEvent]] = {
    "message_start": MessageStart,
    "content_block_start": BlockStart,
    "content_block_delta": BlockDelta,
    "content_block_stop": BlockStop,
    "message_delta": MessageDelta,
    "message_stop": MessageStop,
    "ping": Ping,
    "error": ErrorEvent,
}
_PIECES: Mapping[str, type[TextDelta | ThinkingDelta | InputJsonDelta]] = {
    piece.delta_type: piece for piece in (TextDelta, ThinkingDelta, InputJsonDelta)
}
_EVENT_KEYS = ("type", "index", "delta")
_DELTA_KEYS = {kind: ("type", piece.field) for kind, piece in _PIECES.items()}


def read_event(data: Json, name: str = "") -> StreamEvent:
    """Read one event's JSON. A type that we do not know is kept, not refused.

    Args:
        data: The event's JSON object.
        name: The frame's `event:` name, used only where the JSON names no type.
    """
    if name and not data.get("type"):
        # Written in, so that the event means the same when it is read again from a file.
        data = {**data, "type": name}
    kind = data.get("type")
    if kind == "content_block_delta":
        return _read_delta(data)
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    return read(data) if read else Unknown(data)


def _read_delta(data: Json) -> StreamEvent:
    match data:
        case {"index": int(index), "delta": {"type": str(kind)} as delta} if (
            # Anything beside, or in another order, would not come out again as it came.
            kind in _PIECES and tuple(data) == _EVENT_KEYS and tuple(delta) == _DELTA_KEYS[kind]
        ):
            text = delta[_PIECES[kind].field]
            if isinstance(text, str) and not isinstance(index, bool):
                return _PIECES[kind](index, text)
    return BlockDelta(data)


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _index(data: Json) -> int:
    index = data.get("index")
    return index if isinstance(index, int) else 0
