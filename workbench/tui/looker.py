"""Looks at the prompt while it is typed: one look at a time, the newest last, never in the way.

A look at a large prompt takes a third of a second of CPU in a thread, and a thread that computes
makes every key wait for its turn. So a look begins once typing has paused, for longer where looks
take longer; it is given up between two of its steps when something else was typed meanwhile; and
while it computes, turns are short.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from workbench.tui.insight import GivenUp, Insight, Wanted
from workbench.tui.turns import short_turns
from workbench.tui.work import Work

_PAUSE_S = 0.15
_LONGEST_PAUSE_S = 1.0


class Looker:
    """Runs the looks of one screen.

    Args:
        look: Gives what takes a look, in a thread, at things as they stand; None where there is
            nothing to look at.
        show: Is given what was seen, unless it is no longer what there is to be seen.
        start: Has work done in the background.
    """

    def __init__(
        self,
        look: Callable[[], Callable[[Wanted], Insight] | None],
        show: Callable[[Insight], None],
        start: Callable[[Work], object],
    ) -> None:
        self._take, self._show, self._start = look, show, start
        self._asked = 0
        self._due_s = 0.0
        self._sooner = asyncio.Event()
        self._looks = False
        self._urgent = 0
        self._given_up = 0
        self._one_at_a_time = asyncio.Lock()
        self._took_s = 0.0

    def ask(self, *, at_once: bool = False) -> None:
        """What there is to be seen is not what it was: look, once typing pauses, and show it."""
        self._asked += 1
        pause_s = 0.0 if at_once else min(max(_PAUSE_S, self._took_s), _LONGEST_PAUSE_S)
        self._due_s = time.monotonic() + pause_s
        if at_once:
            self._sooner.set()
        if not self._looks:
            self._looks = True
            self._start(self._looking)

    def give_up(self) -> None:
        """End the look that goes on, for what it looks at is not wanted any more."""
        self._given_up += 1

    async def now(self) -> Insight | None:
        """Look now, whatever is typed meanwhile; None where there is nothing to look at.

        Raises:
            GivenUp: `give_up` was called meanwhile.
        """
        self._urgent += 1
        try:
            async with self._one_at_a_time:
                return await self._seen(lambda: True)
        finally:
            self._urgent -= 1

    async def _looking(self) -> None:
        """Look until what was seen is what there is to be seen."""
        seen = 0
        try:
            while seen != self._asked:
                await self._pause()
                seen = self._asked
                insight = await self._look(lambda at=seen: at == self._asked)  # type: ignore[misc]
                if insight is not None and seen == self._asked:
                    self._show(insight)
        finally:
            self._looks = False

    async def _pause(self) -> None:
        while (left_s := self._due_s - time.monotonic()) > 0:
            self._sooner.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self._sooner.wait()

    async def _look(self, still: Wanted) -> Insight | None:
        """Look as often as somebody in a hurry gets in the way."""
        while True:
            async with self._one_at_a_time:
                if not still():
                    return None
                with suppress(GivenUp):
                    return await self._seen(lambda: still() and not self._urgent)

    async def _seen(self, wanted: Wanted) -> Insight | None:
        take, at = self._take(), self._given_up
        if take is None:
            return None
        return await asyncio.to_thread(self._timed, take, lambda: wanted() and at == self._given_up)

    def _timed(self, take: Callable[[Wanted], Insight], wanted: Wanted) -> Insight:
        began = time.thread_time()
        with short_turns():
            insight = take(wanted)
        self._took_s = time.thread_time() - began
        return insight
