"""The rounds of one sitting: at most one under way, each saved before it is shown, all paid for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workbench.costs import Cost, shown, total
from workbench.tui.acts import key_of
from workbench.tui.bench_screen import BenchScreen
from workbench.workbench.bench import Workbench
from workbench.workbench.headroom import shown as shown_headroom
from workbench.workbench.outcome import cost_of

if TYPE_CHECKING:
    from workbench.run import Run
    from workbench.tui.app import WorkbenchApp
    from workbench.workbench.bench import LiveRound  # brings httpx
    from workbench.workbench.plan import Plan

_TALLY_EVERY_S = 0.2


class Rounds:
    """Sends plans, shows their runs, and keeps what they cost.

    A round goes on where the user opens another prompt meanwhile; it is saved all the same.

    Args:
        app: Says what has to be said.
        bench: Where rounds are sent, and saved.
        front: The screen to show them on.
    """

    def __init__(self, app: WorkbenchApp, bench: Workbench, front: BenchScreen) -> None:
        self._app, self._bench, self._front = app, bench, front
        self._spent: list[Cost] = []
        self._runs: dict[str, Run] = {}  # of the round under way
        self._live: LiveRound | None = None
        self._cancelled: list[str | None] = []  # before anything was sent

    async def send(self, plan: Plan) -> None:
        """Send a plan, and stay until its last run has ended.

        Raises:
            WorkbenchError: It could not be sent at all.
        """
        front = self._front
        self._runs = {run.run_id: run for run in plan.runs}
        self._cancelled.clear()
        front.begin_round(plan.runs)
        tallying = self._app.set_interval(_TALLY_EVERY_S, self.tally, name="tally")
        try:
            async with self._bench.round(plan) as live:
                self._live = live
                async for event in live:
                    if self._cancelled:
                        self._cancel_early(live)
                    run = self._runs[event.run_id].after(event)
                    self._runs[event.run_id] = run
                    front.show_run(run)
        finally:
            self._live = None
            tallying.stop()
            self._spent.append(_cost(self._runs.values()))
            self._runs = {}
            front.end_round()
            self.tally()
        self._say_how(plan)

    def cancel(self, run_id: str | None = None) -> None:
        """Cancel this run of the round under way, or every run."""
        if self._live is None:
            self._cancelled.append(run_id)
        else:
            self._live.cancel(run_id)

    def _cancel_early(self, live: LiveRound) -> None:
        """Do what was asked for while there was nothing to cancel yet."""
        for run_id in self._cancelled:
            live.cancel(run_id)
        self._cancelled.clear()

    def tally(self) -> None:
        """How each run on the screen stands, what the sitting has cost, what may still be sent."""
        self._front.label_variants()
        profile = self._bench.endpoint.profile
        parts = ("" if profile.simulated else profile.name, shown_headroom(self._bench.headroom))
        self._front.header.where = "   ".join(part for part in parts if part)
        spent = total([*self._spent, _cost(self._runs.values())])
        self._front.header.money = f"session {shown(spent)}"

    def _say_how(self, plan: Plan) -> None:
        """Say what the screen does not show: a round of another prompt, a session not written."""
        if not self._front.shows_round:
            words = f"The round of {plan.name} is over: {key_of('sessions')} shows it."
            self._app.notify(words, markup=False)
        journal = self._bench.journal
        if journal is not None and journal.problem:
            self._app.notify(journal.problem, severity="error", timeout=30, markup=False)


def _cost(runs: Iterable[Run]) -> Cost:
    """What runs have cost; one that has not been answered has cost nothing."""
    return total(cost_of(run) for run in runs if run.usage.known)
