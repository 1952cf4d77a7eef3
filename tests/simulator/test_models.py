"""The lists of models, in both shapes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.simulator.talk import talking
from workbench.catalog.catalog import catalog
from workbench.simulator.config import SimulatorConfig

pytestmark = pytest.mark.anyio


async def listed(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    """A page of the list."""
    response = await client.get("/v1/models", params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_the_list_is_the_catalogs_newest_first() -> None:
    """Every model of Anthropic's that is not retired, with what section 19 tells of each."""
    async with talking() as client:
        page = await listed(client, limit=1000)

    assert list(page) == ["data", "has_more", "first_id", "last_id"]
    assert len(page["data"]) == len(catalog().names("anthropic"))
    days = [info["created_at"] for info in page["data"]]
    assert days == sorted(days, reverse=True)
    assert all(set(info) == set(page["data"][0]) for info in page["data"])
    (haiku,) = [info for info in page["data"] if info["id"] == "claude-haiku-4-5-20251001"]
    assert haiku["created_at"] == "2025-10-15T00:00:00Z"
    assert (haiku["type"], haiku["lifecycle"], haiku["line"]) == ("model", "active", "haiku")
    assert (haiku["max_input_tokens"], haiku["max_tokens"]) == (200_000, 64_000)
    can = haiku["capabilities"]
    assert can["batch"] == {"supported": True}
    assert can["thinking"]["types"]["enabled"] == {"supported": True}
    assert can["thinking"]["types"]["adaptive"] == {"supported": False}
    assert can["effort"]["supported"] is False


async def test_pages_are_turned_in_both_directions() -> None:
    """After and before an id; forward through all of them nothing is missed or told twice."""
    async with talking() as client:
        every = [info["id"] for info in (await listed(client, limit=1000))["data"]]
        found: list[str] = []
        query: dict[str, Any] = {"limit": 4}
        while True:
            page = await listed(client, **query)
            found += [info["id"] for info in page["data"]]
            if not page["has_more"]:
                break
            query["after_id"] = page["last_id"]
        before = await listed(client, limit=2, before_id=every[5])
        start = await listed(client, limit=9, before_id=every[2])
        after_all = await listed(client, after_id=every[-1])

    assert found == every
    assert [info["id"] for info in before["data"]] == every[3:5]
    assert (before["has_more"], before["first_id"]) == (True, every[3])
    assert [info["id"] for info in start["data"]] == every[:2]
    assert start["has_more"] is False
    assert after_all == {"data": [], "has_more": False, "first_id": None, "last_id": None}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": "0"}, "limit: Input should be greater than or equal to 1"),
        ({"limit": "1001"}, "limit: Input should be less than or equal to 1000"),
        ({"limit": "x"}, "limit: Input should be a valid integer"),
        ({"after_id": "claude-nobody"}, "after_id: claude-nobody"),
        (
            {"after_id": "claude-haiku-5-5", "before_id": "claude-haiku-5-5"},
            "after_id and before_id cannot both",
        ),
        ({"lifecycle": "young"}, "lifecycle: Input should be"),
    ],
)
async def test_a_page_that_is_none_is_a_400(query: dict[str, str], message: str) -> None:
    """What cannot be asked for is refused in the API's shape."""
    async with talking() as client:
        response = await client.get("/v1/models", params=query)

    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(message)


async def test_the_list_can_be_asked_for_a_stage_of_life() -> None:
    """One stage, several, as a list or with commas."""
    async with talking() as client:
        old = await listed(client, lifecycle="deprecated")
        none = await listed(client, lifecycle="retired")
        some = await listed(client, **{"lifecycle[]": ["deprecated", "retired"]})
        comma = await listed(client, lifecycle="deprecated,active", limit=1000)

    assert [info["id"] for info in old["data"]] == ["claude-sonnet-4-5-20250929"]
    assert old["data"][0]["retires_at"] == "2026-11-30T00:00:00Z"
    assert (none["data"], some["data"]) == ([], old["data"])
    assert len(comma["data"]) == len(catalog().names("anthropic"))


@pytest.mark.parametrize("name", ["claude-haiku-4-5", "claude-haiku-4-5-20251001"])
async def test_one_model_is_found_by_its_id_and_by_its_alias(name: str) -> None:
    """Both give the dated id."""
    async with talking() as client:
        response = await client.get(f"/v1/models/{name}")

    assert response.json()["id"] == "claude-haiku-4-5-20251001"


@pytest.mark.parametrize("name", ["claude-nobody", "claude-haiku-4-5-19990101"])
async def test_a_model_of_another_name_is_a_404(name: str) -> None:
    """An unknown one, and a known one under a date that is not its own."""
    async with talking() as client:
        response = await client.get(f"/v1/models/{name}")

    assert response.status_code == 404
    assert response.json()["error"] == {"type": "not_found_error", "message": f"model: {name}"}


async def test_bytespikes_list_has_openais_shape_and_filters() -> None:
    """Its own models with its own limits; `family` and `capability` choose among them."""
    async with talking(SimulatorConfig(profile="bytespike")) as client:
        every = await listed(client)
        none = await listed(client, family="gpt")
        able = await listed(client, capability="vision", family="claude")
        one = await client.get("/v1/models/claude-haiku-4-5")

    assert every["object"] == "list"
    assert {info["id"] for info in every["data"]} == set(catalog().names("bytespike"))
    (haiku,) = [info for info in every["data"] if info["id"] == "claude-haiku-4-5"]
    assert list(haiku) == [
        "id", "object", "owned_by", "family", "capabilities", "context_window",
        "max_output_tokens", "input_modalities", "output_modalities", "pricing_url", "created",
    ]  # fmt: skip
    assert haiku["max_output_tokens"] == 8_192
    assert haiku["capabilities"] == ["tool_use", "vision", "prompt_caching", "streaming"]
    assert none["data"] == []
    assert able["data"] == every["data"]
    assert one.json() == haiku


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/claude-haiku-5-5"])
async def test_the_version_of_the_api_has_to_be_named_at_anthropic(path: str) -> None:
    """Without the header, or with one that nobody knows, it is a 400; ByteSpike does not ask."""
    key = {"x-api-key": "sk-test"}
    async with talking(headers=key) as client:
        none = await client.get(path)
        unknown = await client.get(path, headers={"anthropic-version": "2020-01-01"})
    async with talking(SimulatorConfig(profile="bytespike"), key) as client:
        spike = await client.get("/v1/models")

    assert none.json()["error"]["message"] == "anthropic-version: header is required"
    assert unknown.json()["error"]["message"].startswith('anthropic-version: "2020-01-01" is not')
    assert spike.status_code == 200
