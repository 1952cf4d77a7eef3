"""`workbench sessions`: every command, as a user types it."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from tests.sessions.helpers import INFO, journal_in, planned, story
from workbench.cli.main import main
from workbench.sessions.session import read_session

Captured = pytest.CaptureFixture[str]
EXAMPLES = Path(__file__).parents[2] / "sessions"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example sessions, and the test standing beside them."""
    (tmp_path / "sessions").mkdir()
    for path in EXAMPLES.glob("example-*.jsonl"):
        shutil.copy(path, tmp_path / "sessions")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "sessions"


def done(capsys: Captured, *words: str, code: int = 0) -> str:
    """What a command prints on stdout."""
    assert main(["sessions", *words]) == code
    return capsys.readouterr().out


def test_what_is_said_of_a_session_is_listed_and_found(folder: Path, capsys: Captured) -> None:
    """Title, tags and notes; archived ones only where asked for."""
    done(capsys, "title", "example-triage", "Queues \x1b[31m")
    done(capsys, "tag", "example-triage", "good", "+old", "--", "-old")
    done(capsys, "note", "example-triage", "zebra", "--run", "r1-2")
    (one,) = [json.loads(line) for line in done(capsys, "list", "tag:good", "--json").splitlines()]
    assert (one["title"], one["tags"], one["runs"]) == ("Queues \x1b[31m", ["good"], 3)
    assert float(one["cost_usd"]) > 0
    assert "\x1b" not in done(capsys, "list")
    assert "‹zebra›" in done(capsys, "search", "zebra")
    assert "zebra" in done(capsys, "show", "example-triage", "--run", "r1-2")
    assert "zebra" not in done(capsys, "show", "example-triage", "--run", "r1-1")

    done(capsys, "archive", "example-triage")
    assert "example-triage" not in done(capsys, "list")
    assert "example-triage" in done(capsys, "list", "--archived")
    assert "example-triage" in done(capsys, "search", "zebra")
    done(capsys, "unarchive", "example-triage")
    assert "example-triage" in done(capsys, "list", "--limit", "3")
    done(capsys, "pin", "example-orders")
    assert done(capsys, "list").startswith("example-orders")
    done(capsys, "unpin", "example-orders")
    assert done(capsys, "list", "is:pinned") == ""
    assert done(capsys, "search", "no-such-word-anywhere", code=1) == ""


def test_trash_restore_and_verify(folder: Path, capsys: Captured) -> None:
    """Thrown away and back; damage is told with exit code 1, and repaired when asked to."""
    done(capsys, "trash", "example-orders")
    assert done(capsys, "trash", "--list") == "example-orders.jsonl\n"
    assert "example-orders" not in done(capsys, "list")
    done(capsys, "restore")
    assert "example-orders" in done(capsys, "list")

    path = folder / "example-orders.jsonl"
    path.write_bytes(path.read_bytes() + b"garbage\n")
    assert "damaged and left out" in done(capsys, "verify", code=1)
    done(capsys, "verify", "--repair")
    assert done(capsys, "verify", "example-orders") == ""
    (folder / "empty.jsonl").touch()
    assert main(["sessions", "verify"]) == 0
    assert "empty.jsonl is empty" in capsys.readouterr().err
    done(capsys, "trash", "--empty", "--yes")
    assert done(capsys, "trash", "--list") == ""


def test_what_is_being_written_is_under_way_and_not_cut(folder: Path, capsys: Captured) -> None:
    """Nothing is wrong with it, and one that cannot be repaired now keeps no other from it."""
    with journal_in(folder, "live") as book:
        book.begin_round(INFO, planned("a"))
        for event in story("a")[:5]:
            book.write(event)
        book.flush()
        assert "under way" in done(capsys, "list", "name:live")
        assert "1 run under way: a workbench is writing it now" in done(capsys, "verify")

        assert book.path is not None
        for path in (book.path, folder / "example-orders.jsonl"):
            with path.open("ab") as file:
                file.write(b"garbage\n")
        assert main(["sessions", "verify", "--repair"]) == 1
        assert "is not repaired: " in (err := capsys.readouterr().err)
        assert "example-orders.jsonl: repaired" in err
    assert "1 cut" in done(capsys, "list", "name:live")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tag", "example-triage", "two words"], "no tag"),
        (["note", "example-triage", "x", "--run", "r9"], "no run"),
        (["show", "example-triage", "--run", "r9"], "no run"),
        (["restore", "gone"], "no session 'gone'"),
        (["trash"], "no session is named"),
        (["title", "gone", "x"], "no session"),
        (["list", "is:odd"], "is:odd is no mark\n  Write is:cut"),
        (["search", "since:yesterday"], "names no day"),
    ],
)
def test_a_slip_is_one_line(folder: Path, capsys: Captured, words: list[str], said: str) -> None:
    """Exit code 2, what is wrong, what to do."""
    assert main(["sessions", *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_a_saved_round_is_forked_and_run_again(
    folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    """The command that it names runs; without --to nothing is written."""
    assert main(["sessions", "fork", "example-triage", "--run", "r1-2"]) == 0
    out, err = capsys.readouterr()
    assert "-model: claude-haiku-4-5" in out
    assert "Nothing is written" in err
    words = ["sessions", "fork", "example-triage", "--run", "r1-2", "--to", "again"]
    assert main(words) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    command = shlex.split(told.partition(": ")[2])
    assert command[:3] == ["workbench", "run", "again/triage.prompt.yaml"]
    assert main([*command[1:], "--speed", "100", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["variant"] == "terse"
    assert main(words) == 2


def test_a_saved_conversation_goes_on(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    """With the results of its tools; the command that is named runs; else nothing is written."""
    words = ["sessions", "fork", "example-orders", "--continue", "--run", "r1-1"]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert "tool_use_id: toolu_" in out
    assert "mocks" in err
    assert "Nothing is written" in err

    assert main([*words, "--to", "on"]) == 0
    command = shlex.split(capsys.readouterr().err.splitlines()[-1].partition(": ")[2])
    assert command == ["workbench", "run", "on/orders-continued.prompt.yaml"]
    assert main([*command[1:], "--speed", "100", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["end_state"] == "complete"

    again = ["sessions", "fork", "last", "--continue", "--to", "further"]
    assert main(again) == 0
    command = shlex.split(capsys.readouterr().err.splitlines()[-1].partition(": ")[2])
    assert command[-2:] == ["--set", "message=…"]
    assert main([*command[1:-1], "message=Thanks.", "--speed", "100", "--json"]) == 0
    line = json.loads(capsys.readouterr().out)
    (saved,) = read_session(Path(line["session"])).rounds
    assert [m["role"] for m in saved.requests["r1-1"].body["messages"]] == [
        *("user", "assistant", "user", "assistant", "user")
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["example-orders", "--continue"], "has 4 runs"),
        (["example-orders", "--continue", "--run", "r1-1", "--turn", "9"], "has 2 messages"),
        (["example-orders", "--turn", "1"], "Add --continue"),
        (["example-orders", "--continue", "--run", "r9"], "no round or run"),
        (["example-orders", "--continue", "--run", "r1-1", "--provider", "x"], "no provider"),
    ],
)
def test_what_cannot_go_on_is_one_line(
    folder: Path, capsys: Captured, words: list[str], said: str
) -> None:
    """With what to do; nothing is written."""
    assert main(["sessions", "fork", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_saved_round_is_sent_again(folder: Path, capsys: Captured) -> None:
    """The same requests to the byte, in a session of their own that names its origin."""
    words = ["sessions", "rerun", "example-triage", "--speed", "100", "--json"]
    assert main(words) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["variant"] for line in lines} == {"base", "terse", "warm"}
    (new,) = read_session(Path(lines[0]["session"])).rounds
    (old,) = read_session(folder / "example-triage.jsonl").rounds
    assert [new.requests[run.run_id] for run in new.runs] == [*old.requests.values()]
    assert new.info.origin == "example-triage r1"
    assert new.info.documents == old.info.documents

    assert main([*words, "--run", "r1-2", "--model", "claude-opus-4-6"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["model"] == "claude-opus-4-6"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--run", "r9"], "no run 'r9'"),
        (["--round", "r9"], "no round 'r9'"),
        (["--model", "claude-haiku-5-5"], "would refuse it"),
        (["--max-cost", "0"], "over the limit"),
    ],
)
def test_what_cannot_be_sent_again_is_one_line(
    folder: Path, capsys: Captured, words: list[str], said: str
) -> None:
    """Nothing is sent, nothing is saved."""
    before = sorted(folder.iterdir())
    assert main(["sessions", "rerun", "example-triage", *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert sorted(folder.iterdir()) == before
