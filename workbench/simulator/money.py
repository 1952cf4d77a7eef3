"""What is spent and what is left of it: ByteSpike's wallet and its caps, Anthropic's monthly limit.

Money moves when an answer has ended, by what it came to; nothing but a 2xx is ever billed. All in
USD. Source: messages-api.md sections 12, 15, 24.4 and 24.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NoReturn

from workbench.catalog.model import Model, Prices
from workbench.simulator.cache import CacheUse
from workbench.simulator.clock import ProviderClock
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.refusal import Refusal

CREDITS_PER_USD = 1_000_000
CAPS = {"5h": (5, Decimal(1)), "1d": (24, Decimal(3)), "7d": (168, Decimal(10))}
"""ByteSpike's buckets: hours, and how many times the smallest one's cap each holds. [G]"""
_CAP_USD, _WALLET_USD = Decimal(50), Decimal(200)
_CENT, _MTOK = Decimal("0.01"), Decimal(1_000_000)


def price_usd(model: Model, use: CacheUse, output_tokens: int, *, batch: bool = False) -> Decimal:
    """What an answer costs. A price that nobody knows is taken to be the input's."""
    prices = _prices(model, use.read + use.written + use.fresh, batch=batch)
    counts = (
        (use.fresh, prices.input),
        (use.read, prices.cache_read),
        (use.write_5m, prices.cache_write_5m),
        (use.write_1h, prices.cache_write_1h),
        (output_tokens, prices.output),
    )
    usual = prices.input or Decimal(0)
    return sum((n * (usual if usd is None else usd) for n, usd in counts), Decimal(0)) / _MTOK


def _prices(model: Model, prompt_tokens: int, *, batch: bool) -> Prices:
    prices = model.batch_prices if batch else model.prices
    for tier in model.tiers:
        if prompt_tokens > tier.prompt_tokens_above:
            prices = tier.batch_prices if batch else tier.prices
    return prices


@dataclass(slots=True)
class _Cap:
    """So much may be spent until it begins anew, some hours after the first spending."""

    most_usd: Decimal
    lasts_s: float
    spent_usd: Decimal = Decimal(0)
    ends_s: float = 0.0

    def turn(self, now_s: float) -> None:
        """Begin anew if it is time."""
        if self.spent_usd and now_s >= self.ends_s:
            self.spent_usd = Decimal(0)

    def spend(self, usd: Decimal, now_s: float) -> None:
        self.turn(now_s)
        if not self.spent_usd:
            self.ends_s = now_s + self.lasts_s
        self.spent_usd += usd

    @property
    def left_usd(self) -> Decimal:
        return max(self.most_usd - self.spent_usd, Decimal(0))

    def in_s(self, now_s: float) -> float:
        """How long until it begins anew."""
        return self.ends_s - now_s if self.spent_usd else self.lasts_s


@dataclass(slots=True)
class Purse:
    """One key's money."""

    config: SimulatorConfig
    clock: ProviderClock
    spent_usd: Decimal = Decimal(0)
    _month: str = ""
    _month_usd: Decimal = Decimal(0)
    _caps: dict[str, _Cap] = field(default_factory=dict)

    def __post_init__(self) -> None:
        smallest = self.config.spend_limit_usd
        smallest = _CAP_USD if smallest is None else smallest
        self._caps = {n: _Cap(smallest * x, hours * 3600) for n, (hours, x) in CAPS.items()}

    @property
    def left_usd(self) -> Decimal | None:
        """What is left of what was paid in; None where there is no end to it."""
        paid = self.config.wallet_usd
        if paid is None:
            if self.config.profile == "anthropic":
                return None
            paid = _WALLET_USD
        return max(paid - self.spent_usd, Decimal(0))

    def check(self) -> None:
        """See whether there is money for one more request.

        Raises:
            Refusal: 402 at ByteSpike or 400 at Anthropic without money; 429 over a limit.
        """
        if self.config.profile == "bytespike":
            self._check_bytespike()
        else:
            self._check_anthropic()

    def spend(self, usd: Decimal) -> None:
        """Bill an answer."""
        now_s = self.clock.now_s()
        self._turn_month()
        self.spent_usd += usd
        self._month_usd += usd
        for cap in self._caps.values():
            cap.spend(usd, now_s)

    def headers(self, at_most_usd: Decimal | None = None) -> dict[str, str]:
        """ByteSpike's quota headers: USD, whatever their names say.

        Args:
            at_most_usd: What the answer that begins now may cost, if that is to be said.
        """
        now_s = self.clock.now_s()
        tightest = min(self._turned(now_s), key=lambda cap: cap.left_usd)
        reset = self.clock.clients_day(tightest.in_s(now_s))
        left = str((self.left_usd or Decimal(0)).quantize(_CENT))
        found = {
            "X-RateLimit-Limit": str(tightest.most_usd.quantize(_CENT)),
            "X-RateLimit-Remaining": str(tightest.left_usd.quantize(_CENT)),
            "X-RateLimit-Reset": str(int(reset.timestamp()) + 1),
            "X-Quota-Remaining-Credits": left,
            "X-Org-Quota-Remaining-Credits": left,
        }
        if at_most_usd is not None and (name := self.config.estimated_credits_header):
            credits = (at_most_usd * CREDITS_PER_USD).to_integral_value(ROUND_CEILING)
            found[name] = str(credits)
        return found

    def _turned(self, now_s: float) -> list[_Cap]:
        for cap in self._caps.values():
            cap.turn(now_s)
        return list(self._caps.values())

    def _check_bytespike(self) -> None:
        if not self.left_usd:
            raise Refusal(402, "Insufficient balance. Please top up your wallet.")
        self._turned(self.clock.now_s())
        for name, cap in self._caps.items():
            if not cap.left_usd:
                problem = f"Spending limit of ${cap.most_usd:.2f} per {name} reached"
                raise Refusal(429, problem, code=f"rate_limit_{name}")

    def _check_anthropic(self) -> None:
        if self.left_usd == 0:
            raise Refusal(
                400,
                "Your credit balance is too low to access the Anthropic API. Please go to Plans & "
                "Billing to upgrade or purchase credits.",
            )
        self._turn_month()
        limit = self.config.spend_limit_usd
        if limit is not None and self._month_usd >= limit:
            self._refuse_until_next_month()

    def _refuse_until_next_month(self) -> NoReturn:
        today = self.clock.day(self.clock.now_s())
        first = datetime(today.year, today.month, 1, tzinfo=UTC)
        again = (first + timedelta(days=32)).replace(day=1)
        raise Refusal(
            429,
            "You have reached your specified API usage limits. You will regain access on "
            f"{again:%Y-%m-%d} at 00:00 UTC.",
            detail="enforced_spend_limit_reached",
        )

    def _turn_month(self) -> None:
        month = f"{self.clock.day(self.clock.now_s()):%Y-%m}"
        if month != self._month:
            self._month, self._month_usd = month, Decimal(0)
