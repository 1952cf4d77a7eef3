"""What this sitting has cost, and the day: its other sessions in the same folder included."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from workbench.costs import Cost, total
from workbench.tui import heap
from workbench.workbench.bench import Workbench
from workbench.workbench.outcome import cost_of

if TYPE_CHECKING:
    from workbench.run import Run


class Spent:
    """Adds up what runs cost. The day's other sessions are looked up now and then, in a thread."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._over: list[tuple[datetime, Cost]] = []  # rounds of this sitting: when each was over
        self._ended: dict[str, Cost] = {}  # of the round under way
        self._others: Cost | None = None

    @property
    def rounds(self) -> int:
        """How many rounds of this sitting are over."""
        return len(self._over)

    def of(self, runs: Iterable[Run]) -> Cost:
        """What the runs of the round under way have cost; unanswered ones have cost nothing."""
        return total(self._of(run) for run in runs if run.usage.known)

    def _of(self, run: Run) -> Cost:
        if run.end_state is None:
            return cost_of(run)
        # Of one that was cut its text is counted: not five times a second.
        if run.run_id not in self._ended:
            self._ended[run.run_id] = cost_of(run)
        return self._ended[run.run_id]

    def round_over(self, runs: Iterable[Run]) -> None:
        """The round under way is over."""
        self._over.append((_now(), self.of(runs)))
        self._ended.clear()

    def session(self, now: Cost) -> Cost:
        """What this sitting has cost, with the round under way."""
        return total((*(cost for _, cost in self._over), now))

    def day(self, now: Cost) -> Cost | None:
        """What the day has cost; None until the other sessions have been looked up."""
        if self._others is None:
            return None
        today = (cost for when, cost in self._over if when >= _midnight())
        return total((self._others, *today, now))

    async def look_up(self) -> None:
        """Look up what the day's other sessions have cost."""
        from workbench.workbench.spent import spent_since

        journal, simulated = self._bench.journal, self._bench.simulated
        own = journal.path if journal is not None else None
        self._others = await asyncio.to_thread(
            spent_since, self._bench.sessions, _midnight(), simulated=simulated, but=own
        )
        await asyncio.to_thread(heap.give_back)


def _now() -> datetime:
    return datetime.now().astimezone()


def _midnight() -> datetime:
    return _now().replace(hour=0, minute=0, second=0, microsecond=0)
