"""Tokens of one text on its own, by the best counter that this machine has.

Counts are remembered by text, and inside the exact counter by word and line, so that an edited
prompt is counted again in milliseconds.
"""

from __future__ import annotations

import hashlib
import math
import re
import threading
from collections.abc import Callable, Mapping

from workbench.catalog.model import Model, Tokenizer
from workbench.tokens.bases import BANDS, Basis, Estimate
from workbench.tokens.exact import exact_counter
from workbench.tokens.o200k import o200k_counter, vocabulary

_SIGNED_BYTES, _HIDDEN_PER_BYTE = 115, 0.3
"""[G] What a signature has besides the thoughts in it; tokens of these, rather too many."""

TOKENS_PER_BYTE: Mapping[Tokenizer, float] = {"classic": 0.286, "new": 0.369}

_LONGEST_EXACT_BYTES = 256_000
_MEMO_ENTRIES = 200_000
_SURROGATE = re.compile("[\ud800-\udfff]")

_lock = threading.Lock()
_counters: dict[tuple[Tokenizer, Basis], Callable[[str], int] | None] = {}
_counted: dict[tuple[bytes, Tokenizer], Estimate] = {}


def count(text: str, tokenizer: Tokenizer) -> int:
    """Tokens of `text` on its own, no frame around it, by the best counter there is."""
    return measure(text, tokenizer).tokens


def quick(text: str, model: Model | None) -> Estimate:
    """A first guess from the number of bytes; instant, loads nothing."""
    size = len(text.encode("utf-8", "replace"))
    return Estimate(math.ceil(size * TOKENS_PER_BYTE[tokenizer_of(model)]), BANDS["bytes"], "bytes")


def basis(tokenizer: Tokenizer) -> Basis:
    """What counts of ordinary texts rest on, on this machine. Loads the vocabulary."""
    return measure("a", tokenizer).basis


def warm(tokenizer: Tokenizer) -> None:
    """Load the vocabulary now: a few tenths of a second, best spent in a thread."""
    measure("a", tokenizer)


def forget() -> None:
    """Drop every vocabulary and every remembered count."""
    with _lock:
        _counters.clear()
        _counted.clear()
        vocabulary.cache_clear()


def tokenizer_of(model: Model | None) -> Tokenizer:
    """The model's own; the newer one, which counts more, where it is not known."""
    return (model.tokenizer if model else None) or "new"


def measure(text: str, tokenizer: Tokenizer) -> Estimate:
    """As `count`, with what the count rests on."""
    if not text:
        return Estimate(0)
    encoded = text.encode("utf-8", "surrogatepass")
    key = hashlib.blake2b(encoded, digest_size=16).digest(), tokenizer
    known = _counted.get(key)
    if known is None:
        if len(_counted) >= _MEMO_ENTRIES:
            _counted.clear()
        known = _counted[key] = _measure_afresh(text, len(encoded), tokenizer)
    return known


def _measure_afresh(text: str, size: int, tokenizer: Tokenizer) -> Estimate:
    text = _SURROGATE.sub("\ufffd", text)
    order: list[Basis] = ["exact", "tiktoken"]
    for by in order if size <= _LONGEST_EXACT_BYTES else order[::-1]:
        counter = _counter(tokenizer, by)
        if counter is not None:
            return Estimate(counter(text), BANDS[by], by)
    return Estimate(math.ceil(size * TOKENS_PER_BYTE[tokenizer]), BANDS["bytes"], "bytes")


def _counter(tokenizer: Tokenizer, by: Basis) -> Callable[[str], int] | None:
    """The counter, loaded once; None where this machine has none of that kind."""
    if (tokenizer, by) not in _counters:
        with _lock:  # two threads that ask at once must not both load it
            if (tokenizer, by) not in _counters:
                load = exact_counter if by == "exact" else o200k_counter
                _counters[tokenizer, by] = load(tokenizer)
    return _counters[tokenizer, by]


def hidden_tokens(signature: str) -> int:
    """About how many tokens of thinking stand behind a signature where none of it is shown.

    Providers bill it and say how much only at the end; the signature holds it encrypted, and so
    grows as it does.
    """
    return max(0, round((len(signature) * 3 / 4 - _SIGNED_BYTES) * _HIDDEN_PER_BYTE))
