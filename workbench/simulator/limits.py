"""Rate limits: token buckets that fill as time passes, and what the headers say of them.

Anthropic limits requests, input tokens and output tokens a minute. Tokens read from the cache do
not count, nor does `max_tokens`: what is said counts, and is taken when the request is let in. The
buckets are one key's; the real ones are one for each class of models. Moments are seconds of the
provider's time. Source: messages-api.md section 14.
"""

from __future__ import annotations

import math

from workbench.simulator.clock import ProviderClock, rfc3339
from workbench.simulator.config import Limits
from workbench.simulator.refusal import Refusal

MINUTE_S = 60.0
_CRUMB = 1e-6
"""What floating point may lose of a bucket's level over days."""


class Bucket:
    """A token bucket: full at first, it holds a minute's worth and refills continuously.

    In any stretch of time no more can be taken than its size and what flowed in meanwhile.
    """

    def __init__(self, size: int, now_s: float) -> None:
        self.size = size
        self._level, self._at_s = float(size), now_s

    def level(self, now_s: float) -> float:
        """What is in it now: from 0 to its size."""
        passed_s = max(0.0, now_s - self._at_s)
        return min(float(self.size), self._level + passed_s * self.size / MINUTE_S)

    def wait_s(self, amount: float, now_s: float) -> float:
        """How long until so much can be taken; infinite if it holds less even when full."""
        if amount > self.size:
            return math.inf
        lacking = amount - self.level(now_s)
        return 0.0 if lacking <= _CRUMB else lacking * MINUTE_S / self.size

    def full_in_s(self, now_s: float) -> float:
        """How long until it is full."""
        return self.wait_s(self.size, now_s)

    def take(self, amount: float, now_s: float) -> None:
        """Take what `wait_s` says is there."""
        self._level = max(0.0, self.level(now_s) - amount)
        self._at_s = max(now_s, self._at_s)


class RateLimits:
    """One key's buckets at Anthropic."""

    def __init__(self, limits: Limits, clock: ProviderClock) -> None:
        now_s = clock.now_s()
        self._clock = clock
        self.requests = Bucket(limits.rpm, now_s)
        self.input = Bucket(limits.itpm, now_s)
        self.output = Bucket(limits.otpm, now_s)
        self.counts = Bucket(limits.counts, now_s)

    def check(self) -> None:
        """See whether one more request may come; takes nothing.

        Raises:
            Refusal: 429, there have been too many.
        """
        self._check(self.requests, 1, "requests")

    def take(self, input_tokens: int, output_tokens: int) -> None:
        """Let a request in: take it and its tokens, all or nothing.

        An answer longer than a whole minute's worth waits for the full bucket and empties it.

        Raises:
            Refusal: 429, something does not fit yet.
        """
        said = min(output_tokens, self.output.size)
        amounts = ((self.requests, 1), (self.input, input_tokens), (self.output, said))
        names = ("requests", "input tokens", "output tokens")
        for (bucket, amount), name in zip(amounts, names, strict=True):
            self._check(bucket, amount, name)
        now_s = self._clock.now_s()
        for bucket, amount in amounts:
            bucket.take(amount, now_s)

    def take_count(self) -> None:
        """Let a request to `count_tokens` in.

        Raises:
            Refusal: 429, there have been too many.
        """
        self._check(self.counts, 1, "token counting requests")
        self.counts.take(1, self._clock.now_s())

    def headers(self) -> dict[str, str]:
        """`anthropic-ratelimit-*`: tokens to the nearest thousand, resets in the client's time."""
        now_s = self._clock.now_s()
        tokens = (self.input, self.output)
        pools = {
            "requests": (self.requests,),
            "tokens": tokens,
            "input-tokens": (self.input,),
            "output-tokens": (self.output,),
        }
        found = {}
        for name, buckets in pools.items():
            limit = sum(bucket.size for bucket in buckets)
            left = math.floor(sum(bucket.level(now_s) for bucket in buckets) + _CRUMB)
            left = left if name == "requests" else min(limit, round(left, -3))
            full_in_s = max(bucket.full_in_s(now_s) for bucket in buckets)
            found[f"anthropic-ratelimit-{name}-limit"] = str(limit)
            found[f"anthropic-ratelimit-{name}-remaining"] = str(left)
            found[f"anthropic-ratelimit-{name}-reset"] = rfc3339(self._clock.clients_day(full_in_s))
        return found

    def _check(self, bucket: Bucket, amount: float, name: str) -> None:
        wait_s = bucket.wait_s(amount, self._clock.now_s())
        if wait_s <= 0:
            return
        # A prompt that no bucket holds never fits; the API does not say so, and neither do we.
        seconds = MINUTE_S if math.isinf(wait_s) else math.ceil(wait_s)
        raise Refusal(
            429,
            f"This request would exceed your organization's rate limit of {bucket.size:,} {name} "
            "per minute. For details, refer to: https://docs.claude.com/en/api/rate-limits. You "
            "can see the response headers for current usage. Please reduce the prompt length or "
            "the maximum tokens requested, or try again later.",
            headers={"retry-after": _seconds(self._clock.clients_s(seconds))},
        )


def _seconds(wait_s: float) -> str:
    """Whole seconds where the provider's time is the client's, else to the millisecond above."""
    return f"{math.ceil(round(wait_s * 1000, 6)) / 1000:.3f}".rstrip("0").rstrip(".")
