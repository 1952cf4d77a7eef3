"""Markdown, CSV and JSONL say what happened, and text from others is text in them."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.sessions.exported import HOSTILE, hostile, session_of
from tests.sessions.helpers import BODY
from workbench.errors import SessionError
from workbench.sessions.about import annotate
from workbench.sessions.export.answer import answer
from workbench.sessions.export.table import COLUMNS
from workbench.sessions.fork import forked
from workbench.sessions.session import Session, read_session
from workbench.telling.plain import seen
from workbench.workbench.export import Form, Wanted, exported
from workbench.workbench.outcome import as_json, cost_of

ASKED = {
    **BODY,
    "temperature": 0.5,
    "system": [{"type": "text", "text": HOSTILE, "cache_control": {"type": "ephemeral"}}],
    "messages": [{"role": "user", "content": HOSTILE}],
    "tools": [{"name": "get_order", "input_schema": {"type": "object"}}],
}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Two rounds of all that is hostile, with notes."""
    path = session_of(tmp_path, hostile(), rounds=2, bodies=(ASKED, {**ASKED, "temperature": 0.9}))
    annotate(path, {"title": "=late <b>", "note": HOSTILE, "tags": ["a|b"]})
    annotate(path, {"note": "+1", "tags": ["good", "@me"]}, of="r1-1")
    return read_session(path)


def text_of(session: Session, form: Form, **more: object) -> str:
    """The whole of an export."""
    return "".join(exported(session, Wanted(form, **more)))  # type: ignore[arg-type]


def test_markdown_holds_every_answer_as_code_and_nothing_as_markup(session: Session) -> None:
    """To a CommonMark reader it has our headings, lists, tables and fences: no HTML, no link."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text_of(session, "md"))

    kinds = {token.type for token in tokens}
    inline = {child.type for token in tokens for child in token.children or ()}
    assert "html_block" not in kinds
    assert inline <= {"text", "strong_open", "strong_close", "softbreak"}
    fenced = [token.content for token in tokens if token.type == "fence"]
    for saved in session.rounds:
        for run in saved.finished():
            assert answer(run).rstrip("\n") + "\n" in [text.rstrip("\n") + "\n" for text in fenced]
    assert seen(HOSTILE) + "\n" in fenced
    headings = [t.content for before, t in pairwise(tokens) if before.type == "heading_open"]
    assert "\\=late" not in headings[0]
    assert headings[1] == "Round 1: triage"


def test_markdown_says_once_what_all_runs_share(session: Session) -> None:
    """System, prompt and tools stand with the round; with a run only what is its own."""
    text = text_of(session, "md", rounds=["1"])

    assert text.count("### system, cached up to here") == 1
    assert text.count('"name": "get_order"') == 1
    assert text.count('"temperature": 0.9') == 2
    assert text.count("SIMULATED") == 1


def test_csv_has_a_row_a_run_and_no_formula(session: Session) -> None:
    """Read back it has every column in every row; no text begins as a formula, none is lost."""
    text = text_of(session, "csv")

    assert text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert list(rows[0]) == list(COLUMNS)
    runs = [run for saved in session.rounds for run in saved.finished()]
    assert [row["run"] for row in rows] == [run.run_id for run in runs]
    assert all(None not in row.values() for row in rows)
    assert all(cell[:1] not in tuple("=+-@\t\r") or not cell for r in rows for cell in r.values())
    first = rows[0]
    assert first["answer"] == seen(HOSTILE)
    assert first["tags"] == "good @me"
    assert first["note"] == "'+1"
    assert (first["output_tokens"], first["cache_creation_input_tokens"]) == ("90", "")
    assert first["cost_usd"] == str(cost_of(runs[0]).usd)
    assert json.loads(rows[1]["tool_calls"])[0]["input"]["n"][2] == {"deep": "=1+1"}


def test_jsonl_is_what_run_json_says_and_what_was_asked(session: Session) -> None:
    """One object a line; the request is the very body that was sent, the answer exact."""
    rows = [json.loads(line) for line in text_of(session, "jsonl").splitlines()]

    runs = [run for saved in session.rounds for run in saved.finished()]
    assert len(rows) == len(runs)
    for row, run in zip(rows, runs, strict=True):
        said = json.loads(json.dumps(as_json(run, Path(session.path.name))))
        assert {name: row[name] for name in said} == said
    assert rows[0]["request"] == ASKED
    assert rows[0]["content"][1]["text"] == HOSTILE
    assert rows[0]["about"]["run"]["tags"] == ["good", "@me"]
    assert rows[0]["documents"].keys() == {"prompts/triage.prompt.yaml"}


def test_unknown_lines_survive(tmp_path: Path) -> None:
    """What a later version wrote goes into JSONL as it stands, once; a fork leaves it be."""
    path = session_of(tmp_path, {"base": hostile()["tools"]})
    first, rest = path.read_text().split("\n", 1)
    more = '{"r":1,"at":9,"weather":"fine"}\n{"new_kind":{"x":[1]}}\n'
    path.write_text(f'{first[:-1]},"mood":{{"then":"calm"}}}}\n{rest}{more}')
    before = path.read_bytes()
    session = read_session(path)

    (row,) = (json.loads(line) for line in text_of(session, "jsonl").splitlines())
    forked(session).write(tmp_path / "fork")

    assert path.read_bytes() == before
    assert row["unknown"][0] == json.loads(before.split(b"\n", 1)[0])
    assert row["unknown"][0]["mood"] == {"then": "calm"}
    assert "calm" not in text_of(session, "jsonl", redact_tools=True)  # nobody knows what it is
    assert {"new_kind": {"x": [1]}} in row["unknown"]
    assert {"r": 1, "at": 9, "weather": "fine"} in row["unknown"]


def test_only_what_is_asked_for_is_exported(session: Session) -> None:
    """A round by its id or number, runs by their ids; a name that is none is refused."""
    rows = [json.loads(line) for line in text_of(session, "jsonl", rounds=["r2"]).splitlines()]
    assert {row["round"] for row in rows} == {"r2"}
    rows = [json.loads(line) for line in text_of(session, "jsonl", runs=["r1-2"]).splitlines()]
    assert [row["run"] for row in rows] == ["r1-2"]

    with pytest.raises(SessionError, match="no run 'r9-1'") as caught:
        text_of(session, "md", runs=["r9-1"])
    assert "r1-1" in caught.value.hint
    with pytest.raises(SessionError, match="no round '7'"):
        text_of(session, "md", rounds=["7"])
