"""Secrets: strings that must never be written, whatever they come in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

MASK = "[secret]"

Span = tuple[int, int, str]
"""Where a secret stands in a text, from and to, and what stands in its place."""


class Secrets:
    """Puts a mask in the place of every secret. Empty strings are no secrets."""

    __slots__ = ("_beginning", "_longest", "_masks")

    def __init__(self, secrets: Collection[str] = (), mask: str = MASK) -> None:
        self._tell(dict.fromkeys(secrets, mask))

    def _tell(self, masks: Mapping[str, str]) -> None:
        # Longest first: of two secrets that begin alike, the longer one is hidden whole.
        told = sorted(filter(None, masks), key=len, reverse=True)
        self._masks = {secret: masks[secret] for secret in told}
        self._longest = len(told[0]) if told else 0
        self._beginning: dict[str, list[str]] = {}
        for secret in told:
            self._beginning.setdefault(secret[0], []).append(secret)

    def also(self, secrets: Collection[str], mask: str) -> Secrets:
        """These secrets and more, each under its own mask."""
        both = Secrets()
        both._tell({**dict.fromkeys(secrets, mask), **self._masks})
        return both

    def hidden(self, value: Any) -> Any:
        """A JSON value with the secrets in its strings and keys masked."""
        if not self._masks:
            return value
        if isinstance(value, str):
            spans = self._spans(value)
            return _masked(value, 0, len(value), spans) if spans else value
        if isinstance(value, Mapping):
            return {self.hidden(key): self.hidden(each) for key, each in value.items()}
        if isinstance(value, Sequence):
            return [self.hidden(each) for each in value]
        return value

    def hidden_across(self, pieces: list[str]) -> list[str]:
        """Joined pieces with the secrets masked, also those that run over several of them.

        There are as many pieces as before; the mask stands in the one where the secret began.
        """
        text = "".join(pieces)
        if not (spans := self._spans(text)):
            return pieces
        ends = [*accumulate(map(len, pieces))]
        return [
            _masked(text, end - len(piece), end, spans)
            for piece, end in zip(pieces, ends, strict=True)
        ]

    def whole(self, pieces: Sequence[str]) -> int:
        """How many of the first pieces hold no beginning of a secret that may go on after them."""
        if not self._masks:
            return len(pieces)
        text, ends = "".join(pieces), [0, *accumulate(map(len, pieces))]
        spans = self._spans(text)
        begun = next(self._begun(text, spans), len(text))
        kept = max((at for at, end in enumerate(ends) if end <= begun), default=0)
        # What runs over the cut goes on with what is behind it, or it would be known in neither.
        while cut := [start for start, stop, _ in spans if start < ends[kept] < stop]:
            kept = max(at for at, end in enumerate(ends) if end <= min(cut))
        return kept

    def _begun(self, text: str, spans: Sequence[Span]) -> Iterator[int]:
        """Where a secret may begin that is not yet whole. Within a whole one none begins."""
        for at in range(max(0, len(text) - self._longest + 1), len(text)):
            may_be = self._beginning.get(text[at], ())
            if may_be and not any(start < at < stop for start, stop, _ in spans):
                rest = text[at:]
                if any(len(each) > len(rest) and each.startswith(rest) for each in may_be):
                    yield at

    def _spans(self, text: str) -> list[Span]:
        # To look for each by itself is faster than one expression of them all: they can be long.
        if not (there := [secret for secret in self._masks if secret in text]):
            return []
        found = re.finditer("|".join(map(re.escape, there)), text)
        return [(*each.span(), self._masks[each[0]]) for each in found]


def _masked(text: str, begin: int, end: int, spans: Sequence[Span]) -> str:
    """`text[begin:end]` without the spans; the mask stands where each begins."""
    kept = ""
    for start, stop, mask in spans:
        if start >= end:
            break
        kept += text[begin : max(begin, start)]
        if start >= begin:
            kept += mask
        begin = max(begin, min(stop, end))
    return kept + text[begin:end]
