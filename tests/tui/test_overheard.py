"""Nothing that goes wrong beside what is raised goes unheard."""

from __future__ import annotations

import asyncio
import logging
from threading import Thread

import pytest

from tests.tui.overheard import overheard

pytestmark = pytest.mark.anyio


async def test_what_goes_wrong_out_of_sight_is_heard() -> None:
    """A callback, a thread, a log, a task nobody asked, a coroutine nobody awaited."""

    def fails(where: str) -> None:
        raise ValueError(where)

    async def task() -> None:
        fails("in a task")

    with overheard() as heard:
        asyncio.get_running_loop().call_soon(fails, "in a callback")
        thread = Thread(target=fails, args=("in a thread of its own",))
        thread.start()
        thread.join()
        logging.getLogger("asyncio").error("in a log")
        alone = asyncio.ensure_future(task())
        await asyncio.wait([alone])
        del alone
        task()  # type: ignore[unused-coroutine]
    told = "\n".join(heard)

    for where in ("a callback", "a thread of its own", "a log", "a task", "was never awaited"):
        assert where in told
