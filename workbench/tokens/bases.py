"""What a number of tokens rests on, and how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Basis = Literal["usage", "count", "exact", "tiktoken", "bytes"]

BANDS: Mapping[Basis, float] = {
    "usage": 0.0,
    "count": 0.0,
    "exact": 0.0,
    "tiktoken": 0.09,
    "bytes": 0.25,
}
"""From the best basis to the worst: half width of the 90 % band, as a fraction of the tokens."""

UNKNOWN_BAND = 0.15
"""For what the counter in use was not made for: an unknown model, an unknown block."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of tokens, and how far to trust it.

    Args:
        tokens: The best guess.
        band: Half width of the 90 % band, as a fraction of `tokens`.
        basis: What it rests on.
    """

    tokens: int
    band: float = 0.0
    basis: Basis = "exact"

    def __add__(self, other: Estimate) -> Estimate:
        """Both together, as sure as the less sure of the two."""
        tokens = self.tokens + other.tokens
        unsure = self.tokens * self.band + other.tokens * other.band
        order = list(BANDS)
        basis = max(self.basis, other.basis, key=order.index)
        return Estimate(tokens, unsure / tokens if tokens else 0.0, basis)

    def shown(self) -> str:
        """As faces show it: `1,240`, `≈1,240`, `about 1,240 ±3%`, `about 1,200 ±25%`."""
        if self.basis in ("usage", "count"):
            return f"{self.tokens:,}"
        if self.basis == "exact" and self.band == 0:
            return f"≈{self.tokens:,}"
        tokens = self.tokens
        if self.basis == "bytes" and tokens:
            tokens = round(tokens, 1 - math.floor(math.log10(tokens)))
        # A band such as 0.09 is not exact in binary; it must not be rounded up to 10 %.
        return f"about {tokens:,} ±{max(1, math.ceil(self.band * 100 - 1e-6))}%"
