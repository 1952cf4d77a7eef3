"""Which lines of the files are sent as one: what each costs, and which are cached. Pure.

The figures are those of the first run of the next round; a variant that patches a message has its
own, at its own place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.documents.expansion import Expansion
from workbench.documents.finding import Keys
from workbench.documents.prompt import Prompt
from workbench.tokens import Estimate, Part
from workbench.tui.stretch import Stretch


def stretches(
    prompt: Prompt, expansion: Expansion, counted: Sequence[Part], last_cached: str
) -> dict[Path, list[Stretch]]:
    """Every stretch, by its file; a block before the message that it is part of.

    Args:
        expansion: The variant that was counted.
        counted: The parts of its body.
        last_cached: The path of the last part that will be cached; empty where none will be.
    """
    mounts = [keys for keys, _ in prompt.places.files()]
    paths = [part.path for part in counted]
    cached = paths.index(last_cached) + 1 if last_cached in paths else 0
    found: dict[Path, list[Stretch]] = {}
    for part, is_cached in _with_wholes(counted, cached):
        keys = _keys(part.path)
        written = keys
        if keys[0] in expansion.patch:
            written = expansion.written_at(keys, prompt.places)
        below = [mount for mount in mounts if mount[: len(written)] == written]
        for at in dict.fromkeys((written, *below)):
            if (lines := prompt.places.lines(at)) is not None:
                tokens = Estimate(part.tokens, part.band, part.basis)
                path, first, last = lines
                stretch = Stretch(first, last, _name(keys, expansion.body), tokens, is_cached)
                found.setdefault(path, []).append(stretch)
    return found


def _with_wholes(counted: Sequence[Part], cached: int) -> Iterator[tuple[Part, bool]]:
    """Every part that stands somewhere; a message as a whole, after its blocks if several."""
    wholes: dict[str, list[tuple[Part, bool]]] = {}
    for at, part in enumerate(counted):
        first, *others = part.path.split(".")
        if first == "messages":
            wholes.setdefault(f"messages.{others[0]}", []).append((part, at < cached))
        elif part.path != "tools":  # the hidden prompt stands nowhere
            yield part, at < cached
    for path, pieces in wholes.items():
        if len(pieces) > 1:
            yield from pieces
        total = Estimate(0)
        for part, _ in pieces:
            total += Estimate(part.tokens, part.band, part.basis)
        whole = Part(path, total.tokens, None, total.band, total.basis)
        yield whole, all(is_cached for _, is_cached in pieces)


def _keys(path: str) -> Keys:
    return tuple(int(word) if word.isdecimal() else word for word in path.split("."))


def _name(keys: Keys, body: Mapping[str, Any]) -> str:
    """`message 2`, `message 2, block 1`, `system, block 1`, `tool get_order`."""
    first, *others = keys
    if first == "tools" and others:
        return f"tool {body['tools'][others[0]].get('name', '')}"
    numbers = [key + 1 for key in others if isinstance(key, int)]
    if first == "messages":
        words = [f"message {numbers[0]}"]
        words += [f"block {number}" for number in numbers[1:2]]
    else:
        words = [str(first), *(f"block {number}" for number in numbers[:1])]
    return ", ".join(words)
