"""Counts tokens before anything is sent, with no network and nothing written to disk.

Best counter first: `exact` (ctok, Claude's own vocabulary), `tiktoken` (OpenAI's o200k vocabulary
times a ratio by kind of content), `bytes`. No vocabulary is loaded before the first count; every
function here may be called from any thread. What a request costs beyond its texts (frames, hidden
tool prompt, images) is arithmetic learned from public bills.

Source: research/tokens.md and reference/token-ratios.yaml, where every figure here is explained.
"""

from workbench.tokens.bases import Basis, Estimate
from workbench.tokens.request import Part, Ttl, estimate, parts, whole
from workbench.tokens.text import (
    basis,
    count,
    hidden_tokens,
    measure,
    quick,
    tokenizer_of,
    warm,
)

__all__ = [
    "Basis",
    "Estimate",
    "Part",
    "Ttl",
    "basis",
    "count",
    "estimate",
    "hidden_tokens",
    "measure",
    "parts",
    "quick",
    "tokenizer_of",
    "warm",
    "whole",
]
