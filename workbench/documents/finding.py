"""A finding: something wrong with a value, before anyone has looked up where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from workbench.errors import Problem

Keys = tuple[str | int, ...]
"""The way to a value: names of mappings, indexes of lists."""


Place = tuple[Path, int, int]
"""File, line and column; both count from 1."""

_FEW = 12
_LONG = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the value at `keys`; with its name rather, where `at_key` is set.

    `rule` is the name of the API's rule that it breaks, if it breaks one.
    """

    keys: Keys
    problem: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    at_key: bool = False
    rule: str = ""


def named(rule: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each with the name of the rule that it breaks."""
    return (replace(finding, rule=rule) for finding in findings)


def problem_at(place: Place, found: Finding) -> Problem:
    """The finding as a problem with its place; in one line, whatever the names in it hold."""
    said, hint = shown(found.problem), shown(found.hint)
    return Problem(*place, said, hint, found.severity, found.rule)


def shown(text: str) -> str:
    """The text in one line: what does not print is shown by its escape, what is long is cut."""
    if not text.isprintable():
        text = "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
        )
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]}…{text[-_LONG // 2 :]}"


def dotted(keys: Keys) -> str:
    """The way to a value, as the API's own messages write it: `messages.0.content`."""
    return ".".join(map(str, keys))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` was probably meant to be."""
    from difflib import get_close_matches  # most files have nothing that is misspelt

    found = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def nearest_hint(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or all where none is near and they are few."""
    names = sorted(known)
    found = nearest(word, names)
    if found is not None:
        return f"Did you mean `{found}`?"
    return f"Known: {', '.join(names)}." if 0 < len(names) <= _FEW else "Check its spelling."
