"""`workbench review` opens the review of a session, and nothing where there is no terminal."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sessions.helpers import saved, story
from workbench.cli.main import main
from workbench.errors import SettingsError


def test_it_opens_the_review_of_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the round, the variants and the seed as they are named; what is wrong is one line."""
    path = saved(tmp_path, story("a"), "a")
    words = ["review", path.name, "--sessions", str(tmp_path), "--variants", "warm", "base"]
    assert main(words) == 2
    assert "needs a terminal" in capsys.readouterr().err

    asked: list[Any] = []

    async def review(session: Any, *given: Any) -> None:
        asked.append((session.path, *given))
        raise SettingsError("the round has no variant 'warm'", hint="It has: base.")

    desk = SimpleNamespace(reviews=SimpleNamespace(review_saved=review))
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(
        "workbench.tui.app.run_app", lambda _, **given: asyncio.run(given["alone"](desk))
    )
    assert main([*words, "--round", "round-1", "--seed", "4"]) == 2
    assert asked == [(path, "round-1", ("warm", "base"), 4)]
    assert "no variant 'warm'\n  It has: base." in capsys.readouterr().err
