"""ByteSpike's pages on one's own account: what is left, what was paid in, what each call cost.

Its documentation disagrees on what usage looks like: rows of calls, or totals. Both are given.
Source: messages-api.md section 24.8; what stands around the documented names is a guess [G].
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbench.simulator.clock import ProviderClock, rfc3339
from workbench.simulator.money import CREDITS_PER_USD, Purse

_ROOM = 1_000


@dataclass(slots=True)
class Ledger:
    """What one key was billed, call by call; of the oldest calls only the totals are kept."""

    purse: Purse
    clock: ProviderClock
    opened_s: float
    _calls: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=_ROOM))
    _tokens: list[int] = field(default_factory=lambda: [0, 0, 0])

    def book(self, model: str, input_tokens: int, output_tokens: int, usd: Decimal) -> None:
        """Write a call down."""
        row = {
            "created_at": self._day(self.clock.now_s()),
            "model": model,
            "prompt_tokens": input_tokens,
            "completion_tokens": output_tokens,
            "credits": int(usd * CREDITS_PER_USD),
        }
        self._calls.append(row)
        for place, more in enumerate((input_tokens, output_tokens, 1)):
            self._tokens[place] += more

    def pages(self) -> Mapping[str, Callable[[], dict[str, Any]]]:
        """What answers at each path."""
        return {"account": self._account, "usage": self._usage, "billing": self._billing}

    def _account(self) -> dict[str, Any]:
        return {"balance": {"available_usd": float(self.purse.left_usd or 0)}}

    def _usage(self) -> dict[str, Any]:
        sums = dict(zip(("input_tokens", "output_tokens", "call_count"), self._tokens, strict=True))
        return {"total_usd": float(self.purse.spent_usd), **sums, "data": [*reversed(self._calls)]}

    def _billing(self) -> dict[str, Any]:
        paid = (self.purse.left_usd or Decimal(0)) + self.purse.spent_usd
        top_up = {"created_at": self._day(self.opened_s), "type": "top_up", "usd": float(paid)}
        return {"data": [top_up]}

    def _day(self, moment_s: float) -> str:
        return rfc3339(self.clock.day(moment_s))
