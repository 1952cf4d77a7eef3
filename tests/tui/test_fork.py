"""A saved run is taken up again in the editors, and nothing typed is dropped unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.app import EXAMPLES, notices, opened, own_prompts, until
from workbench.tui.app import WorkbenchApp
from workbench.tui.choice import Choice
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen

pytestmark = pytest.mark.anyio


async def fork(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Open the one session, and take up its first run."""
    await pilot.press("ctrl+g")
    await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
    screen = app.screen
    assert isinstance(screen, ReplayScreen)
    await until(pilot, lambda: bool(screen.grid.panes))
    await pilot.press("f")
    await until(pilot, lambda: app.screen is not screen)


async def test_a_fork_brings_the_documents_back_as_unsaved_changes(tmp_path: Path) -> None:
    """One that changed and one that is gone; what differs is shown; saved, both are there."""
    prompts = own_prompts(tmp_path)
    (tmp_path / "sessions").mkdir()
    shutil.copy(EXAMPLES.parent / "sessions" / "example-triage.jsonl", tmp_path / "sessions")
    path, terse = prompts / "triage.prompt.yaml", prompts / "triage-terse.system.yaml"
    then = path.read_text()
    path.write_text(then.replace("max_tokens: 300", "max_tokens: 200"))
    async with opened(prompts, size=(80, 24)) as (app, pilot):
        terse.unlink()
        await fork(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        await pilot.press("escape")
        await until(pilot, lambda: "example-triage r1-1" in notices(app))
        assert app.front.panels["prompt"].text == then
        assert app.front.panels["prompt"].dirty
        assert "200" in path.read_text()

        await pilot.press("f2")
        await until(pilot, lambda: terse.exists() and path.read_text() == then)


async def test_what_is_unsaved_is_not_dropped_unasked(tmp_path: Path) -> None:
    """Backing out of the question leaves the text as it was typed."""
    prompts = own_prompts(tmp_path)
    (tmp_path / "sessions").mkdir()
    shutil.copy(EXAMPLES.parent / "sessions" / "example-triage.jsonl", tmp_path / "sessions")
    async with opened(prompts) as (app, pilot):
        await pilot.press("#")
        typed = app.front.panels["prompt"].text
        await fork(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        assert app.front.panels["prompt"].text == typed

        await fork(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("d")
        await until(pilot, lambda: "example-triage r1-1" in notices(app))
        assert app.front.panels["prompt"].text != typed
