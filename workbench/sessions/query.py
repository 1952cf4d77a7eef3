"""What somebody looks for among sessions, read from the words that they typed.

All words must occur; a word is found by its beginning, `"several words"` as they stand. `tag:`,
`model:`, `provider:` and `name:` narrow by a part of that; `since:2026-11-01` and `until:` by the
day (UTC); `cost>0.01` and `cost<1` by USD; `is:cut`, `is:simulated` and `is:archived` by marks.
Anything else is a word like any other: whatever is typed can be looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_WORD = re.compile(r'"([^"]*)"?|(\S+)')
_COST = re.compile(r"cost([<>])\$?(\d+(?:\.\d+)?)\Z")
_NARROWING = ("tag", "model", "provider", "name", "since", "until", "is")
_MARKS = ("cut", "simulated", "archived")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Args:
        words: Words and phrases; all of them must occur.
        narrowed: What else must hold: pairs of a name of the module's docstring and its value.
        over_usd: What it must have cost more than.
        under_usd: What it must have cost less than.
    """

    words: tuple[str, ...] = ()
    narrowed: tuple[tuple[str, str], ...] = ()
    over_usd: Decimal | None = None
    under_usd: Decimal | None = None

    @classmethod
    def read(cls, text: str) -> Query:
        """What the text asks for."""
        # SQLite ends a text at its first NUL, and takes no half characters.
        text = text.replace("\0", " ").encode(errors="replace").decode()
        words, narrowed = list[str](), list[tuple[str, str]]()
        bounds: dict[str, Decimal] = {}
        for phrase, word in _WORD.findall(text):
            name, _, value = word.partition(":")
            if cost := _COST.match(word):
                bounds[cost[1]] = Decimal(cost[2])
            elif name in _NARROWING and value and (name != "is" or value in _MARKS):
                narrowed.append((name, value.casefold()))
            elif any(char.isalnum() for char in phrase or word):
                words.append(phrase or word)
        return cls(tuple(words), tuple(narrowed), bounds.get(">"), bounds.get("<"))

    @property
    def match(self) -> str:
        """The words in SQLite's language for full-text search; empty where there are none."""
        return " AND ".join('"' + word.replace('"', '""') + '"*' for word in self.words)

    @property
    def wants_archived(self) -> bool:
        """Whether it asks for what lists leave out."""
        return ("is", "archived") in self.narrowed
