"""Looks at the prompt: one at a time, the newest last, given up when it is no longer wanted."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from workbench.tui.insight import GivenUp, Insight, Wanted
from workbench.tui.looker import Looker

pytestmark = pytest.mark.anyio


class Text:
    """A text that is looked at in steps, each of which waits to be let go on."""

    def __init__(self) -> None:
        self.text = ""
        self.step = threading.Semaphore(0)
        self.seen: list[str] = []
        self.begun: list[str] = []
        self.looking = self.most = 0

    def look(self) -> Callable[[Wanted], Insight]:
        text = self.text

        def take(wanted: Wanted) -> Insight:
            self.begun.append(text)
            self.looking += 1
            self.most = max(self.most, self.looking)
            try:
                for _ in range(2):
                    assert self.step.acquire(timeout=30)
                    if not wanted():
                        raise GivenUp
            finally:
                self.looking -= 1
            return Insight(outlook=text)

        return take

    def show(self, insight: Insight) -> None:
        self.seen.append(insight.outlook)


@asynccontextmanager
async def staged() -> AsyncIterator[tuple[Looker, Text]]:
    text = Text()
    tasks: list[asyncio.Task[None]] = []
    looker = Looker(text.look, text.show, lambda work: tasks.append(asyncio.create_task(work())))
    yield looker, text
    text.step.release(100)
    await asyncio.gather(*tasks)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_what_is_typed_in_one_go_is_looked_at_once() -> None:
    """After the pause, as it then stands."""
    async with staged() as (looker, text):
        text.step.release(2)
        for text.text in ("a", "ab", "abc"):
            looker.ask()
        await until(lambda: bool(text.seen))

        assert (text.begun, text.seen) == (["abc"], ["abc"])


async def test_typing_gives_a_look_up_between_two_steps() -> None:
    """What it would have seen is not shown; the new text is looked at alone."""
    async with staged() as (looker, text):
        text.text = "old"
        looker.ask(at_once=True)
        await until(lambda: text.begun == ["old"])
        text.text = "new"
        looker.ask(at_once=True)
        text.step.release(3)
        await until(lambda: bool(text.seen))

        assert (text.begun, text.seen, text.most) == (["old", "new"], ["new"], 1)


async def test_what_was_typed_during_the_last_step_is_looked_at_too() -> None:
    """An insight that came too late is not shown."""
    async with staged() as (looker, text):
        text.text = "old"
        looker.ask(at_once=True)
        await until(lambda: text.begun == ["old"])
        text.step.release(2)
        text.text = "new"
        looker.ask(at_once=True)  # before the loop hears of the old one's end
        text.step.release(2)
        await until(lambda: "new" in text.seen)

        assert text.seen == ["new"]


async def test_a_round_does_not_wait_for_a_look_nor_gives_way_to_typing() -> None:
    """It has what there is when it is asked for; what was being looked at comes after it."""
    async with staged() as (looker, text):
        text.text = "typed"
        looker.ask(at_once=True)
        await until(lambda: text.begun == ["typed"])
        run = asyncio.create_task(looker.now())
        await asyncio.sleep(0)
        text.step.release(1)  # the step at which it gives way
        await until(lambda: text.begun == ["typed", "typed"])
        text.text = "later"
        looker.ask(at_once=True)
        text.step.release(2)
        insight = await run
        assert insight is not None
        assert insight.outlook == "typed"
        text.step.release(2)
        await until(lambda: text.seen == ["later"])

        assert text.most == 1


async def test_turns_are_short_only_while_it_looks() -> None:
    """Python's own setting is back, also after a look that was given up."""
    usual = sys.getswitchinterval()
    async with staged() as (looker, text):
        looker.ask(at_once=True)
        await until(lambda: len(text.begun) == 1)
        assert sys.getswitchinterval() < usual
        looker.ask(at_once=True)
        text.step.release(3)
        await until(lambda: bool(text.seen))

        assert sys.getswitchinterval() == usual


async def test_with_nothing_to_look_at_nothing_is_shown() -> None:
    """No prompt is open."""
    shown: list[Insight] = []
    tasks: list[asyncio.Task[None]] = []
    looker = Looker(lambda: None, shown.append, lambda w: tasks.append(asyncio.create_task(w())))
    looker.ask(at_once=True)
    await asyncio.gather(*tasks)

    assert await looker.now() is None
    assert shown == []
