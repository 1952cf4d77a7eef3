"""The journal saves what happens, whatever the disk does, and overwrites nothing."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from tests.sessions.helpers import (
    INFO,
    journal_in,
    only_round,
    planned,
    saved,
    story,
)
from workbench.errors import SessionError
from workbench.run import RunEvent
from workbench.sessions.session import read_session
from workbench.wire.events import TextDelta, Unknown


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something that another thread or process brings about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def test_nothing_is_on_disk_before_the_first_round(tmp_path: Path) -> None:
    """A journal that saw no round leaves neither file nor folder behind."""
    with journal_in(tmp_path / "sessions") as journal:
        assert journal.path is None

    assert not (tmp_path / "sessions").exists()


def test_the_file_is_ours_alone_and_named_by_time_and_name(tmp_path: Path) -> None:
    """Mode 0600, in a folder made for it; what does not fit a file name is replaced."""
    with journal_in(tmp_path / "new" / "sessions", "../a b: triage?") as journal:
        journal.begin_round(INFO, planned("a"))
        path = journal.path

    assert path is not None
    assert path.parent == tmp_path / "new" / "sessions"
    assert re.fullmatch(r"\d{8}T\d{6}Z-a-b-triage\.jsonl", path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_session(path).manifest["name"] == "../a b: triage?"


def test_journals_of_the_same_second_get_files_of_their_own(tmp_path: Path) -> None:
    """However many start at once, none writes to a file that is there."""
    journals = [journal_in(tmp_path) for _ in range(5)]
    for number, journal in enumerate(journals):
        journal.begin_round(INFO, planned(f"run-{number}"))
    paths = {journal.path for journal in journals}
    for journal in journals:
        journal.close()

    assert len(paths) == 5
    assert sorted(tmp_path.iterdir()) == sorted(path for path in paths if path)
    assert {one.run_id for p in paths if p for one in only_round(p).runs} == {
        f"run-{number}" for number in range(5)
    }


def test_what_is_written_reaches_the_file_by_itself(tmp_path: Path) -> None:
    """Nobody flushes or closes: the journal's own thread puts it there."""
    journal = journal_in(tmp_path)
    journal.begin_round(INFO, planned("a"))
    events = story("a")[:-1]
    for event in events:
        journal.write(event)
    path = journal.path
    assert path is not None
    wait_for(lambda: path.read_bytes().count(b"\n") >= 3 + len(events) - 5)

    assert list(only_round(path).events)[:-1] == events
    journal.close()


def test_a_finished_run_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsync is called once a run has closed, after its last line was written, not before."""
    synced: list[bytes] = []
    paths: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(paths[0].read_bytes()))
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a"))
        assert journal.path is not None
        paths.append(journal.path)
        *before, closed = story("a")
        for event in before:
            journal.write(event)
        journal.flush()
        assert synced == []
        journal.write(closed)
        journal.flush()
        assert b'{"closed":"eof","r":1' in synced[0]


def test_eight_runs_at_once_become_a_line_each(tmp_path: Path) -> None:
    """Deltas that interleave are gathered run by run."""
    events = [
        RunEvent(f"run-{run}", (10 * number + run) / 1000, TextDelta(0, "word"))
        for number in range(10)
        for run in range(8)
    ]
    path = saved(tmp_path, events, *(f"run-{run}" for run in range(8)))

    lines = [line for line in path.read_bytes().splitlines() if b'"text":"' in line]
    assert len(lines) == 8
    assert lines[0] == b'{"r":1,"at":0,"d":"EEEEEEEEEE AKKKKKKKKK","text":"' + b"word" * 10 + b'"}'


@pytest.mark.parametrize("runs", [1, 8])
def test_an_answer_with_all_its_timing_costs_less_than_three_times_its_text(
    tmp_path: Path, runs: int
) -> None:
    """Deltas of 4 characters every 10 ms, written every 100 ms, late in a long round."""
    text = "the late order: we can do this. " * 50
    run_ids = [f"triage/base/{run}" for run in range(runs)]
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned(*run_ids))
        journal.flush()
        assert journal.path is not None
        before = journal.path.stat().st_size
        for number in range(len(text) // 4):
            piece = TextDelta(0, text[4 * number : 4 * number + 4])
            for run, run_id in enumerate(run_ids):
                at_ms = 100_000 + 10 * number + (run * number) % 7
                journal.write(RunEvent(run_id, at_ms / 1000, piece))
            if number % 10 == 9:
                journal.flush()
        journal.flush()
        size = journal.path.stat().st_size - before

    assert size <= 3 * runs * len(text)


def test_write_waits_for_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the disk hangs, events are taken; once it goes on, they are all there."""
    hangs, goes_on = threading.Event(), threading.Event()
    write = os.write

    def hanging(fd: int, data: bytes) -> int:
        hangs.set()
        goes_on.wait(20)
        return write(fd, data)

    monkeypatch.setattr(os, "write", hanging)
    events = story("a", "Hello there. " * 300)
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a"))
        assert hangs.wait(20)
        for event in events:
            journal.write(event)
        assert not goes_on.is_set()
        goes_on.set()

    assert journal.path is not None
    assert list(only_round(journal.path).events) == events


def test_save_elsewhere_overwrites_nothing(tmp_path: Path) -> None:
    """A name that is taken is refused, and the journal goes on where it was."""
    taken = tmp_path / "taken.jsonl"
    taken.write_text("mine")
    with journal_in(tmp_path) as journal:
        with pytest.raises(SessionError, match="nothing to save"):
            journal.save_elsewhere(tmp_path / "early.jsonl")
        journal.begin_round(INFO, planned("a"))
        path = journal.path
        with pytest.raises(SessionError) as caught:
            journal.save_elsewhere(taken)
        assert caught.value.hint
        assert journal.path == path
        for event in story("a"):
            journal.write(event)

    assert taken.read_text() == "mine"
    assert path is not None
    assert list(only_round(path).events) == story("a")


def test_an_event_that_is_no_json_is_told_and_the_rest_is_saved(tmp_path: Path) -> None:
    """Neither the caller nor the journal's thread stumbles over it."""
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a"))
        journal.write(RunEvent("a", 0.0, Unknown({"type": object()})))
        journal.write(RunEvent("a", float("nan"), TextDelta(0, "?")))
        journal.write(RunEvent("a", float("inf"), TextDelta(0, "?")))
        for event in story("a"):
            journal.write(event)
    assert "could not be saved" in str(journal.problem)
    assert journal.path is not None
    assert list(only_round(journal.path).events) == story("a")


def test_after_its_end_a_journal_writes_no_more(tmp_path: Path) -> None:
    """Closing twice, flushing and new rounds change nothing and raise nothing."""
    path = saved(tmp_path, story("a"), "a")
    content = path.read_bytes()
    journal = journal_in(tmp_path, "never")
    journal.close()
    journal.begin_round(INFO, planned("a"))
    journal.write(story("a")[0])
    journal.flush()
    journal.close()

    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == content


FORGETS = """
import sys
from pathlib import Path
from tests.sessions.helpers import INFO, journal_in, planned, story

journal = journal_in(Path(sys.argv[1]))
journal.begin_round(INFO, planned("a"))
for event in story("a"):
    journal.write(event)
"""


def test_an_app_that_forgets_to_close_loses_nothing(tmp_path: Path) -> None:
    """The end of the process saves what is left."""
    subprocess.run([sys.executable, "-c", FORGETS, str(tmp_path)], check=True)

    (path,) = tmp_path.iterdir()
    assert list(only_round(path).events) == story("a")


def test_a_clock_that_is_set_back_changes_nothing_but_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later round is later, what is said last holds, and nothing goes over an older file."""
    hours = iter(range(9, 0, -1))  # each look at the clock is an hour before the last

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls(2026, 7, 30, next(hours), tzinfo=tz)

    for room in ("journal", "about"):
        monkeypatch.setattr(f"workbench.sessions.{room}.datetime", Clock)
    with journal_in(tmp_path) as first, journal_in(tmp_path) as second:
        for book in (first, second):
            for number, began in enumerate(("14:00", "13:00"), 1):
                info = replace(INFO, round_id=f"r{number}", began=f"2026-07-30T{began}:00+00:00")
                book.begin_round(info, planned(f"r{number}-1", round_id=info.round_id))
                for event in story(f"r{number}-1"):
                    book.write(event)
            book.annotate({"title": "before"})
            book.annotate({"title": "after"})
            book.flush()
    assert first.path != second.path
    for path in (first.path, second.path):
        assert path is not None
        session = read_session(path)
        assert session.about.title == "after"
        assert [one.info.round_id for one in session.rounds] == ["r1", "r2"]
        for number, one in enumerate(session.rounds, 1):
            assert [*one.events] == story(f"r{number}-1")
