"""Consecutive deltas of one block as one value: their joined text, and how they came.

This is what makes a saved answer cost little more than its text. How their lengths and waits are
written is described in the room's docstring.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import itemgetter, le

from workbench.run import Run, RunEvent
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta

Piece = TextDelta | ThinkingDelta | InputJsonDelta

Pace = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""Of each delta: its length in characters; the milliseconds since the one before, 0 for the
first; its tie beyond what is expected."""

LAST = (1 << 32) - 1
"""The tie of what comes after all else in its millisecond."""

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = bytes(_DIGITS.find(chr(byte)) & 255 if byte < 128 else 255 for byte in range(256))
_MOST_BITS = 40
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
    def last_ms(self) -> int:
        """When the last came, in milliseconds after the round began."""
        return self.at_ms + sum(self.pace[1])

    def instants(self) -> Sequence[int]:
        """The moment of each delta: milliseconds and tie in one number, which sorts a round."""
        _, waits_ms, ties = self.pace
        if 0 not in waits_ms[1:]:  # as nearly always
            came_ms = accumulate(waits_ms[1:], initial=self.at_ms + waits_ms[0])
            return [(at_ms << 32) + tie for at_ms, tie in zip(came_ms, ties, strict=True)]
        instants, at_ms, tie = [], self.at_ms, -1
        for wait_ms, extra in zip(waits_ms, ties, strict=True):
            if wait_ms:
                at_ms, tie = at_ms + wait_ms, -1
            tie += 1 + extra
            instants.append((at_ms << 32) + tie)
        return instants

    def moments(self) -> Iterator[tuple[int, RunEvent]]:
        """Each delta as the event it was, with its moment."""
        begin = 0
        for length, moment in zip(self.pace[0], self.instants(), strict=True):
            piece = self.kind(self.index, self.text[begin : begin + length])
            begin += length
            yield moment, RunEvent(self.run_id, (moment >> 32) / 1000, piece)


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
    def at_ms(self) -> int:
        """When it happened, as a stretch says of its first delta."""
        return self.last_ms

    def instants(self) -> Sequence[int]:
        """Its moment, as a stretch gives those of its deltas."""
        return ((self.last_ms << 32) + self.tie,)

    def moments(self) -> Iterator[tuple[int, RunEvent]]:
        """The event with its moment, as a stretch gives its deltas."""
        yield (self.last_ms << 32) + self.tie, self.event


def after_stretches(run: Run, stretches: Sequence[Stretch]) -> Run:
    """`run` after stretches of one kind and block: as folding every delta, but at once."""
    first, last = stretches[0], stretches[-1]
    joined = first.kind(first.index, "".join([stretch.text for stretch in stretches]))
    count = sum([len(stretch.pace[0]) for stretch in stretches])
    return run.after_deltas(joined, first.at_ms / 1000, last.last_ms / 1000, count)


def in_order(story: Sequence[Stretch | Single]) -> Sequence[Stretch | Single]:
    """What happened to one run, by its moments, in whatever order its lines stood."""
    if all(before.last_ms < after.at_ms for before, after in pairwise(story)):
        return story  # as nearly always
    story = sorted(story, key=lambda piece: piece.instants()[0])
    instants = [moment for piece in story for moment in piece.instants()]
    if all(map(le, instants, instants[1:])):
        return story
    each = sorted((m for piece in story for m in piece.moments()), key=itemgetter(0))
    return [Single(moment >> 32, moment & LAST, event) for moment, event in each]


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
    if not 0 < len(lengths) == len(waits_ms) == len(ties) or sum(lengths) != length:
        raise ValueError("the pace does not add up to the text")
    return lengths, waits_ms, ties


def _written(number: int) -> str:
    if number < 32:
        return _DIGITS[number]
    return _DIGITS[32 + (number & 31)] + _written(number >> 5)


def _read(word: str) -> Sequence[int]:
    numbers: list[int] = []
    number = bits = 0
    for digit in word.encode().translate(_VALUES):
        if digit < 32:
            numbers.append(number | digit << bits)
            number = bits = 0
        elif digit < 64 and bits < _MOST_BITS:
            number |= (digit & 31) << bits
            bits += 5
        else:
            raise ValueError("this is no pace")
    if bits or not numbers:
        raise ValueError("this is no pace")
    return numbers
