"""Whether a refused request is worth sending again, and when.

Only what can heal is tried again, and never once a delta has been shown (the engine sees to
that). Source: messages-api.md section 17.
"""

from __future__ import annotations

import random

from workbench.errors import ApiError, RateLimited, ServerFault, Unreachable

MOST_ATTEMPTS = 3
_FIRST_S, _LONGEST_S, _PATIENCE_S = 0.5, 8.0, 60.0


def wait_before_retry(error: ApiError, attempt: int) -> float | None:
    """Seconds to wait before try number `attempt` + 1; None where trying again is no use.

    Connection failures, 408, 409, 429 and 5xx are tried again, at most `MOST_ATTEMPTS` times in
    all, after what the provider asks for or else an exponential, jittered delay. A provider that
    asks for more than a minute is taken at its word: the run fails and says so.
    """
    if attempt >= MOST_ATTEMPTS or not _can_heal(error):
        return None
    if error.retry_after_s is not None:
        return error.retry_after_s if error.retry_after_s <= _PATIENCE_S else None
    backoff = min(_FIRST_S * 2.0 ** (attempt - 1), _LONGEST_S)
    return backoff * random.uniform(0.75, 1.0)


def _can_heal(error: ApiError) -> bool:
    if isinstance(error, RateLimited):
        # A spending limit is a 429 too, but waiting does not lift it.
        return "spend_limit" not in (error.error_code or "")
    return isinstance(error, ServerFault | Unreachable) or error.status in (408, 409)
