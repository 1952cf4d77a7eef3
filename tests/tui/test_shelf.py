"""Sessions of others taken in, and damaged ones repaired, by key from the list."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.sessions.foreign.files import result, results
from tests.tui.app import EXAMPLES, notices, opened, own_prompts, until
from workbench.tui.ask import Ask
from workbench.tui.choice import Choice
from workbench.tui.sessions.sessions_screen import SessionsScreen

pytestmark = pytest.mark.anyio


async def test_others_records_are_imported_and_damage_is_repaired(tmp_path: Path) -> None:
    """A file that is none is asked for again, undo throws away; what is whole is kept."""
    prompts = own_prompts(tmp_path)
    shutil.copytree(EXAMPLES.parent / "sessions", tmp_path / "sessions")
    triage = tmp_path / "sessions" / "example-triage.jsonl"
    whole = triage.read_bytes()
    triage.write_bytes(whole + b"garbage\n")
    async with opened(prompts) as (app, pilot):
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        screen = app.screen
        assert isinstance(screen, SessionsScreen)
        await until(pilot, lambda: screen.reading == 0)
        known = screen.list.count
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("r")
        await until(pilot, lambda: "triage is repaired." in notices(app))
        assert triage.read_bytes() == whole
        await pilot.press("c")
        await until(pilot, lambda: "every line of its file is whole" in notices(app))

        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        line = app.screen.query_one(Input)
        line.value = str(tmp_path)
        await pilot.press("enter")
        wrong = app.screen.query(".wrong").last(Static)
        await until(pilot, lambda: "is no file" in str(wrong.content))
        line.value = str(results(tmp_path / "results.json", result()))
        await pilot.press("enter")
        status = screen.query_one("#status", Static)
        await until(pilot, lambda: "1 session imported." in str(status.content))
        assert screen.list.count == known + 1
        assert screen.chosen is not None
        assert screen.chosen.summary.about.title == "Greetings"
        await pilot.press("u")
        await until(pilot, lambda: screen.list.count == known)
