"""Traps 37, 38 and 40, and gateways: refusals that are not what they say. Section 26."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import streamed, whole
from tests.traps.stub import AT_ONCE, InTurn, run_of, stub

pytestmark = pytest.mark.anyio

HTML = (
    "<html><head><title>413 Request Entity Too Large</title></head>"
    "<body><center><h1>413 Request Entity Too Large</h1></center></body></html>"
)


def refusal(status: int, kind: str, message: str, **error: Any) -> httpx.Response:
    """A refusal in the API's shape that may be answered at once."""
    body = {"type": "error", "error": {"type": kind, "message": message, **error}}
    return httpx.Response(status, json=body, headers={"request-id": "req_7", **AT_ONCE})


async def test_trap_37_credit_balance_too_low_for_unrelated_causes() -> None:
    """Not sent again; the request id is there to quote, and the hint looks past the balance."""
    message = "Your credit balance is too low to access the Anthropic API."
    server = InTurn([refusal(400, "invalid_request_error", message)])

    run = await run_of(server)

    assert server.asked == 1
    assert run.problem is not None
    assert "credit balance" in run.problem.problem
    assert run.problem.request_id == run.request_id == "req_7"
    assert "key" in run.problem.hint


@pytest.mark.parametrize(
    "kind",
    [
        *("invalid_request_error", "authentication_error", "permission_error"),
        *("not_found_error", "request_too_large", "billing_error"),
    ],
)
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_trap_38_a_proxy_turns_400_into_500(status: int, kind: str) -> None:
    """What the nested type says cannot heal is not sent again, whatever the status."""
    server = InTurn([refusal(status, kind, "messages: Field required"), streamed(whole("x"))])

    run = await run_of(server)

    assert server.asked == 1
    assert run.end_state == "failed"


@pytest.mark.parametrize("kind", ["api_error", "overloaded_error", "timeout_error"])
async def test_trap_38_a_real_500_is_sent_again(kind: str) -> None:
    """The server's own trouble is worth another try."""
    server = InTurn([refusal(500, kind, "Internal server error"), streamed(whole("x"))])

    run = await run_of(server)

    assert (server.asked, run.end_state) == (2, "complete")


async def test_trap_40_413_in_html_without_a_request_id() -> None:
    """The edge's page is read as words; status and kind come from the head."""
    server = InTurn([httpx.Response(413, html=HTML)])

    run = await run_of(server)

    assert server.asked == 1
    assert run.problem is not None
    assert (run.problem.status, run.problem.type) == (413, "request_too_large")
    assert run.problem.request_id is None
    assert "413 Request Entity Too Large" in run.problem.problem
    assert "<" not in run.problem.problem


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"busy"',
        b'{"error": "busy"}',
        b'{"error": {"message": null}}',
        b'{"error": ["busy"]}',
        b'{"message": "busy"}',
        b'{"error": {"type": 3, "message": {"a": 1}}, "request_id": 5}',
        b"<html><body>busy</body></html>",
        b"\xff\xfe\x00 busy",
        b"[" * 20_000,
    ],
)
@pytest.mark.parametrize("status", [400, 502])
async def test_any_body_of_a_refusal_is_read(status: int, body: bytes) -> None:
    """Whatever a gateway writes becomes one line with the status; nothing breaks."""
    server = InTurn([httpx.Response(status, content=body, headers=AT_ONCE)])

    run = await run_of(server)

    assert run.end_state == "failed"
    assert run.problem is not None
    assert run.problem.status == status
    assert str(status) in run.problem.problem
    assert "\n" not in run.problem.problem
    assert run.problem.hint


@pytest.mark.parametrize(
    "bytes_sent",
    [b"", b"\x00\x01\x02\xff" * 50, b"HTTP/1.1 2", b"SSH-2.0-OpenSSH_9.6\r\n", b"\r\n\r\n"],
    ids=["empty", "random bytes", "cut status line", "another protocol", "blank lines"],
)
async def test_an_answer_that_is_no_http(bytes_sent: bytes) -> None:
    """It fails as a connection does, in our words, and names the server."""
    async with stub(bytes_sent) as server:
        run = await run_of(server.url)

    assert run.end_state == "failed"
    assert run.problem is not None
    assert run.problem.type == "connection"
    assert "127.0.0.1" in run.problem.problem


async def test_random_bytes_with_a_good_head() -> None:
    """A compressed or broken body behind a good head is no success."""
    async with stub(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
        b"content-length: 48\r\n\r\n" + b"\x07not gzip at all" * 3
    ) as server:
        run = await run_of(server.url)

    assert run.end_state in ("broken", "truncated", "failed")
    assert run.problem is not None
