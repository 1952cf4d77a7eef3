"""A round under way, as Python code has it: await it, iterate over its events, cancel it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Mapping, Sequence
from concurrent.futures import wait
from typing import Any, Generic, Self, TypeVar

from workbench.run import Run, RunEvent
from workbench.sessions.replay import replay
from workbench.telling.cells import as_html, summed_up
from workbench.workbench.background import begun, loop
from workbench.workbench.outcome import cost_of
from workbench.workbench.round import Round

R = TypeVar("R")


class Going(Generic[R]):
    """Runs that are being sent, or replayed. They go on by themselves, watched or not.

    `await` it, or call `wait()`, for what it comes to; `async for event in` it gives every
    `RunEvent` from the first one on, to as many as iterate. `runs` is how it stands now.

    Args:
        planned: Its runs before any event.
        work: What feeds it, given itself, and returns what it comes to.
    """

    def __init__(
        self, planned: Sequence[Run], work: Callable[[Self], Coroutine[Any, Any, R]]
    ) -> None:
        self._planned = planned
        self._runs = {run.run_id: run for run in planned}
        self._events: list[RunEvent] = []
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []
        self._cancel: Callable[[str | None], None] | None = None
        self._cancelled = False
        self._future = begun(work(self))
        self._future.add_done_callback(lambda _: self._wake())

    @property
    def runs(self) -> Sequence[Run]:
        """Its runs, as they stand at this moment."""
        return tuple(self._runs.values())

    @property
    def cancelled(self) -> bool:
        """Whether all of it has been cancelled."""
        return self._cancelled

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self._future.done()

    def cancel(self, run_id: str | None = None) -> None:
        """Cancel this run, or all. What has arrived is kept, and the round ends in order."""
        if run_id is None:
            self._cancelled = True
        loop().call_soon_threadsafe(self._do_cancel, run_id)

    def settled(self, within_s: float) -> bool:
        """Block until it is over, but no longer than so many seconds; whether it is."""
        return bool(wait([self._future], within_s).done)

    def wait(self) -> R:
        """Block until it is over; what it has come to.

        A KeyboardInterrupt meanwhile cancels it, waits for it to end in order, and goes on.

        Raises:
            WorkbenchError: It could not be begun.
        """
        try:
            return self._future.result()
        except KeyboardInterrupt:
            self.cancel()
            self._future.result()
            raise

    def __await__(self) -> Generator[Any, None, R]:
        return self._ended().__await__()

    async def __aiter__(self) -> AsyncIterator[RunEvent]:
        """Every event, from the first; ends with the round.

        Raises:
            WorkbenchError: It could not be begun.
        """
        here, news = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            here.call_soon_threadsafe(news.set)

        with self._lock:
            self._wakers.append(wake)
        try:
            given = 0
            while True:
                over = self._future.done()
                while given < len(self._events):
                    given += 1
                    yield self._events[given - 1]
                if over:
                    break
                await news.wait()
                news.clear()
        finally:
            with self._lock:
                self._wakers.remove(wake)
        self._future.result()

    def began(self, planned: Mapping[str, Run], cancel: Callable[[str | None], None]) -> None:
        """It is on its way with these runs, and may be cancelled so. Called on our loop."""
        self._planned = tuple(planned.values())
        self._runs = dict(planned)
        self._cancel = cancel
        if self._cancelled:
            cancel(None)

    def happened(self, event: RunEvent) -> Run | None:
        """Take an event in; its run as it stands now. Called on our loop."""
        run = self._runs.get(event.run_id)
        if run is None:
            return None
        self._runs[event.run_id] = run = run.after(event)
        self._events.append(event)
        self._wake()
        return run

    def __repr__(self) -> str:
        stands = "over" if self.done else "under way"
        told = summed_up(self.runs, cost_of)
        return f"<{stands}: {told}; await it, or call wait(), for what it comes to>"

    async def _ended(self) -> R:
        try:
            return await asyncio.shield(asyncio.wrap_future(self._future))
        except asyncio.CancelledError:
            self.cancel()  # whoever waited was interrupted; what arrived is saved all the same
            raise

    def _do_cancel(self, run_id: str | None) -> None:
        if self._cancel is not None:
            self._cancel(run_id)

    def _wake(self) -> None:
        with self._lock:
            for wake in self._wakers:
                wake()


class Underway(Going[Round]):
    """A round that is being sent, or replayed; it comes to a `Round`."""

    def again(self, *, speed: float = 1.0) -> Underway:
        """What has happened so far, as it happened, once more. Nothing is sent."""
        planned, events = self._planned, tuple(self._events)

        async def work(going: Underway) -> Round:
            stopped = asyncio.Event()
            going.began({run.run_id: run for run in planned}, lambda _: stopped.set())
            async for event in replay(events, speed=speed):
                if stopped.is_set():
                    break
                going.happened(event)
            return self._future.result()

        return Underway(planned, work)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Where the live panes of `%load_ext workbench` are not: how its runs stand."""
        return {"text/plain": repr(self), "text/html": as_html(self.runs, cost_of)}
