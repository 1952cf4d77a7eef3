"""Message Batches over real HTTP, on a clock that the tests move."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.simulator.talk import AT_ONCE, HAIKU, HEADERS, Clock, body, talking
from workbench.simulator.batches import MACHINES
from workbench.simulator.config import Limits, SimulatorConfig

pytestmark = pytest.mark.anyio

PATH = "/v1/messages/batches"
DAY_S = 86_400
Json = dict[str, Any]


@asynccontextmanager
async def desk(**fields: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Clock]]:
    """A client of a simulator whose batches take a minute, and its clock."""
    clock = Clock([1_000.0])
    async with talking(SimulatorConfig(clock=clock, **fields)) as client:
        yield client, clock


def requests(number: int, **fields: Any) -> list[Json]:
    """So many requests, `item-0` and on."""
    return [
        {"custom_id": f"item-{i}", "params": body(f"Order A-{i} is late", **fields)}
        for i in range(number)
    ]


async def created(client: httpx.AsyncClient, items: list[Json]) -> Json:
    """A new batch."""
    response = await client.post(PATH, json={"requests": items})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def got(client: httpx.AsyncClient, batch_id: str) -> Json:
    """How a batch stands."""
    return dict((await client.get(f"{PATH}/{batch_id}")).json())


async def results(client: httpx.AsyncClient, batch: Json) -> dict[str, Json]:
    """The results of a batch that has ended, by custom id, in the order in which they came."""
    response = await client.get(batch["results_url"])
    assert response.status_code == 200, response.text
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert all(list(line) == ["custom_id", "result"] for line in lines)
    return {line["custom_id"]: line["result"] for line in lines}


async def test_faults_are_met_in_batches_too() -> None:
    """By model and by header; a refusal is that request's result; of streams there are none."""
    items = requests(6)
    for item, fault in zip(
        items, ("", "refusal_mid", "529x1_then_ok", "html_502", "cut_mid:1", "odd"), strict=True
    ):
        item["params"]["model"] += f"+{fault}" if fault else ""
    async with desk() as (client, clock):
        batch = await created(client, items)
        clock.forward(61)
        found = await results(client, await got(client, batch["id"]))
        redacting = {"x-sim-fault": "redacted_thinking"}
        response = await client.post(PATH, json={"requests": requests(1)}, headers=redacting)
        clock.forward(61)
        (other,) = (await results(client, await got(client, response.json()["id"]))).values()

    plain, refused, *others = (found[f"item-{i}"] for i in range(6))
    assert (plain["type"], plain["message"]["stop_reason"]) == ("succeeded", "end_turn")
    assert refused["message"]["stop_reason"] == "refusal"
    errors = [(one["type"], one["error"]["error"]["type"]) for one in others]
    assert errors == [
        ("errored", kind)
        for kind in ("overloaded_error", "api_error", *["invalid_request_error"] * 2)
    ]
    assert "cut_mid:<n> cannot be had in a batch" in others[2]["error"]["error"]["message"]
    assert other["message"]["content"][0]["type"] == "redacted_thinking"


async def test_a_new_batch_is_in_progress_for_a_day_at_most() -> None:
    """It has every field of section 20; only `processing` counts until the end."""
    async with desk() as (client, _):
        batch = await created(client, requests(3))

    assert list(batch) == [
        "id", "type", "processing_status", "request_counts", "created_at", "expires_at",
        "ended_at", "cancel_initiated_at", "archived_at", "results_url",
    ]  # fmt: skip
    assert batch["id"].startswith("msgbatch_01")
    assert (batch["type"], batch["processing_status"]) == ("message_batch", "in_progress")
    assert batch["request_counts"] == {
        "processing": 3, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0,
    }  # fmt: skip
    lasts = moment(batch["expires_at"]) - moment(batch["created_at"])
    assert lasts == timedelta(days=1)
    assert all(batch[name] is None for name in ("ended_at", "archived_at", "results_url"))


async def test_results_come_at_the_end_in_another_order_billed_as_a_batch() -> None:
    """After its minute every request has a message; a second before it there is nothing."""
    async with desk() as (client, clock):
        batch = await created(client, requests(12))
        clock.forward(59)
        early = await got(client, batch["id"])
        none = await client.get(f"{PATH}/{batch['id']}/results")
        clock.forward(1)
        late = await got(client, batch["id"])
        found = await results(client, late)

    assert (early["processing_status"], early["request_counts"]["processing"]) == (
        "in_progress",
        12,
    )
    assert none.status_code == 404
    assert late["processing_status"] == "ended"
    assert late["request_counts"]["succeeded"] == 12
    assert moment(late["ended_at"]) - moment(late["created_at"]) == timedelta(seconds=60)
    assert late["results_url"].startswith(str(client.base_url))
    assert sorted(found) == sorted(f"item-{i}" for i in range(12))
    assert list(found) != [f"item-{i}" for i in range(12)]
    for result in found.values():
        assert result["type"] == "succeeded"
        assert result["message"]["type"] == "message"
        assert result["message"]["usage"]["service_tier"] == "batch"
        assert result["message"]["content"][0]["text"]


async def test_the_same_batch_gives_the_same_results_again() -> None:
    """Words and order are drawn by seed: another server tells the same."""
    told = []
    for _ in range(2):
        async with desk(seed=4) as (client, clock):
            batch = await created(client, requests(5))
            clock.forward(60)
            found = await results(client, await got(client, batch["id"]))
            told.append([(i, r["message"]["content"]) for i, r in found.items()])

    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        (body(stream=True), "invalid_request_error", "stream: "),
        (body(speed="fast"), "invalid_request_error", "speed: "),
        (body(max_tokens=0), "invalid_request_error", "max_tokens: 0"),
        (body(model="claude-nobody"), "not_found_error", "model: claude-nobody"),
        (body(temperature=2), "invalid_request_error", "temperature: "),
        ({"model": HAIKU}, "invalid_request_error", "max_tokens: Field required"),
        ({}, "invalid_request_error", "model: Field required"),
    ],
)
async def test_what_is_wrong_with_a_request_comes_as_its_result(
    params: Json, kind: str, message: str
) -> None:
    """The batch is taken in all the same, and the request beside it succeeds."""
    async with desk() as (client, clock):
        items = [*requests(1), {"custom_id": "wrong", "params": params}]
        batch = await created(client, items)
        clock.forward(60)
        late = await got(client, batch["id"])
        found = await results(client, late)

    assert late["request_counts"] == {
        "processing": 0, "succeeded": 1, "errored": 1, "canceled": 0, "expired": 0,
    }  # fmt: skip
    assert found["item-0"]["type"] == "succeeded"
    error = found["wrong"]["error"]
    assert (found["wrong"]["type"], error["type"]) == ("errored", "error")
    assert error["error"]["type"] == kind
    assert error["error"]["message"].startswith(message)
    assert error["request_id"].startswith("req_01")


async def test_requests_are_judged_by_the_version_that_the_batch_came_with() -> None:
    """Whoever asks for the results with another `anthropic-version` changes nothing."""
    async with desk() as (client, clock):
        new = {"anthropic-version": "2026-10-21"}
        items = {"requests": requests(1, temperature=0.5)}
        batch = (await client.post(PATH, json=items, headers=new)).json()
        clock.forward(60)
        found = await results(client, await got(client, batch["id"]))

    error = found["item-0"]["error"]["error"]
    assert error["message"] == "temperature: Extra inputs are not permitted"


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ({}, "requests: Field required"),
        ({"requests": [], "model": HAIKU}, "model: Extra inputs are not permitted"),
        ({"requests": {}}, "requests: Input should be a valid list"),
        ({"requests": []}, "requests: List should have at least 1 item"),
        ({"requests": [1]}, "requests.0: Input should be a valid dictionary"),
        ({"requests": [{"params": {}}]}, "requests.0.custom_id: Field required"),
        ({"requests": [{"custom_id": "a"}]}, "requests.0.params: Field required"),
        (
            {"requests": [{"custom_id": "a", "params": {}, "x": 1}]},
            "requests.0.x: Extra inputs are not permitted",
        ),
        ({"requests": [{"custom_id": 1, "params": {}}]}, "requests.0.custom_id: Input should be"),
        ({"requests": [{"custom_id": "", "params": {}}]}, "requests.0.custom_id: String should"),
        ({"requests": [{"custom_id": "a b", "params": {}}]}, "requests.0.custom_id: String should"),
        ({"requests": [{"custom_id": "a\n", "params": {}}]}, "requests.0.custom_id: String should"),
        (
            {"requests": [{"custom_id": "a" * 65, "params": {}}]},
            "requests.0.custom_id: String should match pattern",
        ),
        ({"requests": [{"custom_id": "a", "params": []}]}, "requests.0.params: Input should be"),
        ({"requests": [{"custom_id": "a", "params": {}}] * 2}, "requests.1.custom_id: a is not"),
        (
            {"requests": [{"custom_id": "a", "params": {}}] * 100_001},
            "requests: List should have at most 100000 items",
        ),
    ],
)
async def test_a_batch_of_another_shape_is_a_400(batch: Json, message: str) -> None:
    """Its own fields, and the custom ids with their pattern, are looked at when it comes."""
    async with desk() as (client, _):
        response = await client.post(PATH, json=batch)

    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(message)


async def test_a_batch_without_json_or_without_a_version_is_a_400() -> None:
    """Both are refused as everywhere."""
    async with desk() as (client, _):
        broken = await client.post(PATH, content=b"{")
        client.headers.pop("anthropic-version")
        bare = await client.post(PATH, json={"requests": requests(1)})

    assert broken.json()["error"]["message"].startswith("The request body is not valid JSON")
    assert bare.json()["error"]["message"] == "anthropic-version: header is required"


async def test_a_canceled_batch_winds_up_and_keeps_what_is_done() -> None:
    """Canceling, then ended; each request has either a message or the word that it was canceled."""
    async with desk() as (client, clock):
        batch = await created(client, requests(40))
        clock.forward(20)
        canceling = (await client.post(f"{PATH}/{batch['id']}/cancel")).json()
        clock.forward(2)
        again = (await client.post(f"{PATH}/{batch['id']}/cancel")).json()
        clock.forward(3)
        late = await got(client, batch["id"])
        found = await results(client, late)
        too_late = await client.post(f"{PATH}/{batch['id']}/cancel")

    assert canceling["processing_status"] == again["processing_status"] == "canceling"
    assert canceling["cancel_initiated_at"] == again["cancel_initiated_at"] is not None
    assert canceling["request_counts"]["processing"] == 40
    counts = Counter(result["type"] for result in found.values())
    assert late["processing_status"] == "ended"
    assert set(counts) == {"succeeded", "canceled"}
    assert sum(counts.values()) == 40
    assert late["request_counts"] == {"processing": 0, "errored": 0, "expired": 0, **counts}
    assert too_late.status_code == 400


async def test_what_is_not_done_within_a_day_expires() -> None:
    """A batch that would take two days ends after one, with the rest expired."""
    async with desk(batch_s=2.0 * DAY_S) as (client, clock):
        batch = await created(client, requests(40))
        clock.forward(DAY_S - 1)
        early = await got(client, batch["id"])
        clock.forward(1)
        late = await got(client, batch["id"])
        found = await results(client, late)

    assert early["processing_status"] == "in_progress"
    assert late["processing_status"] == "ended"
    assert late["ended_at"] == late["expires_at"]
    assert set(Counter(r["type"] for r in found.values())) == {"succeeded", "expired"}
    assert late["request_counts"]["expired"] + late["request_counts"]["succeeded"] == 40


async def test_results_are_kept_for_29_days() -> None:
    """Then the batch is archived: it still stands in the list, its results are gone."""
    async with desk() as (client, clock):
        batch = await created(client, requests(1))
        clock.forward(29 * DAY_S - 1)
        kept = await got(client, batch["id"])
        clock.forward(1)
        archived = await got(client, batch["id"])
        gone = await client.get(f"{PATH}/{batch['id']}/results")

    assert kept["results_url"] is not None
    assert (archived["results_url"], archived["processing_status"]) == (None, "ended")
    assert moment(archived["archived_at"]) > moment(archived["ended_at"])
    assert gone.status_code == 404


async def test_batches_are_listed_newest_first_in_pages_and_by_workspace() -> None:
    """Another key sees none of them, neither in its list nor by name."""
    async with desk() as (client, clock):
        ids = []
        for _ in range(3):
            ids.append((await created(client, requests(1)))["id"])
            clock.forward(30)
        first = (await client.get(PATH, params={"limit": 2})).json()
        rest = (await client.get(PATH, params={"after_id": first["last_id"]})).json()
        other = {"x-api-key": "sk-ant-other"}
        strangers = (await client.get(PATH, headers=other)).json()
        unseen = await client.get(f"{PATH}/{ids[0]}", headers=other)

    assert [batch["id"] for batch in first["data"]] == [ids[2], ids[1]]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert [batch["id"] for batch in rest["data"]] == [ids[0]]
    statuses = [batch["processing_status"] for batch in [*first["data"], *rest["data"]]]
    assert statuses == ["in_progress", "ended", "ended"]
    assert strangers["data"] == []
    assert unseen.status_code == 404


async def test_only_an_ended_batch_can_be_deleted() -> None:
    """Before that it has to be canceled; afterwards it is gone."""
    async with desk() as (client, clock):
        batch = await created(client, requests(1))
        early = await client.delete(f"{PATH}/{batch['id']}")
        clock.forward(60)
        late = await client.delete(f"{PATH}/{batch['id']}")
        gone = await client.get(f"{PATH}/{batch['id']}")

    assert early.status_code == 400
    assert late.json() == {"id": batch["id"], "type": "message_batch_deleted"}
    assert gone.status_code == 404


async def test_at_infinite_speed_a_batch_is_done_when_somebody_asks() -> None:
    """The first poll finds it ended; one canceled before that has canceled all."""
    async with talking(AT_ONCE) as client:
        batch = await created(client, requests(4))
        ended = await got(client, batch["id"])
        found = await results(client, ended)
        other = await created(client, requests(4))
        canceling = (await client.post(f"{PATH}/{other['id']}/cancel")).json()
        canceled = await got(client, other["id"])

    assert ended["request_counts"]["succeeded"] == len(found) == 4
    assert canceling["processing_status"] == "canceling"
    assert canceled["processing_status"] == "ended"
    assert canceled["request_counts"]["canceled"] == 4


async def test_a_speed_of_sixty_ends_the_minute_in_a_second() -> None:
    """The provider's calendar runs as fast as it does: the batch took a minute by its dates."""
    async with desk(speed=60) as (client, clock):
        batch = await created(client, requests(1))
        clock.forward(0.9)
        early = await got(client, batch["id"])
        clock.forward(0.11)
        late = await got(client, batch["id"])

    assert (early["processing_status"], late["processing_status"]) == ("in_progress", "ended")
    assert moment(late["ended_at"]) - moment(late["created_at"]) == timedelta(minutes=1)


async def test_the_cache_is_hit_now_and_then() -> None:
    """Requests with the same prefix read it where one on the same machine has written it before."""
    system = [{"type": "text", "text": "word " * 5000, "cache_control": {"type": "ephemeral"}}]
    async with desk() as (client, clock):
        batch = await created(client, requests(12, system=system, max_tokens=5))
        clock.forward(60)
        found = await results(client, await got(client, batch["id"]))

    reads = [r["message"]["usage"]["cache_read_input_tokens"] for r in found.values()]
    assert 1 <= reads.count(0) <= MACHINES
    assert len(set(reads)) == 2


async def test_equal_requests_get_answers_of_their_own() -> None:
    """Above temperature 0 the same request, many times in a batch, is not answered alike."""
    items = [{"custom_id": f"c{i}", "params": body(temperature=1)} for i in range(6)]
    async with desk() as (client, clock):
        batch = await created(client, items)
        clock.forward(60)
        found = await results(client, await got(client, batch["id"]))

    assert len({r["message"]["content"][0]["text"] for r in found.values()}) > 1


async def test_the_queue_has_an_end() -> None:
    """More waiting requests than the tier allows are a 429; room comes as batches end."""
    async with desk(limits=Limits(queue=5)) as (client, clock):
        await created(client, requests(4))
        full = await client.post(PATH, json={"requests": requests(2)})
        clock.forward(60)
        later = await client.post(PATH, json={"requests": requests(2)})

    assert (full.status_code, later.status_code) == (429, 200)
    assert full.json()["error"]["type"] == "rate_limit_error"


async def test_a_batch_costs_half_and_uses_up_no_minute() -> None:
    """What it spends counts against the spend limit at half the price, not against the buckets."""
    fields: Json = {"system": "word " * 20_000, "max_tokens": 1}
    limit = {"spend_limit_usd": Decimal("0.02"), "limits": Limits(rpm=1)}
    async with desk(**limit) as (client, clock):
        batch = await created(client, requests(1, **fields))
        clock.forward(60)
        await got(client, batch["id"])
        first = await client.post("/v1/messages", json=body(**fields))
        clock.forward(60)
        second = await client.post("/v1/messages", json=body(**fields))

    assert first.status_code == 200
    assert first.headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert second.status_code == 429
    assert second.json()["error"]["details"] == {"error_code": "enforced_spend_limit_reached"}


async def test_an_unknown_key_has_no_batches() -> None:
    """401 comes before anything else."""
    async with talking(AT_ONCE, {**HEADERS, "x-api-key": "sk-invalid"}) as client:
        assert (await client.get(PATH)).status_code == 401


def moment(said: str) -> datetime:
    """A moment as it stands in a batch."""
    return datetime.fromisoformat(said)
