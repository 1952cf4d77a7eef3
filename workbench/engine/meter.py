"""How many tokens a stream has brought so far, while the bill is still out."""

from __future__ import annotations

from workbench.catalog.model import Tokenizer
from workbench.tokens import count

_FIRST_BYTES, _MOST_BYTES = 32, 160
_TOKENS_PER_BYTE = 0.3


class Meter:
    """Tokens of a text that only grows: counted in pieces, and the last piece by its length.

    What is not counted yet is never more than `_MOST_BYTES` and a delta; how many tokens a byte
    stands for is learned from what has been, the first time soon. Pieces are cut before a blank
    where there is one: tokenizers cut there too, so that the counts add up.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer: Tokenizer = tokenizer
        self._counted, self._bytes = 0, 0
        self._rest, self._rest_bytes = "", 0

    @property
    def tokens(self) -> float:
        """An estimate of all that was added."""
        per_byte = self._counted / self._bytes if self._bytes else _TOKENS_PER_BYTE
        return self._counted + self._rest_bytes * per_byte

    def add(self, text: str) -> None:
        """More of the text."""
        self._rest += text
        self._rest_bytes += _size(text)
        if self._rest_bytes < min(_MOST_BYTES, _FIRST_BYTES + self._bytes):
            return
        cut = self._rest.rfind(" ")
        cut = cut if cut > 0 else len(self._rest)
        piece, self._rest = self._rest[:cut], self._rest[cut:]
        self._counted += count(piece, self._tokenizer)
        self._bytes += _size(piece)
        self._rest_bytes = _size(self._rest)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
