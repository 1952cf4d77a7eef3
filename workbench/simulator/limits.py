"""What is left of an account: rate limits at Anthropic, a wallet at ByteSpike. Never refuses.

Source: messages-api.md sections 14 and 24.4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from workbench.catalog.model import Model
from workbench.simulator.cache import CacheUse

PER_MINUTE = {"requests": 1_000, "input-tokens": 2_000_000, "output-tokens": 400_000}
"""The Start tier of Haiku 4.5."""
_WINDOW_S = 60.0
_WALLET_USD, _BUCKET_USD = Decimal("200.00"), Decimal("50.00")
_ORGANIZATION = "00000000-51e7-4a7e-8000-000000000000"
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Account:
    """One key's account: what it has used in the minute that runs, and spent in all."""

    key: str
    clock: Callable[[], float]
    spent_usd: Decimal = Decimal(0)
    _since_s: float = float("-inf")
    _used: dict[str, int] = field(default_factory=dict)

    @property
    def workspace(self) -> str:
        """The workspace that the key belongs to: cache entries are shared within it."""
        return "wrkspc_01" + hashlib.sha256(self.key.encode()).hexdigest()[:22]

    def charge(self, use: CacheUse, output_tokens: int, model: Model) -> None:
        """Count a request. Tokens read from the cache do not count to the input limit."""
        self._spend("input-tokens", use.fresh + use.written)
        self._spend("output-tokens", output_tokens)
        price = model.prices
        counts = (
            (use.fresh, price.input),
            (use.read, price.cache_read),
            (use.write_5m, price.cache_write_5m),
            (use.write_1h, price.cache_write_1h),
            (output_tokens, price.output),
        )
        self.spent_usd += sum((n * usd for n, usd in counts if usd), Decimal(0)) / 1_000_000

    def anthropic_headers(self) -> dict[str, str]:
        """`anthropic-*` headers of an answer; counts the request that it answers."""
        self._spend("requests", 1)
        left = {name: max(0, most - self._used.get(name, 0)) for name, most in PER_MINUTE.items()}
        reset_s = self._since_s + _WINDOW_S - self.clock()
        reset = datetime.now(UTC) + timedelta(seconds=reset_s)
        most = {**PER_MINUTE, "tokens": PER_MINUTE["input-tokens"] + PER_MINUTE["output-tokens"]}
        left["tokens"] = left["input-tokens"] + left["output-tokens"]
        found = {
            "anthropic-organization-id": _ORGANIZATION,
            "anthropic-workspace-id": self.workspace,
        }
        for name, limit in most.items():
            rounded = left[name] if name == "requests" else round(left[name], -3)
            found[f"anthropic-ratelimit-{name}-limit"] = str(limit)
            found[f"anthropic-ratelimit-{name}-remaining"] = str(rounded)
            found[f"anthropic-ratelimit-{name}-reset"] = f"{reset:%Y-%m-%dT%H:%M:%SZ}"
        return found

    def bytespike_headers(self) -> dict[str, str]:
        """The quota headers of an answer: USD, whatever their names say."""
        reset = datetime.now(UTC) + timedelta(hours=5)
        return {
            "X-RateLimit-Limit": str(_BUCKET_USD),
            "X-RateLimit-Remaining": str(_left(_BUCKET_USD, self.spent_usd)),
            "X-RateLimit-Reset": str(int(reset.timestamp())),
            "X-Quota-Remaining-Credits": str(_left(_WALLET_USD, self.spent_usd)),
        }

    def _spend(self, name: str, amount: int) -> None:
        if self.clock() - self._since_s >= _WINDOW_S:
            self._since_s, self._used = self.clock(), {}
        self._used[name] = self._used.get(name, 0) + amount


def _left(most: Decimal, spent: Decimal) -> Decimal:
    return max(most - spent, Decimal(0)).quantize(_CENT)
