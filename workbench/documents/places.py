"""Where every value of a document was written, over all the files that were joined into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workbench.documents.finding import Finding, Keys, Place, dotted, problem_at
from workbench.documents.source import Source
from workbench.documents.tree import Node
from workbench.errors import Problem


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value in a file; `node` is None where the file is plain text as a whole."""

    source: Source
    node: Node | None
    key: Node | None = None

    def place(self, *, at_key: bool = False) -> Place:
        node = self.key if at_key and self.key is not None else self.node
        if node is None:
            return self.source.path, 1, 1
        return self.source.path, *self.source.place(node.start)


@dataclass(frozen=True, slots=True)
class Places:
    """Looks up where a value was written, by its keys in the joined document."""

    mounts: dict[Keys, _Spot] = field(default_factory=dict)

    def mount(self, keys: Keys, source: Source, node: Node | None) -> None:
        """The value at `keys`, and all inside it, comes from this part of this file."""
        self.mounts[keys] = _Spot(source, node)

    def files(self) -> Iterator[tuple[Keys, Path]]:
        """Every file that was joined in, with the keys of what it holds; the first is the whole."""
        return ((keys, spot.source.path) for keys, spot in self.mounts.items())

    def depth(self, keys: Keys) -> int:
        """How many of these keys lead to something that was written."""
        return self._find(keys)[1]

    def place(self, keys: Keys, *, at_key: bool = False) -> Place:
        """Where the value at `keys` was written, or the nearest one around it; or its name."""
        spot, depth = self._find(keys)
        return spot.place(at_key=at_key and depth == len(keys))

    def lines(self, keys: Keys) -> tuple[Path, int, int] | None:
        """The file, the first and the last line (from 1) of what was written at `keys`.

        Of a part of it that comes from another file, only the name is counted. None where
        nothing was written there.
        """
        spot, depth = self._find(keys)
        if depth < len(keys):
            return None
        text, node = spot.source.text, spot.node
        start, end = (node.start, node.end) if node else (0, len(text))
        end = start + len(text[start:end].rstrip())
        first, last = (spot.source.place(at)[0] for at in (start, max(start, end - 1)))
        return spot.source.path, first, last

    def first(self, keys: Keys, pattern: re.Pattern[str]) -> Place:
        """Where `pattern` first stands in the text written at `keys`."""
        spot, _ = self._find(keys)
        start, end = (spot.node.start, spot.node.end) if spot.node else (0, len(spot.source.text))
        found = pattern.search(spot.source.text, start, end)
        if found is None:
            return spot.place()
        return spot.source.path, *spot.source.place(found.start())

    def written(self, keys: Keys) -> str | None:
        """A scalar as it was written: `0.10`, where its value is 0.1."""
        spot, depth = self._find(keys)
        return spot.node.written if depth == len(keys) and spot.node else None

    def problem(self, finding: Finding) -> Problem:
        """The finding as a problem with its place."""
        return problem_at(self.place(finding.keys, at_key=finding.at_key), finding)

    def _find(self, keys: Keys) -> tuple[_Spot, int]:
        """The spot at `keys`, or the nearest around it; and how many of the keys led there."""
        depth = next(n for n in range(len(keys), -1, -1) if keys[:n] in self.mounts)
        spot = self.mounts[keys[:depth]]
        while depth < len(keys) and spot.node is not None:
            child, taken = _child(spot, keys[depth:])
            if child is None:
                break
            spot, depth = child, depth + taken
        return spot, depth


def _child(spot: _Spot, keys: Keys) -> tuple[_Spot | None, int]:
    """What `keys` begin with inside the spot, and how many of them that takes.

    A variant's `output_config.effort` is one name in the file and two keys in the document; it
    also stands for `output_config`, where nothing else does.
    """
    node = spot.node
    assert node is not None
    if node.items is not None:
        index = keys[0]
        if isinstance(index, int) and 0 <= index < len(node.items):
            return _Spot(spot.source, node.items[index]), 1
        return None, 0
    by_name = {key.written: (key, value) for key, value in node.pairs or ()}
    for taken in range(1, len(keys) + 1):
        found = by_name.get(dotted(keys[:taken]))
        if found is not None:
            return _Spot(spot.source, found[1], found[0]), taken
    around = f"{dotted(keys)}."
    for name, (key, value) in by_name.items():
        if name is not None and name.startswith(around):
            return _Spot(spot.source, value, key), len(keys)
    return None, 0
