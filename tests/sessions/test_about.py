"""What somebody says about a session stands in its file, and what is said last holds."""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.helpers import INFO, journal_in, planned, saved, story
from workbench.errors import SessionError
from workbench.sessions.about import About, annotate
from workbench.sessions.content import pack
from workbench.sessions.file import being_written
from workbench.sessions.session import read_session
from workbench.sessions.shelf import sessions_in


@pytest.mark.parametrize("compressed", [False, True])
def test_title_tags_and_notes_are_kept(tmp_path: Path, compressed: bool) -> None:
    """Of the session and of a run; each said anew where it is said again; streams untouched."""
    path = saved(tmp_path, story("a"))
    events = read_session(path).rounds[0].events
    if compressed:
        path = pack(path)
    annotate(path, {"title": "Rückfragen\u2028zwei", "tags": ["good", " good ", "long"]})
    annotate(path, {"note": "first"}, of="a")
    annotate(path, {"note": "second", "mood": "odd"}, of="a")
    annotate(path, {"archived": True})

    session = read_session(path)
    assert session.notes == ()
    assert session.about == About("Rückfragen\u2028zwei", ("good", "long"), "", archived=True)
    assert session.abouts == {"a": About(note="second")}
    assert session.rounds[0].events == events
    (summary,) = sessions_in(tmp_path)
    assert summary.about == session.about


def test_behind_a_torn_line_it_stands_on_its_own(tmp_path: Path) -> None:
    """The torn line stays damaged, what is said is whole."""
    path = saved(tmp_path, story("a"))
    path.write_bytes(path.read_bytes()[:-9])
    annotate(path, {"title": "Cut"})

    assert read_session(path).about.title == "Cut"


def test_a_session_whose_first_line_is_damaged_takes_it_too(tmp_path: Path) -> None:
    """It is read all the same, and so it can be named."""
    path = saved(tmp_path, story("a"))
    path.write_bytes(b"#" + path.read_bytes()[1:])
    annotate(path, {"title": "Damaged"})

    assert read_session(path).about.title == "Damaged"


def test_a_session_that_is_being_written_is_annotated_by_its_writer(tmp_path: Path) -> None:
    """Another one is refused in one line; the journal itself may say anything."""
    with journal_in(tmp_path) as book:
        book.begin_round(INFO, planned("a"))
        book.flush()
        assert book.path is not None
        with pytest.raises(SessionError, match="being written"):
            annotate(book.path, {"title": "Mine"})
        book.annotate({"title": "Its own"})
        path = book.path

    assert read_session(path).about.title == "Its own"
    annotate(path, {"title": "Mine"})
    assert read_session(path).about.title == "Mine"


def test_who_only_asks_is_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two may ask at once whether it is being written; who comes to write waits that instant."""
    path = saved(tmp_path, story("a"))
    with path.open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        assert not being_written(path)
        monkeypatch.setattr("time.sleep", lambda _: asking.close())
        annotate(path, {"title": "Mine"})

    assert read_session(path).about.title == "Mine"


def test_what_is_no_session_is_not_written_to(tmp_path: Path) -> None:
    """One line, and the file as it was."""
    other = tmp_path / "other.jsonl"
    other.write_text('{"a":1}\n')

    with pytest.raises(SessionError, match="not a saved session"):
        annotate(other, {"title": "x"})
    with pytest.raises(SessionError, match="cannot write"):
        annotate(tmp_path / "gone.jsonl", {"title": "x"})
    assert other.read_text() == '{"a":1}\n'


def test_what_is_not_understood_changes_nothing() -> None:
    """Values of other types are left alone."""
    about = About("a", ("b",), "c")

    assert about.updated({"title": 1, "tags": "x", "note": None, "archived": "yes"}) == about


def test_what_people_and_checks_think_is_kept(tmp_path: Path) -> None:
    """A rating is taken back by null, a person's vote by `unvote`; nonsense changes nothing."""
    path = saved(tmp_path, story("a"))
    first, second = ({"a": "a", "b": "b", "won": won} for won in ("a", "tie"))
    annotate(path, {"rating": 4, "good": True, "grade": {"passed": True}}, of="a")
    annotate(path, {"rating": 9, "good": 1, "grade": 3, "vote": []}, of="a")
    judged = {**first, "won": "b", "judge": "claude-haiku-4-5"}
    unvote: Mapping[str, Any] = {"unvote": True}
    nonsense = {"vote": {**first, "won": "c"}}
    votes = ({"vote": each} for each in (first, second, judged))
    for said in (unvote, *votes, unvote, nonsense, {"vote": second}):
        annotate(path, said, of="r1")

    abouts = read_session(path).abouts
    assert abouts["a"] == About(rating=4, good=True, grade={"passed": True})
    assert abouts["r1"].votes == (first, judged, second)
    annotate(path, {"rating": None, "good": None}, of="a")
    assert read_session(path).abouts["a"] == About(grade={"passed": True})
