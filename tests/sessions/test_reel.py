"""A reel shows the runs after any number of events as folding those events one by one does."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sessions.helpers import (
    folded,
    interleaved,
    only_round,
    planned,
    rounds_of_events,
    saved,
    story,
)
from workbench.run import Run, RunEvent
from workbench.sessions import reel as room
from workbench.sessions.reel import Reel
from workbench.sessions.saved import SavedRound


@settings(max_examples=100, deadline=None)
@given(rounds_of_events(), st.lists(st.integers(0, 60), max_size=8), st.integers(1, 4))
def test_after_any_number_of_events_the_runs_are_as_if_folded(
    drawn: tuple[list[str], list[RunEvent]], places: list[int], apart: int
) -> None:
    """Forward, back and forward again, however far apart states are kept."""
    run_ids, events = drawn
    with tempfile.TemporaryDirectory() as folder:
        one = only_round(saved(Path(folder), events, *run_ids))
        told = list(one.events)
    kept, room._APART = room._APART, apart
    try:
        reel = Reel(one)
    finally:
        room._APART = kept
    before = 0
    for place in (*places, len(told), 0):
        place = min(place, len(told))
        after, was = folded(one.runs, told[:place]), folded(one.runs, told[:before])
        assert reel.after(place) == after
        span = told[min(before, place) : max(before, place)]
        changed = {reel.ids[number] for number in reel.whose(before, place)}
        assert changed == {event.run_id for event in span}
        assert [one for one in was if one.run_id not in changed] == [
            one for one in after if one.run_id not in changed
        ]
        before = place
    assert list(reel.times) == [event.at_s for event in told]
    assert reel.after(len(reel)) == one.finished()


def test_a_run_is_shown_on_its_way_evenly_and_at_its_end(tmp_path: Path) -> None:
    """As often as asked for, each time further, the last time as it ended."""
    one = only_round(saved(tmp_path, interleaved(story("a"), story("b")), "a", "b"))
    stands = list(Reel(one).stands(1, 4))

    assert len(stands) == 4
    assert [run.deltas for run in stands] == sorted(run.deltas for run in stands)
    assert stands[-1] == one.finished()[1]
    assert 0 < stands[1].deltas < stands[-1].deltas


def test_what_had_happened_by_a_moment(tmp_path: Path) -> None:
    """An event of that very moment has happened; a run without events stands as planned."""
    events = interleaved(story("a"), story("b", began_ms=25))
    one = only_round(saved(tmp_path, events, "a", "b"))
    runs = (*one.runs, Run("never"))
    a, b, never = Reel(SavedRound(one.info, runs, {}, dict(one.story))).at(0.05)

    assert (a.text, a.state) == ("Hello th", "streaming")
    assert (b.text, b.state) == ("", "sent")
    assert never == runs[2]


def test_a_round_where_nothing_happened_has_a_reel(tmp_path: Path) -> None:
    """It is as long as nothing."""
    runs = tuple(run for run, _ in planned("a"))
    reel = Reel(SavedRound(only_round(saved(tmp_path, [], "a")).info, runs, {}, {}))

    assert (len(reel), reel.after(0), reel.whose(0, 0)) == (0, runs, [])
