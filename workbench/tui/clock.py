"""One clock for all panes: events are folded at once, panes are painted at most 20 times a second.

It stands still when nothing is in flight, and it lets a frame out only when the terminal has
taken the last one: over a slow line, frames would queue up and every key would wait behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.timer import Timer

from workbench.run import Run
from workbench.tui.pane import RunPane

HERTZ = 20
_SPIN = 3  # ticks a turn of the spinner


class PaintClock:
    """Shows runs in their panes, the newest state of each, at a steady pace."""

    def __init__(
        self,
        app: App[Any],
        *,
        hertz: float = HERTZ,
        ready: Callable[[], bool] | None = None,
    ) -> None:
        self._app = app
        self._hertz = hertz
        self._ready = ready or (lambda: terminal_keeps_up(app))
        self._due: dict[RunPane, Run] = {}
        self._in_flight: set[RunPane] = set()
        self._timer: Timer | None = None
        self._ticks = 0
        self.still = False
        """Set while a replay is paused: nothing turns, and nothing is painted but what is due."""

    @property
    def hertz(self) -> float:
        """How often it ticks, at most, in a second."""
        return self._hertz

    @hertz.setter
    def hertz(self, hertz: float) -> None:
        self._hertz = hertz
        if self._timer is not None:
            self._timer.stop()
            self._timer = self._app.set_interval(1 / hertz, self.tick, name="paint")

    @property
    def running(self) -> bool:
        """Whether something is due or in flight."""
        return bool(self._due or self._in_flight)

    def show(self, pane: RunPane, run: Run) -> None:
        """Have `pane` show `run` at the next tick; an earlier one still due is left out."""
        self._due[pane] = run
        self._go_on()

    def show_now(self, pane: RunPane, run: Run) -> None:
        """Have `pane` show `run` at once, in place of what is due."""
        self._due.pop(pane, None)
        self._paint(pane, run)
        self._go_on()

    def _paint(self, pane: RunPane, run: Run) -> None:
        (self._in_flight.discard if run.end_state else self._in_flight.add)(pane)
        pane.show(run, self._ticks // _SPIN)

    def _go_on(self) -> None:
        if self._timer is None:
            self._timer = self._app.set_interval(1 / self._hertz, self.tick, name="paint")
        else:
            self._timer.resume()

    def forget(self) -> None:
        """Leave out what is due: the panes are about to show something else."""
        self._due.clear()
        self._in_flight.clear()

    def tick(self) -> None:
        """Paint what is due; stop when there is nothing to wait for."""
        if not self._ready():
            return
        self._ticks += 1
        frame = self._ticks // _SPIN
        due, self._due = self._due, {}
        for pane, run in due.items():
            self._paint(pane, run)
        self._in_flight = {pane for pane in self._in_flight if pane.is_attached}
        turning = set[RunPane]() if self.still else self._in_flight
        for pane in turning - due.keys():
            if pane.run is not None:
                pane.show(pane.run, frame)
        if not turning and self._timer is not None:
            self._timer.pause()


def terminal_keeps_up(app: App[Any]) -> bool:
    """Whether all that was painted has been taken by the terminal.

    Textual has no public way to ask; where its driver is built otherwise, it counts as kept up.
    """
    writer = getattr(app._driver, "_writer_thread", None)
    queue = getattr(writer, "_queue", None)
    return queue is None or bool(queue.empty())
