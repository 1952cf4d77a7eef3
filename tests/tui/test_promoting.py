"""A variant made the base of its file: shown first, written when told to, taken back by undo."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.app import notices, opened, until
from tests.tui.next_round import PROMPT, own
from tests.tui.provider import provider
from workbench.tui.app import WorkbenchApp
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen

pytestmark = pytest.mark.anyio

TEXT = PROMPT.replace("cases: file://own.cases.yaml\n", "").replace("required: true", "default: a")
WARM = TEXT.replace("temperature: 0\n", "temperature: 0.7\n").replace(
    "  warm: {temperature: 0.7}\n", ""
)


def git(folder: Path, *words: str) -> str:
    """What git says there."""
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@asynccontextmanager
async def ran(tmp_path: Path) -> AsyncIterator[tuple[WorkbenchApp, Pilot[None], Path]]:
    """The app after a round of a prompt that is in git; the prompt's file."""
    folder = own(tmp_path, TEXT)
    git(folder, "init", "--quiet")
    git(folder, "config", "user.name", "Ada")
    git(folder, "config", "user.email", "ada@example.org")
    git(folder, "add", "own.prompt.yaml")
    git(folder, "commit", "--quiet", "--message", "Begin")
    async with (
        provider() as made,
        opened(folder, prompt="own", base_url=made.url, size=(80, 24)) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.front.shows_round and not app.front.running)
        yield app, pilot, folder / "own.prompt.yaml"


async def asked(app: WorkbenchApp, pilot: Pilot[None]) -> str:
    """All that the diff's screen says, once it is there."""
    await until(pilot, lambda: isinstance(app.screen, DiffScreen))
    await pilot.pause()
    return "\n".join(str(each.content) for each in app.screen.query(Static))


async def test_the_chosen_column_becomes_the_base_and_is_taken_back(tmp_path: Path) -> None:
    """Nothing is written before yes; the commit carries the evidence; u writes what was before."""
    async with ran(tmp_path) as (app, pilot, path):
        await pilot.press("alt+p")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        screen = app.screen
        assert isinstance(screen, ResultsScreen)
        await until(pilot, lambda: screen.grid.chosen is not None)
        await pilot.press("right", "P")
        words = await asked(app, pilot)
        doubt, _, diff = words.partition("--- a/own.prompt.yaml")
        assert "Careful: nothing shows that warm is better" in doubt
        assert "-temperature: 0\n+temperature: 0.7\n" in diff
        assert "Promote warm to the base of own.prompt.yaml" in words
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert path.read_text() == TEXT

        await pilot.press("P")
        await asked(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: "Committed: " in notices(app))
        assert path.read_text() == WARM
        assert app.front.panels["prompt"].text == WARM
        message = git(path.parent, "log", "-1", "--format=%B")
        assert message.startswith("Promote warm to the base of own.prompt.yaml\n\nwarm: 1 run")
        assert "Session 20" in message

        await pilot.press("u")
        await until(pilot, lambda: path.read_text() == TEXT)
        await until(pilot, lambda: app.front.panels["prompt"].text == TEXT)
        await pilot.press("u")
        await until(pilot, lambda: "nothing to take back" in notices(app))


async def test_what_is_unsaved_stays_and_is_not_saved_with_it(tmp_path: Path) -> None:
    """From a pane: the patch joins what was typed; what changes under the question is refused."""
    async with ran(tmp_path) as (app, pilot, path):
        panel = app.front.panels["prompt"]
        pane = app.front.grid.panes[1]
        pane.focus()
        await pilot.press("P")
        await asked(app, pilot)
        path.write_text(f"# theirs\n{TEXT}")
        await pilot.press("w")
        await until(pilot, lambda: "changed while the diff was shown" in notices(app))
        assert path.read_text() == panel.text == f"# theirs\n{TEXT}"

        panel.editor.insert("# mine\n", (0, 0))
        pane.focus()
        await until(pilot, lambda: pane.has_focus)
        await pilot.press("P")
        words = await asked(app, pilot)
        assert "beside what is unsaved there" in words
        assert "commit" not in words
        assert "has changed since that round" in words
        await pilot.press("t")
        await until(pilot, lambda: panel.text == f"# mine\n# theirs\n{WARM}")
        assert path.read_text() == f"# theirs\n{TEXT}"
        panel.editor.undo()
        assert panel.text == f"# mine\n# theirs\n{TEXT}"


async def test_a_replayed_variant_is_promoted(tmp_path: Path) -> None:
    """From its pane, though git refuses; a base that changes nothing is refused by us."""
    async with ran(tmp_path) as (app, pilot, path):
        hook = path.parent / ".git" / "hooks" / "pre-commit"
        hook.write_text("#!/bin/sh\necho not on a Saturday\nexit 1\n")
        hook.chmod(0o755)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        replay = app.screen
        assert isinstance(replay, ReplayScreen)
        await until(pilot, lambda: replay.loaded and replay.focused is not None)
        await pilot.press("P")
        await until(pilot, lambda: "changes nothing" in notices(app))
        replay.grid.panes[1].focus()
        await pilot.press("P")
        await asked(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: "git does not commit own.prompt.yaml" in notices(app))
        assert "not on a Saturday" in notices(app)
        assert path.read_text() == WARM
