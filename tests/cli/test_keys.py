"""`workbench keys`: the table, as it is mapped."""

from __future__ import annotations

import json

import pytest

from workbench.catalog.config_file import config_file
from workbench.cli.main import main
from workbench.tui.keymap import every_act


def by_hand(text: str) -> None:
    """Write the user's own config file."""
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text, encoding="utf-8")


def test_every_act_is_listed_with_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    """By the name that the key map knows it by."""
    assert main(["keys"]) == 0
    told = capsys.readouterr()

    assert told.err == ""
    for name, act in every_act().items():
        assert any(name in line and act.tells in line for line in told.out.splitlines())


def test_what_is_mapped_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    """And an act without a key has a dash."""
    by_hand("keys: {run: alt+e, jump: none}\n")
    assert main(["keys"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert [line.split()[:3] for line in lines if line.startswith("* ") and "alt+e" in line] == [
        ["*", "run", "alt+e"]
    ]
    assert [line.split()[:3] for line in lines if " jump " in line] == [["*", "jump", "–"]]


def test_json_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With the act's own keys beside those that it has."""
    by_hand("keys: {run: alt+e}\n")
    assert main(["keys", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    (run,) = [row for row in rows if row["act"] == "run"]
    assert run["keys"] == ["alt+e"]
    assert run["default"] == ["ctrl+r", "f5", "ctrl+enter"]
    assert run["screens"] == ["workbench"]


def test_what_is_wrong_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """With its place; exit code 1, and the table all the same."""
    by_hand("keys:\n  rum: alt+e\n")
    assert main(["keys"]) == 1
    told = capsys.readouterr()

    assert told.err == f"{config_file()}:2:3: keys.rum: no such act; did you mean run?\n"
    assert "Send every variant" in told.out
