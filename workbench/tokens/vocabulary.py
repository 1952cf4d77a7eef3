"""ctok's vocabulary made small: pieces that begin alike share what is alike.

As ctok holds it, Claude's older vocabulary is 45 MB of dictionaries with one entry each, and to
build them takes 15 MB more that no process gives back. Shared it is 5 MB; and it is built in a
process of its own, whose memory goes when it ends. Where there can be none it is built here.

Source: `python -m tests.bench.start`, the line on memory.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

_TIMEOUT_S = 30.0
_CHILD = "from workbench.tokens.vocabulary import hand_over; hand_over({!r})"

PROBE = "Don't split, it's 1 word\n\n  x = foo('a', \"b\")\n東京 and “Über” ABCD\t😀 end. \n\n"
"""What the small one must count as ctok itself does."""

_WHOLE = ""
"""Where a piece is whole. ctok has None there; with keys that are all strings a dictionary is
smaller by a quarter."""
_Branch: TypeAlias = dict[str, "_Branch | None"]
"""By the next character, backwards."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a vocabulary, as ctok asks after them: `piece in pieces`."""

    root: _Branch

    def __contains__(self, piece: object) -> bool:
        branch: _Branch | None = self.root
        for char in reversed(str(piece)):
            branch = branch.get(char) if branch else None
        return branch is not None and _WHOLE in branch


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
    model.trie.root, model.trie._END = _shared(model.trie.root, {}), _WHOLE
    model.vocab = Pieces(model.trie.root)
    return model, tokens


def _shared(branch: Mapping[str | None, Any], known: dict[object, _Branch]) -> _Branch:
    """The branch, or the one that is known already and just like it."""
    ours: _Branch = {
        _WHOLE if char is None else char: None if longer is None else _shared(longer, known)
        for char, longer in branch.items()
    }
    alike = frozenset((char, id(longer)) for char, longer in ours.items())
    return known.setdefault(alike, ours)
