"""A conversation goes on in the workbench, and a saved round is sent again, by key."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.app import EXAMPLES, notices, opened, own_prompts, problems, states, until
from tests.tui.provider import provider
from workbench.sessions.session import read_session
from workbench.tui.app import WorkbenchApp
from workbench.tui.choice import Choice
from workbench.tui.picker import Picker
from workbench.tui.replay_screen import ReplayScreen
from workbench.workbench.saved import sessions_in

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def replaying(
    folder: Path, name: str
) -> AsyncIterator[tuple[WorkbenchApp, ReplayScreen, Pilot[None]]]:
    """The workbench with a replay of a recorded session before it."""
    async with opened(own_prompts(folder), speed=100) as (app, pilot):
        session = read_session(EXAMPLES.parent / "sessions" / f"example-{name}.jsonl")
        screen = ReplayScreen(session)
        app.push_screen(screen)
        await until(pilot, lambda: screen.is_attached and screen.loaded)
        yield app, screen, pilot


async def test_a_fresh_answer_goes_on_as_a_new_prompt(tmp_path: Path) -> None:
    """In the editors, unsaved; what is still to be said is a problem with its place."""
    async with opened(own_prompts(tmp_path), speed=100) as (app, pilot):
        await pilot.press("alt+n")
        await until(pilot, lambda: "no answer yet" in notices(app))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        answer = app.front.grid.panes[1].run
        assert answer is not None
        app.front.grid.panes[1].focus()
        await pilot.press("alt+n")
        path = tmp_path / "prompts" / "triage-continued.prompt.yaml"
        panel = app.front.panels["prompt"]
        await until(pilot, lambda: panel.path == path)
        assert answer.text.split("\n")[0] in panel.text
        assert panel.dirty
        assert not path.exists()
        await until(pilot, lambda: any("message" in problem for problem in problems(app)))

        assert app.desk is not None
        app.desk.next_round.fill(path, {"message": "And then?"})
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"])
        assert app.bench.journal is not None
        assert app.bench.journal.path is not None
        app.bench.journal.flush()
        saved = read_session(app.bench.journal.path).rounds[-1]
        messages = saved.requests["r2-1"].body["messages"]
        assert messages[1]["content"] == answer.content
        assert messages[2]["content"] == "And then?"


async def test_a_saved_conversation_goes_on_from_any_message(tmp_path: Path) -> None:
    """Asked which, where there are several; backing out leaves the replay as it was."""
    async with replaying(tmp_path, "orders") as (app, screen, pilot):
        screen.grid.panes[3].focus()
        await pilot.press("alt+n")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("alt+n")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("2", "enter")
        panel = app.front.panels["prompt"]
        await until(pilot, lambda: "Goes on from" in panel.text)
        assert app.screen is app.front
        assert panel.text.count("tool_use_id:") == 2
        assert "I have found it" not in panel.text  # that is the fourth message
        tools = app.front.panels["tools"]
        await until(pilot, lambda: tools.path is not None)
        assert "mocks:" in tools.text
        await pilot.press("f2")
        await until(pilot, lambda: "Saved" in notices(app))
        assert (tmp_path / "prompts" / "orders-continued.system.yaml").exists()


async def test_a_saved_round_is_sent_again(tmp_path: Path) -> None:
    """As it was, in a session that names its origin; what would be refused is asked about."""
    async with replaying(tmp_path, "triage") as (app, screen, pilot):
        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press(*"haiku-5-5", "enter")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert not (tmp_path / "sessions").exists()

        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.front)
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        assert app.bench.journal is not None
        app.bench.journal.flush()
        (new,) = (read_session(one.path) for one in sessions_in(tmp_path / "sessions"))
        old = screen._session.rounds[0]
        assert dict(new.rounds[0].requests) == dict(old.requests)
        assert new.rounds[0].info.origin == "example-triage r1"


async def test_a_saved_round_is_sent_again_at_another_provider(tmp_path: Path) -> None:
    """The workbench goes there, says so, and comes back; each has a session of its own."""
    async with (
        provider() as made,
        opened(own_prompts(tmp_path), base_url=made.url, speed=100) as (app, pilot),
    ):
        session = read_session(EXAMPLES.parent / "sessions" / "example-triage.jsonl")
        screen = ReplayScreen(session)
        app.push_screen(screen)
        await until(pilot, lambda: screen.is_attached and screen.loaded)
        await pilot.press("alt+t")
        for words in ("at another", "bytespike", "at another", "simulator", ""):
            await until(pilot, lambda: isinstance(app.screen, Picker))
            asked = app.screen
            await pilot.press(*words, "enter")
            await until(pilot, lambda asked=asked: app.screen is not asked)  # type: ignore[misc]
        assert "BYTESPIKE_API_KEY is not set" in notices(app)
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        assert {pane.run.provider for pane in app.front.grid.panes if pane.run} == {"simulator"}
        assert app.front.header.badge == "SIMULATED"

        await until(pilot, lambda: app.desk is not None and not app.desk.sending.under_way)
        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("enter")  # where it began
        await until(pilot, lambda: f"Rounds go to {app.bench.home} now" in notices(app))
        assert app.front.header.badge == ""
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        assert app.bench.endpoint.base_url == made.url
    providers = [one.providers for one in sessions_in(tmp_path / "sessions")]
    assert sorted(providers) == [("127.0.0.1",), ("simulator",)]


async def test_nothing_is_sent_again_while_a_round_is_on_its_way(tmp_path: Path) -> None:
    """It is said, and the replay stays."""
    async with opened(own_prompts(tmp_path), speed=0.05) as (app, pilot):
        shutil.copytree(EXAMPLES.parent / "sessions", tmp_path / "other")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "streaming" in states(app))
        screen = ReplayScreen(read_session(tmp_path / "other" / "example-triage.jsonl"))
        app.push_screen(screen)
        await until(pilot, lambda: screen.is_attached and screen.loaded)
        await pilot.press("alt+t")
        await until(pilot, lambda: "on its way" in notices(app))
        assert app.screen is screen
