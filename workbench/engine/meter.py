"""How many tokens a stream has brought so far, while the bill is still out."""

from __future__ import annotations

from workbench.catalog.model import Tokenizer
from workbench.tokens import count

_COUNT_EVERY = 160
_TOKENS_PER_CHARACTER = 0.3


class Meter:
    """Tokens of a text that only grows: counted in pieces, and the last piece by its length.

    What is not counted yet is never more than `_COUNT_EVERY` characters and a word; how many
    tokens a character stands for is learned from what has been. Pieces are cut before a blank,
    where tokenizers cut too, so that their counts add up.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer: Tokenizer = tokenizer
        self._counted = 0
        self._characters = 0
        self._rest = ""

    @property
    def tokens(self) -> float:
        """An estimate of all that was added."""
        ratio = self._counted / self._characters if self._characters else _TOKENS_PER_CHARACTER
        return self._counted + len(self._rest) * ratio

    def add(self, text: str) -> None:
        """More of the text."""
        self._rest += text
        if len(self._rest) < _COUNT_EVERY:
            return
        cut = self._rest.rfind(" ")
        if cut <= 0:
            cut = len(self._rest)
        self._counted += count(self._rest[:cut], self._tokenizer)
        self._characters += cut
        self._rest = self._rest[cut:]
