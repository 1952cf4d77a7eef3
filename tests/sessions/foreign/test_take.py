"""A file taken up twice is there once; what has come since is taken, and nothing written over."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.sessions.foreign.files import LATER, add, database, only, result, results, taken
from workbench.errors import SessionError
from workbench.run import Closed
from workbench.sessions.content import LARGE
from workbench.sessions.index import Library
from workbench.sessions.query import Query
from workbench.sessions.reel import Reel
from workbench.sessions.session import read_session
from workbench.sessions.trash import restore, trash
from workbench.sessions.verify import verify


def states(path: Path, folder: Path) -> list[str]:
    """What became of each session of a file."""
    return [each.state for each in taken(path, folder)]


def logs(path: Path, *ids: str, words: str = "Hello") -> Path:
    """A database of one conversation with these answers."""
    made = database(path, LATER, {"conversations": [{"id": "c", "name": "Talk"}]})
    more(made, *ids, words=words)
    return made


def more(path: Path, *ids: str, words: str = "Hello") -> None:
    """Further answers."""
    rows = [
        {
            "id": each,
            "conversation_id": "c",
            "model": "m",
            "prompt": f"{words} {each}",
            "system": "Zebra",
            "response": "Hi",
            "duration_ms": 500,
            "datetime_utc": f"2025-06-01T10:00:{number:02}",
        }
        for number, each in enumerate(ids)
    ]
    add(path, {"responses": rows})


def test_the_same_file_twice_is_there_once(tmp_path: Path) -> None:
    """Every file is as it was, the foreign one too; what is in the trash stays there."""
    path, folder = logs(tmp_path / "logs.db", "a"), tmp_path / "s"
    foreign = path.read_bytes()
    assert states(path, folder) == ["new"]
    before = {each: each.read_bytes() for each in folder.iterdir()}
    assert states(path, folder) == ["here"]
    assert {each: each.read_bytes() for each in folder.iterdir()} == before
    assert path.read_bytes() == foreign
    assert [*tmp_path.glob("logs.db*")] == [path]

    trash(next(iter(before)))
    assert states(path, folder) == ["trash"]
    restore(folder)
    assert states(path, folder) == ["here"]


def test_what_has_come_since_is_a_session_of_its_own(tmp_path: Path) -> None:
    """Only the new answer, with all that went before it in its request."""
    path, folder = logs(tmp_path / "logs.db", "a"), tmp_path / "s"
    assert states(path, folder) == ["new"]
    more(path, "b")
    session = only(path, folder)

    (saved,) = session.rounds
    assert len(saved.requests["r1-1"].body["messages"]) == 3
    assert states(path, folder) == ["here"]


def test_a_large_session_is_compressed_and_known_again(tmp_path: Path) -> None:
    """Its first line is read without the rest."""
    path, folder = logs(tmp_path / "logs.db", "a", words="x y " * LARGE), tmp_path / "s"
    assert states(path, folder) == ["new"]
    (session,) = folder.iterdir()
    assert session.name.endswith(".jsonl.gz")
    assert states(path, folder) == ["here"]


def test_an_imported_session_is_one_like_others(tmp_path: Path) -> None:
    """It is listed, found by what was asked, answered or judged, sound, and replays at its pace."""
    folder = tmp_path / "s"
    only(logs(tmp_path / "logs.db", "a", "b"), folder)
    session = only(results(tmp_path / "r.json", result()), folder)
    with Library(folder) as library:
        assert len(library.entries()) == 2
        for words in ("zebra", "hello", "talk", "provider:llm", "since:2025-06-01 model:m zebra"):
            (entry,) = library.entries(Query.read(words))
            assert entry.summary.rounds == 2
            assert entry.cost_usd is None
        for words in ("greetings", "passed", "cost>0.0004", "model:gpt-5"):
            (entry,) = library.entries(Query.read(words))
            assert entry.summary.path == session.path
    findings = verify(session.path)
    assert (findings.sound, findings.notes) == (True, ())
    (saved,) = session.rounds
    before, after = (Reel(saved).at(at_s)[0] for at_s in (1.793, 1.794))
    assert (before.state, before.text) == ("sent", "")
    assert (after.state, after.text) == ("complete", "Hi, Ana!")
    assert isinstance(saved.events[-1].what, Closed)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """So is a folder."""
    for path in (tmp_path / "none.db", tmp_path):
        with pytest.raises(SessionError, match="cannot read") as caught:
            taken(path, tmp_path / "s")
        assert caught.value.hint


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in the way, or a full disk: nothing half-written is left behind."""
    path = logs(tmp_path / "logs.db", "a")
    (tmp_path / "s").write_text("in the way")
    with pytest.raises(SessionError, match="cannot write to"):
        taken(path, tmp_path / "s")

    def full(fd: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(SessionError, match="No space left"):
        taken(path, tmp_path / "t")
    assert [*(tmp_path / "t").iterdir()] == []


def test_damage_in_what_is_here_hides_nothing(tmp_path: Path) -> None:
    """A session cut short says what it still has; the rest is taken again."""
    path, folder = logs(tmp_path / "logs.db", "a", "b"), tmp_path / "s"
    whole = only(path, folder).path
    lines = whole.read_bytes().split(b"\n")
    cut = next(at for at, line in enumerate(lines) if b'"round":2' in line)
    whole.write_bytes(b"\n".join(lines[:cut]) + b"\n")
    again = only(path, folder)

    assert [line["source"]["key"] for one in again.rounds for line in one.unknown] == ["b"]
    assert [one.info.round_id for one in read_session(whole).rounds] == ["r1"]
    assert json.loads(lines[0])["imported"]["key"] == "c"
