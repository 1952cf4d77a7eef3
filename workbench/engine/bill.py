"""What one run has cost so far, from its first estimate to the provider's own figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workbench.catalog.model import Model
from workbench.costs import cost
from workbench.engine.meter import Meter
from workbench.run import Happening
from workbench.tokens import hidden_tokens
from workbench.wire.events import (
    BlockDelta,
    BlockStart,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    TextDelta,
    ThinkingDelta,
)
from workbench.wire.usage import Usage

_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Stake:
    """What a run may cost, by estimate, before it is sent.

    Args:
        model: Whose prices hold.
        input_usd: Its input, at the most: written to the cache wherever it can be.
        most_usd: The run, at the most: its input, and an answer as long as `max_tokens`.
        requested_ttl: The lifetime that its cache breakpoints ask for, if it has any.
    """

    model: Model
    input_usd: Decimal
    most_usd: Decimal
    requested_ttl: str | None = None


class Bill:
    """What one run has cost so far: `usd`, by estimate until the provider has said it.

    `reserved` holds until it is known what the input costs.
    """

    def __init__(self, stake: Stake) -> None:
        self.usd = stake.input_usd
        self.reserved = True
        self._stake = stake
        self._input_usd = stake.input_usd
        self._usage = Usage()
        self._meter = Meter(stake.model.tokenizer or "new")
        self._hidden_tokens = 0
        self._shown: set[int] = set()  # blocks whose thinking is
        self._usd_per_token = (stake.model.prices.output or Decimal(0)) / _MANY

    def take(self, what: Happening) -> None:
        """Book what has happened."""
        match what:
            case TextDelta(text=text) | InputJsonDelta(text=text):
                self._write(text)
            case ThinkingDelta(index=index, text=text):
                self._shown.add(index)
                self._write(text)
            case BlockDelta(index=index, delta={"signature": str(signature)}):
                self._hidden_tokens += 0 if index in self._shown else hidden_tokens(signature)
                self._write("")
            case BlockStart(content_block={"type": "redacted_thinking", "data": str(sealed)}):
                self._hidden_tokens += hidden_tokens(sealed)
                self._write("")
            case MessageStart(usage=counts):
                self.reserved = False
                self._usage = self._usage.updated(counts)
                if self._usage.prompt_tokens:  # some proxies say 0 here, and the truth at the end
                    self._learn_prices()
            case MessageDelta(usage=counts):
                self._usage = self._usage.updated(counts)
                if self._usage.prompt_tokens and (usd := self._usd()) is not None:
                    self.usd = usd

    def _write(self, text: str) -> None:
        self._meter.add(text)
        tokens = round(self._meter.tokens) + self._hidden_tokens
        self.usd = self._input_usd + self._usd_per_token * tokens

    def _learn_prices(self) -> None:
        """Input and output have other prices for long prompts, fast answers, some places."""
        without, many = self._usd(0), self._usd(_MANY)
        if without is not None and many is not None:
            self.usd = self._input_usd = without
            self._usd_per_token = (many - without) / _MANY

    def _usd(self, output_tokens: int | None = None) -> Decimal | None:
        usage = self._usage
        if output_tokens is not None:
            usage = usage.updated({"output_tokens": output_tokens})
        stake = self._stake
        return cost(usage, stake.model, requested_ttl=stake.requested_ttl).usd
