"""ctok's vocabulary made small: pieces that end alike share what is alike, in a few flat arrays.

As ctok holds it, Claude's older vocabulary is 45 MB of dictionaries with one entry each, and to
build them takes 15 MB more that no process gives back. Shared and flat it is half a megabyte; and
it is built in a process of its own, whose memory goes when it ends. Where there can be none it is
built here.

Source: `python -m tests.bench.start`, the line on memory.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from array import array
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

_TIMEOUT_S = 30.0
_CHILD = "from workbench.tokens.vocabulary import hand_over; hand_over({!r})"

PROBE = "Don't split, it's 1 word\n\n  x = foo('a', \"b\")\n東京 and “Über” ABCD\t😀 end. \n\n"
"""What the small one must count as ctok itself does."""


@dataclass(frozen=True, slots=True, eq=False)
class _Flat:
    """The branches of a vocabulary, each a number; its pieces are read from their last character.

    Args:
        starts: Where in `chars` the branch of each number begins; one more, for the end.
        chars: By which characters each goes on.
        longer: With which branch, for each of these.
        whole: 1 for each branch at which a piece is whole.
    """

    starts: array[int]
    chars: str
    longer: array[int]
    whole: bytes


class Branch:
    """A branch as ctok asks after it, where it would have a dictionary of its own."""

    __slots__ = ("_at", "_flat")

    def __init__(self, flat: _Flat, at: int) -> None:
        self._flat, self._at = flat, at

    def get(self, char: str) -> Branch | None:
        """The branch that this character leads to; None where no piece has it there."""
        flat, at = self._flat, self._at
        found = flat.chars.find(char, flat.starts[at], flat.starts[at + 1])
        return Branch(flat, flat.longer[found]) if found >= 0 else None

    def near(self) -> _Near:
        """As ctok has it: for the few branches that each piece begins with, to be quick."""
        flat, at = self._flat, self._at
        edges = range(flat.starts[at], flat.starts[at + 1])
        near: _Near = {flat.chars[edge]: Branch(flat, flat.longer[edge]) for edge in edges}
        return near | {None: None} if None in self else near

    def __contains__(self, end: object) -> bool:
        """Whether a piece is whole here: nothing but its end is looked for."""
        return self._flat.whole[self._at] == 1


_Near: TypeAlias = dict[str | None, Branch | None]
"""A branch as ctok has it: by characters, and None where a piece is whole."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a vocabulary, as ctok asks after them: `piece in pieces`."""

    root: Mapping[str, _Near]

    def __contains__(self, piece: object) -> bool:
        word = str(piece)
        branch: _Near | Branch | None = self.root.get(word[-1:])
        for char in word[-2::-1]:
            branch = branch.get(char) if branch else None
        return branch is not None and None in branch


def load(version: str) -> tuple[Any, int]:
    """ctok's model of `version`, as its `tile` takes it, and the tokens of `PROBE` by ctok.

    Raises:
        AttributeError, ImportError, TypeError, ValueError: This ctok has other insides.
    """
    # -P: a file of the user's that is called like a module of ours must not be run.
    command = [sys.executable, "-P", "-c", _CHILD.format(version)]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with suppress(OSError, subprocess.SubprocessError, pickle.UnpicklingError, EOFError):
        told = subprocess.run(
            command,
            env=found,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=True,
        )
        model, tokens = pickle.loads(told.stdout)
        return model, tokens
    return _built(version)


def hand_over(version: str) -> None:
    """Write the model to standard output, for the process that asked for it."""
    sys.stdout.buffer.write(pickle.dumps(_built(version), pickle.HIGHEST_PROTOCOL))


def _built(version: str) -> tuple[Any, int]:
    from ctok.main import _document, _family, _model, token_count

    tokens = token_count(PROBE, version) - token_count("a", version) + 1
    model = _model(_family(version))
    _document.cache_clear()  # what proves each piece: 25 MB that no count looks at
    model.trie.root = _rooted(model.trie.root)
    model.vocab = Pieces(model.trie.root)
    return model, tokens


def _rooted(root: Mapping[str, Any]) -> dict[str, _Near]:
    """ctok's own dictionaries, made small; the first character finds its branch at once."""
    known: dict[object, int] = {}
    whole, chars = bytearray(), list[str]()
    starts, longer = array("I", [0]), array("I")

    def number(branch: Mapping[str | None, Any]) -> int:
        """Of this branch, or of the one that is known already and just like it."""
        ends = None in branch
        to = tuple((char, number(more)) for char, more in branch.items() if char is not None)
        alike = (ends, frozenset(to))
        if alike not in known:
            known[alike] = len(known)
            whole.append(ends)
            chars.extend(char for char, _ in to)
            longer.extend(at for _, at in to)
            starts.append(len(chars))
        return known[alike]

    numbers = {char: number(branch) for char, branch in root.items()}
    flat = _Flat(starts, "".join(chars), longer, bytes(whole))
    near = {at: Branch(flat, at).near() for at in {*numbers.values()}}
    return {char: near[at] for char, at in numbers.items()}
