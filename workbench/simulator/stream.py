"""An answer as the events of a stream, each with the moment at which it is due.

Source: messages-api.md sections 13.1 and 13.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

from workbench.simulator.answer import (
    Answer,
    AnswerBlock,
    RedactedBlock,
    TextBlock,
    ThinkingBlock,
    pairs,
)
from workbench.simulator.pace import Pace
from workbench.wire.events import Json
from workbench.wire.request import compact

Moment = tuple[float, Json]
"""An event, and when it is due: seconds after the request."""
Frame = tuple[float, bytes]
"""Bytes, and when they are due: seconds after the request."""
PING: Json = {"type": "ping"}
_PIECE = re.compile(r"\s?[^\W\d_]{1,7}|\s?\d{1,3}|\s+|.", re.DOTALL)
_PIECES_PER_DELTA = (3, 6)
_PING_FRAME = b'event: ping\ndata: {"type": "ping"}\n\n'


def moments(message: Json, answer: Answer, pace: Pace, rng: Random) -> Iterator[Moment]:
    """The events of `answer`, each with the moment at which it is due.

    `message` is the message as it begins: id, model, no content, the input's usage.
    """
    yield pace.begins_s, {"type": "message_start", "message": message}
    made = 0
    for index, block in enumerate(answer.blocks):
        began_s = pace.begins_s if index == 0 else pace.due_s(made)
        start = {"type": "content_block_start", "index": index, "content_block": block.start()}
        yield began_s, start
        if index == 0:
            yield began_s, PING
        for share, delta in _deltas(block, rng):
            event = {"type": "content_block_delta", "index": index, "delta": delta}
            yield pace.due_s(made + share * block.tokens), event
        made += block.tokens
        yield pace.due_s(made), {"type": "content_block_stop", "index": index}
    ending = {"type": "message_delta", "delta": answer.ending(), "usage": answer.usage()}
    yield pace.due_s(made), ending
    yield pace.due_s(made), {"type": "message_stop"}


def frames(events: Iterable[Moment]) -> Iterator[Frame]:
    """Events as the bytes of a stream."""
    for due_s, event in events:
        yield due_s, _frame(event)


def text_chunks(text: str, rng: Random) -> Iterator[str]:
    """A text in the pieces in which it streams: a few words each, the first one short."""
    pieces = _PIECE.findall(text)
    at, size = 0, 1
    while at < len(pieces):
        yield "".join(pieces[at : at + size])
        at, size = at + size, rng.randint(*_PIECES_PER_DELTA)


def _frame(event: Json) -> bytes:
    match event:
        case {"type": "ping"}:
            return _PING_FRAME
        case {"type": "unparsed", "data": str(data)}:  # as `wire` keeps what is no JSON
            return f"data: {data}\n\n".encode()
        case {"type": str(name)}:
            return f"event: {name}\ndata: {compact(event)}\n\n".encode()
    return f"data: {compact(event)}\n\n".encode()


def _deltas(block: AnswerBlock, rng: Random) -> Iterator[tuple[float, dict[str, Any]]]:
    """A block's deltas, each with the share of the block's tokens that come before it."""
    match block:
        case TextBlock():
            for share, chunk in _spread(list(text_chunks(block.text, rng)), rng):
                yield share, {"type": "text_delta", "text": chunk}
            for citation in block.citations:
                yield 1.0, {"type": "citations_delta", "citation": citation}
        case ThinkingBlock():
            shown = list(text_chunks(block.text, rng)) if block.shown else []
            for share, chunk in _spread(shown, rng):
                yield share, {"type": "thinking_delta", "thinking": chunk}
            if block.signature is not None:
                yield 1.0, {"type": "signature_delta", "signature": block.signature}
        case RedactedBlock():
            return
        case _:
            yield 0.0, {"type": "input_json_delta", "partial_json": ""}
            eager = text_chunks(block.text, rng)
            chunks = list(eager) if block.eager else _whole_pairs(block.text, block.input)
            for share, chunk in _spread(chunks, rng, after=not block.eager):
                yield share, {"type": "input_json_delta", "partial_json": chunk}


def _spread(chunks: list[str], rng: Random, *, after: bool = False) -> Iterator[tuple[float, str]]:
    """Each chunk with its share of time: by length, a little early or late, never out of order.

    A chunk comes when its first token does, or `after` its last one.
    """
    total = sum(map(len, chunks)) or 1
    ends = [0.0]
    for chunk in chunks:
        ends.append(ends[-1] + len(chunk) / total)
    for i, ((began, ended), chunk) in enumerate(zip(pairwise(ends), chunks, strict=True)):
        early = 0.0 if i == 0 else rng.uniform(0, 0.6) * (began - ends[i - 1])
        yield ended if after else began - early, chunk


def _whole_pairs(text: str, arguments: Json) -> list[str]:
    """A call's JSON by key and value, as far as `text` goes."""
    chunks, at = [], 0
    for pair in pairs(arguments):
        if chunk := text[at : at + len(pair)]:
            chunks.append(chunk)
        at += len(pair)
    return chunks
