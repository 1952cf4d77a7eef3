"""The shelf tells sessions apart without reading what was streamed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sessions.helpers import INFO, interleaved, journal_in, planned, saved, story
from workbench.errors import SessionError
from workbench.sessions.content import pack
from workbench.sessions.gist import ended
from workbench.sessions.index import Library
from workbench.sessions.scribe import FORMAT
from workbench.sessions.shelf import (
    find_session,
    last_name_in,
    newest_in,
    sessions_in,
    summary_of,
)

STEMS = ("20260730T142311Z-triage", "20260730T142311Z-triage-2", "20260731T080000Z-orders")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of three sessions, and of files that are none."""
    content = saved(tmp_path / "elsewhere", story("a"), "a").read_text("utf-8")
    folder = tmp_path / "sessions"
    folder.mkdir()
    for day, stem in enumerate(STEMS, 28):
        began = f'"created":"2026-07-{day}T00:00:00+00:00"'
        manifest, rest = content.split("\n", 1)
        start = manifest.index('"created"')
        manifest = manifest[:start] + began + "}"
        (folder / f"{stem}.jsonl").write_text(manifest + "\n" + rest, "utf-8")
    (folder / "cases.jsonl").write_text('{"vars":{}}\n')
    (folder / "empty.jsonl").touch()
    (folder / "folder.jsonl").mkdir()
    (folder / "notes.txt").write_text("hello")
    return folder


def test_sessions_are_listed_newest_first_and_nothing_else_is(shelf: Path) -> None:
    """A folder may hold other files; they are no sessions."""
    assert [each.path.stem for each in sessions_in(shelf)] == list(reversed(STEMS))
    assert sessions_in(shelf / "missing") == []


def test_a_summary_says_what_is_in_the_file(tmp_path: Path) -> None:
    """Counts, models and providers come from what was planned, the cut from what never ended."""
    with journal_in(tmp_path, "two rounds") as journal:
        journal.begin_round(INFO, planned("a", "b"))
        for event in interleaved(story("a"), story("b")):
            journal.write(event)
        journal.begin_round(INFO, planned("c", round_id="round-2"))
        for event in story("c")[:-1]:
            journal.write(event)
    assert journal.path is not None
    summary = summary_of(journal.path)

    assert (summary.name, summary.rounds, summary.runs) == ("two rounds", 2, 3)
    assert (summary.models, summary.providers) == (("claude-haiku-4-5",), ("simulator",))
    assert (summary.simulated, summary.cut) == (True, True)
    assert summary.size == journal.path.stat().st_size
    whole = summary_of(saved(tmp_path, story("a"), "a"))
    assert (whole.runs, whole.cut) == (1, False)


def test_what_was_sent_again_on_resuming_is_not_cut(tmp_path: Path) -> None:
    """Neither in a summary nor in the library; another round's runs of the same name still are."""
    resuming = replace(INFO, round_id="round-2", resumes=INFO.round_id)
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a"))
        for event in story("a")[:5]:
            journal.write(event)
        journal.begin_round(resuming, planned("a", round_id="round-2"))
        for event in story("a"):
            journal.write(event)
    path = journal.path
    assert path is not None
    with Library(tmp_path) as library:
        assert not summary_of(path).cut
        (entry,) = library.entries()
        assert (entry.summary.cut, ended(entry.ends)) == (False, ("✓", "complete"))

        path.write_text(
            path.read_text().replace('"resumes":"round-1"', '"resumes":"another round"')
        )
        assert summary_of(path).cut
        (entry,) = library.entries()
        assert (entry.summary.cut, ended(entry.ends)) == (True, ("■", "1 cut"))


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("last", STEMS[2]),
        (STEMS[1], STEMS[1]),
        (STEMS[1] + ".jsonl", STEMS[1]),
        ("20260731", STEMS[2]),
        (STEMS[0], STEMS[0]),  # the beginning of another, but whole by itself
    ],
)
def test_a_session_is_found_by_what_one_would_type(shelf: Path, word: str, stem: str) -> None:
    """`last`, a name with or without suffix, or a beginning that is like no other."""
    assert find_session(shelf, word) == shelf / f"{stem}.jsonl"


def test_the_last_of_one_second_is_the_one_that_began_last(tmp_path: Path) -> None:
    """Names tell seconds; what is in the file tells more."""
    paths = [saved(tmp_path, story("a"), "a") for _ in range(3)]

    assert find_session(tmp_path, "last") == paths[-1]


def test_a_session_is_found_by_its_path(shelf: Path, tmp_path: Path) -> None:
    """A path is taken as it is, in whatever folder."""
    path = saved(tmp_path, story("a"), "a")

    assert find_session(shelf, str(path)) == path


def test_a_beginning_of_several_lists_them(shelf: Path) -> None:
    """The hint names the candidates."""
    with pytest.raises(SessionError) as caught:
        find_session(shelf, "20260730")

    assert STEMS[0] in caught.value.hint
    assert STEMS[1] in caught.value.hint


@pytest.mark.parametrize("word", ["nothing", "", "a\0b", "../elsewhere"])
def test_a_session_that_is_not_there_is_told_with_a_hint(shelf: Path, word: str) -> None:
    """No file of that name, none at all, or a name that no file can have."""
    with pytest.raises(SessionError) as caught:
        find_session(shelf, word)
    assert caught.value.hint

    with pytest.raises(SessionError) as caught:
        find_session(shelf / "missing", "last")
    assert caught.value.hint


def test_the_newest_is_found_without_reading_them_all(shelf: Path, tmp_path: Path) -> None:
    """It is the first one of the list; of an empty folder, or none, there is no newest."""
    assert newest_in(shelf) == sessions_in(shelf)[0]
    assert newest_in(tmp_path / "nowhere") is None


def test_the_last_name_is_found_in_first_lines_alone(shelf: Path, tmp_path: Path) -> None:
    """Also where files are packed, renamed or damaged; what a judge said of one is not meant."""
    newest = sessions_in(shelf)[0]
    assert last_name_in(shelf) == newest.name
    assert last_name_in(tmp_path / "nowhere") == ""

    named = json.dumps({"format": FORMAT, "created": "2999-01-01T00:00:00Z", "name": "mine"})
    (shelf / "renamed.jsonl").write_text(f"{named}\nnothing that can be read\n")
    (shelf / "99990101T000000Z-judge-mine.jsonl").write_text(named.replace("mine", "judge-mine"))
    (shelf / "99990101T000000Z-cut.jsonl").write_text(named[:20])
    assert last_name_in(shelf) == "mine"

    pack(shelf / "renamed.jsonl")
    assert last_name_in(shelf) == "mine"
