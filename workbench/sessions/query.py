"""What somebody looks for among sessions, read from the words that they typed.

All words must occur; a word is found by its beginning, `"several words"` as they stand. `tag:`,
`model:`, `provider:` and `name:` narrow by a part of that (`name:"several words"`);
`since:2026-11-01` and `until:` by the day (UTC); `cost>0.01` and `cost<1` by USD; `is:cut`,
`is:failed`, `is:simulated`, `is:pinned` and `is:archived` by marks. Anything else is a word like
any other, and what has no value yet (`tag:`) asks for nothing: one may search at every key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from workbench.costs import read_usd
from workbench.errors import SettingsError

MARKS = ("cut", "failed", "simulated", "pinned", "archived")
"""What may stand after `is:`."""

_WORD = re.compile(r'(?:([a-z]+):)?"([^"]*)"?|(\S+)')
_COST = re.compile(r"cost([<>])=?(.*)", re.DOTALL)
_NARROWING = ("tag", "model", "provider", "name", "since", "until", "is")
_DAY = re.compile(r"\d{4}(-\d{0,2}){0,2}")
_HINTS = {
    "is": f"Write {', '.join(f'is:{mark}' for mark in MARKS[:-1])} or is:{MARKS[-1]}.",
    "since": "Write a day, as in since:2026-11-01.",
    "until": "Write a day, as in until:2026-11-30.",
    "cost": "Write USD, as in cost>0.01 or cost<25c.",
}


class Doubt(NamedTuple):
    """Something typed that cannot be what is meant, and what to write instead."""

    problem: str
    hint: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Args:
        words: Words and phrases; all of them must occur.
        narrowed: What else must hold: pairs of a name of the module's docstring and its value.
        over_usd: What it must have cost more than.
        under_usd: What it must have cost less than.
        doubt: The first thing in it that cannot be what is meant; it is not looked for.
    """

    words: tuple[str, ...] = ()
    narrowed: tuple[tuple[str, str], ...] = ()
    over_usd: Decimal | None = None
    under_usd: Decimal | None = None
    doubt: Doubt | None = None

    @classmethod
    def read(cls, text: str) -> Query:
        """What the text asks for."""
        # SQLite ends a text at its first NUL, and takes no half characters.
        text = text.replace("\0", " ").encode(errors="replace").decode()
        words, narrowed = list[str](), list[tuple[str, str]]()
        bounds: dict[str, Decimal] = {}
        doubts: list[Doubt] = []
        for before, phrase, word in _WORD.findall(text):
            name, colon, value = (before, ":", phrase) if before else word.partition(":")
            if cost := _COST.fullmatch(word):
                bounds |= _bound(cost[1], cost[2], word, doubts)
            elif name in _NARROWING and colon:
                narrowed += _narrowing(name, value.casefold(), doubts)
            elif any(char.isalnum() for char in phrase or word):
                words.append(f"{before}:{phrase}" if before else phrase or word)
        doubt = doubts[0] if doubts else None
        return cls(tuple(words), tuple(narrowed), bounds.get(">"), bounds.get("<"), doubt)

    @property
    def match(self) -> str:
        """The words in SQLite's language for full-text search; empty where there are none."""
        return " AND ".join('"' + word.replace('"', '""') + '"*' for word in self.words)

    @property
    def wants_archived(self) -> bool:
        """Whether it asks for what lists leave out."""
        return ("is", "archived") in self.narrowed


def _bound(side: str, amount: str, word: str, doubts: list[Doubt]) -> dict[str, Decimal]:
    try:
        return {side: read_usd(amount, "")} if amount else {}
    except SettingsError:
        doubts.append(Doubt(f"{word} names no amount", _HINTS["cost"]))
        return {}


def _narrowing(name: str, value: str, doubts: list[Doubt]) -> list[tuple[str, str]]:
    if not value:
        return []
    if name == "is" and value not in MARKS:
        doubts.append(Doubt(f"is:{value} is no mark", _HINTS[name]))
        return []
    if name in ("since", "until") and not _DAY.fullmatch(value):
        doubts.append(Doubt(f"{name}:{value} names no day", _HINTS[name]))
        return []
    return [(name, value)]
