"""The timers of one answer: for its next byte, its next event, and its whole life.

Pings are bytes and no progress: a server that does nothing else is given up after a while, and one
that is silent sooner (traps 16 to 19).
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from workbench.api.patience import Patience


class Watch:
    """Ends its block with a TimeoutError when an answer takes too long; `why` then says in what.

    The deadlines move with every piece of the answer, so it keeps moments and one timer, which
    looks at them when it fires: half a microsecond a piece.
    """

    def __init__(self, patience: Patience, request_bytes: int) -> None:
        self.why = ""
        self._patience = patience
        self._head_s = patience.head_s(request_bytes)
        self._begun = False
        self._scope = asyncio.timeout(None)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._began_at = self._byte_at = self._progress_at = self._loop.time()

    async def __aenter__(self) -> Self:
        await self._scope.__aenter__()
        self._look()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._scope.__aexit__(kind, error, at)

    def begun(self) -> None:
        """The answer's head has come."""
        self._begun = True
        self._byte_at = self._progress_at = self._loop.time()
        self._look()  # other deadlines hold from here on

    def heard(self, progress: bool) -> None:
        """A piece of the answer has come; `progress` where there was more in it than a ping."""
        self._byte_at = self._loop.time()
        if progress:
            self._progress_at = self._byte_at

    def _look(self) -> None:
        """End the block if a deadline has passed, else look again when the next one may have."""
        if self._timer is not None:
            self._timer.cancel()
        patience = self._patience
        idle_s = patience.bytes_idle_s if self._begun else self._head_s
        deadlines = [
            (self._byte_at + idle_s, f"nothing came for {idle_s:.3g} s"),
            (self._began_at + patience.lifetime_s, f"not done after {patience.lifetime_s:.5g} s"),
        ]
        if self._begun:
            idle_s = patience.progress_idle_s
            deadlines.append((self._progress_at + idle_s, f"nothing but pings for {idle_s:.3g} s"))
        due, why = min(deadlines)
        if due <= self._loop.time():
            self.why = why
            self._scope.reschedule(self._loop.time())
        else:
            self._timer = self._loop.call_at(due, self._look)
