"""Replay: saved events once more, at the pace at which they came. Needs no network and no key."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from workbench.errors import SettingsError
from workbench.run import RunEvent

_MOMENT = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?)", re.ASCII)
_SLICE_S = 0.01
"""How long others may have to wait while events come without a pause."""


async def replay(
    events: Iterable[RunEvent],
    *,
    speed: float = 1.0,
    from_s: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[RunEvent]:
    """Yield saved events when they are due, at the pace at which they came.

    A receiver that is late gets what is overdue at once: lateness does not add up.

    Args:
        events: In time order.
        speed: 2 is twice as fast; 0 or infinity is as fast as it can.
        from_s: The moment of the round to begin at; what happened before comes at once.
        clock: Seconds, monotonic.
        sleep: Waits for so many seconds; of 0, lets others have their turn.
    """
    if math.isnan(speed) or speed < 0:
        raise ValueError(f"a replay cannot go at speed {speed}")
    pace = 0.0 if speed == 0 else 1 / speed
    began = rested = clock()
    for event in events:
        now = clock()
        wait_s = began + (event.at_s - from_s) * pace - now
        if wait_s > 0:
            await sleep(wait_s)
            rested = clock()
        elif now - rested >= _SLICE_S:
            await sleep(0)
            rested = clock()
        yield event


def read_moment(words: str) -> float:
    """A moment of a round as people write it, in seconds: `12.5`, `1:02.5`, `1:00:00`.

    Raises:
        SettingsError: It is none.
    """
    found = _MOMENT.fullmatch(words.strip())
    if found is None:
        hint = "Write seconds, or minutes:seconds: 12.5 or 1:02.5"
        raise SettingsError(f"{words!r} is no moment of a round", hint=hint)
    hours, minutes, seconds = found.groups("0")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
