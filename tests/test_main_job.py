"""The main job, end to end, over real HTTP on loopback: edit, run, cancel, save, replay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.app import opened, own_prompts, states, until
from workbench.cli.main import main
from workbench.sessions.session import read_session
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen

pytestmark = pytest.mark.anyio


async def test_the_main_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was typed is sent and saved; a cancelled run keeps its words; a replay is the same."""
    prompts = own_prompts(tmp_path)
    triage = prompts / "triage.prompt.yaml"
    before = triage.read_text()
    async with opened(prompts, speed=0.25) as (app, pilot):
        screen = app.front
        panel = screen.panels["prompt"]

        # Edit: the text is on the screen only, the file is as it was.
        await pilot.press("ctrl+end")
        await pilot.press("enter", *"# my own note")
        assert panel.dirty
        assert triage.read_text() == before

        # Run, and cancel the first variant in mid-answer.
        await pilot.press("ctrl+r")
        first = screen.grid.panes[0]
        await until(pilot, lambda: bool(first.run and len(first.run.text) > 20))
        first.focus()
        await pilot.press("escape")
        await until(pilot, lambda: "streaming" not in states(app) and len(states(app)) == 3)
        await until(pilot, lambda: not screen.running)
        await until(pilot, lambda: states(app) == ["aborted", "complete", "complete"])
        assert first.run is not None
        cut = first.run.text
        assert len(cut) > 20
        assert "session $0.0" in screen.header.money or "≈" in screen.header.money

        # Save: the file holds what was typed, to the letter.
        await pilot.press("f2")
        await until(pilot, lambda: not panel.dirty)
        assert triage.read_text() == before + "\n# my own note"

        # Replay: the same words in the same panes.
        session = app.bench.journal.path if app.bench.journal else None
        assert session is not None
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        replaying = app.screen
        assert isinstance(replaying, ReplayScreen)
        await pilot.press("greater_than_sign", "greater_than_sign", "greater_than_sign")
        await until(pilot, lambda: replaying._player.ended)
        await until(pilot, lambda: all(p.run and p.run.end_state for p in replaying.grid.panes))
        shown = replaying.grid.panes[0].run
        assert shown is not None
        assert (shown.end_state, shown.text) == ("aborted", cut)
        assert "# my own note" in replaying.panels["prompt"].text
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("ctrl+q")

    # The file tells the same story without the app.
    saved = read_session(session)
    assert [run.end_state for run in saved.rounds[0].finished()] == [
        "aborted",
        "complete",
        "complete",
    ]
    assert "# my own note" in saved.rounds[0].info.documents["triage.prompt.yaml"]
    capsys.readouterr()


def test_a_replay_prints_what_the_live_run_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Content, usage, stop reason and cost of a replay's --json equal the live run's."""
    prompts = own_prompts(tmp_path)
    for name in ("triage", "policy", "orders"):
        code = main(["run", str(prompts / f"{name}.prompt.yaml"), "--json", "--speed", "50"])
        live = {row["run"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
        assert code == 0
        session = next(iter(live.values()))["session"]

        assert main(["replay", session, "--json"]) == 0
        again = {row["run"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}

        assert again == live
