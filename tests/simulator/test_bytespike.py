"""ByteSpike's profile: where it differs from Anthropic, and where its pages say nothing."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulator.talk import GET_ORDER, HAIKU, HEADERS, Clock, body, said, streamed, talking
from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.simulator.account import Bill
from workbench.simulator.cache import CacheUse
from workbench.simulator.config import PLANS, SimulatorConfig
from workbench.simulator.money import price_usd
from workbench.simulator.server import serving
from workbench.simulator.turn import take_turn

pytestmark = pytest.mark.anyio

SPIKE = SimulatorConfig(profile="bytespike", speed=float("inf"))
HOUR = {"type": "ephemeral", "ttl": "1h"}
QUOTA = (
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-quota-remaining-credits",
    "x-org-quota-remaining-credits",
)


async def ask(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """What answers a request."""
    return await client.post("/v1/messages", json=body(**fields))


def model(provider: str, name: str = HAIKU) -> Model:
    """A model of the catalog."""
    found = catalog().model(provider, name)
    assert found is not None
    return found


async def test_a_message_echoes_the_model_and_tells_cache_reads_only_when_there_are_any() -> None:
    """Its own ids, the name as it was asked, no word of writes, reads on a hit."""
    system = [{"type": "text", "text": "word " * 5000, "cache_control": {"type": "ephemeral"}}]
    async with talking(SPIKE) as client:
        first, second = [await said(client, system=system, temperature=0) for _ in range(2)]

    assert first["id"].startswith("msg_haiku_")
    assert first["model"] == second["model"] == HAIKU
    assert set(first["usage"]) == {"input_tokens", "output_tokens"}
    assert second["usage"]["cache_read_input_tokens"] > 4_096


async def test_the_usage_api_adds_up_to_what_the_wallet_has_lost() -> None:
    """Rows and totals as its pages describe them; refusals cost nothing; Anthropic has no such."""
    config = replace(SPIKE, wallet_usd=Decimal(2))
    async with talking(config) as client:
        messages = [await said(client) for _ in range(2)]
        assert (await ask(client, model="nobody")).status_code == 404
        paths = ("me/usage", "me/account", "me/billing/transactions")
        usage, account, billing = [(await client.get(f"/api/v1/{p}")).json() for p in paths]
        also, balance = await client.get("/v1/usage"), await client.get("/v1/balance")
    async with talking() as client:
        elsewhere = await client.get("/api/v1/me/usage")

    assert (also.json(), balance.status_code, elsewhere.status_code) == (usage, 404, 404)
    assert (usage["call_count"], len(usage["data"])) == (2, 2)
    sent = sum(message["usage"]["input_tokens"] for message in messages)
    came = sum(message["usage"]["output_tokens"] for message in messages)
    assert (usage["input_tokens"], usage["output_tokens"]) == (sent, came)
    assert sum(row["completion_tokens"] for row in usage["data"]) == came
    assert usage["total_usd"] == pytest.approx((sent + 5 * came) / 1_000_000)
    assert sum(row["credits"] for row in usage["data"]) == sent + 5 * came
    left = account["balance"]["available_usd"]
    assert billing["data"][0]["usd"] == 2
    assert left + usage["total_usd"] == pytest.approx(2)


async def test_every_answer_carries_the_quota_and_none_of_anthropics_headers() -> None:
    """Success and failure, message and list: five headers, in USD and Unix seconds."""
    async with talking(SPIKE) as client:
        answers = [
            await ask(client),
            await ask(client, stream=True),
            await ask(client, model="claude-nobody"),
            await client.get("/v1/models"),
        ]

    for answer in answers:
        assert all(name in answer.headers for name in QUOTA)
        assert not [name for name in answer.headers if name.startswith("anthropic-")]
        assert answer.headers["x-ratelimit-limit"] == "50.00"
        until_s = int(answer.headers["x-ratelimit-reset"]) - time.time()
        assert 4 * 3600 < until_s < 6 * 3600


@pytest.mark.parametrize(
    ("fields", "status", "code", "message"),
    [
        ({"max_tokens": 8193}, 400, "invalid_request_error", "max_tokens: 8193 > 8192"),
        ({"model": "claude-nobody"}, 404, "model_not_found", "model: claude-nobody"),
        ({"model": "claude-haiku-4-5-20251001"}, 404, "model_not_found", "model: claude-haiku"),
        ({"model": "claude-haiku-5-5"}, 400, "unsupported_model", "model: claude-haiku-5-5"),
        ({"thinking": {"type": "disabled"}}, 422, "unsupported_parameter", "thinking: "),
        ({"output_config": {"effort": "low"}}, 422, "unsupported_parameter", "output_config: "),
        ({"cache_control": {"type": "ephemeral"}}, 422, "unsupported_parameter", "cache_control: "),
        ({"service_tier": "auto"}, 422, "unsupported_parameter", "service_tier: "),
        ({"top_k": 3}, 422, "unsupported_parameter", "top_k: "),
        (
            {"tools": [GET_ORDER], "tool_choice": {"type": "none"}},
            422,
            "unsupported_parameter",
            "tool_choice.type: ",
        ),
        (
            {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
            422,
            "unsupported_parameter",
            "tools.0.type: ",
        ),
        (
            {"system": [{"type": "text", "text": "a", "cache_control": HOUR}]},
            422,
            "unsupported_parameter",
            "system.0.cache_control.ttl: ",
        ),
        (
            {"max_tokens": 8192, "system": "word " * 168_000},
            400,
            "context_length_exceeded",
            "input length and `max_tokens` exceed context limit",
        ),
    ],
)
async def test_what_it_does_not_offer_is_refused_with_its_code(
    fields: dict[str, Any], status: int, code: str, message: str
) -> None:
    """Anthropic's shape with `error.code`: 400, 404, and 422 for what no page of it names."""
    async with talking(SPIKE) as client:
        answer = await ask(client, **fields)

    error = answer.json()
    assert (answer.status_code, error["type"]) == (status, "error")
    assert error["error"]["code"] == code
    assert error["error"]["message"].startswith(message)


async def test_the_newer_api_version_is_not_its_own() -> None:
    """Its pages pin 2023-06-01."""
    async with talking(SPIKE, {**HEADERS, "anthropic-version": "2026-10-21"}) as client:
        answer = await ask(client)

    assert answer.status_code == 400
    assert "anthropic-version" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/messages/count_tokens"),
        ("POST", "/v1/messages/batches"),
        ("GET", "/v1/messages/batches"),
        ("GET", "/v1/messages/batches/msgbatch_1/results"),
    ],
)
async def test_endpoints_without_documentation_are_not_there(method: str, path: str) -> None:
    """Neither counting nor batches: 404, whatever is sent."""
    async with talking(SPIKE) as client:
        answer = await client.request(method, path, json={} if method == "POST" else None)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found_error"


async def test_a_wrong_key_is_told_in_its_shape() -> None:
    """401 with a code; whose quota it would be nobody knows."""
    async with talking(SPIKE, {**HEADERS, "x-api-key": "sk-byts-invalid"}) as client:
        answer = await ask(client)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "authentication_error"
    assert "x-quota-remaining-credits" not in answer.headers


async def test_the_wallet_falls_by_what_answers_cost_and_by_nothing_else() -> None:
    """The quota moves with each 200 by its price, not with refusals; empty, it is a 402."""
    fields = {"system": "word " * 60_000, "max_tokens": 5, "temperature": 0}
    async with talking(replace(SPIKE, wallet_usd=Decimal("0.15"))) as client:
        refused = await ask(client, max_tokens=9_000)
        answers = [await ask(client, **fields) for _ in range(4)]

    usage = answers[0].json()["usage"]
    use = CacheUse(0, 0, 0, usage["input_tokens"])
    price = price_usd(model("bytespike"), use, usage["output_tokens"])
    left = [Decimal("0.15") - n * price for n in (1, 2)]
    quota = [a.headers["x-quota-remaining-credits"] for a in (refused, *answers)]
    assert quota == ["0.15", *(str(usd.quantize(Decimal("0.01"))) for usd in left), "0.00", "0.00"]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 402]
    error = answers[3].json()
    assert (error["type"], error["error"]["type"]) == ("error", "billing_error")
    assert error["error"]["code"] == "insufficient_balance"


async def test_what_is_spent_in_five_hours_is_limited() -> None:
    """A 429 without `type` and without retry-after; the reset tells when, and then it is over."""
    clock = Clock([0.0])
    config = replace(SPIKE, spend_limit_usd=Decimal("0.0005"), clock=clock)
    async with talking(config) as client:
        answers = [await ask(client) for _ in range(2)]
        clock.forward(5 * 3600)
        later = await ask(client)

    assert [answer.status_code for answer in answers] == [200, 429]
    error = answers[1].json()
    assert set(error) == {"error", "request_id"}
    assert (error["error"]["type"], error["error"]["code"]) == ("rate_limit_error", "rate_limit_5h")
    assert "retry-after" not in answers[1].headers
    assert answers[1].headers["x-ratelimit-remaining"] == "0.00"
    assert int(answers[1].headers["x-ratelimit-reset"]) - time.time() < 5 * 3600 + 2
    assert later.status_code == 200


async def test_a_plan_allows_so_many_requests_at_once(tmp_path: Path) -> None:
    """While five streams run, the sixth is a 429; once one has ended there is room again."""
    script = tmp_path / "long.toml"
    script.write_text(f'[[reply]]\nsay = "{"Once more the same words. " * 800}"\n')
    config = SimulatorConfig(profile="bytespike", speed=4, plan="free", scripts=(script,))
    request = body(stream=True, max_tokens=8000)
    async with serving(config) as url, httpx.AsyncClient(base_url=url, headers=HEADERS) as client:
        open_streams = [client.build_request("POST", "/v1/messages", json=request)] * PLANS["free"]
        streams = [client.send(one, stream=True) for one in open_streams]
        answers = await asyncio.gather(*streams)
        sixth = await ask(client)
        for answer in answers:
            await answer.aclose()
        async with asyncio.timeout(8):
            while (again := await ask(client, max_tokens=1)).status_code == 429:
                pass

    assert [answer.status_code for answer in answers] == [200] * 5
    assert sixth.status_code == 429
    assert sixth.json()["error"]["code"] == "concurrency_limit"
    assert again.status_code == 200


async def test_a_client_that_leaves_pays_for_what_was_said(tmp_path: Path) -> None:
    """Closing the stream costs the prompt and part of the answer: more than nothing, not all."""
    script = tmp_path / "long.toml"
    script.write_text(f'[[reply]]\nsay = "{"Once more the same words. " * 800}"\n')
    config = SimulatorConfig(
        profile="bytespike", speed=4, wallet_usd=Decimal(200), scripts=(script,)
    )
    prompt = "word " * 30_000
    async with serving(config) as url, httpx.AsyncClient(base_url=url, headers=HEADERS) as client:
        async with client.stream(
            "POST", "/v1/messages", json=body(prompt, stream=True, max_tokens=8000)
        ) as response:
            before = Decimal(response.headers["x-quota-remaining-credits"])
            await anext(response.aiter_bytes())
        async with asyncio.timeout(8):
            while (after := await quota(client)) == before:
                pass

    assert before == 200
    assert Decimal("0.02") < before - after < Decimal("0.04")


async def quota(client: httpx.AsyncClient) -> Decimal:
    """What is left now."""
    answer = await client.get("/v1/models")
    return Decimal(answer.headers["x-quota-remaining-credits"])


@pytest.mark.parametrize("stream", [False, True])
async def test_a_refusal_before_the_first_word_is_free(stream: bool) -> None:
    """It is an answer, yet nothing was generated; one that breaks off in mid-answer is billed."""
    request = body("word " * 60_000, stream=stream)
    async with talking(replace(SPIKE, wallet_usd=Decimal("1"))) as client:
        await client.post("/v1/messages", json=request, headers={"x-sim-fault": "refusal_before"})
        assert await quota(client) == 1
        await client.post("/v1/messages", json=request, headers={"x-sim-fault": "refusal_mid"})
        assert await quota(client) < 1


@pytest.mark.parametrize("fault", ["error_mid:2", "cut_mid:2", "eof_no_stop"])
async def test_a_stream_that_the_provider_breaks_is_free(fault: str) -> None:
    """ByteSpike bills no failure, in mid-stream neither."""
    config = replace(SPIKE, wallet_usd=Decimal("1"))
    async with talking(config) as client:
        request = body("word " * 60_000, stream=True)
        try:
            await client.post("/v1/messages", json=request, headers={"x-sim-fault": fault})
        except httpx.TransportError:
            assert fault == "cut_mid:2"
        assert await quota(client) == 1
        await client.post("/v1/messages", json=request)
        assert await quota(client) < 1


async def test_estimated_credits_are_told_before_the_answer_only_if_asked_for() -> None:
    """Off by default; on, a whole number of credits no smaller than the bill, in its header."""
    config = replace(SPIKE, estimated_credits_header="X-Estimated-Credits")
    async with talking(SPIKE) as client:
        plain = await ask(client)
    async with talking(config) as client:
        whole, refused = await ask(client), await ask(client, top_k=1)
        stream = await ask(client, stream=True)

    assert not [name for name in plain.headers if "estimated" in name]
    assert "x-estimated-credits" not in refused.headers
    usage, facts = whole.json()["usage"], model("bytespike")
    use = CacheUse(0, 0, 0, usage["input_tokens"])
    bill, most = (price_usd(facts, use, n) for n in (usage["output_tokens"], 1_000))
    credits = int(whole.headers["x-estimated-credits"])
    assert bill * 1_000_000 < credits == most * 1_000_000
    assert stream.headers["x-estimated-credits"] == whole.headers["x-estimated-credits"]


async def test_streams_are_as_anthropics_but_for_the_usage() -> None:
    """The same events in the same order; counts of the cache only where it was hit."""
    async with talking(SPIKE) as client:
        seen = await streamed(client)

    assert seen[0]["message"]["model"] == HAIKU
    assert set(seen[0]["message"]["usage"]) == {"input_tokens", "output_tokens"}
    assert seen[-1] == {"type": "message_stop"}


@pytest.mark.parametrize(
    ("fields", "times"),
    [({}, "1"), ({"inference_geo": "us"}, "1.1"), ({"speed": "fast"}, "2")],
    ids=["usual", "us", "fast"],
)
def test_place_and_haste_have_their_price(fields: dict[str, Any], times: str) -> None:
    """`inference_geo: us` and `speed: fast` multiply the whole bill (section 12)."""
    opus = "claude-opus-5-5"
    asked = {**body(**fields), "model": opus, "max_tokens": 8}
    turn = take_turn(
        json.dumps(asked).encode(),
        provider="anthropic",
        version="2023-06-01",
        betas="",
        scripts=(),
        seed=0,
    )
    use = CacheUse(0, 0, 0, 1_000)

    usual = price_usd(model("anthropic", opus), use, 10)
    assert Bill(turn, use).usd(10) == usual * Decimal(times)


def test_long_prompts_have_their_own_prices_and_batches_cost_half() -> None:
    """The whole request moves to the tier's prices; an unknown price is taken to be the input's."""
    haiku = model("anthropic", "claude-haiku-5-5")
    short, long = CacheUse(0, 0, 0, 100_000), CacheUse(0, 0, 0, 100_001)

    assert price_usd(haiku, short, 1_000) == Decimal("0.0105")
    assert price_usd(haiku, long, 1_000) == Decimal("0.0525005")
    assert price_usd(haiku, short, 1_000, batch=True) == Decimal("0.00525")
    hour = CacheUse(0, 0, 1_000, 0)
    assert price_usd(model("bytespike"), hour, 0) == Decimal("0.001")
