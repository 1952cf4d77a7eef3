"""Replay: saved events once more, at the pace at which they came. Needs no network and no key."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

from workbench.run import Run, RunEvent

_SLICE_S = 0.01
"""How long others may have to wait while events come without a pause."""


async def replay(
    events: Iterable[RunEvent],
    *,
    speed: float = 1.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[RunEvent]:
    """Yield saved events when they are due, counted from the beginning of their round.

    A receiver that is late gets what is overdue at once: lateness does not add up.

    Args:
        events: In time order.
        speed: 2 is twice as fast; 0 or infinity is as fast as it can.
        clock: Seconds, monotonic.
        sleep: Waits for so many seconds; of 0, lets others have their turn.
    """
    if math.isnan(speed) or speed < 0:
        raise ValueError(f"a replay cannot go at speed {speed}")
    pace = 0.0 if speed == 0 else 1 / speed
    began = rested = clock()
    for event in events:
        now = clock()
        wait_s = began + event.at_s * pace - now
        if wait_s > 0:
            await sleep(wait_s)
            rested = clock()
        elif now - rested >= _SLICE_S:
            await sleep(0)
            rested = clock()
        yield event


def until(events: Iterable[RunEvent], at_s: float, runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs as they stood `at_s` seconds after their round began.

    Args:
        events: In time order.
        at_s: An event of that very moment has happened.
        runs: As planned, before any event; in the order wanted back.
    """
    stand = {run.run_id: run for run in runs}
    for event in events:
        if event.at_s > at_s:
            break
        if event.run_id in stand:
            stand[event.run_id] = stand[event.run_id].after(event)
    return tuple(stand[run.run_id] for run in runs)
