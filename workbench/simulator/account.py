"""One key's account: its workspace, its limits, its money, and what it has in flight."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from workbench.simulator.cache import CacheUse
from workbench.simulator.clock import ProviderClock
from workbench.simulator.config import PLANS, Limits, SimulatorConfig
from workbench.simulator.ledger import Ledger
from workbench.simulator.limits import RateLimits
from workbench.simulator.money import Purse, price_usd
from workbench.simulator.refusal import Refusal
from workbench.simulator.rules.parameters import geography_of
from workbench.simulator.turn import Turn

_ORGANIZATION = "00000000-51e7-4a7e-8000-000000000000"
_PLAN = "pro"
_US, _FAST = Decimal("1.1"), Decimal(2)  # section 12: by `inference_geo`, by `speed`


class Bill:
    """One answer's bill: what it comes to is what has been said by the time it is settled."""

    def __init__(self, turn: Turn, use: CacheUse, *, batch: bool = False) -> None:
        self.asked, self.use, self.batch = turn.asked, use, batch
        self.output_tokens = turn.answer.tokens
        self.free = turn.answer.free
        self.waived = False

    def waive(self) -> None:
        """The provider's own fault broke the answer off: ByteSpike does not bill it."""
        self.waived = True

    def usd(self, output_tokens: int) -> Decimal:
        """What it comes to with so many tokens said."""
        price = price_usd(self.asked.model, self.use, output_tokens, batch=self.batch)
        if geography_of(self.asked) == "us":
            price *= _US
        return price * _FAST if self.asked.body.get("speed") == "fast" else price


class Account:
    """One key's account."""

    def __init__(self, key: str, config: SimulatorConfig, clock: ProviderClock) -> None:
        self._bytespike = config.profile == "bytespike"
        self._most_in_flight = PLANS[config.plan or _PLAN] if self._bytespike else None
        self._in_flight = 0
        self.workspace = "wrkspc_01" + hashlib.sha256(key.encode()).hexdigest()[:22]
        """The workspace that the key belongs to: cache entries and batches are its own."""
        self.limits = config.limits or Limits()
        self.rates = RateLimits(self.limits, clock)
        self.purse = Purse(config, clock)
        self.ledger = Ledger(self.purse, clock, clock.now_s())

    @contextmanager
    def request(self) -> Iterator[None]:
        """A request to `/v1/messages` is in flight inside the block.

        Raises:
            Refusal: There are too many, or there is no money for it.
        """
        self.purse.check()
        if self._most_in_flight is None:
            self.rates.check()
        elif self._in_flight >= self._most_in_flight:
            problem = f"Too many requests in flight: your plan allows {self._most_in_flight}"
            raise Refusal(429, problem, code="concurrency_limit")
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def let_in(self, bill: Bill) -> None:
        """Take a request's tokens from what may be used in a minute.

        Raises:
            Refusal: They do not fit.
        """
        if not self._bytespike:
            self.rates.take(bill.use.fresh + bill.use.written, bill.output_tokens)

    def settle(self, bill: Bill, output_tokens: int | None = None) -> None:
        """Bill an answer that has ended: all of it, or the tokens said until it broke off."""
        if not (bill.free or (bill.waived and self._bytespike)):
            said = bill.output_tokens if output_tokens is None else output_tokens
            said = min(said, bill.output_tokens)
            usd, use = bill.usd(said), bill.use
            self.purse.spend(usd)
            self.ledger.book(bill.asked.model.name, use.fresh + use.read + use.written, said, usd)

    def headers(self) -> dict[str, str]:
        """The headers of every answer to this key, refusals included."""
        if self._bytespike:
            return self.purse.headers()
        return {
            "anthropic-organization-id": _ORGANIZATION,
            "anthropic-workspace-id": self.workspace,
        }

    def refused_headers(self, status: int) -> dict[str, str]:
        """The headers of a refusal: a 429 shows the limits, as an answer does."""
        if status == 429 and not self._bytespike:
            return {**self.headers(), **self.rates.headers()}
        return self.headers()

    def answer_headers(self, at_most_usd: Decimal) -> dict[str, str]:
        """The headers of a message.

        Args:
            at_most_usd: What the answer may cost.
        """
        if self._bytespike:
            return self.purse.headers(at_most_usd)
        return {**self.headers(), **self.rates.headers()}
