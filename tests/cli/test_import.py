"""`workbench sessions import`: what other programs recorded becomes sessions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sessions.foreign.files import OLD, database, result, results
from workbench.cli.main import main
from workbench.sessions.session import read_session

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test stands beside its files."""
    monkeypatch.chdir(tmp_path)
    row = {"id": "a", "conversation_id": "c", "model": "gpt-4o", "prompt": "Hi", "response": "Ho"}
    talk = {"id": "c", "name": "Red \x1b[31m talk"}
    database(tmp_path / "logs.db", OLD, {"conversations": [talk], "responses": [row]})
    results(tmp_path / "results.json", result())


def test_both_kinds_are_imported_once(capsys: Captured) -> None:
    """What is new is listed; how many were here already is narration."""
    assert main(["sessions", "import", "logs.db", "results.json"]) == 0
    out, err = capsys.readouterr()
    talk, greetings = out.splitlines()
    assert "Red" in talk
    assert "\x1b" not in talk
    assert "1 round" in greetings
    assert err.splitlines() == [
        "logs.db: 1 session imported",
        "results.json: 1 session imported",
    ]

    assert main(["sessions", "import", "logs.db", "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["state"], told["from"], told["key"], told["runs"]) == ("here", "llm", "c", 1)
    assert Path(told["session"]).is_file()
    assert err == "logs.db: no session imported, 1 here already\n"


def test_an_imported_round_is_sent_again_with_a_bound_and_says_so(capsys: Captured) -> None:
    """What the record lacks and the API needs is added, in the request and in a line."""
    assert main(["sessions", "import", "logs.db"]) == 0
    capsys.readouterr()
    words = ["--model", "claude-haiku-4-5", "--provider", "simulator", "--speed", "100", "--json"]
    assert main(["sessions", "rerun", "last", *words]) == 0
    out, err = capsys.readouterr()
    assert "llm recorded no max_tokens: sent with 4,096" in err
    (saved,) = read_session(Path(json.loads(out)["session"])).rounds
    assert saved.requests["r1-1"].body["max_tokens"] == 4096


def test_an_imported_session_is_shown_replayed_and_exported(capsys: Captured) -> None:
    """By the commands that every session has; that its timing is not whole is said."""
    assert main(["sessions", "import", "results.json"]) == 0
    capsys.readouterr()
    assert main(["sessions", "show", "last"]) == 0
    out, err = capsys.readouterr()
    assert "Hi, Ana!" in out
    assert "$0.0005" in out
    assert "All assertions passed" in out
    assert "only how long an answer took is known" in err
    assert main(["replay", "last", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["total_s"], row["first_token_s"], row["model"]) == (
        1.794,
        None,
        "openai:gpt-5-mini",
    )
    for form in ("md", "csv", "jsonl", "html", "cast"):
        assert main(["sessions", "export", "last", "--as", form]) == 0
        assert "Ana" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no", "neither a database of llm nor"), (b"SQLite format 3\0rubbish", "cannot read odd")],
)
def test_another_file_is_one_clear_line(content: bytes, said: str, capsys: Captured) -> None:
    """Exit code 2, and what to do."""
    Path("odd").write_bytes(content)
    assert main(["sessions", "import", "odd"]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "llm logs path" in err
    assert "Traceback" not in err
