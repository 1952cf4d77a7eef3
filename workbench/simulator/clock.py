"""The provider's time: what limits refill, caches age and batches end by.

A `speed` of 60 makes a minute of the provider's pass in a second of the client's. What the client
is told to wait, and the resets of its limits, are in its own time; the provider's calendar, by
which batches are dated, runs as fast as the provider does. At infinite speed answers come without
waiting, and time passes as it does for the client.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class ProviderClock:
    """The provider's time, in seconds of its own.

    Args:
        clock: The client's time, seconds, monotonic.
        speed: How many times as fast the provider's runs.
    """

    def __init__(self, clock: Callable[[], float], speed: float = 1.0) -> None:
        self._clock = clock
        self.factor = speed if math.isfinite(speed) else 1.0
        self._began_s, self._began = clock(), datetime.now(UTC)

    def now_s(self) -> float:
        """The provider's time, seconds, monotonic."""
        return self._clock() * self.factor

    def day(self, moment_s: float) -> datetime:
        """What the provider's calendar shows at a moment of its time."""
        return self._began + timedelta(seconds=moment_s - self._began_s * self.factor)

    def clients_s(self, seconds: float) -> float:
        """How long the client has to wait for so many of the provider's seconds."""
        return seconds / self.factor

    def clients_day(self, in_s: float) -> datetime:
        """What the client's calendar will show in so many of the provider's seconds."""
        passed_s = self._clock() - self._began_s + self.clients_s(in_s)
        return self._began + timedelta(seconds=passed_s)


def rfc3339(moment: datetime) -> str:
    """A moment as the API writes it, `2026-11-22T12:00:00Z`; never earlier than it is."""
    return f"{moment + timedelta(microseconds=999_999):%Y-%m-%dT%H:%M:%SZ}"
