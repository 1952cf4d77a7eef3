"""A finding: something wrong with a value, before anyone has looked up where it was written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Keys = tuple[str | int, ...]
"""The way to a value: names of mappings, indexes of lists."""


_FEW = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the value at `keys`; with its name rather, where `at_key` is set."""

    keys: Keys
    problem: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    at_key: bool = False


def dotted(keys: Keys) -> str:
    """The way to a value, as the API's own messages write it: `messages.0.content`."""
    return ".".join(map(str, keys))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` was probably meant to be."""
    found = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def nearest_hint(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or all where none is near and they are few."""
    names = sorted(known)
    found = nearest(word, names)
    if found is not None:
        return f"Did you mean `{found}`?"
    return f"Known: {', '.join(names)}." if 0 < len(names) <= _FEW else "Check its spelling."
