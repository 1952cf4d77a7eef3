"""Only what is wanted now is answered."""

from __future__ import annotations

import asyncio
import threading

import pytest

from workbench.tui.latest import Latest

pytestmark = pytest.mark.anyio


async def test_of_the_questions_that_wait_only_the_newest_is_answered() -> None:
    """And an answer that comes too late is not shown."""
    asked: list[str] = []
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    shown: list[tuple[str, str]] = []
    go, done = threading.Event(), asyncio.Event()

    def answer(question: str) -> str:
        asked.append(question)
        loop.call_soon_threadsafe(begun.set)
        go.wait()
        return question.upper()

    def show(question: str, told: str) -> None:
        shown.append((question, told))
        done.set()

    latest = Latest(answer, show)
    working = asyncio.create_task(latest.work())
    latest.ask("a")
    await begun.wait()
    latest.ask("ab")
    latest.ask("abc")
    go.set()
    await done.wait()
    working.cancel()

    assert asked == ["a", "abc"]
    assert shown == [("abc", "ABC")]
