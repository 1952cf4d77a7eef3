"""Consecutive deltas of one block as one value: their joined text, and how they came.

This is what makes a saved answer cost little more than its text. How their lengths and waits are
written is described in the room's docstring.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.run import Run, RunEvent
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta

Piece = TextDelta | ThinkingDelta | InputJsonDelta

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = bytes(_DIGITS.find(chr(byte)) & 31 for byte in range(256))
_ONE_DIGIT_EACH = re.compile("[A-Za-f]+")
_NUMBER = "[g-z0-9+/]{0,8}[A-Za-f]"
_NUMBERS = re.compile(f"(?:{_NUMBER})+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Deltas of one kind, run and block that came one after the other.

    Args:
        run_id: Whose they are.
        kind: The class of each delta.
        index: The block's index.
        at_ms: When the first came, in milliseconds after the round began.
        text: Their texts, joined.
        lengths: Of each delta, in characters.
        waits_ms: Of each delta, since the one before; 0 for the first.
        ties: Of each delta, its tie beyond what is expected.
    """

    run_id: str
    kind: type[Piece]
    index: int
    at_ms: int
    text: str
    lengths: Sequence[int]
    waits_ms: Sequence[int]
    ties: Sequence[int]

    def moments(self) -> Iterator[tuple[int, RunEvent]]:
        """Each delta as the event it was, with its `moment`."""
        at_ms, tie, begin = self.at_ms, -1, 0
        for length, wait_ms, extra in zip(self.lengths, self.waits_ms, self.ties, strict=True):
            if wait_ms:
                at_ms, tie = at_ms + wait_ms, -1
            tie += 1 + extra
            piece = self.kind(self.index, self.text[begin : begin + length])
            begin += length
            yield moment(at_ms, tie), RunEvent(self.run_id, at_ms / 1000, piece)


def after_stretches(run: Run, stretches: Sequence[Stretch]) -> Run:
    """`run` after stretches of one kind and block: as folding every delta, but at once."""
    first, last = stretches[0], stretches[-1]
    text = "".join(stretch.text for stretch in stretches)
    joined = RunEvent(run.run_id, first.at_ms / 1000, first.kind(first.index, text))
    last_ms = last.at_ms + sum(last.waits_ms)
    deltas = run.deltas + sum(len(stretch.lengths) for stretch in stretches)
    return replace(run.after(joined), last_token_at_s=last_ms / 1000, deltas=deltas)


def moment(at_ms: int, tie: int) -> int:
    """A number that sorts the events of a round as they happened."""
    return (at_ms << 32) + tie


def written_pace(lengths: Sequence[int], waits_ms: Sequence[int], ties: Sequence[int]) -> str:
    """The `d` of a line; empty where one delta came with nothing to tell."""
    if len(lengths) == 1 and not ties[0]:
        return ""
    words = (lengths, waits_ms, ties) if any(ties) else (lengths, waits_ms)
    return " ".join("".join(map(_written, word)) for word in words)


def read_pace(pace: str, length: int) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """The lengths, waits and ties of a text of `length` characters.

    Raises:
        ValueError: It is no pace, or it does not add up.
    """
    if not pace:
        return (length,), b"\0", b"\0"
    words = [_read(word) for word in pace.split(" ")]
    if len(words) == 2:
        words.append(bytes(len(words[0])))
    lengths, waits_ms, ties = words
    if not len(lengths) == len(waits_ms) == len(ties) or sum(lengths) != length:
        raise ValueError("the pace does not add up to the text")
    return lengths, waits_ms, ties


def _written(number: int) -> str:
    if number < 32:
        return _DIGITS[number]
    return _DIGITS[32 + (number & 31)] + _written(number >> 5)


def _read(word: str) -> Sequence[int]:
    # Nearly every number has one digit: such a word is read in one go, a byte a number.
    if _ONE_DIGIT_EACH.fullmatch(word):
        return word.encode().translate(_VALUES)
    if not _NUMBERS.fullmatch(word):
        raise ValueError("this is no pace")
    return tuple(map(_number, re.findall(_NUMBER, word)))


def _number(digits: str) -> int:
    values: Iterable[int] = digits.encode().translate(_VALUES)
    return sum(value << (5 * place) for place, value in enumerate(values))
