"""Faults in the bytes of a stream: how frames are written, and in which pieces they are sent.

Source: messages-api.md sections 13.5, 25.4 and 26.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Literal

from workbench.simulator.faults.table import Fault, applied
from workbench.simulator.stream import Frame

Frames = list[Frame]
Ending = Literal["eof", "cut", "reset"]

_BOM = b"\xef\xbb\xbf"
_IN_EMOJI = re.compile(rb"(?<=[\xf0-\xf4][\x80-\xbf])(?=[\x80-\xbf]{2})")
_LARGEST = 600
_GZIP = 31


def frames_with(faults: Sequence[Fault], frames: Frames) -> Frames:
    """The pieces that are written, each with its moment, as these faults change them."""
    return applied(faults, FRAMES, frames) if frames else frames


def headers_with(faults: Sequence[Fault]) -> Mapping[str, str]:
    """The headers that these faults add to a stream's."""
    zipped = any(fault.name == "gzip" for fault in faults)
    return {"content-encoding": "gzip"} if zipped else {}


def ending_of(faults: Sequence[Fault]) -> Ending:
    """What becomes of the connection after the last byte."""
    names = {fault.name for fault in faults}
    if "reset[:<n>]" in names:
        return "reset"
    return "cut" if "cut_mid:<n>" in names else "eof"


def missing_event_name(frames: Frames, fault: Fault) -> Frames:
    """Only the `data:` lines."""
    return [(due_s, re.sub(rb"(?m)^event: .*\n", b"", frame)) for due_s, frame in frames]


def padded_data(frames: Frames, fault: Fault) -> Frames:
    """Blanks before the JSON and after it."""
    return [(due_s, re.sub(rb"(?m)^data: (.*)$", rb"data:   \1    ", f)) for due_s, f in frames]


def done_marker(frames: Frames, fault: Fault) -> Frames:
    """The end as another dialect tells it."""
    return [*frames, (frames[-1][0], b"data: [DONE]\n\n")]


def bom(frames: Frames, fault: Fault) -> Frames:
    """The mark that some tools put before UTF-8."""
    return [(frames[0][0], _BOM + frames[0][1]), *frames[1:]]


def crlf(frames: Frames, fault: Fault) -> Frames:
    """Lines end as HTTP's own do."""
    return [(due_s, frame.replace(b"\n", b"\r\n")) for due_s, frame in frames]


def cr(frames: Frames, fault: Fault) -> Frames:
    """Lines end as the standard of server-sent events also allows."""
    return [(due_s, frame.replace(b"\n", b"\r")) for due_s, frame in frames]


def random_bytes(frames: Frames, fault: Fault) -> Frames:
    """As many bytes at the same moments, and nothing in them. The same ones each time."""
    noise = Random(len(frames))
    return [(due_s, noise.randbytes(len(frame))) for due_s, frame in frames]


def empty_response(frames: Frames, fault: Fault) -> Frames:
    """Not a byte."""
    return []


def half_of_last(frames: Frames, fault: Fault) -> Frames:
    """The last frame is not whole."""
    return [*frames[:-1], *((due_s, frame[: len(frame) // 2]) for due_s, frame in frames[-1:])]


def emoji_split(frames: Frames, fault: Fault) -> Frames:
    """Every character of four bytes is cut in its middle."""
    return [(due_s, piece) for due_s, frame in frames for piece in _IN_EMOJI.split(frame)]


def gzipped(frames: Frames, fault: Fault) -> Frames:
    """Compressed, so that what has been sent can be read."""
    packer = zlib.compressobj(wbits=_GZIP)
    found = [(due_s, packer.compress(f) + packer.flush(zlib.Z_SYNC_FLUSH)) for due_s, f in frames]
    return [*found, (frames[-1][0] if frames else 0.0, packer.flush())]


def chunks_of(frames: Frames, fault: Fault) -> Frames:
    """Every piece has so many bytes; the last one what is left."""
    return _rechunked(frames, itertools.repeat(int(fault.amount or 1)))


def chunks_random(frames: Frames, fault: Fault) -> Frames:
    """Pieces from a single byte to several frames. The same ones each time."""
    dice = Random(len(frames))
    return _rechunked(frames, (int(_LARGEST ** dice.random()) for _ in itertools.count()))


FRAMES: Mapping[str, Callable[[Frames, Fault], Frames]] = {
    "missing_event_name": missing_event_name,
    "padded_data": padded_data,
    "done_marker": done_marker,
    "bom": bom,
    "cut_mid:<n>": half_of_last,
    "reset[:<n>]": half_of_last,
    "crlf": crlf,
    "cr": cr,
    "random_bytes": random_bytes,
    "empty_response": empty_response,
    "emoji_split": emoji_split,
    "gzip": gzipped,
    "chunks:<size>": chunks_of,
    "chunks:random": chunks_random,
}
"""In the order in which they are put in: what is written, then in which pieces."""


def _rechunked(frames: Frames, sizes: Iterator[int]) -> Frames:
    """The same bytes in pieces of these sizes, each due with the last of its bytes."""
    found: Frames = []
    held, size, due_s = b"", next(sizes), 0.0
    for due_s, frame in frames:
        held += frame
        while len(held) >= size:
            found.append((due_s, held[:size]))
            held, size = held[size:], next(sizes)
    return [*found, (due_s, held)] if held else found
