"""The engine: many in, one stream out, every run ends exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from workbench.api.gate import Gate
from workbench.engine import round as engine
from workbench.engine import round_of
from workbench.errors import BrokenStream, InvalidRequest, Overloaded
from workbench.run import Closed, Run, RunEvent, Sent
from workbench.wire.events import MessageDelta, MessageStop, StreamEvent, TextDelta
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

pytestmark = pytest.mark.anyio

DONE: list[StreamEvent] = [
    TextDelta(0, "hello"),
    MessageDelta({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}}),
    MessageStop({"type": "message_stop"}),
]
Play = Callable[[str], AsyncIterator[Head | StreamEvent]]


class Stage:
    """A client whose answers are a play; counts how many are in flight."""

    def __init__(self, play: Play) -> None:
        self.play, self.now, self.most, self.left = play, 0, 0, 0
        self.gate = Gate()

    @asynccontextmanager
    async def stream(
        self, request: MessagesRequest
    ) -> AsyncIterator[AsyncIterator[Head | StreamEvent]]:
        """Play the answer to this request."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            yield self.play(request.model)
        finally:
            self.now -= 1
            self.left += 1


def requests(*names: str) -> dict[str, MessagesRequest]:
    """One request for each name, which is its model too."""
    return {name: MessagesRequest.of({"model": name}) for name in names}


async def answered(name: str) -> AsyncIterator[Head | StreamEvent]:
    """A whole answer, with a turn of the loop between its events."""
    yield Head(200, {})
    for event in DONE:
        await asyncio.sleep(0)
        yield event


async def never(name: str) -> AsyncIterator[Head | StreamEvent]:
    """Some words, then silence."""
    yield TextDelta(0, "half")
    await asyncio.Event().wait()


async def folded(
    stage: Stage, wanted: dict[str, MessagesRequest], at_once: int = 4
) -> dict[str, Run]:
    """The runs as they ended."""
    runs = {run_id: Run(run_id) for run_id in wanted}
    async with round_of(wanted, stage, at_once=at_once) as live:
        async for event in live:
            runs[event.run_id] = runs[event.run_id].after(event)
    return runs


async def test_every_run_is_sent_and_ends_once() -> None:
    """Ten runs, ten complete; never more in flight than allowed."""
    stage = Stage(answered)

    runs = await folded(stage, requests(*"abcdefghij"), at_once=3)

    assert {run.end_state for run in runs.values()} == {"complete"}
    assert {run.text for run in runs.values()} == {"hello"}
    assert stage.most == 3


class Made(dict[str, MessagesRequest]):
    """Requests that note when they are asked for."""

    def __init__(self, *names: str) -> None:
        super().__init__(requests(*names))
        self.asked: list[str] = []

    def __getitem__(self, run_id: str) -> MessagesRequest:
        self.asked.append(run_id)
        return super().__getitem__(run_id)


async def test_a_request_is_asked_for_when_its_turn_comes() -> None:
    """Those of a plan are made then: all of a round of very many would not fit into memory."""
    wanted = Made("a", "b", "c")
    async with round_of(wanted, Stage(answered), at_once=1) as live:
        asked_by_then = [len(wanted.asked) async for event in live if isinstance(event.what, Sent)]

    assert asked_by_then == [1, 2, 3]


async def test_one_refusal_leaves_the_other_runs_alone() -> None:
    """A 400 ends its own run with a problem; its neighbours reach end_turn."""

    async def play(name: str) -> AsyncIterator[Head | StreamEvent]:
        if name == "bad":
            raise InvalidRequest("400: no", hint="change it", status=400, type="invalid")
        async for event in answered(name):
            yield event

    runs = await folded(Stage(play), requests("good", "bad", "fine"))

    assert [runs[n].end_state for n in ("good", "bad", "fine")] == [
        "complete",
        "failed",
        "complete",
    ]
    problem = runs["bad"].problem
    assert problem is not None
    assert (problem.problem, problem.hint, problem.status) == ("400: no", "change it", 400)


async def test_cancelling_one_run_keeps_its_words_and_the_others_going() -> None:
    """The cancelled run is aborted with what had arrived; its neighbour completes."""

    async def play(name: str) -> AsyncIterator[Head | StreamEvent]:
        async for event in never(name) if name == "long" else answered(name):
            yield event

    wanted = requests("long", "short")
    runs = {run_id: Run(run_id) for run_id in wanted}
    async with round_of(wanted, Stage(play)) as live:
        async for event in live:
            runs[event.run_id] = runs[event.run_id].after(event)
            if event.run_id == "long" and isinstance(event.what, TextDelta):
                live.cancel("long")

    assert (runs["long"].end_state, runs["long"].text) == ("aborted", "half")
    assert runs["short"].end_state == "complete"


async def test_cancelling_all_ends_the_waiting_ones_too() -> None:
    """Those that never left are aborted as well, without having been sent."""
    wanted = requests("a", "b", "c")
    seen: list[RunEvent] = []
    async with round_of(wanted, Stage(never), at_once=1) as live:
        async for event in live:
            seen.append(event)
            if isinstance(event.what, TextDelta):
                live.cancel()

    assert sorted(e.run_id for e in seen if isinstance(e.what, Closed)) == ["a", "b", "c"]
    assert [e.run_id for e in seen if isinstance(e.what, Sent)] == ["a"]


async def test_leaving_the_block_cancels_what_is_in_flight() -> None:
    """Connections are closed, the tap hears how each ended, no task is left behind."""
    stage, heard = Stage(never), list[RunEvent]()
    before = asyncio.all_tasks()

    async def stumble() -> None:
        async with round_of(requests("a", "b"), stage, tap=heard.append) as live:
            async for _ in live:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumble()
    assert stage.now == 0
    assert asyncio.all_tasks() == before
    assert {e.run_id: e.what for e in heard if isinstance(e.what, Closed)} == {
        "a": Closed("aborted"),
        "b": Closed("aborted"),
    }


async def test_the_tap_hears_each_event_before_any_face() -> None:
    """What a face reads has been journalled already, in the same order."""
    heard: list[RunEvent] = []
    async with round_of(requests("a", "b"), Stage(answered), tap=heard.append) as live:
        shown = [event async for event in live]

    assert shown == heard


async def test_a_busy_provider_is_tried_again_before_anything_was_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The discarded try is kept with its request id; the second one answers."""
    monkeypatch.setattr(engine, "wait_before_retry", lambda error, attempt: 0.0)
    tries: list[str] = []

    async def play(name: str) -> AsyncIterator[Head | StreamEvent]:
        tries.append(name)
        if len(tries) == 1:
            raise Overloaded("529", status=529, request_id="req_lost")
        async for event in answered(name):
            yield event

    runs = await folded(Stage(play), requests("a"))

    assert (runs["a"].end_state, runs["a"].attempts) == ("complete", 2)
    assert [problem.request_id for problem in runs["a"].discarded] == ["req_lost"]


async def test_nothing_is_sent_again_once_words_were_shown() -> None:
    """Trap 2: a stream that breaks after its first delta is kept as it is."""

    async def play(name: str) -> AsyncIterator[Head | StreamEvent]:
        yield TextDelta(0, "half")
        raise BrokenStream("cut")

    stage = Stage(play)
    runs = await folded(stage, requests("a"))

    assert (runs["a"].end_state, runs["a"].text, runs["a"].attempts) == ("broken", "half", 1)
    assert stage.left == 1


async def test_a_bug_surfaces() -> None:
    """What is no refusal of a provider is not swallowed."""

    async def play(name: str) -> AsyncIterator[Head | StreamEvent]:
        yield TextDelta(0, "x")
        raise KeyError(name)

    with pytest.raises(KeyError):
        await folded(Stage(play), requests("a"))
