"""What is selected by two clicks: a word, or the blanks or signs between words."""

from __future__ import annotations

import re

_PART = re.compile(r"\w+|\s+|[^\w\s]+")


def word_at(text: str, at: int) -> tuple[int, int]:
    """Where the word at a place of a line begins and ends; both at the line's end beyond it."""
    spans = (part.span() for part in _PART.finditer(text))
    return next((span for span in spans if span[0] <= at < span[1]), (len(text), len(text)))
