"""A saved round as it is played: how its runs stood after any number of its events. Pure.

The events themselves are never made. Deltas that came one after the other are folded at once, and
from the nearest of a few states kept on the way: any moment of a long round is there in no time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from workbench.run import Run
from workbench.sessions.saved import SavedRound, Story, folded
from workbench.sessions.stretch import Single, Stretch

_APART, _MOST_KEPT = 32, 32
"""How many pieces lie between two states kept of a run, at least; how many are kept, at most."""


class Reel:
    """The events of a round by their number in time order.

    Args:
        saved: The round.
    """

    def __init__(self, saved: SavedRound) -> None:
        stories = [saved.story.get(run.run_id, ()) for run in saved.runs]
        count = max(1, len(stories))
        # One number an event: sorted by moment, and it says whose the event is.
        keys = [
            moment * count + number
            for number, story in enumerate(stories)
            for piece in story
            for moment in piece.instants()
        ]
        keys.sort()
        self.times = array("d", [(key // count >> 32) / 1000 for key in keys])
        """When each event happened, in seconds after the round began."""
        self.ids = [run.run_id for run in saved.runs]
        """The ids of the runs, by their numbers."""
        self._tracks = [_Track(run, story) for run, story in zip(saved.runs, stories, strict=True)]
        self._whose = array("I", [key % count for key in keys])
        self._places = [array("I") for _ in stories]  # of each run's events among all
        for place, whose in enumerate(self._whose):
            self._places[whose].append(place)

    def __len__(self) -> int:
        return len(self.times)

    def after(self, played: int) -> tuple[Run, ...]:
        """The runs as they stood after so many events."""
        return tuple(self.run(number, played) for number in range(len(self._tracks)))

    def at(self, at_s: float) -> tuple[Run, ...]:
        """The runs as they stood so many seconds after the round began."""
        return self.after(bisect_right(self.times, at_s))

    def whose(self, before: int, played: int) -> list[int]:
        """The numbers of the runs to which something happened between two places."""
        return sorted(set(self._whose[min(before, played) : max(before, played)]))

    def count(self, number: int) -> int:
        """How many events one run has, by its number."""
        return len(self._places[number])

    def stands(self, number: int, most: int) -> Iterator[Run]:
        """How one run, by its number, stood on its way, evenly over its events, and at its end."""
        track, total = self._tracks[number], len(self._places[number])
        for part in range(1, most + 1):
            yield track.after(total * part // most)

    def run(self, number: int, played: int) -> Run:
        """One run, by its number, as it stood after so many events of the round."""
        return self._tracks[number].after(bisect_left(self._places[number], played))


class _Track:
    """One run, by the number of its own events."""

    def __init__(self, run: Run, story: Story) -> None:
        self._pieces = story
        self._ends = [*accumulate(map(_size, story))]
        self._apart = max(_APART, -(-len(story) // _MOST_KEPT))
        self._kept = [run]
        for begin in range(0, len(story), self._apart):
            run = folded(run, story[begin : begin + self._apart])
            self._kept.append(run)
        self._last = 0, self._kept[0]  # asked for last: playing goes on from there

    def after(self, events: int) -> Run:
        """The run after so many of its events."""
        kept = bisect_right(self._ends, events) // self._apart
        begin, run = self._ended(kept * self._apart), self._kept[kept]
        if begin <= self._last[0] <= events:
            begin, run = self._last
        self._last = events, folded(run, self._between(begin, events))
        return self._last[1]

    def _ended(self, pieces: int) -> int:
        """How many events are in so many pieces."""
        return self._ends[pieces - 1] if pieces else 0

    def _between(self, begin: int, end: int) -> Sequence[Stretch | Single]:
        """The pieces, cut to size, that hold the events from one number to another."""
        first, last = bisect_right(self._ends, begin), bisect_left(self._ends, end)
        pieces = list(self._pieces[first : last + 1]) if begin < end else []
        if pieces and end < self._ends[last]:
            pieces[-1] = _part(pieces[-1], 0, end - self._ended(last))
        if pieces and begin > self._ended(first):
            pieces[0] = _part(pieces[0], begin - self._ended(first), None)
        return pieces


def _size(piece: Stretch | Single) -> int:
    """How many events a piece is."""
    return len(piece.pace[0]) if isinstance(piece, Stretch) else 1


def _part(piece: Stretch | Single, first: int, last: int | None) -> Stretch | Single:
    """Some deltas of a stretch, to be folded."""
    if isinstance(piece, Single):
        return piece
    lengths, waits_ms, ties = piece.pace
    begin = sum(lengths[:first])
    return Stretch(
        piece.run_id,
        piece.kind,
        piece.index,
        piece.at_ms + sum(waits_ms[:first]),
        piece.text[begin : begin + sum(lengths[first:last])],
        (lengths[first:last], waits_ms[first:last], ties[first:last]),
    )
