"""One clock for all panes: events are folded at once, panes are painted at most 20 times a second.

It stands still when nothing is in flight, and it lets a frame out only when the terminal has
taken the last one: over a slow line, frames would queue up and every key would wait behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, dropwhile
from typing import Any

from textual.app import App
from textual.timer import Timer

from workbench.run import Run
from workbench.tui.pane import RunPane
from workbench.tui.pressed import Pressed

HERTZ = 20
_SPIN = 3  # frames a turn of the spinner
_TOGETHER = 4  # panes painted at a time, where they take turns


class PaintClock:
    """Shows runs in their panes, the newest state of each, at a steady pace.

    Args:
        app: Whose panes they are.
        hertz: How often a pane is painted, at most, in a second.
        ready: Whether a frame may be let out; where None, when the terminal has taken the last.
        pressed: Whether a key waits for its paint, which comes first.
        turns: Where more than 1, panes take turns, four at a time: none holds anything else up
            for long. So many turns are as long as a frame; where more are needed, each pane
            is painted less often.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        hertz: float = HERTZ,
        ready: Callable[[], bool] | None = None,
        pressed: Pressed | None = None,
        turns: int = 1,
    ) -> None:
        self._app = app
        self._hertz, self._turns = hertz, turns
        self._turn_of: dict[RunPane, int] = {}
        self._ready = ready or (lambda: terminal_keeps_up(app))
        self._pressed = pressed or Pressed()
        self._due: dict[RunPane, Callable[[], Run]] = {}
        self._in_flight: set[RunPane] = set()
        self._timer: Timer | None = None
        self._ticks = 0
        self._stopped = False
        self.still = False
        """Set while a replay is paused: nothing turns, and nothing is painted but what is due."""

    @property
    def hertz(self) -> float:
        """How often a pane is painted, at most, in a second."""
        return self._hertz

    @hertz.setter
    def hertz(self, hertz: float) -> None:
        self._hertz = hertz
        if self._timer is not None:
            self._timer.stop()
            self._timer = self._started()

    def _started(self) -> Timer:
        every_s = 1 / (self._hertz * self._turns)
        return self._app.set_interval(every_s, self.tick, name="paint")

    @property
    def running(self) -> bool:
        """Whether something is due or in flight."""
        return bool(self._due or self._in_flight)

    def show(self, pane: RunPane, run: Run) -> None:
        """Have `pane` show `run` at the next tick; an earlier one still due is left out."""
        self.ask(pane, lambda: run)

    def ask(self, pane: RunPane, state: Callable[[], Run]) -> None:
        """Have `pane` show at its next turn what its run is then, worked out no sooner."""
        self._due[pane] = state
        self._go_on()

    def show_now(self, pane: RunPane, run: Run) -> None:
        """Have `pane` show `run` at once, in place of what is due."""
        self._due.pop(pane, None)
        self._paint(pane, run)
        self._go_on()

    def _paint(self, pane: RunPane, run: Run) -> None:
        (self._in_flight.discard if run.end_state else self._in_flight.add)(pane)
        pane.show(run, self._frame)

    @property
    def _frame(self) -> int:
        return self._ticks // (_SPIN * self._turns)

    def _is_its_turn(self, pane: RunPane) -> bool:
        number = self._turn_of.setdefault(pane, len(self._turn_of))
        if self._turns == 1:
            return True
        cycle = max(self._turns, -(-len(self._turn_of) // _TOGETHER))
        return self._ticks % cycle == number // _TOGETHER % cycle

    def _go_on(self) -> None:
        if self._stopped:
            return
        if self._timer is None:
            self._timer = self._started()
        else:
            self._timer.resume()

    def forget(self) -> None:
        """Leave out what is due: the panes are about to show something else."""
        self._due.clear()
        self._in_flight.clear()
        self._turn_of.clear()

    def stop(self) -> None:
        """Paint nothing any more: the panes are gone, while the app, whose timer it is, goes on."""
        self.forget()
        self._stopped = True
        if self._timer is not None:
            self._timer.stop()

    def tick(self) -> None:
        """Paint what is due; stop when there is nothing to wait for."""
        if not self._ready() or self._pressed.goes_first() or self._covered():
            return
        self._ticks += 1
        due = [pane for pane in self._due if self._is_its_turn(pane)]
        for pane in due:
            self._paint(pane, self._due.pop(pane)())
        self._in_flight = {pane for pane in self._in_flight if pane.is_attached}
        turning = set[RunPane]() if self.still else self._in_flight
        for pane in turning.difference(due):
            if pane.run is not None and self._is_its_turn(pane):
                pane.show(pane.run, self._frame)
        if not turning and not self._due and self._timer is not None:
            self._timer.pause()

    def _covered(self) -> bool:
        """Whether another screen hides the panes: what is due keeps until they are seen again."""
        pane = next(chain(self._due, self._in_flight), None)
        if pane is None or not pane.is_attached:
            return False
        seen = dropwhile(lambda screen: screen.is_modal, reversed(self._app.screen_stack))
        return next(seen, pane.screen) is not pane.screen


def terminal_keeps_up(app: App[Any]) -> bool:
    """Whether all that was painted has been taken by the terminal.

    Textual has no public way to ask; where its driver is built otherwise, it counts as kept up.
    """
    writer = getattr(app._driver, "_writer_thread", None)
    queue = getattr(writer, "_queue", None)
    return queue is None or bool(queue.empty())
