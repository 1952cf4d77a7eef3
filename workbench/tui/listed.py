"""The variants of a prompt as they are listed: each with its name and what it does otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.documents.expansion import expansions
from workbench.documents.finding import Keys, dotted, shown
from workbench.documents.prompt import Prompt

_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Listed:
    """One variant, at one point of the matrix if there is one.

    Args:
        name: As the round calls it: `warm`, or `warm/claude-haiku-5-5` by the matrix.
        variant: Its own name in the file.
        words: What it does otherwise than the body: `temperature 0.7`.
    """

    name: str
    variant: str
    words: str = ""


def listed(prompt: Prompt) -> tuple[Listed, ...]:
    """Every variant of a prompt, in the order of its file."""
    words = {name: in_words(prompt, name) for name in prompt.variants}
    return tuple(Listed(e.name, e.variant, words[e.variant]) for e in expansions(prompt))


def in_words(prompt: Prompt, variant: str) -> str:
    """What a variant does otherwise, in a line: `system triage-terse.system.yaml`."""
    keys: Keys = ("variants", variant)
    return ", ".join(_differences(prompt, keys, (), prompt.variants[variant]))


def _differences(prompt: Prompt, at: Keys, inside: Keys, patch: Mapping[Any, Any]) -> Iterator[str]:
    for key, value in patch.items():
        keys: Keys = (*inside, key)
        path, _, _ = prompt.where(*at, *keys)
        if isinstance(value, Mapping) and value and path == prompt.path:
            yield from _differences(prompt, at, keys, value)
        elif value is None:
            yield f"no {dotted(keys)}"
        else:
            yield f"{dotted(keys)} {_short(value) if path == prompt.path else path.name}"


def _short(value: Any) -> str:
    """A value in a word or two."""
    is_word = isinstance(value, str) and value.isprintable() and " " not in value
    text = shown(value if is_word else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
