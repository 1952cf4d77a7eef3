"""What is written is what is read back, to the character and the millisecond."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sessions.helpers import (
    INFO,
    folded,
    interleaved,
    journal_in,
    odd_text,
    only_round,
    planned,
    rounds_of_events,
    saved,
    story,
)
from workbench.run import Closed, Run, RunEvent
from workbench.sessions.session import CUT, read_session
from workbench.wire.events import TextDelta
from workbench.wire.request import MessagesRequest


@settings(max_examples=150, deadline=None)
@given(rounds_of_events(), st.sets(st.integers(0, 40), max_size=3))
def test_every_event_comes_back_as_it_was(
    drawn: tuple[list[str], list[RunEvent]], flushes: set[int]
) -> None:
    """Any events of any runs, flushed at any moment, are read back equal and in order."""
    run_ids, events = drawn
    with tempfile.TemporaryDirectory() as folder, journal_in(Path(folder)) as journal:
        journal.begin_round(INFO, planned(*run_ids))
        for number, event in enumerate(events):
            journal.write(event)
            if number in flushes:
                journal.flush()
        journal.close()
        assert journal.problem is None
        assert journal.path is not None
        session = read_session(journal.path)

    (one,) = session.rounds
    ended = {event.run_id for event in events if isinstance(event.what, Closed)}
    last_s = max((event.at_s for event in events), default=0.0)
    cut = [
        RunEvent(run_id, last_s, Closed("aborted", CUT))
        for run_id in run_ids
        if run_id not in ended
    ]
    assert list(one.events) == [*events, *cut]
    assert one.finished() == folded(one.runs, one.events)
    assert one.unknown == session.unknown == ()
    assert len(session.notes) == bool(cut)


@given(
    st.builds(lambda text, more: {"text": text, "more": more}, odd_text, st.floats(0, 1))
    | st.just({"model": "m", "max_tokens": 9, "messages": []}),
    st.sampled_from(["compact", "blanks", "ascii"]),
)
@example({"twins": 1}, "twice")
@settings(max_examples=50, deadline=None)
def test_a_request_is_restored_to_the_byte(body: dict[str, object], style: str) -> None:
    """The text that was sent comes back as it was, however it was written."""
    text = {
        "compact": json.dumps(body, separators=(",", ":"), ensure_ascii=False),
        "blanks": json.dumps(body, indent=1),
        "ascii": json.dumps(body, separators=(",", ":")),
        "twice": '{"a":1,"a":2,"b":1e2}',
    }[style]
    with tempfile.TemporaryDirectory() as folder, journal_in(Path(folder)) as journal:
        journal.begin_round(INFO, [(Run("a"), MessagesRequest(text))])
        journal.close()
        assert journal.path is not None
        assert only_round(journal.path).requests["a"].to_json() == text


@pytest.mark.parametrize("text", ['{"model":"m"}', '{ "model": "m" }'])
def test_the_api_version_of_a_request_comes_back(tmp_path: Path, text: str) -> None:
    """With its body, however that was written; and where it is the round's own, none."""
    versions = {"a": "2026-10-21", "b": ""}
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, [(Run(r), MessagesRequest(text, v)) for r, v in versions.items()])
        journal.close()
        assert journal.path is not None
        round_ = only_round(journal.path)

    assert {name: r.api_version for name, r in round_.requests.items()} == versions
    assert not round_.unknown


def test_a_round_comes_back_with_all_that_it_was(tmp_path: Path) -> None:
    """Round, runs and requests are what the journal was given."""
    events = interleaved(story("a"), story("b", began_ms=5))
    one = only_round(saved(tmp_path, events, "a", "b"))

    assert one.info == INFO
    assert [(run, one.requests[run.run_id]) for run in one.runs] == planned("a", "b")
    assert [run.end_state for run in one.finished()] == ["complete", "complete"]
    assert [run.text for run in one.finished()] == ["Hello there, Ana."] * 2


def test_one_file_holds_many_rounds_even_with_the_same_run_ids(tmp_path: Path) -> None:
    """An event belongs to the newest round with such a run, and both rounds come back."""
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a"))
        journal.write(RunEvent("a", 0.001, TextDelta(0, "first")))
        journal.begin_round(INFO, planned("a", round_id="round-2"))
        journal.write(RunEvent("a", 0.002, TextDelta(0, "second")))
    assert journal.path is not None
    session = read_session(journal.path)

    assert [one.finished()[0].text for one in session.rounds] == ["first", "second"]
    assert [one.runs[0].round_id for one in session.rounds] == ["round-1", "round-2"]


def test_an_emoji_in_two_halves_stays_in_two_halves_and_the_file_utf_8(tmp_path: Path) -> None:
    """A provider that splits a pair over two deltas is kept exactly, in a file anyone can read."""
    events = [
        RunEvent("a", 0.001, TextDelta(0, "\ud83d")),
        RunEvent("a", 0.002, TextDelta(0, "")),
        RunEvent("a", 0.003, TextDelta(0, "\ude00")),
        RunEvent("a", 0.004, Closed("eof")),
    ]
    path = saved(tmp_path, events, "a")

    assert list(only_round(path).events) == events
    assert path.read_text("utf-8")


def test_an_event_of_a_run_that_was_never_planned_is_kept(tmp_path: Path) -> None:
    """It shows up as a run of its round, under its own id."""
    one = only_round(saved(tmp_path, story("stray"), "a"))

    assert [run.run_id for run in one.runs] == ["a", "stray"]
    assert one.finished()[1].text == "Hello there, Ana."
