"""Replay: the same events, in the same order, when they are due."""

from __future__ import annotations

import asyncio
import math

import pytest

from tests.sessions.helpers import interleaved, story
from workbench.errors import SettingsError
from workbench.run import RunEvent, Sent
from workbench.sessions.replay import read_moment, replay

pytestmark = pytest.mark.anyio


class Clock:
    """A clock that only sleeping moves; it wakes `late_s` too late."""

    def __init__(self, late_s: float = 0.0) -> None:
        self.now_s = 1000.0
        self.late_s = late_s
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now_s += seconds + (self.late_s if seconds else 0.0)


EVENTS = interleaved(story("a"), story("b", began_ms=25))


async def replayed(clock: Clock, speed: float, busy_s: float = 0.0) -> list[tuple[float, RunEvent]]:
    """Each event with the moment at which it came; the receiver takes `busy_s` for each."""
    came = []
    async for event in replay(EVENTS, speed=speed, clock=clock, sleep=clock.sleep):
        came.append((clock.now_s - 1000.0, event))
        clock.now_s += busy_s
    return came


@pytest.mark.parametrize("speed", [0.25, 1.0, 10.0])
async def test_each_event_comes_when_it_is_due(speed: float) -> None:
    """All events come, in order, at their own moment divided by the speed."""
    came = await replayed(Clock(), speed)

    assert [event for _, event in came] == EVENTS
    assert [moment for moment, _ in came] == pytest.approx([e.at_s / speed for e in EVENTS])


async def test_lateness_does_not_add_up() -> None:
    """However late each sleep ends, no event is later than one such lateness."""
    came = await replayed(Clock(late_s=0.004), 1.0)

    assert max(moment - event.at_s for moment, event in came) <= 0.004 + 1e-9


async def test_a_slow_receiver_gets_what_is_overdue_at_once() -> None:
    """No sleep is added where the receiver is behind, but others still have their turn."""
    clock = Clock()
    came = await replayed(clock, 1.0, busy_s=0.02)

    assert [event for _, event in came] == EVENTS
    assert set(clock.naps) == {0}


@pytest.mark.parametrize("speed", [0, math.inf])
async def test_without_pace_nothing_waits(speed: float) -> None:
    """At speed 0 or infinity all comes at once, and others have their turn every 10 ms."""
    idle, busy = Clock(), Clock()

    assert [event for _, event in await replayed(idle, speed)] == EVENTS
    assert idle.naps == []
    await replayed(busy, speed, busy_s=0.002)
    assert set(busy.naps) == {0}
    assert len(busy.naps) >= len(EVENTS) // 6


async def test_others_run_while_a_replay_has_no_pauses() -> None:
    """A task beside a replay that never waits is not starved."""
    turns = 0
    clock = Clock()

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    async for _ in replay([RunEvent("a", 0.0, Sent())] * 100, speed=0, clock=clock):
        clock.now_s += 0.001
    task.cancel()

    assert turns >= 9


@pytest.mark.parametrize("speed", [-1.0, math.nan])
async def test_an_impossible_speed_is_refused(speed: float) -> None:
    """Backwards or nowhere is a mistake of the caller."""
    with pytest.raises(ValueError, match="speed"):
        await anext(replay(EVENTS, speed=speed))


async def test_what_lies_before_the_beginning_comes_at_once() -> None:
    """From a moment on, each event comes when it is due; nothing before that waits."""
    clock = Clock()
    events = replay(EVENTS, speed=2.0, from_s=0.05, clock=clock, sleep=clock.sleep)
    came = [(clock.now_s - 1000.0, event) async for event in events]

    assert [event for _, event in came] == EVENTS
    due = [max(0.0, event.at_s - 0.05) / 2 for event in EVENTS]
    assert [moment for moment, _ in came] == pytest.approx(due)


@pytest.mark.parametrize(
    ("words", "at_s"), [("12.5", 12.5), ("1:02.5", 62.5), ("1:00:00", 3600), (" 7. ", 7)]
)
def test_moments_are_read_as_people_write_them(words: str, at_s: float) -> None:
    """Seconds, minutes and seconds, or hours as well."""
    assert read_moment(words) == at_s


@pytest.mark.parametrize("words", ["", "soon", "-1", "1:", "nan", "1e3", "١"])
def test_what_is_no_moment_is_refused(words: str) -> None:
    """In one line, with how to write one."""
    with pytest.raises(SettingsError, match="no moment"):
        read_moment(words)
