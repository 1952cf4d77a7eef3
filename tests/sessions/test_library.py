"""The library lists and finds what is on disk, whatever has become of its index."""

from __future__ import annotations

import os
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sessions.helpers import INFO, journal_in, planned, saved, story
from workbench.errors import SessionError
from workbench.run import Closed, RunEvent, RunProblem
from workbench.sessions.about import annotate
from workbench.sessions.index import NAME, Library
from workbench.sessions.query import Query
from workbench.sessions.session import read_session
from workbench.sessions.trash import TRASH, empty_trash, in_trash, restore, trash
from workbench.sessions.verify import repair, verify


def found(folder: Path, text: str = "", **more: bool) -> list[str]:
    """The names of the sessions that fit."""
    with Library(folder) as library:
        return [one.summary.path.name for one in library.entries(Query.read(text), **more)]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two sessions that say different things."""
    first = saved(tmp_path, story("a", "The parcel is late, señor."), "a")
    second = saved(tmp_path, story("a", "Eine Rückerstattung kommt; 返金します 🎉."), "a")
    return first, second


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("", True, True),
        ("parcel", True, False),
        ("PARC", True, False),
        ("parcel rück", False, False),
        ("rückerst", False, True),
        ("返金します", False, True),
        ('"is late"', True, False),
        ('"late is"', False, False),
        ("senor", True, False),
        ("tag:good", True, False),
        ("tag:goo", False, False),
        ("name:queues", True, False),
        ("Queues", True, False),
        ("since:2020-01-01", True, True),
        ("until:2020-01-01", False, False),
        ("is:cut", False, False),
        ("model:haiku cost>100", False, False),
        ("nothing-like-it", False, False),
    ],
)
def test_what_is_looked_for_is_found(
    two: tuple[Path, Path], text: str, first: bool, second: bool
) -> None:
    """Words by their beginning, phrases as they stand, all of them; the rest narrows."""
    annotate(two[0], {"title": "Queues", "tags": ["good"]})

    names = found(two[0].parent, text)
    assert (two[0].name in names, two[1].name in names) == (first, second)


@given(st.text(max_size=40))
def test_anything_can_be_looked_for(text: str) -> None:
    """Quotes, stars, operators of SQLite's own: words like any other; nothing raises."""
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE words USING fts5(a)")
    query = Query.read(text)
    if query.match:
        index.execute("SELECT * FROM words WHERE words MATCH ?", (query.match,)).fetchall()
    index.close()


def test_a_query_is_read_generously() -> None:
    """What is no narrowing is a word; an open quote is closed; what has no value yet is nothing."""
    query = Query.read('a:b cost>0.5 cost<$2 tag: is: cost> since: name:"late order" "two words')

    assert query.words == ("a:b", "two words")
    assert query.narrowed == (("name", "late order"),)
    assert (query.over_usd, query.under_usd) == (Decimal("0.5"), Decimal(2))
    assert query.doubt is None


@pytest.mark.parametrize("word", ["is:odd", "since:yesterday", "until:12.11.", "cost>much"])
def test_what_cannot_be_meant_is_doubted(word: str) -> None:
    """It is named, with what to write instead; the rest is looked for all the same."""
    query = Query.read(f"parcel {word}")

    assert (query.words, query.narrowed, query.over_usd) == (("parcel",), (), None)
    assert query.doubt is not None
    assert word in query.doubt.problem
    assert word.partition(":")[0].partition(">")[0] in query.doubt.hint


def test_the_index_follows_the_disk(two: tuple[Path, Path]) -> None:
    """New, changed, removed and archived sessions; what is no session is not there."""
    folder = two[0].parent
    assert found(folder) == [two[1].name, two[0].name] or len(found(folder)) == 2
    (folder / "other.jsonl").write_text('{"a": 1}\n')
    annotate(two[0], {"note": "zebra"})
    assert found(folder, "zebra") == [two[0].name]
    annotate(two[0], {"note": "", "archived": True})
    assert found(folder) == [two[1].name]
    assert two[0].name in found(folder, archived=True)
    assert found(folder, "is:archived") == [two[0].name]
    annotate(two[0], {"archived": False})
    for first in (*two, *two):
        others = {name: {"pinned": name == first} for name in two}
        for path, said in others.items():
            annotate(path, said)
        assert found(folder)[0] == first.name
    assert found(folder, "is:pinned") == [two[1].name]
    annotate(two[0], {"archived": True})
    two[1].unlink()
    assert found(folder) == []


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_index_is_made_anew(two: tuple[Path, Path], content: bytes) -> None:
    """Lost, emptied, or full of something else."""
    folder = two[0].parent
    assert len(found(folder)) == 2
    (folder / NAME).write_bytes(content)
    assert found(folder, "parcel") == [two[0].name]
    (folder / NAME).unlink()
    assert found(folder, "parcel") == [two[0].name]


def test_an_index_of_something_else_is_made_anew(two: tuple[Path, Path]) -> None:
    """Tables that are not ours do not confuse it."""
    folder = two[0].parent
    with sqlite3.connect(folder / NAME) as index:
        index.execute("CREATE TABLE file(odd)")
    index.close()

    assert found(folder, "parcel") == [two[0].name]


def test_an_index_that_somebody_else_writes_is_done_without(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two may look at the same time."""
    monkeypatch.setattr("workbench.sessions.index._PATIENCE_S", 0.01)
    folder = two[0].parent
    found(folder)
    annotate(two[0], {"note": "zebra"})
    other = sqlite3.connect(folder / NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert found(folder, "zebra") == [two[0].name]
    finally:
        other.close()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_searched_all_the_same(two: tuple[Path, Path]) -> None:
    """The index is in memory then."""
    folder = two[0].parent
    folder.chmod(0o500)
    try:
        assert found(folder, "parcel") == [two[0].name]
    finally:
        folder.chmod(0o700)


def test_no_folder_is_no_sessions(tmp_path: Path) -> None:
    """It is not made by looking."""
    assert found(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()


def test_the_index_is_brought_up_to_date_bit_by_bit(two: tuple[Path, Path]) -> None:
    """What was written last comes first, so that a face may show it while the rest is read."""
    os.utime(two[0], ns=(0, 0))
    with Library(two[0].parent) as library:
        assert len(library.known()) == 0
        assert library.refresh(for_s=0.0) == 1
        assert [one.summary.path for one in library.known()] == [two[1]]
        assert library.refresh(for_s=0.0) == 0
        known = library.known()
        assert {one.summary.path for one in known} == set(two)
        assert known.place_of(known[1].summary.path) == 1
        assert known.place_of(Path("elsewhere")) is None
        assert [*known[1:]] == [known[1]]


def test_what_is_no_session_is_looked_at_once(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases and the like beside the sessions cost nothing but the first time."""
    folder = two[0].parent
    (folder / "cases.jsonl").write_text('{"vars":{}}\n')
    assert len(found(folder)) == 2
    monkeypatch.setattr("workbench.sessions.index.digest_of", lambda path: pytest.fail(str(path)))
    assert len(found(folder)) == 2


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_session_is_listed_whatever_its_name(two: tuple[Path, Path]) -> None:
    """Bytes that are no text, too."""
    odd = two[0].with_name(os.fsdecode(b"odd\xff-it's.jsonl"))
    two[0].rename(odd)

    assert odd.name in found(two[0].parent, "name:odd")


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders there")
def test_what_is_no_file_is_not_waited_for(two: tuple[Path, Path]) -> None:
    """A pipe or a folder named like a session: nobody reads them, and nobody waits."""
    folder = two[0].parent
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "folder.jsonl").mkdir()

    assert len(found(folder)) == 2


def test_a_library_that_is_closed_stops_looking(two: tuple[Path, Path]) -> None:
    """A thread that still reads for it ends, and begins no other index."""
    library = Library(two[0].parent)
    library.close()
    with pytest.raises(sqlite3.ProgrammingError):
        library.known()


def test_failed_runs_are_a_mark(tmp_path: Path) -> None:
    """A session in which a run failed is found by it."""
    whole = saved(tmp_path, story("a"), "a")
    failed = RunEvent("a", 0.1, Closed("failed", RunProblem("overloaded_error", "no room")))
    bad = saved(tmp_path, [story("a")[0], failed], "a")

    assert found(tmp_path, "is:failed") == [bad.name]
    assert whole.name in found(tmp_path)


def test_hits_are_shown_with_their_cost(two: tuple[Path, Path]) -> None:
    """The words stand between marks."""
    with Library(two[0].parent) as library:
        (entry,) = library.entries(Query.read("parcel"))
        (newest,) = library.entries(limit=1)
        assert "‹parcel›" in library.snippet(entry, Query.read("parcel"))
        assert library.snippet(newest, Query()) == ""
    assert entry.cost_usd is not None


def test_what_is_thrown_away_comes_back(two: tuple[Path, Path]) -> None:
    """Out of every list, back under its name; emptied for good only when told to."""
    folder = two[0].parent
    before = two[0].read_bytes()
    assert trash(two[0]).parent.name == TRASH
    assert found(folder) == [two[1].name]
    two[0].write_bytes(b"someone else's")
    again = restore(folder)
    assert again.read_bytes() == before
    assert two[0].read_bytes() == b"someone else's"
    trash(two[1])
    assert restore(folder, two[1].stem) == two[1]
    trash(two[1])
    assert empty_trash(folder) == 1
    assert in_trash(folder) == []
    with pytest.raises(SessionError, match="nothing in the trash"):
        restore(folder)


def test_what_is_being_written_is_under_way_and_not_thrown_away(tmp_path: Path) -> None:
    """One line says so; once nobody writes it, its end is missing and it may go."""
    with journal_in(tmp_path) as book, Library(tmp_path) as library:
        book.begin_round(INFO, planned("a"))
        for event in story("a")[:5]:
            book.write(event)
        book.flush()
        path = book.path
        assert path is not None
        entries = library.entries()
        assert entries.under_way() == {path}
        with pytest.raises(SessionError, match="being written"):
            trash(path)
        book.close()
        assert entries.under_way() == frozenset()
        trash(path)


@pytest.mark.parametrize("garbage", [b'{"r":1,\n', b"\xff\xfe\n", b'["no"]\n'])
def test_a_damaged_session_is_repaired_and_nothing_is_lost(
    two: tuple[Path, Path], garbage: bytes
) -> None:
    """Every undamaged line is in the new file; the old one is in the trash."""
    path, before = two[0], two[0].read_bytes()
    first, rest = before.split(b"\n", 1)
    path.write_bytes(first + b"\n" + garbage + rest[:-5])
    damaged = path.read_bytes()
    events = read_session(path).rounds[0].events
    assert not verify(path).sound
    assert verify(path).damaged[0] == 2

    new, old = repair(path)
    assert new == path
    assert old is not None
    assert old.read_bytes() == damaged
    assert verify(new).sound
    assert read_session(new).rounds[0].events == events
    assert repair(new) == (new, None)
