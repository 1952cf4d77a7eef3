"""A round as it was saved: what was planned, what was sent, and all that happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import groupby
from typing import Any

from workbench.run import Run, RunEvent
from workbench.sessions.later import Later
from workbench.sessions.round import RoundInfo
from workbench.sessions.stretch import Single, Stretch, after_stretches
from workbench.wire.request import MessagesRequest

Story = Sequence[Stretch | Single]
"""What happened to one run, in order."""


@dataclass(frozen=True, slots=True)
class SavedRound:
    """One round as it was saved. A run whose end was not saved ends as cut.

    What is read from a file is read when it is looked at: requests and stories run by run.

    Args:
        info: What the round is.
        runs: Its runs as planned, before any event.
        requests: Run id -> the request as it was sent; a run whose request is damaged has none.
        story: Run id -> what happened to it, in order.
        unknown: The lines that say what we do not know, as they stand in the file.
        values: Run id -> what filled the variables of that run alone.
    """

    info: RoundInfo
    runs: tuple[Run, ...]
    requests: Mapping[str, MessagesRequest]
    story: Mapping[str, Story] = field(repr=False)
    unknown: Sequence[Mapping[str, Any]] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def events(self) -> Sequence[RunEvent]:
        """All that happened, in time order. Made afresh each time: a long round has many."""
        return Later(self._events)

    def finished(self) -> tuple[Run, ...]:
        """The runs as they ended: `events` folded, only faster."""
        return tuple(folded(run, self.story.get(run.run_id, ())) for run in self.runs)

    def only(self, wanted: Collection[str]) -> SavedRound:
        """The round with only the runs of these ids."""
        runs = tuple(run for run in self.runs if run.run_id in wanted)
        if len(runs) == len(self.runs):
            return self
        ids = [run.run_id for run in runs]
        return replace(
            self,
            runs=runs,
            requests={each: self.requests[each] for each in ids if each in self.requests},
            story={each: self.story[each] for each in ids if each in self.story},
            values={each: self.values[each] for each in ids if each in self.values},
            unknown=(),  # nobody knows whose these are
        )

    def _events(self) -> Iterator[RunEvent]:
        each = (self._moments(place, run.run_id) for place, run in enumerate(self.runs))
        return (event for _, _, event in merge(*each))

    def _moments(self, place: int, run_id: str) -> Iterator[tuple[int, int, RunEvent]]:
        for piece in self.story.get(run_id, ()):
            for moment, event in piece.moments():
                yield moment, place, event


def folded(run: Run, story: Story) -> Run:
    """The run once all of this has happened: as folding every event, only faster."""
    for block, pieces in groupby(story, key=_block):
        if block is None:
            for single in pieces:
                for _, event in single.moments():
                    run = run.after(event)
        else:
            run = after_stretches(run, [each for each in pieces if isinstance(each, Stretch)])
    return run


def _block(piece: Stretch | Single) -> tuple[str, int] | None:
    """What the deltas of a stretch add to; None for a single event."""
    return (piece.kind.field, piece.index) if isinstance(piece, Stretch) else None
