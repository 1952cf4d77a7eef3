"""A damaged file gives back every undamaged line and never raises anything but our own error."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.sessions.helpers import (
    INFO,
    interleaved,
    journal_in,
    only_round,
    planned,
    saved,
    story,
)
from workbench.errors import SessionError
from workbench.run import Closed, RunEvent
from workbench.sessions.content import is_packed
from workbench.sessions.session import CUT, Session, read_session
from workbench.sessions.shelf import summary_of
from workbench.sessions.verify import repair, verify


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    """A small session of two runs, as bytes."""
    events = interleaved(story("a", "Hello 😀, Ana."), story("b", began_ms=5))
    return saved(tmp_path / "whole", events, "a", "b").read_bytes()


def read_bytes(folder: Path, content: bytes) -> Session:
    """The session with this content. Reading it must leave the file as it was."""
    path = folder / "damaged.jsonl"
    path.write_bytes(content)
    try:
        return read_session(path)
    finally:
        assert path.read_bytes() == content


def test_a_file_cut_at_any_byte_keeps_all_that_was_whole(tmp_path: Path, whole: bytes) -> None:
    """Every complete line counts wherever the file ends; without its first one it is no session."""
    manifest_ends = whole.index(b"\n")
    complete = read_bytes(tmp_path, whole).rounds[0].events
    for size in range(len(whole)):
        if size < manifest_ends:
            with pytest.raises(SessionError):
                read_bytes(tmp_path, whole[:size])
            continue
        session = read_bytes(tmp_path, whole[:size])
        lines = whole[:size].split(b"\n")
        # A last line that lacks nothing but its end is whole.
        torn = whole[size : size + 1] != b"\n" and lines[-1] != b""
        assert torn == any("cut short" in note for note in session.notes)
        for one in session.rounds:
            real = [event for event in one.events if event.what != Closed("aborted", CUT)]
            assert set(map(repr, real)) <= set(map(repr, complete))
            kept = lines[:-1] if torn else lines
            stopped = sum(b'"message_stop"' in line for line in kept)
            assert stopped == sum(run.end_state == "complete" for run in one.finished())
            assert len(one.runs) == len(one.requests)
            assert all(run.end_state for run in one.finished())


def _of_run(number: int, content: bytes) -> list[bytes]:
    """The lines that plan a run and say what happened to it."""
    names = (b'{"run":%d,' % number, b'{"r":%d,' % number)
    return [line for line in content.split(b"\n") if line.startswith(names)]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A session of two rounds and three runs, as bytes."""
    with journal_in(tmp_path_factory.mktemp("three")) as book:
        for info, names in ((INFO, "ab"), (replace(INFO, round_id="round-2"), "c")):
            book.begin_round(info, planned(*names, round_id=info.round_id))
            for event in interleaved(*(story(name, f"I am {name}, Ana.") for name in names)):
                book.write(event)
    assert book.path is not None
    return book.path.read_bytes()


_edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=40)), min_size=1, max_size=4
)


@settings(max_examples=300, deadline=None)
@given(edits=_edits, manifest_too=st.booleans())
@example(edits=[(0.0, 0, b"\n")], manifest_too=False)
@example(edits=[(0.0, 0, b"")], manifest_too=True)
@example(edits=[(0.00390625, 1, b"")], manifest_too=False)
def test_no_damage_loses_a_run_that_it_did_not_touch(
    tmp_path_factory: pytest.TempPathFactory,
    three: bytes,
    edits: list[tuple[float, int, bytes]],
    manifest_too: bool,
) -> None:
    """Overwritten, inserted, missing bytes: our own error at most, and no whole run is lost."""
    content = three
    for share, length, other in edits:
        place = int(share * len(content))
        content = content[:place] + other + content[place + length :]
    if manifest_too:  # its end: one byte, and it stands on one line with the round
        content = content.replace(b"\n", b" ", 1)
    assume(not is_packed(content))
    path = tmp_path_factory.getbasetemp() / "any-damage.jsonl"
    path.write_bytes(content)
    left = content.split(b"\n")
    whole = {
        name
        for number, name in enumerate("abc", 1)
        if all(left.count(line) == 1 for line in _of_run(number, three))
    }
    try:
        found = [run for one in read_session(path).rounds for run in one.finished()]
        summary_of(path)
    except SessionError:
        found = []
    said = {run.run_id: (run.end_state, run.text) for run in found}
    assert {name: said.get(name) for name in whole} == {
        name: ("complete", f"I am {name}, Ana.") for name in whole
    }


_keys = (
    *("format", "version", "round", "run", "in", "r", "at", "tie", "b", "d", "text", "thinking"),
    *("event", "as", "sent", "head", "discarded", "wait_s", "closed", "problem", "run_id"),
    *("round_id", "request", "request_text", "documents"),
)
_odd_lines = st.dictionaries(
    st.sampled_from(_keys),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-2, 3)
        | st.integers()
        | st.floats()
        | st.sampled_from(["", "a", "eof", "A", "AA AA", "E K", "zzzzzzzzzzA A", "é A"]),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["type", "index", "status", "headers", "problem"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=4,
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_odd_lines, max_size=8))
def test_any_json_in_any_line_is_read_or_kept(
    tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, object]]
) -> None:
    """Lines of the right words with the wrong values raise nothing, here or in the summary."""
    path = tmp_path_factory.mktemp("odd") / "odd.jsonl"
    manifest = {"format": "workbench-session", "version": 1}
    path.write_text("".join(json.dumps(line) + "\n" for line in [manifest, *lines]))
    summary_of(path)
    for one in read_session(path).rounds:
        assert all(run.end_state for run in one.finished())
        assert one.events


def test_a_garbage_line_is_left_out_and_told(tmp_path: Path, whole: bytes) -> None:
    """Only the damaged line is lost; its number is in the notes."""
    lines = whole.split(b"\n")
    lines[7:7] = [b"\xff\x00garbage", b"{", b"[1]", b""]
    session = read_bytes(tmp_path, b"\n".join(lines))

    assert session.notes == ("damaged and left out: lines 8-10",)
    assert session.rounds == read_bytes(tmp_path, whole).rounds


def test_text_whose_timing_is_damaged_is_kept(tmp_path: Path, whole: bytes) -> None:
    """Deltas that no longer add up come in one piece."""
    at = whole.index(b'"d":"') + 5
    session = read_bytes(tmp_path, whole[:at] + b"!" + whole[at + 1 :])

    assert session.rounds[0].finished()[0].text == "Hello 😀, Ana."
    (note,) = session.notes
    assert "not its timing" in note


def test_what_came_of_a_run_whose_own_line_is_lost_is_kept(tmp_path: Path, whole: bytes) -> None:
    """Its neighbours are whole, and its text is there under a name that says so."""
    lines = [line for line in whole.split(b"\n") if not line.startswith(b'{"run":1,')]
    session = read_bytes(tmp_path, b"\n".join(lines))

    texts = {run.run_id: run.text for run in session.rounds[0].finished()}
    assert texts == {"b": "Hello there, Ana.", "lost-1": "Hello 😀, Ana."}
    assert len(session.notes) == 1


def test_runs_of_a_round_whose_own_line_is_lost_are_kept(tmp_path: Path, whole: bytes) -> None:
    """They are a round of their own, not the one before."""
    lines = [line for line in whole.split(b"\n") if not line.startswith(b'{"round":')]
    session = read_bytes(tmp_path, b"\n".join(lines))

    assert [one.info.round_id for one in session.rounds] == ["round-1"]
    assert [run.end_state for run in session.rounds[0].finished()] == ["complete"] * 2


def test_a_run_without_an_end_is_cut(tmp_path: Path) -> None:
    """It ends as aborted when the last thing happened, and says why; what came is there."""
    events = interleaved(story("a")[:-3], story("b"))
    one = only_round(saved(tmp_path, events, "a", "b", "never sent"))
    a, b, never = one.finished()

    assert (a.end_state, a.problem, a.text) == ("aborted", CUT, "Hello there, Ana.")
    assert (b.end_state, b.problem) == ("complete", None)
    assert (never.end_state, never.problem) == ("aborted", CUT)
    last_s = events[-1].at_s
    assert one.events[-2:] == (
        RunEvent("a", last_s, Closed("aborted", CUT)),
        RunEvent("never sent", last_s, Closed("aborted", CUT)),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"garbage\n",
        b'{"format":"other"}\n',
        b"\xff\xfe\n",
        b"{" * 9999,
    ],
)
def test_what_is_no_session_is_refused_with_a_hint(tmp_path: Path, content: bytes) -> None:
    """An empty file, another format, no manifest: one clear line."""
    with pytest.raises(SessionError) as caught:
        read_bytes(tmp_path, content)

    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_a_damaged_first_line_loses_nothing_but_itself(tmp_path: Path, whole: bytes) -> None:
    """It is told, listed and repaired like any other damage; every round is as it was."""
    path = tmp_path / "headless.jsonl"
    path.write_bytes(b"\0garbage" + whole[20:])
    (then,) = read_bytes(tmp_path, whole).rounds
    session = read_session(path)

    assert session.damaged[0] == 1
    assert "line 1 is damaged" in session.notes[0]
    assert session.rounds[0].events == then.events
    assert (summary_of(path).name, summary_of(path).rounds) == ("headless", 1)
    new, old = repair(path)
    assert old is not None
    assert old.read_bytes() == b"\0garbage" + whole[20:]
    assert verify(new).sound
    assert read_session(new).rounds[0].events == then.events


def test_a_file_that_is_not_there_is_a_session_error(tmp_path: Path) -> None:
    """So is a folder, and a name that no file can have."""
    for path in (tmp_path / "none.jsonl", tmp_path, Path("a\0b")):
        with pytest.raises(SessionError) as caught:
            read_session(path)
        assert caught.value.hint


def test_a_newer_version_is_read_as_far_as_it_is_understood(tmp_path: Path, whole: bytes) -> None:
    """Unknown lines and fields are kept as they are, and the version is told."""
    newer = whole.replace(b'"version":1', b'"version":2,"mood":"good"', 1)
    newer = newer.replace(b'"round":1,', b'"round":1,"colour":"blue",', 1)
    newer = newer.replace(b'"sent":1', b'"sent":1,"from":"here"', 1)
    manifest, rest = newer.split(b"\n", 1)
    said = b'{"about":{"title":"Best","mood":"good"},"of":"a"}\n'
    early, late = b'{"early":1}\n' + said, b'{"tag":"best","of":1}\n{"r":1,"at":3,"paused":true}\n'
    session = read_bytes(tmp_path, manifest + b"\n" + early + rest + late)

    (note,) = session.notes
    assert "version 2" in note
    assert session.manifest["mood"] == "good"
    about = {"about": {"title": "Best", "mood": "good"}, "of": "a"}
    assert session.unknown == ({"early": 1}, about)
    assert session.abouts["a"].title == "Best"
    (one,) = session.rounds
    (same,) = read_bytes(tmp_path, whole).rounds
    assert (one.info, one.events) == (same.info, same.events)
    colour, start, *others = one.unknown
    assert colour["colour"] == "blue"
    assert start == {"r": 1, "at": 0, "sent": 1, "from": "here"}
    assert others == [{"tag": "best", "of": 1}, {"r": 1, "at": 3, "paused": True}]
