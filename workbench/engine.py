"""The engine: a round, many requests at once, as one stream of events.

What happened is stamped and handed to the tap (the journal) the moment it happens; the stream
that a face reads waits for nobody and is waited for by nobody.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from workbench.api.retry import wait_before_retry
from workbench.errors import ApiError, BrokenStream, Stalled
from workbench.run import Closed, Closing, Discarded, Happening, RunEvent, RunProblem, Sent
from workbench.wire.events import Ping, StreamEvent
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

AT_ONCE = 4


class Streams(Protocol):
    """What the engine asks of a client: one request in, its events out."""

    def stream(
        self, request: MessagesRequest
    ) -> AbstractAsyncContextManager[AsyncIterator[Head | StreamEvent]]:
        """Send `request`; see `api.client.Client.stream`."""
        ...


class LiveRound:
    """A round on its way: iterate over its events; cancel one of its runs, or all."""

    def __init__(
        self,
        requests: Mapping[str, MessagesRequest],
        client: Streams,
        tap: Callable[[RunEvent], None],
    ) -> None:
        self._requests = requests
        self._client = client
        self._tap = tap
        self._events: asyncio.Queue[RunEvent | None] = asyncio.Queue()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._began = time.monotonic()
        self._closed: set[str] = set()

    async def __aiter__(self) -> AsyncIterator[RunEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    def cancel(self, run_id: str | None = None) -> None:
        """Cancel this run, or every run. What had arrived is kept; the others go on."""
        for name, task in self._tasks.items():
            if run_id in (None, name):
                task.cancel()

    def _happened(self, run_id: str, what: Happening) -> None:
        if isinstance(what, Closed):
            if run_id in self._closed:
                return
            self._closed.add(run_id)
        # Whole milliseconds, so that a session file gives back exactly what was seen live.
        event = RunEvent(run_id, round(time.monotonic() - self._began, 3), what)
        self._tap(event)
        self._events.put_nowait(event)

    async def _run_all(self, at_once: int) -> None:
        gate = asyncio.Semaphore(at_once)
        for run_id, request in self._requests.items():
            task = asyncio.create_task(self._one(run_id, request, gate), name=f"run {run_id}")
            self._tasks[run_id] = task
        if not self._tasks:
            return
        try:
            await asyncio.wait(self._tasks.values())
        finally:
            self.cancel()
            # One more turn of the loop for each to say how it ended.
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            for run_id in self._requests:
                # A task cancelled before its first step never got to say so itself.
                self._happened(run_id, Closed("aborted"))
        for task in self._tasks.values():
            if not task.cancelled():
                task.result()  # a bug surfaces here

    async def _one(self, run_id: str, request: MessagesRequest, gate: asyncio.Semaphore) -> None:
        try:
            async with gate:
                for attempt in itertools.count(1):
                    if await self._try(run_id, request, attempt):
                        return
        except asyncio.CancelledError:
            self._happened(run_id, Closed("aborted"))
            raise

    async def _try(self, run_id: str, request: MessagesRequest, attempt: int) -> bool:
        """Send once; True when the run is over, False when it shall be sent again."""
        shown = False
        self._happened(run_id, Sent(attempt))
        try:
            async with self._client.stream(request) as stream:
                async for what in stream:
                    shown = shown or not isinstance(what, Head | Ping)
                    self._happened(run_id, what)
            self._happened(run_id, Closed("eof"))
        except ApiError as error:
            problem = _problem_of(error)
            wait_s = None if shown else wait_before_retry(error, attempt)
            if wait_s is None:
                self._happened(run_id, Closed(_how(error), problem))
                return True
            self._happened(run_id, Discarded(problem, wait_s))
            await asyncio.sleep(wait_s)
            return False
        return True


@asynccontextmanager
async def round_of(
    requests: Mapping[str, MessagesRequest],
    client: Streams,
    *,
    at_once: int = AT_ONCE,
    tap: Callable[[RunEvent], None] = lambda _: None,
) -> AsyncIterator[LiveRound]:
    """Send `requests` (run id to request), at most `at_once` at a time.

    Leaving the block, for whatever reason, cancels what is still in flight (PEP 789) and closes
    its connections. A provider's refusal is an event of its run; the other runs go on. Every run
    ends in exactly one `Closed`.

    Args:
        requests: What to send.
        client: Where to send it.
        at_once: How many runs may be in flight together.
        tap: Called with every event the moment it happens, before any face sees it.
    """
    live = LiveRound(requests, client, tap)
    feeder = asyncio.create_task(live._run_all(at_once), name="round")
    feeder.add_done_callback(lambda _: live._events.put_nowait(None))
    try:
        yield live
    finally:
        feeder.cancel()
        await asyncio.wait([feeder])
        if not feeder.cancelled():
            feeder.result()


def _how(error: ApiError) -> Closing:
    match error:
        case Stalled():
            return "stalled"
        case BrokenStream():
            return "broken"
    return "failed"


def _problem_of(error: ApiError) -> RunProblem:
    return RunProblem(
        error.type or "api_error", error.problem, error.hint, error.status, error.request_id
    )
