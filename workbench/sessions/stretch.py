"""Consecutive deltas of one block as one value: their joined text, and how they came.

This is what makes a saved answer cost little more than its text. How their lengths and waits are
written is described in the room's docstring.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.run import Run, RunEvent
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta

Piece = TextDelta | ThinkingDelta | InputJsonDelta

Pace = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""Of each delta: its length in characters; the milliseconds since the one before, 0 for the
first; its tie beyond what is expected."""

LAST = (1 << 32) - 1
"""The tie of what comes after all else in its millisecond."""

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NUMBER = re.compile("[g-z0-9+/]{0,8}[A-Za-f]")
_WORD = re.compile(f"(?:{_NUMBER.pattern})+")
# Nearly every number has one digit. A pace of such is read in one go, a byte a number; then 32
# is the blank between two words, and 255 says that it is not such a pace.
_ONE_DIGIT = bytes(
    32 if byte == 32 else _DIGITS.find(chr(byte)) if chr(byte) in _DIGITS[:32] else 255
    for byte in range(256)
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Deltas of one kind, run and block that came one after the other.

    Args:
        run_id: Whose they are.
        kind: The class of each delta.
        index: The block's index.
        at_ms: When the first came, in milliseconds after the round began.
        text: Their texts, joined.
        pace: How they came.
    """

    run_id: str
    kind: type[Piece]
    index: int
    at_ms: int
    text: str
    pace: Pace

    @property
    def began(self) -> int:
        """The moment of the first: what sorts the events of a round."""
        return _moment(self.at_ms, next(iter(self.pace[2]), 0))

    @property
    def last_ms(self) -> int:
        """When the last came, in milliseconds after the round began."""
        return self.at_ms + sum(self.pace[1])

    def moments(self) -> Iterator[tuple[int, RunEvent]]:
        """Each delta as the event it was, with its moment."""
        at_ms, tie, begin = self.at_ms, -1, 0
        for length, wait_ms, extra in zip(*self.pace, strict=True):
            if wait_ms:
                at_ms, tie = at_ms + wait_ms, -1
            tie += 1 + extra
            piece = self.kind(self.index, self.text[begin : begin + length])
            begin += length
            yield _moment(at_ms, tie), RunEvent(self.run_id, at_ms / 1000, piece)


@dataclass(frozen=True, slots=True)
class Single:
    """Any other event: when it happened, and the event.

    Args:
        last_ms: When, in milliseconds after the round began.
        tie: How many events of the round came before it in that millisecond.
        event: What happened.
    """

    last_ms: int
    tie: int
    event: RunEvent

    @property
    def run_id(self) -> str:
        """Whose event it is."""
        return self.event.run_id

    @property
    def began(self) -> int:
        """The moment of the event, as a stretch has one."""
        return _moment(self.last_ms, self.tie)

    def moments(self) -> Iterator[tuple[int, RunEvent]]:
        """The event with its moment, as a stretch gives its deltas."""
        yield self.began, self.event


def after_stretches(run: Run, stretches: Sequence[Stretch]) -> Run:
    """`run` after stretches of one kind and block: as folding every delta, but at once."""
    first, last = stretches[0], stretches[-1]
    text = "".join(stretch.text for stretch in stretches)
    joined = RunEvent(run.run_id, first.at_ms / 1000, first.kind(first.index, text))
    deltas = run.deltas + sum(len(stretch.pace[0]) for stretch in stretches)
    return replace(run.after(joined), last_token_at_s=last.last_ms / 1000, deltas=deltas)


def written_pace(pace: Pace) -> str:
    """The `d` of a line; empty where it says no more than that one delta came."""
    lengths, waits_ms, ties = pace
    if len(lengths) == 1 and not ties[0]:
        return ""
    words = (lengths, waits_ms, ties) if any(ties) else (lengths, waits_ms)
    return " ".join("".join(map(_written, word)) for word in words)


def read_pace(written: str, length: int) -> Pace:
    """The pace of a text of `length` characters.

    Raises:
        ValueError: It is no pace, or it does not add up.
    """
    if not written:
        return (length,), b"\0", b"\0"
    read = written.encode().translate(_ONE_DIGIT)
    words: Sequence[Sequence[int]]
    words = read.split(b" ") if 255 not in read else [_read(word) for word in written.split(" ")]
    lengths, waits_ms, ties = words if len(words) == 3 else (*words, bytes(len(words[0])))
    if not len(lengths) == len(waits_ms) == len(ties) or sum(lengths) != length:
        raise ValueError("the pace does not add up to the text")
    return lengths, waits_ms, ties


def _moment(at_ms: int, tie: int) -> int:
    return (at_ms << 32) + tie


def _written(number: int) -> str:
    if number < 32:
        return _DIGITS[number]
    return _DIGITS[32 + (number & 31)] + _written(number >> 5)


def _read(word: str) -> Sequence[int]:
    if not _WORD.fullmatch(word):
        raise ValueError("this is no pace")
    return tuple(map(_number, _NUMBER.findall(word)))


def _number(digits: str) -> int:
    return sum((_DIGITS.find(each) & 31) << (5 * place) for place, each in enumerate(digits))
