"""A bug: one line for the user, a file for whoever mends it, no key in either."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.cli import doctor
from workbench.cli.main import main
from workbench.workbench.crash import crash_line


@pytest.fixture(autouse=True)
def own_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Crash files go to the test's own folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_bug_in_a_command_is_one_line_and_a_file(
    own_tmp: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, no traceback on the terminal; the file says where it happened."""

    def broken() -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(doctor, "_installation", broken)

    assert main(["doctor"]) == 2

    out, err = capsys.readouterr()
    (file,) = own_tmp.glob("workbench-crash-*.txt")
    assert out == ""
    assert err.splitlines() == [
        "workbench: a bug in workbench ended it. What was received is saved; details: " + str(file)
    ]
    assert "KeyError: 'a bug'" in file.read_text()


def test_no_key_reaches_the_file(own_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in a variable that is called a key is masked, wherever it came from."""
    monkeypatch.setenv("LOCAL_API_KEY", "sk-local-secret")

    crash_line(ValueError("refused: sk-local-secret"))

    (file,) = own_tmp.glob("workbench-crash-*.txt")
    assert "sk-local-secret" not in file.read_text()
    assert "[secret]" in file.read_text()


def test_a_full_disk_does_not_hide_the_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file cannot be written, the line says so."""
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")

    assert "details: nowhere (" in crash_line(ValueError("x"))
