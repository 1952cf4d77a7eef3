"""A session file is read as far as somebody looks, and in whatever order its lines stand."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.sessions.helpers import INFO, interleaved, journal_in, planned, saved, story
from workbench.sessions import lines
from workbench.sessions.session import read_session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session of one round of two runs, each told in several lines."""
    text = "Hello there, Ana. " * 5
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a", "b"))
        for number, event in enumerate(interleaved(story("a", text), story("b", text, 5))):
            journal.write(event)
            if number % 7 == 0:
                journal.flush()
    assert journal.path is not None
    return journal.path


def test_only_what_is_looked_at_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening reads no delta; a run's story reads that run's lines; notes read every line."""
    read: list[object] = []

    def stretch_of(line: dict[str, object], run_id: str, at_ms: int) -> object:
        if "text" in line:
            read.append(line["r"])
        return lines.stretch_of(line, run_id, at_ms)

    monkeypatch.setattr("workbench.sessions.reading.stretch_of", stretch_of)
    session = read_session(path)
    (one,) = session.rounds
    assert [run.run_id for run in one.runs] == ["a", "b"]
    assert one.requests["b"].body["max_tokens"] == 9
    assert read == []

    assert one.only(["b"]).finished()[0].text.startswith("Hello there")
    assert set(read) == {2}
    assert session.notes == ()
    assert set(read) == {1, 2}


def test_lines_may_stand_in_any_order(path: Path) -> None:
    """What happened is sorted by its moments, wherever in the file it is told."""
    first = read_session(path).rounds[0]
    manifest, round_, *rest = path.read_bytes().splitlines(keepends=True)
    plans, happened = rest[:2], rest[2:]
    random.Random(7).shuffle(happened)
    path.write_bytes(b"".join((manifest, round_, *plans, *happened)))
    second = read_session(path).rounds[0]

    assert second.events == first.events
    assert second.finished() == first.finished()


def test_a_line_may_name_its_run_in_any_place(path: Path) -> None:
    """Keys in another order, or with blanks between them, say the same."""
    first = read_session(path).rounds[0]
    manifest, *told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    turned = [manifest, *({key: line[key] for key in reversed(line)} for line in told)]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in turned), "utf-8")
    session = read_session(path)

    assert session.rounds[0].events == first.events
    assert session.rounds[0].runs == first.runs
    # The request is the text that was sent, in which the order of keys counts too.
    assert session.rounds[0].requests.keys() == first.requests.keys()
    assert session.notes == ()


def test_a_run_whose_request_is_damaged_keeps_its_name(tmp_path: Path) -> None:
    """What came of it stands under its own id; the line is told as damaged."""
    path = saved(tmp_path, story("a"), "a")
    path.write_bytes(path.read_bytes().replace(b'"request":{', b'"request":{"', 1))
    session = read_session(path)
    (one,) = session.rounds

    assert [run.variant for run in one.runs] == ["base"]
    assert one.finished()[0].text == "Hello there, Ana."
    assert dict(one.requests) == {}
    assert session.notes == ("damaged and left out: line 3",)
