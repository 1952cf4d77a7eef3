"""The prefix cache: by itself on positions, and over HTTP on a clock of our own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.simulator.talk import GET_ORDER, TICKET, Clock, asked, body, said, streamed, talking
from workbench import tokens
from workbench.simulator.cache import LOOKBACK, CacheUse, PrefixCache
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.prefix import Position, positions
from workbench.tokens import Ttl

H55 = "claude-haiku-5-5"
MINUTES_5 = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
LONG = "The policy has many rules, and every one of them matters to the reader. " * 60


def prompt(*blocks: tuple[str, int, Ttl | None]) -> tuple[Position, ...]:
    """Positions named by their text: (text, tokens so far, breakpoint)."""
    texts = ["|".join(b[0] for b in blocks[: i + 1]) for i in range(len(blocks))]
    return tuple(Position(t.encode(), b[1], b[2]) for t, b in zip(texts, blocks, strict=True))


def ask(
    cache: PrefixCache, blocks: tuple[Position, ...], *, now_s: float = 0, scope: str = "a"
) -> CacheUse:
    """Plan and begin in one go."""
    use = cache.plan(scope, blocks, blocks[-1].tokens + 10, minimum=100, now_s=now_s)
    cache.begun(use)
    return use


def counts(use: CacheUse) -> tuple[int, int, int, int]:
    """read, written for five minutes, written for an hour, fresh."""
    return use.read, use.write_5m, use.write_1h, use.fresh


def test_what_one_request_writes_the_next_one_reads() -> None:
    """The first pays for writing up to its breakpoint, the second reads exactly that."""
    cache, blocks = PrefixCache(), prompt(("system", 500, "5m"), ("user", 520, None))

    assert counts(ask(cache, blocks)) == (0, 500, 0, 30)
    assert counts(ask(cache, blocks)) == (500, 0, 0, 30)


def test_nothing_is_readable_before_the_first_answer_has_begun() -> None:
    """Two that start together both pay for writing; a third, after the first began, reads."""
    cache, blocks = PrefixCache(), prompt(("system", 500, "5m"))
    first = cache.plan("a", blocks, 510, minimum=100, now_s=0)
    second = cache.plan("a", blocks, 510, minimum=100, now_s=0)
    cache.begun(first)
    third = cache.plan("a", blocks, 510, minimum=100, now_s=0)

    assert (first.written, second.written, third.read) == (500, 500, 500)


def test_a_short_prefix_is_silently_not_cached() -> None:
    """A breakpoint below the model's minimum neither writes nor reads."""
    cache, blocks = PrefixCache(), prompt(("system", 99, "5m"))

    assert counts(ask(cache, blocks)) == (0, 0, 0, 109)
    assert counts(ask(cache, blocks)) == (0, 0, 0, 109)


@pytest.mark.parametrize(("ttl", "lifetime_s"), [("5m", 300), ("1h", 3600)])
def test_an_entry_lives_as_long_as_it_was_asked_to(ttl: Ttl, lifetime_s: int) -> None:
    """An entry is there just before its time is up, and gone at it."""
    blocks = prompt(("system", 500, ttl))
    before, after = PrefixCache(), PrefixCache()
    ask(before, blocks)
    ask(after, blocks)

    assert ask(before, blocks, now_s=lifetime_s - 1).read == 500
    assert ask(after, blocks, now_s=lifetime_s).read == 0


def test_reading_keeps_an_entry_alive() -> None:
    """Read every four minutes, a five-minute entry is still there after twelve."""
    cache, blocks = PrefixCache(), prompt(("system", 500, "5m"))
    ask(cache, blocks)

    assert [ask(cache, blocks, now_s=t).read for t in (240, 480, 720)] == [500, 500, 500]


def test_mixed_lifetimes_are_billed_by_the_abc_rule() -> None:
    """Up to A is read, to the last hour's breakpoint written for 1h, to the last one for 5m."""
    cache = PrefixCache()
    ask(cache, prompt(("tools", 200, "1h")))
    use = ask(
        cache,
        prompt(("tools", 200, "1h"), ("system", 500, "1h"), ("a", 700, "5m"), ("b", 750, None)),
    )

    assert counts(use) == (200, 200, 300, 60)


def test_the_three_input_counts_add_up() -> None:
    """Read, written and fresh tokens are disjoint and make up the whole prompt."""
    cache = PrefixCache()
    for blocks in (
        prompt(("a", 150, None), ("b", 400, "5m")),
        prompt(("a", 150, None), ("b", 400, "5m"), ("c", 900, "5m")),
        prompt(("a", 150, "1h"), ("b", 400, "5m"), ("c", 900, "5m")),
    ):
        use = ask(cache, blocks)
        assert sum(counts(use)) == blocks[-1].tokens + 10


@pytest.mark.parametrize(("added", "read"), [(LOOKBACK - 1, 500), (LOOKBACK, 0)])
def test_a_breakpoint_looks_back_twenty_positions_and_no_further(added: int, read: int) -> None:
    """What was written 19 blocks before the breakpoint is found, one block further is not."""
    cache = PrefixCache()
    ask(cache, prompt(("system", 500, "5m")))
    turns: list[tuple[str, int, Ttl | None]] = [(f"t{i}", 501 + i, None) for i in range(added)]
    turns[-1] = (*turns[-1][:2], "5m")

    assert ask(cache, prompt(("system", 500, None), *turns)).read == read


def test_only_places_that_were_written_are_found() -> None:
    """A shared beginning without an entry of its own is a miss."""
    cache = PrefixCache()
    ask(cache, prompt(("system", 500, None), ("one", 600, "5m")))

    assert ask(cache, prompt(("system", 500, None), ("other", 600, "5m"))).read == 0


def test_another_workspace_reads_nothing() -> None:
    """Entries are never shared between scopes."""
    cache, blocks = PrefixCache(), prompt(("system", 500, "5m"))
    ask(cache, blocks, scope="a")

    assert ask(cache, blocks, scope="b").read == 0


def last_digest(**fields: Any) -> bytes:
    one = asked(**fields)
    return positions(one, tokens.parts(one.body, one.model))[-1].digest


def first_digest(**fields: Any) -> bytes:
    one = asked(**fields)
    return positions(one, tokens.parts(one.body, one.model))[0].digest


IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}


@pytest.mark.parametrize(
    ("change", "tools_kept"),
    [
        ({"tools": [{**GET_ORDER, "description": "Changed."}]}, False),
        ({"system": "Changed."}, True),
        ({"tool_choice": {"type": "any"}}, True),
        ({"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}, True),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, True),
        ({"speed": "fast"}, True),
        ({"messages": [{"role": "user", "content": [IMAGE]}]}, True),
        ({"output_config": {"format": {"type": "json_schema", "schema": {}}}}, False),
        ({"model": H55}, False),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, Mapping) else "",
)
def test_a_change_invalidates_what_the_api_says(change: dict[str, Any], tools_kept: bool) -> None:
    """Section 21.5: some changes leave cached tools readable; all of them lose the rest."""
    usual: dict[str, Any] = {"tools": [GET_ORDER], "system": "Be kind."}

    assert last_digest(**usual) != last_digest(**(usual | change))
    assert (first_digest(**usual) == first_digest(**(usual | change))) is tools_kept


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 0.3},
        {"max_tokens": 7},
        {"stop_sequences": ["x"]},
        {"stream": True},
        {"metadata": {"user_id": "u"}},
        {"tool_choice": {"type": "auto"}},
        {"thinking": {"type": "disabled"}},
        {"system": [{"type": "text", "text": "Be kind."}]},
        {"system": [{"type": "text", "text": "Be kind.", "cache_control": HOUR}]},
        {"tools": [{**GET_ORDER, "cache_control": MINUTES_5}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": TICKET}]}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_does_not_shape_the_prompt_leaves_the_cache_alone(change: dict[str, Any]) -> None:
    """Sampling, limits, where breakpoints stand, and another spelling of the same are no change."""
    usual: dict[str, Any] = {"tools": [GET_ORDER], "system": "Be kind."}

    assert last_digest(**usual) == last_digest(**(usual | change))


def test_the_models_own_effort_said_aloud_is_no_change() -> None:
    """Setting effort to the model's default equals leaving it out; another one does not."""
    usual = last_digest(model=H55)

    assert last_digest(model=H55, output_config={"effort": "medium"}) == usual
    assert last_digest(model=H55, output_config={"effort": "low"}) != usual


def test_a_moved_key_in_a_tool_call_is_a_miss() -> None:
    """The cache hashes bytes: the same arguments in another order are other bytes."""

    def turn(**arguments: Any) -> bytes:
        call = {"type": "tool_use", "id": "t", "name": "get_order", "input": arguments}
        result = {"type": "tool_result", "tool_use_id": "t"}
        return last_digest(
            messages=[
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": [call]},
                {"role": "user", "content": [result]},
            ]
        )

    assert turn(a=1, b=2) != turn(b=2, a=1)


CACHED = [{"type": "text", "text": LONG, "cache_control": MINUTES_5}]


def spent(message: Mapping[str, Any]) -> tuple[int, int, int]:
    """read, written, fresh as billed."""
    usage = message["usage"]
    created = usage["cache_creation"]
    written = created["ephemeral_5m_input_tokens"] + created["ephemeral_1h_input_tokens"]
    assert usage["cache_creation_input_tokens"] == written
    return usage["cache_read_input_tokens"], written, usage["input_tokens"]


@pytest.mark.anyio
async def test_a_second_request_reads_and_an_old_entry_is_gone() -> None:
    """Over HTTP: write, read, and write again once the clock has gone past the lifetime."""
    clock = Clock([0.0])
    config = SimulatorConfig(speed=float("inf"), clock=clock)
    fields: dict[str, Any] = {"model": H55, "system": CACHED}
    async with talking(config) as client:
        first, second = await said(client, **fields), await said(client, **fields)
        clock.forward(301)
        third = await said(client, **fields)

    total = sum(part.tokens for part in tokens.parts(body(**fields), asked(**fields).model))
    read, written, fresh = spent(first)
    assert (read, written > 512, written + fresh) == (0, True, total)
    assert spent(second) == (written, 0, fresh)
    assert spent(third) == spent(first)


@pytest.mark.anyio
async def test_panes_that_start_together_all_pay_for_writing() -> None:
    """Four parallel firsts write; a fifth that follows reads."""
    fields: dict[str, Any] = {"model": H55, "system": CACHED}
    async with talking(SimulatorConfig(speed=0.5)) as client:
        starts = await asyncio.gather(*(_start(client, fields) for _ in range(4)))
        fifth = await _start(client, fields)

    assert [spent(start)[0] for start in starts] == [0, 0, 0, 0]
    assert spent(fifth)[0] == spent(starts[0])[1]


async def _start(client: httpx.AsyncClient, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The message as it begins; the rest of the stream is not waited for."""
    async with client.stream("POST", "/v1/messages", json=body(**fields, stream=True)) as response:
        lines = response.aiter_lines()
        assert await anext(lines) == "event: message_start"
        event = json.loads((await anext(lines)).removeprefix("data: "))
    return dict(event["message"])


@pytest.mark.anyio
async def test_automatic_caching_moves_on_with_the_conversation() -> None:
    """A top-level breakpoint sits on the last block; the next turn reads up to where it sat."""
    first_turn = {"role": "user", "content": LONG}
    reply = {"role": "assistant", "content": "Noted."}
    second_turn = {"role": "user", "content": "And now?"}
    fields: dict[str, Any] = {"model": H55, "cache_control": MINUTES_5}
    async with talking() as client:
        one = await said(client, **fields, messages=[first_turn])
        two = await said(client, **fields, messages=[first_turn, reply, second_turn])

    assert spent(one)[0] == 0
    assert spent(one)[2] == 0
    assert spent(two)[0] == spent(one)[1]
    assert spent(two)[2] == 0


@pytest.mark.anyio
async def test_a_warm_up_writes_and_says_nothing() -> None:
    """`max_tokens: 0` writes the cache, costs no output, and the next request reads."""
    fields: dict[str, Any] = {"model": H55, "system": CACHED}
    async with talking() as client:
        warm = await said(client, **fields, max_tokens=0)
        seen = await streamed(client, **fields)

    assert (warm["content"], warm["stop_reason"]) == ([], "max_tokens")
    assert warm["usage"]["output_tokens"] == 0
    assert spent(seen[0]["message"])[0] == spent(warm)[1] > 0


@pytest.mark.anyio
async def test_another_key_has_a_cache_of_its_own() -> None:
    """The cache's scope is the workspace, and a key belongs to one."""
    fields: dict[str, Any] = {"model": H55, "system": CACHED}
    async with talking() as client:
        await said(client, **fields)
        client.headers["x-api-key"] = "sk-ant-other"
        other = await said(client, **fields)

    assert spent(other)[0] == 0


def test_a_cache_that_is_full_drops_what_runs_out_first() -> None:
    """Room is bounded: old entries go, the newest stays readable."""
    cache = PrefixCache()
    for i in range(20_005):
        ask(cache, (replace(prompt(("s", 500, "5m"))[0], digest=str(i).encode()),), now_s=i / 1e3)

    newest = (Position(b"20004", 500, "5m"),)
    assert ask(cache, newest, now_s=20).read == 500
    assert ask(cache, (Position(b"3", 500, "5m"),), now_s=20).read == 0


def test_a_request_reads_nothing_that_began_after_it_arrived() -> None:
    """Panes that start together all pay for the write, whichever is counted first."""
    prompt = [Position(b"a", 5000, "5m")]
    cache = PrefixCache()
    first = cache.plan("s", prompt, 5000, minimum=4096, now_s=0.0)
    cache.begun(first, 0.5)

    late = cache.plan("s", prompt, 5000, minimum=4096, now_s=0.1)
    later = cache.plan("s", prompt, 5000, minimum=4096, now_s=0.5)

    assert (late.read, late.written) == (0, 5000)
    assert (later.read, later.written) == (5000, 0)
