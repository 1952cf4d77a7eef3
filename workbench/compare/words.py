"""Two texts word by word, or line by line: what both have, what only one has.

Promises: nothing of either text is lost; as much as can be is found to be the same; and no two
texts make anybody wait. All columns of a row of the table that says how much is the same are
worked out at once, as the bits of one long number (Hyyrö 2004), so that 4,000 words against
4,000 others take some hundredths of a second whatever they are; see `tests/bench/words.py`.

A change is what a reader would call one: it begins where a sentence does if it can, and a lone
word that two rewritten passages happen to share does not cut them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isqrt
from typing import Literal, NamedTuple

Kind = Literal["equal", "removed", "added"]
Grain = Literal["word", "line"]

_EACH = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"  # scripts without blanks
_WORD = re.compile(rf"(\s*)([{_EACH}]|[^\W_{_EACH}]+(?:['’][^\W_{_EACH}]+)*|\S|\Z)")
_LINE = re.compile(r"()([^\n]*\n|[^\n]+\Z|\Z)")
_SENTENCE_ENDS = (".", "!", "?", "…", ":", "。", "！", "？")

_MOST_CELLS = 1 << 31  # of the table: 46,000 words by as many; half a second
_ISLAND = 3  # words in common count if the changes beside them have less than so many for each


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that both have, or that only the first (`removed`) or second one has."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of two texts is the same, in words; what is no word is not counted."""

    equal: int
    removed: int
    added: int

    @property
    def same(self) -> float:
        """The part that both share, 0 to 1; two empty texts are the same."""
        all_of_it = 2 * self.equal + self.removed + self.added
        return 2 * self.equal / all_of_it if all_of_it else 1.0


def differences(before: str, after: str, *, by: Grain = "word") -> list[Span]:
    """What is the same in two texts, and what is not.

    The spans that are not `added`, joined, are `before`; those not `removed` are `after`. Of a
    change, what was removed comes first. Texts too long to be gone through word by word are gone
    through line by line, and only what differs then by words.
    """
    if before == after:
        return _joined([Span("equal", before)])
    first, second = _tokens(before, by), _tokens(after, by)
    if by == "word" and len(first) * len(second) > _MOST_CELLS:
        return _joined(_by_lines_first(before, after))
    return _joined(_compared(first, second))


def tally(spans: Iterable[Span]) -> Tally:
    """How many words the spans of each kind have."""
    counts = {"equal": 0, "removed": 0, "added": 0}
    for span in spans:
        counts[span.kind] += _words_in(_tokens(span.text, "word"))
    return Tally(**counts)


class _Token(NamedTuple):
    gap: str  # blanks before it: compared only where the words are the same
    word: str


class _Block(NamedTuple):
    """What is the same: where it begins in the first text and the second, how many tokens."""

    i: int
    j: int
    size: int


def _tokens(text: str, by: Grain) -> list[_Token]:
    """Words, or lines; the last one is empty, so that any two texts end alike."""
    pattern = _LINE if by == "line" else _WORD
    tokens = [_Token(*match) for match in pattern.findall(text)]
    return tokens if tokens and not tokens[-1].word else [*tokens, _Token("", "")]


def _words_in(tokens: Iterable[_Token]) -> int:
    return sum(token.word[:1].isalnum() for token in tokens)


def _compared(first: Sequence[_Token], second: Sequence[_Token]) -> Iterator[Span]:
    blocks = _blocks([token.word for token in first], [token.word for token in second])
    return _spans(first, second, _slid(first, second, _without_islands(first, second, blocks)))


def _by_lines_first(before: str, after: str) -> Iterator[Span]:
    removed = ""
    for span in (*differences(before, after, by="line"), Span("equal", "")):
        if span.kind == "removed":
            removed = span.text
            continue
        added = span.text if span.kind == "added" else ""
        first, second = _tokens(removed, "word"), _tokens(added, "word")
        if len(first) * len(second) <= _MOST_CELLS:
            yield from _compared(first, second)
        else:
            yield from (Span("removed", removed), Span("added", added))
        removed = ""
        if span.kind == "equal":
            yield span


# What both have


def _blocks(a: Sequence[str], b: Sequence[str]) -> list[_Block]:
    """The longest series of words that both have, in order; its last is the empty one."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    tail = 0
    while tail < min(len(a), len(b)) - start and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    ends = len(a) - tail, len(b) - tail
    middle = _common(a[start : ends[0]], b[start : ends[1]])
    pairs = [(start + i, start + j) for i, j in middle]
    blocks = [_Block(0, 0, start), *(_Block(i, j, 1) for i, j in pairs), _Block(*ends, tail)]
    return _merged(block for block in blocks if block.size)


def _merged(blocks: Iterable[_Block]) -> list[_Block]:
    merged: list[_Block] = []
    for block in blocks:
        last = merged[-1] if merged else _Block(-1, -1, 0)
        if (last.i + last.size, last.j + last.size) == block[:2]:
            merged[-1] = last._replace(size=last.size + block.size)
        else:
            merged.append(block)
    return merged


def _common(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The places of a longest common subsequence.

    Bit j of a row is 0 where one word more of `a`, as far as that row goes, is found once b[j] is
    there too. Only some rows are kept; on the way back the others are worked out again.
    """
    where: dict[str, int] = {}
    for j, word in enumerate(b):
        where[word] = where.get(word, 0) | 1 << j
    row = full = (1 << len(b)) - 1
    step = isqrt(len(a)) + 1
    kept: list[int] = []
    for at in range(0, len(a), step):
        kept.append(row)
        row = _rows(row, [where.get(word, 0) for word in a[at : at + step]], full)[-1]
    pairs: list[tuple[int, int]] = []
    j = len(b)
    for at in reversed(range(0, len(a), step)):
        masks = [where.get(word, 0) for word in a[at : at + step]]
        rows = _rows(kept[at // step], masks, full)
        i = len(masks)
        while i and j:
            if rows[i] >> (j - 1) & 1:
                j -= 1
                continue
            i -= 1
            if rows[i] >> (j - 1) & 1:  # it is this word that b[j - 1] was found for
                j -= 1
                pairs.append((at + i, j))
    return pairs[::-1]


def _rows(row: int, masks: Iterable[int], full: int) -> list[int]:
    """This row, and the one after each word; a mask says where in `b` the word stands."""
    rows = [row]
    for mask in masks:
        found = row & mask
        row = ((row + found) | (row - found)) & full
        rows.append(row)
    return rows


# What a reader would call a change


def _without_islands(
    first: Sequence[_Token], second: Sequence[_Token], blocks: list[_Block]
) -> list[_Block]:
    """Leave out what is the same only by chance: a few words between changes of many.

    A change grows by what is left out beside it, so that is looked at again.
    """
    rows, columns = _running(first), _running(second)
    kept: list[_Block] = []
    last = _Block(0, 0, 0)
    for block, after in zip(blocks, (*blocks[1:], _Block(len(first), len(second), 0)), strict=True):
        beside = [
            max(rows[two.i] - rows[one.i + one.size], columns[two.j] - columns[one.j + one.size])
            for one, two in ((last, block), (block, after))
        ]
        words = rows[block.i + block.size] - rows[block.i]
        if min(beside) <= words * _ISLAND:
            last = block
            kept.append(block)
    return kept


def _running(tokens: Iterable[_Token]) -> list[int]:
    """How many words there are before each token, and in all."""
    return [0, *accumulate(int(token.word[:1].isalnum()) for token in tokens)]


def _slid(first: Sequence[_Token], second: Sequence[_Token], blocks: list[_Block]) -> list[_Block]:
    """Let what was only removed, or only added, begin where a sentence does, if it may."""
    slid = blocks[:1]
    for block in blocks[1:]:
        last = slid[-1]
        if last.i + last.size == block.i:
            by = _slide(second, last.j + last.size, block.j, last.size, block.size)
        elif last.j + last.size == block.j:
            by = _slide(first, last.i + last.size, block.i, last.size, block.size)
        else:
            by = 0
        slid[-1] = last._replace(size=last.size + by)
        slid.append(_Block(block.i + by, block.j + by, block.size - by))
    return [block for block in slid if block.size]


def _slide(tokens: Sequence[_Token], start: int, end: int, back: int, on: int) -> int:
    """By how far a change from `start` to `end` is better moved; what it leaves is the same.

    Args:
        tokens: Those of the text that has more than the other.
        start: Where the change begins.
        end: Where it ends.
        back: How far it may be moved back at most.
        on: How far on.
    """
    best, found = 0, _begins_well(tokens, start)
    for way, most in ((-1, back), (1, on)):
        by = 0
        while abs(by) < most:
            low, high = (start + by, end + by) if way > 0 else (start + by - 1, end + by - 1)
            if tokens[low].word != tokens[high].word:
                break
            by += way
            if (rank := _begins_well(tokens, start + by)) > found:
                best, found = by, rank
    return best


def _begins_well(tokens: Sequence[_Token], at: int) -> int:
    """How good a place it is for a change to begin at."""
    if not at or "\n" in tokens[at].gap or tokens[at - 1].word.endswith("\n"):
        return 3
    return 2 if tokens[at - 1].word in _SENTENCE_ENDS else 0


def _spans(
    first: Sequence[_Token], second: Sequence[_Token], blocks: Iterable[_Block]
) -> Iterator[Span]:
    i = j = 0
    for block in (*blocks, _Block(len(first), len(second), 0)):
        gone, new = first[i : block.i], second[j : block.j]
        if gone and new and gone[0].gap == new[0].gap:  # one word in the place of another
            yield Span("equal", gone[0].gap)
            gone, new = _ungapped(gone), _ungapped(new)
        yield from (Span("removed", _text(gone)), Span("added", _text(new)))
        i, j = block.i + block.size, block.j + block.size
        for one, other in zip(first[block.i : i], second[block.j : j], strict=True):
            if one.gap != other.gap:
                yield from (Span("removed", one.gap), Span("added", other.gap))
            yield Span("equal", (one.gap if one.gap == other.gap else "") + one.word)


def _ungapped(tokens: Sequence[_Token]) -> list[_Token]:
    return [tokens[0]._replace(gap=""), *tokens[1:]]


def _text(tokens: Iterable[_Token]) -> str:
    return "".join(gap + word for gap, word in tokens)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours of a kind as one; within a change, what was removed before what was added."""
    joined: list[Span] = []
    texts: dict[Kind, list[str]] = {"equal": [], "removed": [], "added": []}

    def put(*kinds: Kind) -> None:
        for kind in kinds:
            if text := "".join(texts[kind]):
                joined.append(Span(kind, text))
            texts[kind].clear()

    for span in spans:
        if not span.text:
            continue
        if span.kind == "equal":
            put("removed", "added")
        else:
            put("equal")
        texts[span.kind].append(span.text)
    put("equal", "removed", "added")
    return joined
