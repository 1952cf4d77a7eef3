"""A run whose session cannot be written says so at once, and saves it elsewhere."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.tui.app import own_prompts
from workbench.cli.main import main
from workbench.documents.examples import data_folder
from workbench.sessions.session import read_session

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def triage(tmp_path: Path) -> Path:
    """The triage prompt in a folder of its own."""
    return own_prompts(tmp_path) / "triage.prompt.yaml"


def fill_up_after(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """The disk of the file that is written first has so many bytes of room."""
    write, first, left = os.write, list[int](), [room]

    def full(fd: int, data: bytes) -> int:
        first[:] = first or [fd]
        if fd != first[0]:
            return write(fd, data)
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = write(fd, bytes(data[: left[0]]))
        left[0] -= written
        return written

    monkeypatch.setattr(os, "write", full)


def all_complete(path: Path) -> bool:
    """Whether the session there holds three whole runs, and nothing is wrong with it."""
    session = read_session(path)
    ends = [run.end_state for saved in session.rounds for run in saved.finished()]
    return ends == ["complete"] * 3 and list(session.notes) == []


def test_a_disk_that_is_full_in_mid_round_loses_nothing(
    triage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """What is wrong and where it goes on is told; what was written before stays as it is."""
    fill_up_after(monkeypatch, 9_000)
    other = tmp_path / "other"
    assert main(["run", str(triage), "--speed", "20", "--fallback", str(other), "--json"]) == 0
    out, err = capsys.readouterr()

    (path,) = other.iterdir()
    assert all_complete(path)
    assert "kept in memory only" in err
    assert "No space left" in err
    assert f"it is saved to {path} instead" in err
    assert err.splitlines()[-1] == f"saved to {path}"
    assert err.count("No space left") == 1
    assert len(out.splitlines()) == 3
    (old,) = (triage.parents[1] / "sessions").glob("*.jsonl")
    assert old.stat().st_size == 9_000


def test_a_folder_that_cannot_be_made_has_another_in_its_place(
    triage: Path, capsys: Captured
) -> None:
    """One of the user's own, where none is named; what is printed names it."""
    (triage.parents[1] / "sessions").write_text("in the way")
    assert main(["run", str(triage), "--speed", "100", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    (path,) = (data_folder() / "sessions").iterdir()
    assert {row["session"] for row in rows} == {str(path)}
    assert all_complete(path)


def test_where_no_place_is_left_the_answers_are_shown_and_it_fails(
    triage: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """It is said at once, and that it is lost at the end; the round goes on till then."""
    (triage.parents[1] / "sessions").write_text("in the way")
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(triage))
    made: Any = tempfile.mkdtemp

    def for_others(*parts: Any, prefix: Any = None) -> Any:
        if prefix == "workbench-sessions-":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return made(*parts, prefix=prefix)

    monkeypatch.setattr(tempfile, "mkdtemp", for_others)
    assert main(["run", str(triage), "--speed", "100"]) == 1
    out, err = capsys.readouterr()

    assert "3 of 3 runs complete" in out
    assert err.count("the session is nowhere on disk") == 1
    assert "kept in memory only" in err
    assert "is lost now; the answers stand above" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_place_that_takes_the_end_alone_is_found_after_it(
    triage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """The last of it is written when the session is closed: a disk that fills up then, too."""
    monkeypatch.setattr("workbench.sessions.journal.Journal.flush", lambda _: None)
    fill_up_after(monkeypatch, 500)
    other = tmp_path / "other"
    words = ["run", str(triage), "--speed", "100", "--fallback", str(other)]
    assert main(words) == 0

    (path,) = other.iterdir()
    assert all_complete(path)
    assert capsys.readouterr().err.splitlines()[-1] == f"saved to {path}"
