"""A disk that fails loses nothing: what it would not take is kept, told, and saved elsewhere."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sessions.helpers import INFO, interleaved, journal_in, only_round, planned, story
from workbench.errors import SessionError
from workbench.sessions.session import read_session


def failing_disk(
    monkeypatch: pytest.MonkeyPatch, room: int, code: int = errno.ENOSPC
) -> Callable[[int], None]:
    """A disk with so many bytes of room; returns what sets the room anew."""
    left, write = [room], os.write

    def full(fd: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(code, os.strerror(code))
        written = write(fd, bytes(data[: left[0]]))
        left[0] -= written
        return written

    monkeypatch.setattr(os, "write", full)
    return lambda room: left.__setitem__(0, room)


@pytest.mark.parametrize("room", [0, 1, 300, 1000, 1700])
def test_a_full_disk_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """Wherever it fills up: the round goes on, and all of it can be saved elsewhere."""
    events = interleaved(story("a"), story("b"))
    first, second = events[:12], events[12:]
    make_room = failing_disk(monkeypatch, room)
    journal = journal_in(tmp_path)
    journal.begin_round(INFO, planned("a", "b"))
    for event in first:
        journal.write(event)
    journal.flush()
    assert journal.problem is not None
    assert "No space left" in journal.problem
    assert "\n" not in journal.problem
    old = journal.path
    assert old is not None

    with pytest.raises(SessionError, match="No space left"):
        journal.save_elsewhere(tmp_path / "full.jsonl")
    assert not (tmp_path / "full.jsonl").exists()
    assert journal.path == old

    make_room(10**6)
    kept = tmp_path / "kept.jsonl"
    journal.save_elsewhere(kept)
    assert journal.path == kept
    problem: str | None = journal.problem
    assert problem is None
    for event in second:
        journal.write(event)
    journal.close()

    assert list(only_round(kept).events) == events
    assert read_session(kept).notes == ()


def test_a_disk_that_has_room_again_gets_all_that_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file goes on in the middle of the line where it stopped, and the problem is gone."""
    make_room = failing_disk(monkeypatch, 1234)
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a"))
        for event in story("a"):
            journal.write(event)
        journal.flush()
        assert journal.problem is not None
        make_room(10**6)
        journal.flush()
        assert journal.problem is None

    assert journal.path is not None
    assert list(only_round(journal.path).events) == story("a")


def test_what_could_not_be_saved_by_the_end_can_be_saved_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that is closed still has what the disk would not take; an empty file goes."""
    make_room = failing_disk(monkeypatch, 0)
    with journal_in(tmp_path / "full") as journal:
        journal.begin_round(INFO, planned("a"))
        for event in story("a"):
            journal.write(event)
    assert journal.problem is not None
    assert list((tmp_path / "full").iterdir()) == []

    make_room(10**6)
    journal.save_elsewhere(tmp_path)
    assert journal.path is not None
    assert journal.path.parent == tmp_path
    assert list(only_round(journal.path).events) == story("a")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file in the way: no path, a problem, and all of it in memory until it can be made."""
    in_the_way = tmp_path / "sessions"
    in_the_way.write_text("not a folder")
    with journal_in(in_the_way) as journal:
        journal.begin_round(INFO, planned("a"))
        for event in story("a"):
            journal.write(event)
        journal.flush()
        assert journal.path is None
        assert str(in_the_way) in str(journal.problem)
        in_the_way.unlink()
        journal.flush()
        assert journal.problem is None

    assert journal.path is not None
    assert list(only_round(journal.path).events) == story("a")


def test_a_file_that_somebody_removes_is_told_and_can_be_saved_elsewhere(tmp_path: Path) -> None:
    """All of it, also what was in the removed file; even after the journal is closed."""
    with journal_in(tmp_path / "sessions") as journal:
        journal.begin_round(INFO, planned("a"))
        events = story("a")
        for event in events[:5]:
            journal.write(event)
        journal.flush()
        assert journal.path is not None
        journal.path.unlink()
        for event in events[5:]:
            journal.write(event)
        journal.flush()
        assert "removed" in str(journal.problem)
    journal.save_elsewhere(tmp_path / "new" / "kept.jsonl")

    assert list(only_round(tmp_path / "new" / "kept.jsonl").events) == events


def test_what_a_lost_disk_never_took_is_saved_even_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the old file can no longer be read, the rest is still a session."""
    make_room = failing_disk(monkeypatch, 900, errno.EIO)

    def lost(fd: int, size: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    journal = journal_in(tmp_path)
    journal.begin_round(INFO, planned("a"))
    for event in story("a"):
        journal.write(event)
    journal.flush()
    assert journal.problem is not None
    make_room(10**6)
    with monkeypatch.context() as patch:
        patch.setattr(os, "read", lost)
        journal.save_elsewhere(tmp_path / "kept.jsonl")
    journal.begin_round(INFO, planned("b"))
    for event in story("b"):
        journal.write(event)
    journal.close()

    rounds = read_session(tmp_path / "kept.jsonl").rounds
    assert list(rounds[-1].events) == story("b")


FILLS = """
import resource, sys
from pathlib import Path
from tests.sessions.helpers import INFO, journal_in, only_round, planned, story

folder = Path(sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (2500, hard))
events = story("a", "Hello there, Ana. " * 100)
with journal_in(folder) as journal:
    journal.begin_round(INFO, planned("a"))
    for event in events[:400]:
        journal.write(event)
    journal.flush()
    assert "File too large" in journal.problem, journal.problem
    assert journal.path.stat().st_size == 2500
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    journal.save_elsewhere(folder / "kept.jsonl")
    assert journal.problem is None
    for event in events[400:]:
        journal.write(event)
assert list(only_round(folder / "kept.jsonl").events) == events
print("all kept")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
def test_a_file_that_may_not_grow_further_loses_nothing(tmp_path: Path) -> None:
    """The system's own limit, in a process of its own: told, kept, saved elsewhere."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FILLS, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("all kept\n", "")
