"""Rate limits, as a whole round meets them: nothing is lost, and little is refused."""

from __future__ import annotations

import json
from collections import Counter

import httpx
import pytest

from tests.answers import streamed, whole
from tests.simulator.talk import HAIKU, body
from tests.traps.stub import AT_ONCE, client_of
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.catalog.catalog import catalog
from workbench.engine import round_of
from workbench.run import Run
from workbench.simulator.config import Limits, SimulatorConfig
from workbench.simulator.server import serving
from workbench.wire.request import MessagesRequest

pytestmark = pytest.mark.anyio

FAST = 60.0
"""A minute of the provider's takes a second."""


async def finished(client: Client, number: int, at_once: int) -> list[Run]:
    """The runs of a round of so many requests, no two alike."""
    ids = [f"r{n}" for n in range(number)]
    runs = {name: Run(name, provider="anthropic", model=HAIKU) for name in ids}
    requests = {
        name: MessagesRequest.of(body(f"{name}: hello", stream=True, max_tokens=30)) for name in ids
    }
    async with round_of(requests, client, at_once=at_once) as live:
        async for event in live:
            runs[event.run_id] = runs[event.run_id].after(event)
    return list(runs.values())


def states(runs: list[Run]) -> Counter[str | None]:
    """How many runs ended how."""
    return Counter(run.end_state for run in runs)


async def test_two_hundred_runs_against_fifty_a_minute_lose_none() -> None:
    """The engine waits by the headers: hardly any is refused, and none fails."""
    config = SimulatorConfig(speed=FAST, limits=Limits(rpm=50))
    async with serving(config) as url:
        profile = catalog().profile("anthropic")
        async with Client(Endpoint(profile, url, "sk-ant-test-0123")) as client:
            runs = await finished(client, 200, 64)
            room = client.headroom

    assert states(runs) == {"complete": 200}
    assert sum(len(run.discarded) for run in runs) <= 20
    assert room.requests is not None
    assert room.requests.limit == 50


async def test_input_tokens_are_kept_to_as_well() -> None:
    """Where tokens run out before requests do, they are what is waited for."""
    config = SimulatorConfig(speed=FAST, limits=Limits(itpm=2_000))
    async with serving(config) as url:
        profile = catalog().profile("anthropic")
        async with Client(Endpoint(profile, url, "sk-ant-test-0123")) as client:
            runs = await finished(client, 150, 16)

    assert states(runs) == {"complete": 150}
    assert sum(len(run.discarded) for run in runs) <= 20


async def test_a_limit_on_how_many_at_once_is_found_and_kept_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ByteSpike's free plan takes five: those refused wait their turn, and none fails."""
    monkeypatch.setattr("random.uniform", lambda low, high: low / 20)
    config = SimulatorConfig(profile="bytespike", plan="free", speed=20)
    async with serving(config) as url:
        profile = catalog().profile("bytespike")
        async with Client(Endpoint(profile, url, "sk-byts-test-0123")) as client:
            runs = await finished(client, 30, 16)

    assert states(runs) == {"complete": 30}
    assert max(run.attempts for run in runs) <= 4


class Counting:
    """A provider that refuses by a rule, and keeps what it was asked."""

    def __init__(self, *refusals: httpx.Response) -> None:
        self.refusals, self.asked = list(refusals), list[str]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(request.content)["messages"][0]["content"][:3])
        return self.refusals.pop(0) if self.refusals else streamed(whole("hello"))


def refused(status: int, **headers: str) -> httpx.Response:
    """A refusal without a body."""
    return httpx.Response(status, headers={n.replace("_", "-"): v for n, v in headers.items()})


async def test_one_rate_limit_pauses_all_runs() -> None:
    """While one waits, no other is sent; then one goes first, and the others follow."""
    provider = Counting(refused(429, retry_after_ms="50"))
    async with client_of(provider) as client:
        runs = await finished(client, 12, 1)

    assert states(runs) == {"complete": 12}
    assert provider.asked[:2] == ["r0:", "r0:"]
    assert len(provider.asked) == 13


async def test_a_provider_that_is_down_is_not_asked_three_times_by_everyone() -> None:
    """Sixty runs have sixteen retries between them."""
    down = [refused(500, **{"retry-after": "0"}) for _ in range(200)]
    provider = Counting(*down)
    async with client_of(provider) as client:
        runs = await finished(client, 60, 8)

    assert states(runs) == {"failed": 60}
    assert len(provider.asked) == 60 + 16
    assert sum(len(run.discarded) for run in runs) == 16


async def test_what_the_provider_says_of_retrying_is_done() -> None:
    """`x-should-retry` either way."""
    provider = Counting(
        refused(529, x_should_retry="false", **AT_ONCE),
        refused(409, x_should_retry="true", **AT_ONCE),
    )
    async with client_of(provider) as client:
        first, second = await finished(client, 2, 1)

    assert (first.end_state, first.attempts) == ("failed", 1)
    assert (second.end_state, second.attempts) == ("complete", 2)


async def test_discarded_tries_keep_their_request_ids() -> None:
    """So that support can be asked about each."""
    provider = Counting(
        refused(529, request_id="req_1", **AT_ONCE), refused(500, request_id="req_2", **AT_ONCE)
    )
    async with client_of(provider) as client:
        (run,) = await finished(client, 1, 1)

    assert (run.end_state, run.attempts) == ("complete", 3)
    assert [problem.request_id for problem in run.discarded] == ["req_1", "req_2"]
