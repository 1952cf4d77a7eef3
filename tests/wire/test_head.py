"""The head of an answer: messages-api.md sections 14 and 24.4."""

from __future__ import annotations

import pytest

from workbench.wire.head import Head


@pytest.mark.parametrize(
    "name",
    [
        *("request-id", "retry-after", "retry-after-ms", "x-should-retry", "cf-ray"),
        *("anthropic-ratelimit-requests-remaining", "anthropic-organization-id"),
        *("anthropic-priority-input-tokens-limit", "anthropic-fast-output-tokens-reset"),
        *("X-RateLimit-Remaining", "X-Quota-Remaining-Credits", "X-Org-Quota-Remaining-Credits"),
        *("X-Estimated-Credits", "x-total-cost"),
    ],
)
def test_what_says_something_about_request_limits_or_money_is_kept(name: str) -> None:
    """Such headers are in the run's record, under their names in lower case."""
    assert Head.of(200, {name: "7"}).headers == {name.lower(): "7"}


@pytest.mark.parametrize("name", ["set-cookie", "x-api-key", "authorization", "etag"])
def test_what_could_hold_a_secret_is_not_kept(name: str) -> None:
    """Keys and cookies reach no file."""
    assert Head.of(200, {name: "secret"}).headers == {}


def test_the_request_id_is_found() -> None:
    """It is what a provider's support asks for."""
    assert Head.of(200, {"Request-Id": "req_1"}).request_id == "req_1"
    assert Head.of(200, {"X-Request-ID": "abc"}).request_id == "abc"
    assert Head.of(200, {}).request_id is None
