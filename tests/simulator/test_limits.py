"""Rate limits: buckets that hold what they say, and a server that refuses by them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.talk import AT_ONCE, HEADERS, Clock, body, said, talking, text_of
from workbench.errors import SimulatorError
from workbench.simulator.clock import ProviderClock
from workbench.simulator.config import TIERS, Limits, SimulatorConfig
from workbench.simulator.limits import MINUTE_S, Bucket, RateLimits
from workbench.simulator.refusal import Refusal

SIZES = st.integers(1, 10_000_000)
STEPS = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1.2)), max_size=30)
POOLS = ("requests", "tokens", "input-tokens", "output-tokens")


@given(SIZES, st.floats(0, 1e7), STEPS)
def test_no_stretch_of_time_sees_more_than_the_bucket_and_what_flowed_in(
    size: int, began_s: float, steps: list[tuple[float, float]]
) -> None:
    """Between any two moments at most its size and the refill are taken; it is never below 0."""
    bucket, now_s = Bucket(size, began_s), began_s
    taken: list[tuple[float, float]] = []
    for passed_s, share in steps:
        now_s += passed_s
        if bucket.wait_s(share * size, now_s) == 0:
            bucket.take(share * size, now_s)
            taken.append((now_s, share * size))
        assert 0 <= bucket.level(now_s) <= size
    crumbs = 1e-6 * (len(taken) + size)
    for i, (first_s, _) in enumerate(taken):
        total = 0.0
        for last_s, amount in taken[i:]:
            total += amount
            assert total <= size + (last_s - first_s) * size / MINUTE_S + crumbs


@given(SIZES, st.floats(0, 1e7), st.floats(0, 1), st.floats(0, 1))
def test_what_does_not_fit_yet_fits_once_the_wait_is_over(
    size: int, now_s: float, first: float, then: float
) -> None:
    """`wait_s` is neither too short nor much too long; what exceeds the bucket never fits."""
    bucket = Bucket(size, now_s)
    bucket.take(first * size, now_s)
    wait_s = bucket.wait_s(then * size, now_s)

    assert bucket.wait_s(then * size, now_s + wait_s + 1e-3) == 0
    if wait_s > 1e-3:
        assert bucket.wait_s(then * size, now_s + wait_s - 1e-3) > 0
    assert bucket.wait_s(size * 1.01, now_s) == float("inf")


def rates(limits: Limits, clock: Clock) -> RateLimits:
    """Buckets of these sizes."""
    return RateLimits(limits, ProviderClock(clock))


def refusal(limits: RateLimits, input_tokens: int, output_tokens: int) -> Refusal:
    """How a request of this size is refused."""
    with pytest.raises(Refusal) as refused:
        limits.take(input_tokens, output_tokens)
    return refused.value


def left(limits: RateLimits) -> list[str]:
    """What the headers say is left, in the order of `POOLS`."""
    return [limits.headers()[f"anthropic-ratelimit-{name}-remaining"] for name in POOLS]


def test_a_request_takes_from_every_bucket_or_from_none() -> None:
    """One that lacks room in one bucket leaves the others as they were."""
    limits = rates(Limits(10, 100_000, 50_000), Clock([0.0]))
    limits.take(80_000, 20_000)
    before = left(limits)

    refused = refusal(limits, 30_000, 1)

    assert before == left(limits) == ["9", "50000", "20000", "30000"]
    assert refused.status == 429
    assert "rate limit of 100,000 input tokens per minute" in refused.message
    assert refused.headers == {"retry-after": "6"}


def test_a_prompt_larger_than_the_limit_never_fits_an_answer_waits_for_the_full_bucket() -> None:
    """The one is told to come back in a minute, again and again; the other empties the bucket."""
    clock = Clock([0.0])
    limits = rates(Limits(10, 1_000, 1_000), clock)

    assert refusal(limits, 1_001, 0).headers == {"retry-after": "60"}
    limits.take(0, 5_000)
    assert refusal(limits, 0, 5_000).headers == {"retry-after": "60"}
    clock.forward(60)
    limits.take(0, 5_000)


@given(st.integers(1, 3_000_000), st.integers(0, 3_000_000), st.floats(0, 200))
def test_headers_agree_with_each_other(itpm: int, used: int, passed_s: float) -> None:
    """What is left is within the limit, to the nearest thousand; a full bucket has no reset."""
    clock = Clock([1.0])
    limits = rates(Limits(5, itpm, 1_000), clock)
    limits.take(min(used, itpm), 0)
    clock.forward(passed_s)
    headers = limits.headers()

    for name in POOLS:
        limit = int(headers[f"anthropic-ratelimit-{name}-limit"])
        remaining = int(headers[f"anthropic-ratelimit-{name}-remaining"])
        assert 0 <= remaining <= limit
        assert name == "requests" or remaining % 1_000 == 0 or remaining == limit
    resets = [headers[f"anthropic-ratelimit-{name}-reset"] for name in POOLS]
    assert all(datetime.fromisoformat(reset).tzinfo == UTC for reset in resets)
    assert resets[1] == max(resets[2:])


async def ask(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """What answers a request."""
    return await client.post("/v1/messages", json=body(**fields))


@pytest.mark.anyio
async def test_a_full_minute_is_refused_with_the_time_after_which_it_fits() -> None:
    """The third of two gets a 429; after `retry-after`, and not before, a 200."""
    clock = Clock([100.0])
    config = replace(AT_ONCE, limits=Limits(rpm=2), clock=clock)
    async with talking(config) as client:
        answers = [await ask(client) for _ in range(3)]
        wait_s = int(answers[2].headers["retry-after"])
        clock.forward(wait_s - 1)
        early = await ask(client)
        clock.forward(1)
        late = await ask(client)

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [a.headers["anthropic-ratelimit-requests-remaining"] for a in answers] == ["1", "0", "0"]
    error = answers[2].json()
    assert (error["type"], error["error"]["type"]) == ("error", "rate_limit_error")
    assert error["request_id"] == answers[2].headers["request-id"]
    assert "2 requests per minute" in error["error"]["message"]
    assert (wait_s, early.status_code, late.status_code) == (30, 429, 200)
    reset = datetime.fromisoformat(answers[2].headers["anthropic-ratelimit-requests-reset"])
    assert timedelta(seconds=50) < reset - datetime.now(UTC) < timedelta(seconds=70)


@pytest.mark.anyio
async def test_what_is_told_to_the_client_is_in_its_own_time() -> None:
    """At sixty times the speed the provider's 30 seconds are half a second of the client's."""
    clock = Clock([0.0])
    config = SimulatorConfig(speed=60, limits=Limits(rpm=2), clock=clock)
    async with talking(config) as client:
        answers = [await ask(client, max_tokens=1) for _ in range(3)]
        clock.forward(float(answers[2].headers["retry-after"]))
        later = await ask(client, max_tokens=1)

    assert answers[2].headers["retry-after"] == "0.5"
    assert later.status_code == 200


@pytest.mark.parametrize(
    ("speed", "told"), [(1.0, "60"), (7.0, "8.572"), (60.0, "1"), (0.25, "240"), (1e-6, "60000000")]
)
def test_retry_after_is_a_plain_number_never_too_small(speed: float, told: str) -> None:
    """Whole seconds of the provider's, in the client's time, rounded up to the millisecond."""
    limits = RateLimits(Limits(rpm=1), ProviderClock(Clock([0.0]), speed))
    limits.take(0, 0)

    assert refusal(limits, 0, 0).headers == {"retry-after": told}


@pytest.mark.anyio
async def test_neither_max_tokens_nor_cache_reads_use_anything_up() -> None:
    """Only what is said, and what is not read from the cache, is taken from the buckets."""
    long = [{"type": "text", "text": "word " * 6000, "cache_control": {"type": "ephemeral"}}]
    config = replace(AT_ONCE, limits=Limits(100, 10_000, 5_000), clock=Clock([0.0]))
    async with talking(config) as client:
        fields = {"system": long, "max_tokens": 20_000, "temperature": 0}
        answers = [await ask(client, **fields) for _ in range(4)]

    usages = [answer.json()["usage"] for answer in answers]
    assert usages[0]["cache_creation_input_tokens"] > 5_000
    assert usages[3]["cache_read_input_tokens"] == usages[0]["cache_creation_input_tokens"]
    assert all(answer.status_code == 200 for answer in answers)


@pytest.mark.anyio
async def test_output_is_limited_by_what_is_said() -> None:
    """Answers empty the bucket of output tokens; the 429 names it."""
    config = replace(AT_ONCE, limits=Limits(otpm=60), clock=Clock([0.0]))
    async with talking(config) as client:
        answers = [await ask(client, max_tokens=40) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "60 output tokens per minute" in answers[1].json()["error"]["message"]


@pytest.mark.anyio
async def test_counting_has_a_pool_of_its_own() -> None:
    """`count_tokens` neither uses up what messages have, nor goes on for ever."""
    config = replace(AT_ONCE, limits=Limits(rpm=1, counts=2), clock=Clock([0.0]))
    counted = body()
    del counted["max_tokens"]
    async with talking(config) as client:
        counts = [await client.post("/v1/messages/count_tokens", json=counted) for _ in range(3)]
        message = await ask(client)

    assert [count.status_code for count in counts] == [200, 200, 429]
    assert "retry-after" in counts[2].headers
    assert message.status_code == 200


@pytest.mark.anyio
async def test_keys_do_not_share_their_limits() -> None:
    """A key that has used up its own leaves another's alone."""
    config = replace(AT_ONCE, limits=Limits(rpm=1), clock=Clock([0.0]))
    async with talking(config) as client:
        mine = [(await ask(client)).status_code for _ in range(2)]
        client.headers["x-api-key"] = "sk-ant-another"
        theirs = (await ask(client)).status_code

    assert (mine, theirs) == ([200, 429], 200)


@pytest.mark.anyio
async def test_a_spend_limit_is_a_429_without_retry_after_until_the_next_month() -> None:
    """The first answer may pass the limit, the next is refused; next month all is well again."""
    clock = Clock([0.0])
    config = replace(AT_ONCE, spend_limit_usd=Decimal("0.0001"), clock=clock)
    async with talking(config) as client:
        first, second = await ask(client), await ask(client)
        clock.forward(31 * 86_400)
        third = await ask(client)

    assert (first.status_code, second.status_code, third.status_code) == (200, 429, 200)
    assert "retry-after" not in second.headers
    error = second.json()["error"]
    assert error["details"] == {"error_code": "enforced_spend_limit_reached"}
    assert "You will regain access on 20" in error["message"]


@pytest.mark.anyio
async def test_an_empty_wallet_is_a_400_at_anthropic() -> None:
    """Too little credit is an invalid request there, in the words that everybody knows."""
    async with talking(replace(AT_ONCE, wallet_usd=Decimal(0))) as client:
        answer = await ask(client)

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.json()["error"]["message"].startswith("Your credit balance is too low")


@pytest.mark.anyio
async def test_two_hundred_at_once_against_fifty_a_minute_all_come_through() -> None:
    """A client that waits as it is told loses none, and it takes three minutes, not longer."""
    clock = Clock([0.0])
    config = replace(AT_ONCE, limits=Limits(rpm=50), clock=clock)
    waiting, served, refused = list(range(200)), set(), 0
    async with talking(config, {**HEADERS, "connection": "keep-alive"}) as client:
        while waiting:
            asked = [ask(client, text=f"Order {i}", max_tokens=5) for i in waiting]
            answers = dict(zip(waiting, await asyncio.gather(*asked), strict=True))
            served |= {i for i, answer in answers.items() if answer.status_code == 200}
            told = [int(a.headers["retry-after"]) for a in answers.values() if a.status_code == 429]
            waiting, refused = [i for i in waiting if i not in served], refused + len(told)
            clock.forward(max(10, *told) if told else 0)

    assert len(served) == 200
    assert refused > 150
    assert 180 <= clock() <= 210


@pytest.mark.anyio
async def test_one_that_was_refused_finds_the_answer_that_it_would_have_found() -> None:
    """What repeats say does not depend on how often one was sent away in between."""
    clock = Clock([0.0])
    texts = []
    async with talking() as client:
        texts.append([text_of(await said(client)) for _ in range(3)])
    async with talking(replace(AT_ONCE, limits=Limits(otpm=200), clock=clock)) as client:
        found: list[str] = []
        while len(found) < 3:
            answer = await ask(client)
            if answer.status_code == 200:
                found.append(text_of(answer.json()))
            else:
                clock.forward(int(answer.headers["retry-after"]))
        texts.append(found)

    assert clock() > 0
    assert texts[0] == texts[1]


def test_tiers_are_those_of_the_catalog() -> None:
    """Start, Build and Scale as section 14 gives them for Haiku 4.5; Start is the default."""
    found = [(t.rpm, t.itpm, t.otpm, t.counts) for t in TIERS.values()]
    assert found == [
        (1_000, 2_000_000, 400_000, 2_000),
        (5_000, 5_000_000, 1_000_000, 4_000),
        (10_000, 10_000_000, 2_000_000, 8_000),
    ]
    assert TIERS["start"] == Limits()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"wallet_usd": Decimal(-1)}, "a wallet of -1"),
        ({"spend_limit_usd": Decimal("nan")}, "a spend limit of NaN"),
        ({"batch_s": -1.0}, "a batch time of -1"),
        ({"profile": "bytespike", "plan": "gold"}, "no plan 'gold'"),
        ({"plan": "pro"}, "are ByteSpike's"),
        ({"estimated_credits_header": "X-Credits"}, "are ByteSpike's"),
        ({"profile": "bytespike", "estimated_credits_header": "a b"}, "'a b' is no name"),
        ({"profile": "bytespike", "limits": Limits()}, "has no limits per minute"),
    ],
)
def test_what_cannot_be_set_up_is_told_in_one_line(fields: dict[str, Any], problem: str) -> None:
    """Amounts below nothing, and what the other provider has, are refused with a hint."""
    with pytest.raises(SimulatorError, match=problem) as error:
        SimulatorConfig(**fields)
    assert error.value.hint


@pytest.mark.parametrize("name", ["rpm", "itpm", "otpm", "counts", "queue"])
def test_a_limit_of_nothing_is_none(name: str) -> None:
    """Every limit is at least 1."""
    with pytest.raises(SimulatorError, match=f"a limit of 0 \\({name}\\)"):
        Limits(**{name: 0})
