"""What is masked while a round is recorded never reaches the disk, whenever that is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sessions.exported import block, in_pieces, over, started, stopped
from tests.sessions.helpers import INFO, journal_in, only_round
from tests.sessions.test_export_redaction import secrets, sent, spoken, strings
from workbench.errors import SessionError
from workbench.run import Closed, Happening, Run, RunEvent, RunProblem
from workbench.sessions.fork import forked
from workbench.sessions.mask import MASK, forms_of
from workbench.sessions.redactor import Redaction
from workbench.sessions.session import SavedRound, read_session
from workbench.sessions.verify import verify
from workbench.wire.events import InputJsonDelta, TextDelta, Unknown, read_event
from workbench.wire.request import MessagesRequest

VALUE = "Ana Ruiz\n12 Elm Road\nLisbon"
DOCUMENT = """model: claude-haiku-4-5
messages: [{role: user, content: "{{ticket}}"}]
inputs:
  ticket:
    default: |-
      Ana Ruiz
      12 Elm Road
      Lisbon
"""


def with_more(index: int, text: str) -> Happening:
    """A delta as some servers send it: with something beside its text."""
    delta = {"type": "text_delta", "text": text, "logprobs": [text]}
    return read_event({"type": "content_block_delta", "index": index, "delta": delta})


def recorded(
    folder: Path,
    stories: dict[str, list[Happening]],
    values: set[str],
    *,
    tools: bool = False,
    info: Any = INFO,
    body: dict[str, Any] | None = None,
    flush_every: int = 0,
) -> Path:
    """A session of one redacted round; each story is a run of a variant of that name."""
    ids = {name: f"r1-{number}" for number, name in enumerate(stories, 1)}
    redaction = Redaction({run_id: frozenset(values) for run_id in ids.values()}, tools)
    request = MessagesRequest.of(body or {"messages": []})
    with journal_in(folder) as journal:
        runs = [(Run(ids[name], "r1", name, f"case {name}"), request) for name in stories]
        journal.begin_round(info, runs, redaction)
        happened = 0
        for name, story in stories.items():
            for number, what in enumerate(story):
                journal.write(RunEvent(ids[name], number / 100, what))
                happened += 1
                if flush_every and happened % flush_every == 0:
                    journal.flush()
    assert journal.problem is None
    assert journal.path is not None
    return journal.path


def on_disk(path: Path) -> list[str]:
    """Every string in the file, and the whole text of every block."""
    held = [each for line in path.read_text().splitlines() for each in strings(json.loads(line))]
    return held + [text for run in only_round(path).finished() for text in strings(run.content)]


@settings(max_examples=60, deadline=None)
@given(secrets, st.integers(0, 3), st.integers(1, 9))
def test_a_masked_value_is_never_written(value: str, flush_every: int, length: int) -> None:
    """Asked, echoed in pieces, over blocks, in a call, an error, a header: in no spelling."""
    half = len(value) // 2
    pieces = [value[at : at + length] for at in range(0, len(value), length)]
    stories: dict[str, list[Happening]] = {
        "base": spoken(value),
        "odd": [
            *started(),
            block(0, type="text", text=f"So: {value[:half]}"),
            *(with_more(0, piece) for piece in (value[half:], " and ", *pieces)),
            over(0),
            block(1, type="text", text=""),
            *(TextDelta(1, piece) for piece in ("again ", *pieces[: len(pieces) // 2])),
            over(1),
            Unknown({"type": "echo", value: [value]}),
            block(2, type="text", text=""),
            *(TextDelta(2, piece) for piece in pieces[len(pieces) // 2 :]),
            *stopped("end_turn", 9),
        ],
        f"v {value}": [*started(), Closed("failed", RunProblem("x", f"529: {value}", value))],
    }
    info = replace(INFO, documents={"a.yaml": f"a: {value}"}, values={"ticket": value, "b": "c"})
    with TemporaryDirectory() as folder:
        path = recorded(
            Path(folder),
            stories,
            {value},
            info=info,
            body=sent("x", value, "en"),
            flush_every=flush_every,
        )
        held = on_disk(path)
        one = only_round(path)
        assert verify(path).sound

    assert one.info.values == {"ticket": MASK, "b": "c"}
    assert one.requests["r1-1"].body["system"] == "You serve x."
    assert one.finished()[1].content[0]["text"] == f"So: {MASK} and {MASK}"
    for text in held:
        assert not any(spelt in text for spelt in forms_of(value)), text
    beginning = value.strip()[:half]
    if set(beginning) & set("§¶"):  # nothing else on the disk has those
        assert not any(beginning in text for text in held)


def test_a_value_that_is_laid_out_in_a_document_is_masked_there(tmp_path: Path) -> None:
    """A default over lines of its own, however far indented; with quotes doubled as YAML has it."""
    documents = {"a.yaml": DOCUMENT, "b.yaml": "x: 'Bo''s   old\n  boat'"}
    info = replace(INFO, documents=documents)
    path = recorded(tmp_path, {"a": []}, {VALUE, "Bo's old boat"}, info=info)

    texts = only_round(path).info.documents
    assert "Elm" not in path.read_text()
    assert "Lisbon" not in path.read_text()
    assert texts["a.yaml"].endswith(f"default: |-\n      {MASK}\n")
    assert texts["b.yaml"] == f"x: '{MASK}'"


@pytest.mark.parametrize("flush_every", [0, 1])
def test_tools_are_masked_on_both_sides(tmp_path: Path, flush_every: int) -> None:
    """What they were given and what they gave; their names stay."""
    body = {
        "messages": [
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "t", "name": "look", "input": {"id": "A-1"}}
                ],
            },
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "t", "content": "at A-1"}],
            },
        ]
    }
    story = [
        *started(),
        block(0, type="tool_use", id="t", name="refund", input={}),
        *in_pieces(InputJsonDelta, 0, '{"order_id": "A-1", "amount": 3}'),
        over(0),
        block(1, type="web_search_tool_result", tool_use_id="s", content=[{"title": "A-1"}]),
        over(1),
        *stopped("tool_use", 40),
    ]
    path = recorded(tmp_path, {"a": story}, set(), tools=True, body=body, flush_every=flush_every)

    assert "A-1" not in path.read_text()
    (run,) = only_round(path).finished()
    assert [run.content[0][name] for name in ("name", "input")] == ["refund", MASK]
    assert run.stop_reason == "tool_use"


def test_words_of_the_format_stay_though_a_value_is_one(tmp_path: Path) -> None:
    """A session whose values are `text`, `eof` and `user` can still be read."""
    body = {"messages": [{"role": "user", "content": "user text"}]}
    story: list[Happening] = [
        *started(),
        block(0, type="text", text=""),
        TextDelta(0, "the text, user"),
        *stopped("end_turn", 3),
    ]
    path = recorded(tmp_path, {"a": story}, {"text", "eof", "user"}, body=body)
    saved: SavedRound = only_round(path)

    (run,) = saved.finished()
    assert (run.end_state, run.text) == ("complete", f"the {MASK}, {MASK}")
    assert saved.requests["r1-1"].body == {
        "messages": [{"role": "user", "content": f"{MASK} {MASK}"}]
    }
    assert verify(path).notes == ()


def test_a_round_after_a_redacted_one_is_not_masked(tmp_path: Path) -> None:
    """Though its runs have the same ids."""
    with journal_in(tmp_path) as journal:
        for redaction in (Redaction({"a": frozenset({"Ana"})}), None):
            info = replace(INFO, redacted=("who",) if redaction else ())
            journal.begin_round(info, [(Run("a"), MessagesRequest('{"x":"Ana"}'))], redaction)
            journal.write(RunEvent("a", 0.0, TextDelta(0, "Hi Ana")))
            journal.write(RunEvent("a", 0.1, Closed("eof")))
    assert journal.path is not None
    session = read_session(journal.path)

    assert [one.finished()[0].text for one in session.rounds] == [f"Hi {MASK}", "Hi Ana"]
    assert [one.requests["a"].body["x"] for one in session.rounds] == [MASK, "Ana"]
    assert session.notes == ("recorded redacted, round-1: who",)
    assert verify(journal.path).notes == ()


def test_a_fork_of_a_redacted_round_asks_for_what_was_masked(tmp_path: Path) -> None:
    """Documents that hold nothing masked are taken up; those that do are refused, with why."""
    info = replace(INFO, values={"ticket": VALUE, "b": "c"}, redacted=("ticket",))
    fork = forked(read_session(recorded(tmp_path / "1", {"a": []}, {VALUE}, info=info)))
    assert (fork.values, fork.unfilled) == ({"b": "c"}, ("ticket",))

    info = replace(info, documents={"a.yaml": DOCUMENT})
    session = read_session(recorded(tmp_path / "2", {"a": []}, {VALUE}, info=info))
    with pytest.raises(SessionError, match=r"recorded redacted \(ticket\): a.yaml is not whole"):
        forked(session)


def test_what_is_said_of_a_redacted_run_is_masked(tmp_path: Path) -> None:
    """Checks name and quote what they looked for."""
    with journal_in(tmp_path) as journal:
        redaction = Redaction({"a": frozenset({"Ana"})}, tools=True)
        journal.begin_round(INFO, [(Run("a"), MessagesRequest("{}"))], redaction)
        grade = {"passed": False, "results": [{"check": "contains Ana", "why": "it says Bo"}]}
        journal.annotate({"grade": grade, "note": "of Ana"}, of="a")
    assert journal.path is not None
    about = read_session(journal.path).abouts["a"]

    assert about.note == f"of {MASK}"
    (told,) = about.grade["results"]
    assert told == {"check": f"contains {MASK}", "why": MASK}
