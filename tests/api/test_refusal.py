"""Refusals: whatever a server or its gateway answers becomes one typed error."""

from __future__ import annotations

import json

import pytest

from workbench.api.refusal import refusal, retry_after_s
from workbench.errors import (
    ApiError,
    AuthenticationFailed,
    InvalidRequest,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    RateLimited,
    ServerFault,
)
from workbench.wire.head import Head


@pytest.mark.parametrize(
    ("status", "kind", "type"),
    [
        (400, InvalidRequest, "invalid_request_error"),
        (401, AuthenticationFailed, "authentication_error"),
        (402, PaymentRequired, "billing_error"),
        (403, PermissionDenied, "permission_error"),
        (404, NotFound, "not_found_error"),
        (413, InvalidRequest, "request_too_large"),
        (422, InvalidRequest, "invalid_request_error"),
        (429, RateLimited, "rate_limit_error"),
        (500, ServerFault, "api_error"),
        (502, ServerFault, "api_error"),
        (504, ServerFault, "timeout_error"),
        (529, Overloaded, "overloaded_error"),
    ],
)
def test_each_status_has_its_kind_even_without_a_body(
    status: int, kind: type[ApiError], type: str
) -> None:
    """Type, hint and one line stand even where the gateway says nothing."""
    error = refusal(Head(status, {}), b"")

    assert isinstance(error, kind)
    assert (error.status, error.type) == (status, type)
    assert error.hint
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "plain words"}', "plain words"),
        (b'{"error": {"message": "no type"}}', "no type"),
        (b"[1, 2]", "[1, 2]"),
        (b"<html><h1>502 Bad\nGateway</h1></html>", "502 Bad Gateway"),
        (b"\xff\xfe", "no reason given"),
        (b"null", "null"),
    ],
)
def test_a_body_is_read_leniently(body: bytes, said: str) -> None:
    """Trap 40 and its kin: never assume JSON, or an object, or an `error` in it."""
    if body == b"\xff\xfe":
        said = "\ufffd\ufffd"
    assert said in str(refusal(Head(502, {}), body))


def test_nobody_is_told_to_wait_where_the_money_is_spent() -> None:
    """A spending limit is a 429 too: the hint says what lifts it."""
    spent = {"error": {"details": {"error_code": "enforced_spend_limit_reached"}}}

    assert "raise its spending cap" in refusal(Head(429, {}), json.dumps(spent).encode()).hint
    assert "Wait a little" in refusal(Head(429, {}), b"").hint


def test_code_and_request_id_come_from_wherever_they_stand() -> None:
    """Anthropic's details.error_code, ByteSpike's error.code, the id in header or body."""
    details = {"error": {"message": "m", "details": {"error_code": "ramp_limit_exceeded"}}}
    theirs = {"error": {"message": "m", "code": "rate_limit_5h"}, "request_id": "req_b"}

    assert refusal(Head(429, {}), json.dumps(details).encode()).error_code == "ramp_limit_exceeded"
    bytespike = refusal(Head(429, {}), json.dumps(theirs).encode())
    assert (bytespike.error_code, bytespike.request_id) == ("rate_limit_5h", "req_b")
    assert refusal(Head(429, {"request-id": "req_h"}), b"").request_id == "req_h"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "3", "retry-after-ms": "120"}, 0.12),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    """Milliseconds first, then seconds, then a date; nonsense is no answer."""
    assert retry_after_s(Head(429, headers)) == seconds
