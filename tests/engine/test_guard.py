"""The guard: before a run is sent, when its headers arrive, and with every piece of its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.answers import start
from tests.simulator.talk import HAIKU, TICKET, body
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.catalog.catalog import catalog
from workbench.catalog.profile import SIMULATOR_PROFILE, Profile
from workbench.costs import cost
from workbench.engine import Guard, Stake, round_of
from workbench.engine.meter import Meter
from workbench.run import Closed, Run, Sent
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.server import serving
from workbench.tokens import count
from workbench.wire.events import MessageDelta, MessageStart, TextDelta
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest
from workbench.workbench.outcome import cost_of

pytestmark = pytest.mark.anyio

FACTS = catalog().model("anthropic", HAIKU)
assert FACTS is not None
MODEL = FACTS
STAKE = Stake(MODEL, input_usd=Decimal("0.001"), most_usd=Decimal("0.010"))
BYTESPIKE = catalog().profile("bytespike")
WORDS = (
    "The parcel left the warehouse on Monday, and nobody has seen it since; the customer, who "
    "paid for two days, has waited nine. Refund the fee, resend the tent, and say plainly why.\n"
)


def guard(*runs: str, profile: Profile = BYTESPIKE, **caps: str) -> Guard:
    """A guard of these runs, all with the same stake."""
    limits = {name: Decimal(amount) for name, amount in caps.items()}
    return Guard(dict.fromkeys(runs, STAKE), profile, **limits)


def began(input_tokens: int) -> MessageStart:
    """An answer begins; its input is known."""
    return MessageStart(start(input_tokens=input_tokens))


async def test_a_run_stops_when_it_has_cost_what_a_run_may() -> None:
    """By input and the words so far; the reason says how much, and what to do."""
    keeper = guard("a", run_usd="0.002")
    assert await keeper.admit("a") is None
    assert keeper.after("a", began(1000)) is None

    said = 0
    while (problem := keeper.after("a", TextDelta(0, WORDS))) is None:
        said += 1

    tokens = count(WORDS * said, "classic")
    assert tokens * 5 < 1000 <= count(WORDS * (said + 2), "classic") * 5
    assert problem.type == "cost_limit"
    assert "a run may cost $0.0020" in problem.problem
    assert "Raise the cost limit" in problem.hint
    assert keeper.over is None


async def test_the_round_is_over_when_all_its_runs_have_cost_what_it_may() -> None:
    """Whoever crosses the line; the bill of a finished run counts as it came."""
    keeper = guard("a", "b", round_usd="0.004")
    assert [await keeper.admit(run) for run in "ab"] == [None, None]
    keeper.after("a", began(1000))
    usage = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    assert keeper.after("a", MessageDelta({**usage, "usage": {"output_tokens": 300}})) is None
    keeper.after("b", began(1000))
    assert keeper.over is None

    while (problem := keeper.after("b", TextDelta(0, "word "))) is None:
        assert keeper.over is None

    assert "the round has cost ≈$0.0040, and may cost $0.0040" in problem.problem
    assert keeper.over is not None


async def test_a_run_whose_input_alone_may_cost_too_much_is_not_sent() -> None:
    """Nothing that is sent can be taken back."""
    problem = await guard("a", run_usd="0.0005").admit("a")

    assert problem is not None
    assert "not sent: its input may cost ≈$0.0010" in problem.problem


async def test_runs_wait_until_it_is_known_what_the_inputs_before_them_cost() -> None:
    """What one reads from the cache another has room for; nobody waits for nothing."""
    keeper = guard("a", "b", "c", round_usd="0.0015")
    assert await keeper.admit("a") is None
    waiting = asyncio.create_task(keeper.admit("b"))
    await asyncio.sleep(0)
    assert not waiting.done()

    keeper.after("a", began(100))

    assert await waiting is None
    third = asyncio.create_task(keeper.admit("c"))
    await asyncio.sleep(0)
    keeper.closed("b")
    refused = await third
    assert refused is not None


async def test_a_refused_run_gives_its_money_back() -> None:
    """Refusals are not billed; the next try is counted once."""
    keeper = guard("a", "b", round_usd="0.0015")
    assert await keeper.admit("a") is None
    keeper.forget("a")
    assert await keeper.admit("a") is None
    keeper.forget("a")

    assert await keeper.admit("b") is None


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, None),
        ({"x-quota-remaining-credits": "0.01"}, None),
        ({"x-quota-remaining-credits": "0.00"}, "$0.00 is left on the key"),
        ({"x-quota-remaining-credits": "lots"}, None),
        ({"x-estimated-credits": "5000"}, None),
        ({"x-estimated-credits": "5001"}, "the provider reckons with"),
        ({"x-estimated-credits": "nan"}, None),
    ],
)
async def test_what_the_headers_tell_is_heeded_before_anything_is_paid(
    headers: dict[str, str], said: str | None
) -> None:
    """ByteSpike's quota in USD; its estimate, if there is one, in credits: a million a USD."""
    keeper = guard("a", run_usd="0.005")
    assert await keeper.admit("a") is None

    problem = keeper.after("a", Head(200, headers))

    found = problem.problem if problem else None
    assert (found is None) == (said is None)
    assert said is None or (found and f"stopped before it began: {said}" in found)


async def test_the_name_of_the_estimate_is_a_setting() -> None:
    """Of the profile, as is what a credit is worth."""
    profile = Profile("mine", estimated_credits_header="x-price", credits_per_usd=100)
    keeper = guard("a", profile=profile, run_usd="0.5")
    assert await keeper.admit("a") is None

    assert keeper.after("a", Head(200, {"x-estimated-credits": "99999999"})) is None
    assert keeper.after("a", Head(200, {"x-price": "50"})) is None
    assert keeper.after("a", Head(200, {"x-price": "51"})) is not None


async def test_usage_that_is_zero_until_the_end_is_not_believed() -> None:
    """Some proxies say 0 in message_start: the estimate of the input holds until the bill."""
    keeper = guard("a", run_usd="0.0015")
    assert await keeper.admit("a") is None
    keeper.after("a", began(0))

    said = 0
    while keeper.after("a", TextDelta(0, WORDS)) is None:
        said += 1

    assert count(WORDS * said, "classic") * 5 < 500


def pieces(text: str, size: int) -> Iterable[str]:
    """The text in pieces."""
    return (text[at : at + size] for at in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 7, 40, 999])
@pytest.mark.parametrize(
    "text", [WORDS * 20, '{"queue": "billing", "days": 9}' * 90, "納期は九日遅れています。" * 60]
)
def test_the_meter_keeps_to_the_count_of_the_whole(text: str, size: int) -> None:
    """Within two per cent and a few tokens, at any moment, however the text comes in."""
    meter, so_far = Meter("classic"), ""
    for number, piece in enumerate(pieces(text, size)):
        meter.add(piece)
        so_far += piece
        if number % 50 == 0:
            whole = count(so_far, "classic")
            assert abs(meter.tokens - whole) <= 0.02 * whole + 12


SCRIPT = f"""
[[reply]]
name = "long"
say = ['''{WORDS * 40}''']
"""


async def spent(config: SimulatorConfig, runs: int, **caps: str) -> list[Run]:
    """The runs of a round at the simulator, under these caps."""
    request = MessagesRequest.of(body(stream=True, max_tokens=4000))
    limits = {name: Decimal(amount) for name, amount in caps.items()}
    ids = [f"r{number}" for number in range(runs)]
    found = {name: Run(name, provider="anthropic", model=HAIKU) for name in ids}
    async with serving(config) as url, Client(Endpoint(SIMULATOR_PROFILE, url, "key")) as client:
        keeper = Guard(dict.fromkeys(ids, STAKE), SIMULATOR_PROFILE, **limits)
        requests = dict.fromkeys(ids, request)
        async with round_of(requests, client, at_once=runs, guard=keeper) as live:
            async for event in live:
                found[event.run_id] = found[event.run_id].after(event)
    return list(found.values())


DELTA_USD = Decimal(12 * 5) / 1_000_000
"""What the dearest delta of the simulator costs: six words, and the blanks and stops between."""


@pytest.mark.parametrize("speed", [20, float("inf")])
@pytest.mark.parametrize("limit", ["0.002", "0.004", "0.007"])
async def test_in_the_simulator_a_run_overshoots_by_two_per_cent_or_a_delta(
    tmp_path: Path, limit: str, speed: float
) -> None:
    """Counted anew from what was kept; the run says that it was stopped, its cost a guess."""
    (tmp_path / "long.toml").write_text(SCRIPT)
    config = SimulatorConfig(speed=speed, scripts=(tmp_path / "long.toml",))

    (run,) = await spent(config, 1, run_usd=limit)

    assert run.end_state == "aborted"
    assert run.problem is not None
    assert run.problem.type == "cost_limit"
    assert cost_of(run).is_estimate
    output = {"output_tokens": count(run.text, "classic")}
    usd = cost(run.usage.updated(output), MODEL).usd
    most = max(Decimal(limit) * Decimal("0.02"), DELTA_USD)
    assert usd is not None
    assert abs(usd - Decimal(limit)) <= most


@pytest.mark.parametrize("asks", [{}, {"fault": "redacted_thinking"}])
async def test_thinking_that_nobody_is_shown_costs_as_much(asks: dict[str, str]) -> None:
    """It is known of once it is over, by the length of its seal: a run overshoots by no more."""
    haiku = "claude-haiku-5-5"
    model = catalog().model("anthropic", haiku)
    assert model is not None
    assert model.prices.output is not None
    text = f"{TICKET} Think this through, step by step, and take your time. " * 8
    asked = body(text, stream=True, model="+".join((haiku, *asks.values())), max_tokens=4000)
    stake = Stake(model, input_usd=Decimal("0.00001"), most_usd=Decimal("0.010"))
    found, whole = Run("a", provider="anthropic", model=haiku), Run("b")
    async with (
        serving(SimulatorConfig(speed=float("inf"))) as url,
        Client(Endpoint(SIMULATOR_PROFILE, url, "key")) as client,
    ):
        async with round_of({"b": MessagesRequest.of(asked)}, client) as live:
            async for event in live:
                whole = whole.after(event)
        before = cost(whole.usage.updated({"output_tokens": 0}), model).usd
        assert before is not None
        cap = before + model.prices.output * 20 / 1_000_000
        keeper = Guard({"a": stake}, SIMULATOR_PROFILE, run_usd=cap)
        async with round_of({"a": MessagesRequest.of(asked)}, client, guard=keeper) as live:
            async for event in live:
                found = found.after(event)

    thought = whole.usage.thinking_tokens or 0
    assert thought > 40
    assert (found.end_state, found.text) == ("aborted", "")
    told = cost_of(found)
    assert told.is_estimate
    assert told.usd is not None
    assert 0.8 < float((told.usd - before) * 1_000_000 / model.prices.output) / thought < 1.4


async def test_in_the_simulator_a_round_stops_as_one(tmp_path: Path) -> None:
    """All runs in flight are stopped by the one that crosses the line; none is left out."""
    (tmp_path / "long.toml").write_text(SCRIPT)
    config = SimulatorConfig(speed=20, scripts=(tmp_path / "long.toml",))

    runs = await spent(config, 8, round_usd="0.02")

    assert {run.end_state for run in runs} == {"aborted"}
    assert {run.problem.type for run in runs if run.problem} == {"cost_limit"}
    total = Decimal(0)
    for run in runs:
        output = {"output_tokens": count(run.text, "classic")}
        total += cost(run.usage.updated(output), MODEL).usd or Decimal(0)
    assert abs(total - Decimal("0.02")) <= Decimal("0.02") * Decimal("0.02") + DELTA_USD


async def test_what_is_not_sent_ends_without_having_been_sent() -> None:
    """The run is in the record all the same, and says why."""
    request = MessagesRequest.of(body(stream=True))
    keeper = Guard({"a": STAKE}, SIMULATOR_PROFILE, run_usd=Decimal("0.0001"))
    async with (
        Client(Endpoint(SIMULATOR_PROFILE, "http://127.0.0.1:9", "key")) as client,
        round_of({"a": request}, client, guard=keeper) as live,
    ):
        events = [event.what async for event in live]

    (closed,) = events
    assert isinstance(closed, Closed)
    assert closed.problem is not None
    assert not any(isinstance(what, Sent) for what in events)
