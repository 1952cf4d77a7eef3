"""How a simulator is set up."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from workbench.errors import SimulatorError
from workbench.simulator.faults.table import read_faults
from workbench.simulator.recording import Recording

Provider = Literal["anthropic", "bytespike"]
PROVIDERS: tuple[Provider, ...] = ("anthropic", "bytespike")
LOOPBACK = ("127.0.0.1", "::1", "localhost")

PLANS = {"free": 5, "pro": 25, "max": 100}
"""ByteSpike's plans: how many requests may be in flight at once."""
_HEADER = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key may use at Anthropic in a minute.

    Args:
        rpm: Requests to `/v1/messages`.
        itpm: Input tokens, those read from the cache left out.
        otpm: Output tokens.
        counts: Requests to `/v1/messages/count_tokens`, a pool of its own.
        queue: Requests that may wait in batches at one time.

    Raises:
        SimulatorError: A limit is below 1.

    Source: messages-api.md sections 14, 18 and 20.
    """

    rpm: int = 1_000
    itpm: int = 2_000_000
    otpm: int = 400_000
    counts: int = 2_000
    queue: int = 200_000

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise SimulatorError(
                    f"a limit of {getattr(self, name)} ({name}) lets nothing through",
                    hint="Limits are whole numbers from 1.",
                )


TIERS = {
    "start": Limits(),
    "build": Limits(5_000, 5_000_000, 1_000_000, 4_000, 300_000),
    "scale": Limits(10_000, 10_000_000, 2_000_000, 8_000, 500_000),
}
"""Anthropic's tiers, as they are for Haiku 4.5."""


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """How a simulator is set up.

    Args:
        host: The address to listen on; loopback only.
        port: The port; 0 takes any free one.
        profile: The provider to play.
        speed: How many times as fast as the real one; infinity answers without waiting. Limits,
            caches and batches go by the same time: at 60 a minute of theirs takes a second.
        seed: Draws other words and another jitter; the same seed gives the same again.
        scripts: Files of scripted replies, or folders of them, tried before those that ship.
        faults: What goes wrong with every message, by the names in `faults.table`.
        recordings: Answers of a saved session, given to the requests that got them then.
        clock: Seconds, monotonic; the client's time.
        limits: Anthropic's limits per minute, for each key; None is the Start tier.
        spend_limit_usd: What a key may spend: at Anthropic in a month, None without limit; at
            ByteSpike in five hours, None is $50.
        wallet_usd: What a key has paid in; None is without end at Anthropic, $200 at ByteSpike.
        plan: ByteSpike's plan, one of `PLANS`; None is pro.
        estimated_credits_header: A header in which ByteSpike says, before the answer begins, what
            it may cost at most; None leaves it out, as it is not known to exist.
        batch_s: How long a batch takes, in the provider's time; what is not done after a day
            expires. At infinite speed batches end at once.

    Raises:
        SimulatorError: A value cannot be used.
    """

    host: str = "127.0.0.1"
    port: int = 0
    profile: Provider = "anthropic"
    speed: float = 1.0
    seed: int = 0
    scripts: tuple[Path, ...] = ()
    faults: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
    clock: Callable[[], float] = time.monotonic
    limits: Limits | None = None
    spend_limit_usd: Decimal | None = None
    wallet_usd: Decimal | None = None
    plan: str | None = None
    estimated_credits_header: str | None = None
    batch_s: float = 60.0

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK:
            raise SimulatorError(
                f"the simulator does not listen on {self.host}",
                hint=f"It serves this machine only: {', '.join(LOOPBACK)}.",
            )
        if self.profile not in PROVIDERS:
            raise SimulatorError(
                f"the simulator cannot play {self.profile!r}",
                hint=f"It plays {' and '.join(PROVIDERS)}.",
            )
        if math.isnan(self.speed) or self.speed <= 0:
            raise SimulatorError(
                f"a speed of {self.speed:g} is no speed",
                hint="1 is the real pace, 10 ten times as fast, inf without waiting.",
            )
        self._check_amounts()
        self._check_profile()
        self._check_faults()

    def _check_amounts(self) -> None:
        amounts = {
            "spend limit": self.spend_limit_usd,
            "wallet": self.wallet_usd,
            "batch time": Decimal(self.batch_s),
        }
        for name, amount in amounts.items():
            if amount is not None and not (amount.is_finite() and amount >= 0):
                raise SimulatorError(f"a {name} of {amount} cannot be", hint="From 0 upward.")
        if self.plan is not None and self.plan not in PLANS:
            raise SimulatorError(
                f"ByteSpike has no plan {self.plan!r}", hint=f"It has {', '.join(PLANS)}."
            )
        header = self.estimated_credits_header
        if header is not None and not _HEADER.fullmatch(header):
            raise SimulatorError(
                f"{header!r} is no name for a header", hint="Letters, digits and hyphens."
            )

    def _check_profile(self) -> None:
        if self.profile == "anthropic" and (self.plan or self.estimated_credits_header):
            raise SimulatorError(
                "plans and estimated credits are ByteSpike's", hint="Play --profile bytespike."
            )
        if self.profile == "bytespike" and self.limits is not None:
            raise SimulatorError(
                "ByteSpike has no limits per minute",
                hint="It limits what is spent (--wallet) and what is in flight (--plan).",
            )

    def _check_faults(self) -> None:
        try:
            read_faults(",".join(self.faults))
        except ValueError as error:
            raise SimulatorError(
                str(error), hint="`workbench simulate --faults` says what each of them does."
            ) from None
