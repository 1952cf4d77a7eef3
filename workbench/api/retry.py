"""Whether a refused request is worth sending again, and when. Source: messages-api.md section 17.

Only what can heal is tried again, and never once the answer has begun (the engine sees to that).
The rules are ours and not a retry library's (tenacity, stamina): those decide for one call by
itself, and here the wait is named by the provider, shared by all runs of an endpoint through its
gate, paid from a budget of the round, and ends with the run's cancellation.
"""

from __future__ import annotations

import random
import re

from workbench.errors import (
    ApiError,
    AuthenticationFailed,
    BrokenStream,
    InvalidRequest,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    RateLimited,
    ServerFault,
    Unreachable,
)

MOST_ATTEMPTS = 3
MOST_WAITS = 10
"""How often a run may be refused for a rate limit whose end the provider names."""
PATIENCE_S = 120.0
"""The longest wait that a provider may ask for; beyond it the run fails, and says so."""

_FIRST_S, _LONGEST_S = 1.0, 8.0
_FINAL = (InvalidRequest, AuthenticationFailed, PaymentRequired, PermissionDenied, NotFound)
_FINAL_TYPES = (
    *("invalid_request_error", "authentication_error", "billing_error", "permission_error"),
    *("not_found_error", "request_too_large"),
)
_CONCURRENCY = "concurrency_limit"
_DATE = re.compile(r"\b20\d\d-[01]\d-[0-3]\d\b")


class RetryBudget:
    """How often the runs of a round may be sent again, all of them together.

    One run in ten, and ten: when a provider is down, sixty-four panes do not become two hundred
    requests. A rate limit whose end is named costs nothing: the pause keeps it in bounds.
    """

    def __init__(self, runs: int) -> None:
        self._left = 10 + runs // 10

    def allows(self, error: ApiError) -> bool:
        """Whether there is enough for one more, which is then taken."""
        if waits_its_turn(error):
            return True
        self._left -= 1
        return self._left >= 0


def wait_before_retry(error: ApiError, attempt: int) -> float | None:
    """Seconds to wait before trying again; None where trying again is no use.

    The provider's word goes first: `x-should-retry` either way, then the wait it asks for. Else
    connection failures, 408, 409, 429 and 5xx are tried again after an exponential, jittered wait.

    Args:
        error: Why it failed.
        attempt: Which failure of this run it is, from 1; rate limits whose end was named are
            counted by themselves.
    """
    if attempt >= (MOST_WAITS if waits_its_turn(error) else MOST_ATTEMPTS):
        return None
    if not (_can_heal(error) if error.should_retry is None else error.should_retry):
        return None
    if too_many_at_once(error):
        return random.uniform(1.0, 3.0)
    if error.retry_after_s is not None:
        # A little more, so that several programs with one key do not come back as one.
        named = error.retry_after_s * random.uniform(1.0, 1.1)
        return named if error.retry_after_s <= PATIENCE_S else None
    first_s = _FIRST_S * (2.0 if isinstance(error, Overloaded) else 1.0)
    return min(first_s * 2.0 ** (attempt - 1), _LONGEST_S) * random.uniform(0.75, 1.25)


def too_many_at_once(error: ApiError) -> bool:
    """Whether the provider has enough requests of ours in flight. ByteSpike only."""
    return isinstance(error, RateLimited) and error.error_code == _CONCURRENCY


def waits_its_turn(error: ApiError) -> bool:
    """Whether the run was refused for a limit that will be lifted, and it is known when."""
    if not isinstance(error, RateLimited):
        return False
    return too_many_at_once(error) or error.retry_after_s is not None


def _can_heal(error: ApiError) -> bool:
    if isinstance(error, _FINAL) or error.type in _FINAL_TYPES:
        return False  # the type counts too: gateways turn a 400 into a 500 (trap 38)
    if isinstance(error, RateLimited):
        return not _is_spent(error)
    return isinstance(error, ServerFault | Unreachable | BrokenStream) or error.status in (408, 409)


def _is_spent(error: RateLimited) -> bool:
    """A spending limit is a 429 too, but no wait of ours lifts it."""
    if "spend_limit" in (error.error_code or ""):
        return True
    return error.retry_after_s is None and bool(_DATE.search(error.problem))
