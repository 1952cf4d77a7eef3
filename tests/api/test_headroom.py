"""Headroom: what the headers of an answer say is left, and what that means a moment later."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from workbench.api.headroom import Bucket, Headroom, shown
from workbench.wire.head import Head

DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


def anthropic(**left: int) -> Head:
    """The head of an answer that says what is left of 100 of each, full again in 20 s."""
    headers = {"date": DATE}
    for name, number in left.items():
        pool = f"anthropic-ratelimit-{name.replace('_', '-')}"
        headers |= {
            f"{pool}-limit": "100",
            f"{pool}-remaining": str(number),
            f"{pool}-reset": "2026-11-22T12:00:20Z",
        }
    return Head.of(200, headers)


BYTESPIKE = Head.of(
    200,
    {
        "Date": DATE,
        "X-RateLimit-Limit": "50.00",
        "X-RateLimit-Remaining": "42.18",
        "X-RateLimit-Reset": "1795348860",  # a minute after DATE
        "X-Quota-Remaining-Credits": "192.40",
        "X-Org-Quota-Remaining-Credits": "8420.65",
    },
)


def test_every_pool_of_anthropic_is_read() -> None:
    """Requests, tokens, input and output tokens; resets by the provider's own clock."""
    room = Headroom().after(anthropic(requests=48, tokens=90, input_tokens=7, output_tokens=8), 5)

    assert room == Headroom(
        5, Bucket(48, 100, 20), Bucket(90, 100, 20), Bucket(7, 100, 20), Bucket(8, 100, 20)
    )


def test_the_money_of_bytespike_is_read() -> None:
    """Its credits are USD whatever the header is called."""
    room = Headroom().after(BYTESPIKE, 0)

    assert room.credits_left_usd == Decimal("192.40")
    assert room.org_credits_left_usd == Decimal("8420.65")
    assert (room.spend_left_usd, room.spend_limit_usd) == (Decimal("42.18"), Decimal("50.00"))
    assert room.spend_reset_s == 60
    assert room.requests is None


def test_what_is_not_said_stays_and_what_means_nothing_is_not_taken() -> None:
    """A head without limits changes nothing; counts of other gateways are not taken for USD."""
    room = Headroom().after(anthropic(requests=48), 5)

    assert room.after(Head(200, {}), 9) == room
    assert not Headroom().after(Head(200, {"x-ratelimit-remaining": "99"}), 1).known
    for nonsense in ("many", "-1", "nan", ""):
        head = Head(200, {"anthropic-ratelimit-requests-remaining": nonsense})
        assert not Headroom().after(head, 1).known
    odd = {
        "date": "yesterday",
        "anthropic-ratelimit-requests-remaining": "3",
        "anthropic-ratelimit-requests-reset": "soon",
    }
    assert Headroom().after(Head(200, odd), 1).requests == Bucket(3)


def test_a_bucket_refills_all_the_time() -> None:
    """From what was left to full by the reset, and no further."""
    bucket = Bucket(10, 50, 20)

    assert [bucket.left_after(s) for s in (0, 0.5, 10, 20, 99)] == [10, 11, 30, 50, 50]
    assert Bucket(10).left_after(99) == 10


@pytest.mark.parametrize(
    ("bucket", "need", "passed_s", "wait_s"),
    [
        (Bucket(10, 50, 20), 10, 0, 0),
        (Bucket(10, 50, 20), 30, 0, 10),
        (Bucket(10, 50, 20), 30, 4, 6),
        (Bucket(10, 50, 20), 999, 0, 20),  # what never fits waits for all that there can be
        (Bucket(0), 1, 0, math.inf),
        (Bucket(0, 50), 1, 0, math.inf),
    ],
)
def test_how_long_to_wait_for_so_much(
    bucket: Bucket, need: int, passed_s: float, wait_s: float
) -> None:
    """By the rate at which it refills; infinite where the headers do not tell it."""
    assert bucket.wait_s(need, passed_s) == pytest.approx(wait_s)


def test_the_scarcest_pool_decides() -> None:
    """Requests, input tokens or output tokens, whichever takes longest."""
    room = Headroom().after(anthropic(requests=50, input_tokens=20, output_tokens=0), 100)

    assert room.wait_s(100, requests=1, input_tokens=60) == pytest.approx(10)
    assert room.wait_s(100, requests=90, input_tokens=0) == pytest.approx(16)
    assert room.wait_s(100, requests=1) == pytest.approx(0.2)


def test_estimates_are_asked_for_only_where_tokens_run_out() -> None:
    """Counting takes time; below half of the limit it is worth it."""
    assert not Headroom().tight(0)
    assert not Headroom().after(anthropic(input_tokens=80), 0).tight(0)
    assert Headroom().after(anthropic(input_tokens=20), 0).tight(0)
    assert not Headroom().after(anthropic(input_tokens=20), 0).tight(19)


@pytest.mark.parametrize(
    ("head", "passed_s", "line"),
    [
        (Head(200, {}), 0, ""),
        (anthropic(requests=48), 8, "68 of 100 requests left, resets in 12 s"),
        (anthropic(requests=48), 99, "100 of 100 requests left"),
        (anthropic(requests=100, tokens=90), 0, "100 of 100 requests left · 90 tokens left"),
        (
            anthropic(requests=48, tokens=90, input_tokens=50, output_tokens=40),
            10,
            "74 of 100 requests left, resets in 10 s · 75 input and 70 output tokens left",
        ),
        (
            anthropic(input_tokens=9, output_tokens=90),
            0,
            "9 of 100 input tokens left, resets in 20 s",
        ),
        (
            BYTESPIKE,
            0,
            "$192.40 left on the key · $8420.65 in the wallet · "
            "$42.18 of $50.00 left to spend, resets in 60 s",
        ),
    ],
)
def test_it_is_shown_in_one_line(head: Head, passed_s: float, line: str) -> None:
    """Requests, tokens, money, resets; in brief no tokens that do not run out."""
    room = Headroom().after(head, 7)

    assert shown(room, 7 + passed_s) == line
    parts = (part for part in line.split(" · ") if not part.endswith("tokens left"))
    assert shown(room, 7 + passed_s, brief=True) == " · ".join(parts)
