"""One event loop in a thread of its own, on which everything asked for from Python goes on.

A script has no loop, and a notebook's stands still while a cell computes: rounds wait for neither.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@cache
def loop() -> asyncio.AbstractEventLoop:
    """The loop; started when it is first asked for. It ends with the process."""
    it = asyncio.new_event_loop()
    threading.Thread(target=it.run_forever, name="workbench", daemon=True).start()
    return it


def begun(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Work that goes on from now on, wherever this is called."""
    return asyncio.run_coroutine_threadsafe(work, loop())


async def in_a_thread(act: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """Do it in a thread; in a process that is ending, which has none to give any more, here."""
    if threading.main_thread().is_alive():
        return await asyncio.to_thread(act, *args, **more)
    return act(*args, **more)
