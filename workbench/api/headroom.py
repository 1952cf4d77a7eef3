"""What a provider still lets us do, as the headers of its last answer said.

Anthropic limits requests and tokens by buckets that refill all the time: `reset` is when a bucket
will be full again, so that it can be said how much is in it at any moment between. ByteSpike's
headers are about money. Source: messages-api.md sections 14 and 24.4.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from workbench.wire.head import Head

_RATES = {
    "requests": "requests",
    "tokens": "tokens",
    "input_tokens": "input-tokens",
    "output_tokens": "output-tokens",
}
_SHORTEST_RESET_S = 1.0
_LOW = 0.2


@dataclass(frozen=True, slots=True)
class Bucket:
    """One limit: `left` of `limit` at the time of the headers, full again `reset_s` later."""

    left: int
    limit: int | None = None
    reset_s: float | None = None

    def left_after(self, passed_s: float) -> int:
        """An estimate of what is in it so many seconds after the headers."""
        if self.limit is None or self.reset_s is None:
            return self.left
        filled = (self.limit - self.left) * min(1.0, passed_s / self.reset_s)
        return min(self.limit, self.left + int(filled))

    def wait_s(self, need: int, passed_s: float) -> float:
        """Seconds until it should hold `need`; infinite where the headers do not say."""
        if self.limit is not None:
            need = min(need, self.limit)  # what never fits is the provider's to refuse
        if self.left_after(passed_s) >= need:
            return 0.0
        if self.limit is None or self.reset_s is None:
            return math.inf
        share = (need - self.left) / (self.limit - self.left)
        # A hair more, lest rounding ask for another wait of nothing at all.
        return max(0.001, share * self.reset_s - passed_s)


@dataclass(frozen=True, slots=True)
class Headroom:
    """What is left at one endpoint; None where its headers have not said.

    Args:
        at_s: When they said it, on the monotonic clock.
        requests: Requests a minute.
        tokens: Tokens a minute, by the limit that is nearest.
        input_tokens: Input tokens a minute, those read from the cache apart.
        output_tokens: Output tokens a minute.
        spend_left_usd: What may still be spent until `spend_reset_s`.
        spend_limit_usd: Of how much.
        spend_reset_s: Seconds from `at_s`.
        credits_left_usd: What is left on the key. The header says credits and means USD.
        org_credits_left_usd: What is left in the organisation's wallet.
    """

    at_s: float = 0.0
    requests: Bucket | None = None
    tokens: Bucket | None = None
    input_tokens: Bucket | None = None
    output_tokens: Bucket | None = None
    spend_left_usd: Decimal | None = None
    spend_limit_usd: Decimal | None = None
    spend_reset_s: float | None = None
    credits_left_usd: Decimal | None = None
    org_credits_left_usd: Decimal | None = None

    @property
    def known(self) -> bool:
        """Whether the provider has said anything."""
        return self != Headroom(self.at_s)

    def after(self, head: Head, at_s: float) -> Headroom:
        """What is left once this answer's head has come; what it leaves out stays as it was."""
        headers, now = head.headers, now_at(head.headers)
        said: dict[str, object] = {}
        for field, name in _RATES.items():
            if (bucket := _bucket(headers, f"anthropic-ratelimit-{name}", now)) is not None:
                said[field] = bucket
        if (credits := _usd(headers.get("x-quota-remaining-credits"))) is not None:
            # Elsewhere X-RateLimit-* counts requests; beside this header it is about money.
            reset = _number(headers.get("x-ratelimit-reset"))
            said |= {
                "credits_left_usd": credits,
                "org_credits_left_usd": _usd(headers.get("x-org-quota-remaining-credits")),
                "spend_left_usd": _usd(headers.get("x-ratelimit-remaining")),
                "spend_limit_usd": _usd(headers.get("x-ratelimit-limit")),
                "spend_reset_s": None if reset is None else max(0.0, reset - now.timestamp()),
            }
        return replace(self, at_s=at_s, **said) if said else self  # type: ignore[arg-type]

    def wait_s(self, now_s: float, *, requests: int, input_tokens: int = 0) -> float:
        """Seconds until so many more requests, and tokens, should be welcome; may be infinite.

        Args:
            now_s: Now, on the monotonic clock.
            requests: How many, those included whose answers have not begun.
            input_tokens: How many they bring, all in all.
        """
        passed_s = now_s - self.at_s
        waits = [0.0]
        if self.requests is not None:
            waits.append(self.requests.wait_s(requests, passed_s))
        if self.input_tokens is not None:
            waits.append(self.input_tokens.wait_s(input_tokens, passed_s))
        elif self.tokens is not None:
            waits.append(self.tokens.wait_s(input_tokens, passed_s))
        if self.output_tokens is not None:
            waits.append(self.output_tokens.wait_s(1, passed_s))
        return max(waits)

    def tight(self, now_s: float) -> bool:
        """Whether so few input tokens are left that it matters how many a request brings."""
        bucket = self.input_tokens or self.tokens
        if bucket is None or bucket.limit is None:
            return bucket is not None
        return bucket.left_after(now_s - self.at_s) < bucket.limit / 2


def shown(headroom: Headroom, now_s: float | None = None, *, brief: bool = False) -> str:
    """In one line, what matters most first; empty where nothing is known.

    `48 of 50 requests left, resets in 12 s · 1,998,000 input and 399,000 output tokens left`

    Args:
        headroom: What is left.
        now_s: Now, on the monotonic clock.
        brief: Names tokens only where they are running out.
    """
    passed_s = (time.monotonic() if now_s is None else now_s) - headroom.at_s
    parts = []
    if (requests := headroom.requests) is not None:
        parts.append(_bucket_shown("requests", requests, passed_s))
    scarce = _scarce(headroom, passed_s)
    parts += [_bucket_shown(name, bucket, passed_s) for name, bucket in scarce]
    if not brief and not scarce and (plenty := _tokens_shown(headroom, passed_s)):
        parts.append(plenty)
    if headroom.credits_left_usd is not None:
        parts.append(f"${headroom.credits_left_usd} left on the key")
    if headroom.org_credits_left_usd is not None:
        parts.append(f"${headroom.org_credits_left_usd} in the wallet")
    if headroom.spend_left_usd is not None and headroom.spend_limit_usd is not None:
        line = f"${headroom.spend_left_usd} of ${headroom.spend_limit_usd} left to spend"
        if headroom.spend_reset_s is not None:
            line += f", resets in {duration(headroom.spend_reset_s - passed_s)}"
        parts.append(line)
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """Short: `12 s`, `3 min`, `4 h`."""
    seconds = max(0.0, seconds)
    if seconds < 100:
        return f"{math.ceil(seconds)} s"
    return f"{math.ceil(seconds / 60)} min" if seconds < 6000 else f"{round(seconds / 3600)} h"


def _scarce(headroom: Headroom, passed_s: float) -> list[tuple[str, Bucket]]:
    found = []
    for name in ("tokens", "input_tokens", "output_tokens"):
        bucket: Bucket | None = getattr(headroom, name)
        if bucket is not None and bucket.left_after(passed_s) < (bucket.limit or 0) * _LOW:
            found.append((name.replace("_", " "), bucket))
    return found


def _tokens_shown(headroom: Headroom, passed_s: float) -> str:
    """What is left of tokens where there is enough of all; the nearest limit where only that."""
    pools = ((" input", headroom.input_tokens), (" output", headroom.output_tokens))
    known = [(name, bucket) for name, bucket in pools if bucket is not None]
    if not known and headroom.tokens is not None:
        known = [("", headroom.tokens)]
    left = " and ".join(f"{bucket.left_after(passed_s):,}{name}" for name, bucket in known)
    return f"{left} tokens left" if left else ""


def _bucket_shown(name: str, bucket: Bucket, passed_s: float) -> str:
    left = bucket.left_after(passed_s)
    of = f" of {bucket.limit:,}" if bucket.limit is not None else ""
    line = f"{left:,}{of} {name} left"
    if bucket.reset_s is None or left == bucket.limit:
        return line
    return f"{line}, resets in {duration(bucket.reset_s - passed_s)}"


def _bucket(headers: Mapping[str, str], name: str, now: datetime) -> Bucket | None:
    left, limit = _number(headers.get(f"{name}-remaining")), _number(headers.get(f"{name}-limit"))
    if left is None:
        return None
    reset = _moment(headers.get(f"{name}-reset"))
    reset_s = None if reset is None else max(_SHORTEST_RESET_S, (reset - now).total_seconds())
    return Bucket(int(left), None if limit is None else int(limit), reset_s)


def now_at(headers: Mapping[str, str]) -> datetime:
    """The provider's own time, so that its moments mean the same whatever our clock says."""
    from email.utils import parsedate_to_datetime  # no answer, no date: not at the start

    try:
        now = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return datetime.now(UTC)
    return now if now.tzinfo else now.replace(tzinfo=UTC)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _usd(text: str | None) -> Decimal | None:
    try:
        usd = Decimal(text or "")
    except InvalidOperation:
        return None
    return usd if usd.is_finite() else None
