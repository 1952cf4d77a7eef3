"""`workbench sessions export`: every form, to a file or to standard output, never over a file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from workbench.cli.main import main

Captured = pytest.CaptureFixture[str]
EXAMPLES = Path(__file__).parents[2] / "sessions"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example sessions, and the test standing beside them."""
    (tmp_path / "sessions").mkdir()
    for path in EXAMPLES.glob("example-*.jsonl"):
        shutil.copy(path, tmp_path / "sessions")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def export(*words: str) -> int:
    """Run the command; its exit code."""
    return main(["sessions", "export", *words])


@pytest.mark.parametrize("form", ["md", "csv", "jsonl", "html", "cast"])
def test_the_form_is_the_suffix_and_the_text_is_that_of_stdout(
    form: str, capsys: Captured, folder: Path
) -> None:
    """A file, a folder and a pipe get the same bytes; where it was written to is narration."""
    assert export("example-orders", "--to", f"out.{form}") == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"written: out.{form}\n")
    (folder / "into").mkdir()
    assert export("example-orders", "--to", "into", "--as", form) == 0
    assert export("example-orders", "--as", form) == 0

    text = (folder / f"out.{form}").read_bytes().decode()
    (named,) = (folder / "into").iterdir()
    assert named.name.startswith("example-orders.")
    assert named.read_bytes().decode() == text
    assert capsys.readouterr().out.replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert "get_order" in text


def test_no_file_is_overwritten_unless_that_is_wanted(capsys: Captured, folder: Path) -> None:
    """One line says so; the file is as it was, and nothing is left beside it. The session never."""
    out = folder / "out.md"
    out.write_text("mine")
    before = sorted(folder.rglob("*"))

    assert export("example-orders", "--to", "out.md") == 2
    assert "out.md is there already" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert sorted(folder.rglob("*")) == before

    assert export("example-orders", "--to", "out.md", "--force") == 0
    assert out.read_text().startswith("# orders\n")

    own = folder / "sessions" / "example-orders.jsonl"
    whole = own.read_bytes()
    assert export("example-orders", "--to", str(own), "--force") == 2
    assert "is the session itself" in capsys.readouterr().err
    assert own.read_bytes() == whole


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "out.doc"], "out.doc: what form shall that be?"),
        (["--to", "."], "which form?"),
        (["--to", "nowhere/out.md"], "cannot write nowhere/out.md: No such file"),
        (["--redact", "tikket"], "has no variable 'tikket'"),
        (["--run", "r9"], "has no run 'r9'"),
        (["--round", "9"], "has no round '9'"),
        (["--as", "cast", "--size", "big"], "--size big is no size"),
        (["--as", "cast", "--size", "3x3"], "3x3 is no size for a screen"),
    ],
)
def test_what_cannot_be_exported_is_one_clear_line(
    words: list[str], said: str, capsys: Captured, folder: Path
) -> None:
    """Exit code 2, a hint, no file."""
    before = sorted(folder.rglob("*"))

    assert export("example-triage", *words) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err
    assert sorted(folder.rglob("*")) == before


def test_parts_and_redaction(capsys: Captured) -> None:
    """Only the run asked for, with the ticket masked; it came from the prompt's default."""
    words = ["--as", "jsonl", "--run", "r1-2", "--redact", "ticket", "--redact", "channel"]
    assert export("example-triage", *words) == 0

    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    asked = row["request"]["messages"][0]["content"]
    assert asked == '<ticket channel="[redacted]">\n[redacted]\n</ticket>'
    assert row["run"] == "r1-2"
