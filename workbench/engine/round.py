"""A round: many requests at once as one stream of events."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from workbench.api.gate import Gate
from workbench.api.retry import RetryBudget, too_many_at_once, wait_before_retry, waits_its_turn
from workbench.engine.guard import Guard
from workbench.errors import ApiError, BrokenStream, NoAnswer, RateLimited, Stalled
from workbench.run import Closed, Closing, Discarded, Happening, RunEvent, RunProblem, Sent
from workbench.tokens import estimate
from workbench.wire.events import Ping, StreamEvent
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

AT_ONCE = 4


class Streams(Protocol):
    """What the engine asks of a client: one request in, its events out, in its turn."""

    @property
    def gate(self) -> Gate:
        """When the next request may go, for all rounds that are sent through this client."""
        ...

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
        guard: Guard | None,
    ) -> None:
        self._requests = requests
        self._client = client
        self._tap = tap
        self._guard = guard
        self._budget = RetryBudget(len(requests))
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
            if self._guard is not None:
                self._guard.closed(run_id)
        # Whole milliseconds, so that a session file gives back exactly what was seen live.
        event = RunEvent(run_id, round(time.monotonic() - self._began, 3), what)
        self._tap(event)
        self._events.put_nowait(event)

    def _aborted(self, run_id: str) -> None:
        """The run was cancelled: by the user, or because the round has cost what it may."""
        self._happened(run_id, Closed("aborted", self._guard.over if self._guard else None))

    async def _run_all(self, at_once: int) -> None:
        slots = asyncio.Semaphore(at_once)
        for run_id in self._requests:
            task = asyncio.create_task(self._one(run_id, slots), name=f"run {run_id}")
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
                self._aborted(run_id)
        for task in self._tasks.values():
            if not task.cancelled():
                task.result()  # a bug surfaces here

    async def _one(self, run_id: str, slots: asyncio.Semaphore) -> None:
        failures: Counter[bool] = Counter()
        try:
            async with slots:
                request = self._requests[run_id]  # made only now: very many would not fit
                for attempt in itertools.count(1):
                    if (dear := await self._admitted(run_id, request)) is not None:
                        self._happened(run_id, Closed("aborted", dear))
                        return
                    self._happened(run_id, Sent(attempt))
                    wait_s = await self._try(run_id, request, failures)
                    if wait_s is None:
                        return
                    await asyncio.sleep(wait_s)
        except asyncio.CancelledError:
            self._aborted(run_id)
            raise

    async def _admitted(self, run_id: str, request: MessagesRequest) -> RunProblem | None:
        """Wait until the money and the provider's limits allow it; a problem if they never do."""
        if self._guard is not None and (dear := await self._guard.admit(run_id)) is not None:
            return dear
        try:
            await self._client.gate.wait(lambda: asyncio.to_thread(_input_tokens, request))
        except asyncio.CancelledError:
            if self._guard is not None:
                self._guard.forget(run_id)
            raise
        return None

    async def _try(
        self, run_id: str, request: MessagesRequest, failures: Counter[bool]
    ) -> float | None:
        """Send once; None when the run is over, else how long to wait before the next try."""
        begun = False
        try:
            async with self._client.stream(request) as stream:
                async for what in stream:
                    begun = begun or not isinstance(what, Head | Ping)
                    self._happened(run_id, what)
                    if self._guard is None:
                        continue
                    if (dear := self._guard.after(run_id, what)) is not None:
                        self._stopped(run_id, dear, begun=begun)
                        return None
            self._happened(run_id, Closed("eof"))
        except ApiError as error:
            return self._failed(run_id, error, failures, begun=begun)
        return None

    def _stopped(self, run_id: str, dear: RunProblem, *, begun: bool) -> None:
        """Stop a run for its cost; where it was the round's, then all of the others too."""
        if self._guard is not None and not begun:
            self._guard.forget(run_id)
        self._happened(run_id, Closed("aborted", dear))
        if self._guard is not None and self._guard.over is not None:
            current = self._tasks.get(run_id)
            for task in self._tasks.values():
                if task is not current:
                    task.cancel()

    def _failed(
        self, run_id: str, error: ApiError, failures: Counter[bool], *, begun: bool
    ) -> float | None:
        """The run ends in this error (None), or is sent again after so many seconds."""
        if self._guard is not None and not begun:
            self._guard.forget(run_id)
        problem, wait_s = _problem_of(error), None
        if not begun:
            its_turn = waits_its_turn(error)
            failures[its_turn] += 1
            wait_s = wait_before_retry(error, failures[its_turn])
        if wait_s is None or not self._budget.allows(error):
            self._happened(run_id, Closed(_how(error), problem))
            return None
        self._happened(run_id, Discarded(problem, wait_s))
        if too_many_at_once(error):
            self._client.gate.narrow()
        elif isinstance(error, RateLimited):
            self._client.gate.pause(wait_s)
            return 0.0  # waited for at the gate, by this run as by all others
        return wait_s


@asynccontextmanager
async def round_of(
    requests: Mapping[str, MessagesRequest],
    client: Streams,
    *,
    at_once: int = AT_ONCE,
    tap: Callable[[RunEvent], None] = lambda _: None,
    guard: Guard | None = None,
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
        guard: Stops what would cost too much; knows every run of `requests`.
    """
    live = LiveRound(requests, client, tap, guard)
    feeder = asyncio.create_task(live._run_all(at_once), name="round")
    feeder.add_done_callback(lambda _: live._events.put_nowait(None))
    try:
        yield live
    finally:
        feeder.cancel()
        await asyncio.wait([feeder])
        if not feeder.cancelled():
            feeder.result()


def _input_tokens(request: MessagesRequest) -> int:
    return estimate(request, None).tokens


def _how(error: ApiError) -> Closing:
    match error:
        case Stalled():
            return "stalled"
        case BrokenStream():
            return "broken"
        case NoAnswer():
            return "eof"
    return "failed"


def _problem_of(error: ApiError) -> RunProblem:
    return RunProblem(
        error.type or "api_error", error.problem, error.hint, error.status, error.request_id
    )
