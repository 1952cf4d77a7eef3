"""When the next request to an endpoint may go.

One gate stands before each endpoint, for all runs of all rounds, so that a provider is not asked
for what it has said it would refuse, and a refusal of one run makes the others wait instead of
being refused in their turn. First come, first served.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from workbench.api.headroom import Headroom
from workbench.wire.head import Head

_FIRST_WINDOW = 16
_WIDEST_WINDOW = 128
_WIDEN_AFTER_S = 30.0


class Passage:
    """One request on its way. Tell it once the answer has begun."""

    def __init__(self, gate: Gate) -> None:
        self._gate: Gate | None = gate

    def answered(self, head: Head) -> None:
        """The answer has begun, or is a refusal: this is its head."""
        if self._gate is not None:
            self._gate._answered(head)
            self._gate = None

    def _lost(self) -> None:
        if self._gate is not None:
            self._gate._unanswered -= 1
            self._gate = None


class Gate:
    """When the next request to one endpoint may go.

    It keeps to the headroom that the last answer told of; counts the requests whose answers have
    not begun against it; and, since nothing is told before the first answer, lets only
    `_FIRST_WINDOW` of them out at first, one more with every answer, one at a time after a rate
    limit was hit. What it waits for is an estimate: refusals remain possible, and are waited out.
    """

    def __init__(self) -> None:
        self.headroom = Headroom()
        self._unanswered = 0
        self._open = 0
        self._window = _FIRST_WINDOW
        self._most_open: int | None = None
        self._narrowed_at_s = -math.inf
        self._paused_until_s = -math.inf
        self._opens_at_s = -math.inf
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def shut_s(self) -> float:
        """For how many seconds more, by estimate, nobody is let through; 0 where nobody waits."""
        return max(0.0, self._opens_at_s - time.monotonic())

    async def wait(self, input_tokens: Callable[[], Awaitable[int]] | None = None) -> None:
        """Wait for one's turn; go at once, without waiting for anything else, when it comes.

        Args:
            input_tokens: What the request brings, by estimate; asked only where it matters.
        """
        async with self._turn:
            tokens = 0
            if input_tokens is not None and self.headroom.tight(time.monotonic()):
                tokens = await input_tokens()
            try:
                while (wait_s := self._wait_s(tokens)) > 0:
                    await self._change(wait_s if math.isfinite(wait_s) else None)
            finally:
                self._opens_at_s = -math.inf

    @contextmanager
    def passage(self) -> Iterator[Passage]:
        """A request is on its way, and then its answer comes in, until the block is left."""
        self._unanswered += 1
        self._open += 1
        passage = Passage(self)
        try:
            yield passage
        finally:
            passage._lost()
            self._open -= 1
            self._changed.set()

    def pause(self, seconds: float) -> None:
        """A rate limit was hit: nobody goes for so long, then one at a time until one gets in."""
        self._paused_until_s = max(self._paused_until_s, time.monotonic() + seconds)
        self._window = 1
        self._changed.set()

    def narrow(self) -> None:
        """One that is over was refused because too many were open: let so many be no longer."""
        now_s = time.monotonic()
        self._most_open = max(1, min(self._open, self._allowed_open(now_s) - 1))
        self._narrowed_at_s = now_s

    def _allowed_open(self, now_s: float) -> int:
        """How many may be open; one more is tried after a while, others may have left."""
        if self._most_open is None:
            return _WIDEST_WINDOW
        return self._most_open + int((now_s - self._narrowed_at_s) / _WIDEN_AFTER_S)

    async def _change(self, within_s: float | None) -> None:
        """Wait for something to change, for so long at the most."""
        self._opens_at_s = time.monotonic() + (within_s or 0.0)
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._changed.wait()

    def _wait_s(self, tokens: int) -> float:
        """Seconds until the next may go; infinite where only an answer can tell."""
        now_s = time.monotonic()
        if self._paused_until_s > now_s:
            return self._paused_until_s - now_s
        if self._unanswered >= self._window or self._open >= self._allowed_open(now_s):
            return math.inf
        ahead = self._unanswered + 1
        wait_s = self.headroom.wait_s(now_s, requests=ahead, input_tokens=tokens * ahead)
        # Where nothing tells when there will be room, and no answer is due, trying is how to know.
        return wait_s if math.isfinite(wait_s) or self._unanswered else 0.0

    def _answered(self, head: Head) -> None:
        self._unanswered -= 1
        self.headroom = self.headroom.after(head, time.monotonic())
        if head.status < 400:
            self._window = min(_WIDEST_WINDOW, self._window + 1)
        self._changed.set()
