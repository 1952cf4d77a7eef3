"""The gate: who may go now, and who has to wait for what."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest

from workbench.api.gate import Gate, Passage
from workbench.api.headroom import Bucket, Headroom
from workbench.wire.head import Head

pytestmark = pytest.mark.anyio

OK = Head(200, {})


def left(requests: int) -> Head:
    """A head that says how many requests are left, and not when there will be more."""
    return Head(200, {"anthropic-ratelimit-requests-remaining": str(requests)})


async def goes(gate: Gate) -> bool:
    """Whether the next one may go at once."""
    waiting = asyncio.create_task(gate.wait())
    for _ in range(5):
        await asyncio.sleep(0)
    done = waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])
    return done


class Way:
    """Requests on their way through a gate, let out one after another."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.stack = gate, ExitStack()

    def out(self, number: int) -> list[Passage]:
        """So many more, on their way now."""
        return [self.stack.enter_context(self.gate.passage()) for _ in range(number)]


async def test_before_the_first_answer_only_some_go() -> None:
    """Nobody knows yet what the provider allows; each answer lets out two more."""
    gate = Gate()
    way = Way(gate)
    first = way.out(16)
    assert not await goes(gate)

    first[0].answered(OK)

    assert await goes(gate)
    way.out(2)
    assert not await goes(gate)


async def test_no_more_go_than_the_headers_say_are_left() -> None:
    """Requests whose answers have not begun are counted against what is left."""
    gate = Gate()
    way = Way(gate)
    (first,) = way.out(1)
    first.answered(left(3))
    second, *_ = way.out(3)
    assert not await goes(gate)

    second.answered(left(2))

    assert not await goes(gate)
    way.stack.close()
    assert await goes(gate)


async def test_where_nobody_can_tell_one_is_tried() -> None:
    """Nothing left, no reset named, no answer due: the next request is how to know."""
    gate = Gate()
    way = Way(gate)
    (first,) = way.out(1)
    first.answered(left(0))
    assert await goes(gate)

    way.out(1)

    assert not await goes(gate)


async def test_a_pause_holds_everyone_and_then_lets_one_through() -> None:
    """After a rate limit one request finds out; when it got in, the others follow."""
    gate = Gate()
    gate.pause(0.02)
    assert not await goes(gate)
    await gate.wait()
    way = Way(gate)
    (probe,) = way.out(1)
    assert not await goes(gate)

    probe.answered(OK)

    assert await goes(gate)


async def test_it_tells_for_how_long_it_is_shut() -> None:
    """While somebody waits; nobody waiting, nothing is shut."""
    gate = Gate()
    gate.pause(60)
    assert gate.shut_s == 0
    waiting = asyncio.create_task(gate.wait())
    await asyncio.sleep(0)
    assert 50 < gate.shut_s <= 60

    waiting.cancel()
    await asyncio.wait([waiting])

    assert gate.shut_s == 0


async def test_a_refusal_is_no_proof_that_there_is_room() -> None:
    """The window stays as narrow as it was."""
    gate = Gate()
    gate.pause(0)
    way = Way(gate)
    (probe,) = way.out(1)
    probe.answered(Head(429, {}))

    way.out(1)

    assert not await goes(gate)


async def test_too_many_at_once_is_learned() -> None:
    """As many stay open as were open when one more was refused."""
    gate = Gate()
    way = Way(gate)
    for passage in way.out(5):
        passage.answered(OK)
    gate.narrow()

    assert not await goes(gate)
    way.stack.close()
    way.out(4)[0].answered(OK)
    assert await goes(gate)


async def test_first_come_first_served_and_nobody_is_forgotten() -> None:
    """Twenty wait; they go in their order; one that gives up holds up nobody."""
    gate, went = Gate(), list[int]()
    way = Way(gate)
    full = way.out(16)

    async def queue(number: int) -> None:
        await gate.wait()
        with gate.passage() as passage:
            went.append(number)
            await asyncio.sleep(0)
            passage.answered(OK)

    tasks = [asyncio.create_task(queue(number)) for number in range(20)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[7].cancel()
    full[0].answered(OK)
    await asyncio.wait(tasks)

    assert went == [number for number in range(20) if number not in (0, 7)]


async def test_tokens_are_waited_for_where_they_run_out() -> None:
    """By the estimate of what the request brings; where there are plenty it is not asked."""
    gate, asked = Gate(), list[int]()

    async def much() -> int:
        asked.append(1)
        return 900

    gate.headroom = Headroom(gate.headroom.at_s, input_tokens=Bucket(1000, 1000))
    await gate.wait(much)
    assert asked == []

    way = Way(gate)
    (first,) = way.out(1)
    gate.headroom = Headroom(gate.headroom.at_s, input_tokens=Bucket(100, 1000))
    waiting = asyncio.create_task(gate.wait(much))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (asked, waiting.done()) == ([1], False)
    first.answered(
        Head(
            200,
            {
                "anthropic-ratelimit-input-tokens-remaining": "950",
                "anthropic-ratelimit-input-tokens-limit": "1000",
            },
        )
    )
    await waiting
