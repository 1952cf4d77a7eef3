"""When to try again: the provider's word first, then ours; never what cannot heal."""

from __future__ import annotations

import json

import pytest

from workbench.api.refusal import refusal
from workbench.api.retry import MOST_ATTEMPTS, MOST_WAITS, RetryBudget, wait_before_retry
from workbench.catalog.catalog import catalog
from workbench.errors import (
    ApiError,
    AuthenticationFailed,
    BrokenStream,
    InvalidRequest,
    NoAnswer,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    RateLimited,
    ServerFault,
    Stalled,
    Unreachable,
)
from workbench.wire.head import Head

DATE, DATE_S = "Sun, 22 Nov 2026 12:00:00 GMT", 1_795_348_800
"""When the provider answers, by its own clock."""


def refused(
    status: int, *, provider: str = "anthropic", code: str = "", **headers: str
) -> ApiError:
    """The error that a provider's answer means."""
    body = {"error": {"message": "no", "code": code or None}}
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    head = Head(status, {"date": DATE, **told})
    return refusal(head, json.dumps(body).encode(), catalog().profile(provider))


@pytest.mark.parametrize(
    "kind",
    [
        *(InvalidRequest, AuthenticationFailed, PaymentRequired, PermissionDenied, NotFound),
        *(Stalled, NoAnswer),
    ],
)
def test_what_cannot_heal_is_not_tried_again(kind: type[ApiError]) -> None:
    """The request, the key, the money are at fault; or the answer was heard, and billed."""
    assert wait_before_retry(kind("x"), 1) is None


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_final_statuses(status: int) -> None:
    """Even where a gateway adds a retry-after to them."""
    assert wait_before_retry(refused(status, retry_after="1"), 1) is None


@pytest.mark.parametrize("kind", [ServerFault, Unreachable, RateLimited, BrokenStream])
def test_what_can_heal_is_tried_again_after_ever_longer_waits(kind: type[ApiError]) -> None:
    """A second, then two, jittered; three tries in all."""
    for attempt in range(1, MOST_ATTEMPTS):
        middle = 2.0 ** (attempt - 1)
        waits = {wait_before_retry(kind("x"), attempt) for _ in range(50)}
        assert all(wait and 0.75 * middle <= wait <= 1.25 * middle for wait in waits)
        assert len(waits) > 1
    assert wait_before_retry(kind("x"), MOST_ATTEMPTS) is None


def test_an_overloaded_provider_is_given_more_time() -> None:
    """Twice as much as for other trouble."""
    assert 1.5 <= (wait_before_retry(Overloaded("x"), 1) or 0) <= 2.5


def test_a_wait_that_the_provider_names_is_kept_to() -> None:
    """At least, and not much more; beyond two minutes the run fails instead of waiting."""
    for error in (refused(429, retry_after="7"), refused(529, retry_after="7")):
        assert 7.0 <= (wait_before_retry(error, 1) or 0) <= 7.7
    assert 0.25 <= (wait_before_retry(refused(429, retry_after_ms="250"), 1) or 0) <= 0.3
    assert wait_before_retry(refused(429, retry_after="3600"), 1) is None


def test_x_should_retry_goes_before_our_own_rules() -> None:
    """Either way, as the official client does."""
    assert wait_before_retry(refused(529, x_should_retry="false"), 1) is None
    assert wait_before_retry(refused(429, x_should_retry="false", retry_after="1"), 1) is None
    assert wait_before_retry(refused(400, x_should_retry="true"), 1) is not None
    assert wait_before_retry(refused(529, x_should_retry="maybe"), 1) is not None


@pytest.mark.parametrize(
    "code", ["enforced_spend_limit_reached", "contract_spend_limit_reached", "spend_limit_reached"]
)
def test_a_spending_limit_is_final(code: str) -> None:
    """It is a 429 too, but no wait of ours lifts it."""
    assert wait_before_retry(RateLimited("x", error_code=code), 1) is None


def test_a_429_with_a_date_and_no_wait_is_a_spending_limit() -> None:
    """Until next month is no wait; with a retry-after it is a rate limit all the same."""
    said = "You have reached your limit. You will regain access on 2026-12-01 at 00:00 UTC."

    assert wait_before_retry(RateLimited(said), 1) is None
    assert wait_before_retry(RateLimited(said, retry_after_s=2), 1) is not None


def test_bytespike_names_its_wait_by_its_reset() -> None:
    """Unix seconds by its own clock; retry-after is not trusted; elsewhere the reset is no wait."""
    reset = str(DATE_S + 30)
    limited = refused(429, provider="bytespike", x_ratelimit_reset=reset, retry_after="1")
    far = refused(429, provider="bytespike", x_ratelimit_reset=str(DATE_S + 9_000))
    broken = refused(503, provider="bytespike", x_ratelimit_reset=reset)

    assert 30 <= (wait_before_retry(limited, 1) or 0) <= 33
    assert wait_before_retry(far, 1) is None
    assert "lifted in 2 h" in far.hint
    assert (wait_before_retry(broken, 1) or 99) <= 1.25


def test_too_many_at_once_is_a_short_wait() -> None:
    """One to three seconds, whatever the headers say of other limits."""
    error = refused(
        429, provider="bytespike", code="concurrency_limit", x_ratelimit_reset=str(DATE_S + 9_000)
    )

    assert all(1 <= (wait_before_retry(error, 1) or 0) <= 3 for _ in range(50))


def test_rate_limits_whose_end_is_named_may_be_met_more_often() -> None:
    """The pool waits them out: they are no failures of the run."""
    assert wait_before_retry(refused(429, retry_after="1"), MOST_ATTEMPTS) is not None
    assert wait_before_retry(refused(429, retry_after="1"), MOST_WAITS) is None


def test_a_round_has_one_budget_for_all_its_runs() -> None:
    """Ten, and one for each ten runs; rate limits whose end is named cost nothing."""
    budget = RetryBudget(64)

    assert all(budget.allows(refused(429, retry_after="1")) for _ in range(100))
    assert [budget.allows(ServerFault("x")) for _ in range(18)] == [True] * 16 + [False] * 2
