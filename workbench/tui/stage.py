"""What the panes show: the runs of a round, live or replayed, as events come in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workbench.run import Run, RunEvent


@dataclass(frozen=True, slots=True)
class Stage:
    """The runs of one round as they stand. Events of other rounds change nothing."""

    runs: Mapping[str, Run] = field(default_factory=dict)

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Stage:
        """A round about to begin."""
        return cls({run.run_id: run for run in runs})

    def after(self, events: Sequence[RunEvent]) -> Stage:
        """The round once these events have happened."""
        runs = dict(self.runs)
        for event in events:
            if (run := runs.get(event.run_id)) is not None:
                runs[event.run_id] = run.after(event)
        return replace(self, runs=runs)

    @property
    def over(self) -> bool:
        """Whether every run has ended."""
        return all(run.end_state is not None for run in self.runs.values())
