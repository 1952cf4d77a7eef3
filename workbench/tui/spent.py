"""What this sitting has cost, and the day: its other sessions in the same folder included."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from workbench.costs import Cost, total_known
from workbench.tui import heap
from workbench.workbench.bench import Workbench
from workbench.workbench.outcome import cost_of
from workbench.workbench.saved import stem_of

if TYPE_CHECKING:
    from workbench.run import Run


class Spent:
    """Adds up what runs cost, as far as that is known.

    The day's other sessions are looked up now and then, in a thread.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._over: list[tuple[datetime, bool, Cost]] = []  # rounds: when, made up or not, for what
        self._ended: dict[str, Cost] = {}  # of the round under way
        self._known: dict[str, Cost] | None = None  # the day's sessions, as they were looked up
        self._ours: dict[str, Cost] = {}  # those of this sitting: what they had cost before

    @property
    def rounds(self) -> int:
        """How many rounds of this sitting are over."""
        return len(self._over)

    def of(self, runs: Iterable[Run]) -> Cost:
        """What the runs of the round under way have cost; unanswered ones have cost nothing."""
        return total_known(self._of(run) for run in runs if run.usage.known)

    def _of(self, run: Run) -> Cost:
        if run.end_state is None:
            return cost_of(run)
        # Of one that was cut its text is counted: not five times a second.
        if run.run_id not in self._ended:
            self._ended[run.run_id] = cost_of(run)
        return self._ended[run.run_id]

    def take_up(self) -> None:
        """What is sent into the session that is open is added up here, not looked up."""
        if (journal := self._bench.journal) is not None and journal.path is not None:
            stem = stem_of(journal.path)
            self._ours.setdefault(stem, (self._known or {}).get(stem, Cost(Decimal(0))))

    def round_over(self, runs: Iterable[Run]) -> None:
        """The round under way is over."""
        self._over.append((_now(), self._bench.simulated, self.of(runs)))
        self._ended.clear()

    def session(self, now: Cost) -> Cost:
        """What this sitting has cost, with the round under way; what is made up, apart."""
        return total_known((*self._since(None), now))

    def day(self, now: Cost) -> Cost | None:
        """What the day has cost; None until its sessions have been looked up."""
        if self._known is None:
            return None
        others = (self._ours.get(stem, cost) for stem, cost in self._known.items())
        return total_known((*others, *self._since(_midnight()), now))

    def _since(self, moment: datetime | None) -> Iterator[Cost]:
        """What rounds of this sitting have cost: made up, or not, as those sent now are."""
        for when, simulated, cost in self._over:
            if simulated == self._bench.simulated and (moment is None or when >= moment):
                yield cost

    def moved(self) -> None:
        """Rounds go to another provider now: what was looked up may be of another kind."""
        self._known = None

    async def look_up(self) -> None:
        """Look up what the day's sessions have cost."""
        from workbench.workbench.spent import spent_since

        self.take_up()  # it may have been saved elsewhere since its last round began
        simulated, ours = self._bench.simulated, frozenset(self._ours)
        self._known = await asyncio.to_thread(
            spent_since, self._bench.sessions, _midnight(), simulated=simulated, but=ours
        )
        await asyncio.to_thread(heap.give_back)


def _now() -> datetime:
    return datetime.now().astimezone()


def _midnight() -> datetime:
    return _now().replace(hour=0, minute=0, second=0, microsecond=0)
