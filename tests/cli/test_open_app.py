"""`workbench [FOLDER]` opens what it is told to, under the limits that it is told."""

from __future__ import annotations

import shutil
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workbench.catalog.catalog import catalog
from workbench.cli.main import main
from workbench.tui.caps import Caps


@pytest.mark.parametrize(
    ("options", "caps"),
    [
        ([], Caps()),
        (["--max-cost", "25c", "--max-run-cost", "$0.05"], Caps(Decimal("0.25"), Decimal("0.05"))),
    ],
)
def test_cost_limits_reach_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], caps: Caps
) -> None:
    """As amounts; what is not said is left to the files."""
    opened: dict[str, Any] = {}
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("workbench.tui.app.run_app", lambda _, **given: opened.update(given) or 0)

    assert main([*options, str(tmp_path)]) == 0
    assert opened["caps"] == caps


def test_a_limit_that_is_no_amount_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, with what to write."""
    assert main(["--max-run-cost", "cheap"]) == 2
    assert "--max-run-cost 'cheap' is no amount" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["prompts"], ["--demo"], ["review", "last"]])
@pytest.mark.parametrize("text", ["theme: [\n", "providers: {anthropic: {base_url: 5}}\n"])
def test_a_config_file_that_cannot_be_used_is_told_before_anything_opens(
    command: list[str], text: str, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a line with its place, and no bug."""
    catalog.cache_clear()
    (own_home / "config").mkdir()
    (own_home / "config" / "config.yaml").write_text(text)

    assert main(command) == 2
    assert "config.yaml:" in capsys.readouterr().err
    shutil.rmtree(own_home / "config")
    catalog.cache_clear()
