"""What the rounds of one sitting may cost, as it was set on the screen or when opening."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Caps:
    """What a round, and each of its runs, may cost in USD; None is what the prompt's file says."""

    round_usd: Decimal | None = None
    run_usd: Decimal | None = None
