"""Secrets: strings that must never be written, whatever they come in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

MASK = "[secret]"


class Secrets:
    """Puts a mask in the place of every secret. Empty strings are no secrets."""

    __slots__ = ("_any", "_mask", "_told")

    def __init__(self, secrets: Collection[str] = (), mask: str = MASK) -> None:
        # Longest first: of two secrets that begin alike, the longer one is hidden whole.
        told = sorted(filter(None, secrets), key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, told))) if told else None
        self._told = tuple(told)
        self._mask = mask

    def hidden(self, value: Any) -> Any:
        """A JSON value with the secrets in its strings and keys masked."""
        if self._any is None:
            return value
        if isinstance(value, str):
            return self._any.sub(lambda _: self._mask, value)
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
        if self._any is None or not (spans := [each.span() for each in self._any.finditer(text)]):
            return pieces
        masked, begin = [], 0
        for piece in pieces:
            masked.append(_masked(text, begin, begin + len(piece), spans, self._mask))
            begin += len(piece)
        return masked

    def begun_at_end(self, pieces: Sequence[str]) -> int:
        """How many of the last characters may be the beginning of a secret not yet whole."""
        if not self._told:
            return 0
        text = "".join(pieces)
        begun = (
            length
            for secret in self._told
            for length in range(1, len(secret))
            if text.endswith(secret[:length])
        )
        return max(begun, default=0)


def _masked(text: str, begin: int, end: int, spans: Sequence[tuple[int, int]], mask: str) -> str:
    """`text[begin:end]` without the spans; the mask stands where each begins."""
    kept = ""
    for start, stop in spans:
        if start >= end:
            break
        kept += text[begin : max(begin, start)]
        if start >= begin:
            kept += mask
        begin = max(begin, min(stop, end))
    return kept + text[begin:end]
