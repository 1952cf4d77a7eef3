"""The tour: on the examples, once; each step is really done, or gone past."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.app import notices, opened, own_prompts, until
from workbench.tui.app import WorkbenchApp
from workbench.tui.compare_screen import CompareScreen
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.tui.tour import TourBar

pytestmark = pytest.mark.anyio


def step(app: WorkbenchApp) -> str:
    """What the tour says; empty where there is none."""
    bars = app.front.query(TourBar)
    return str(bars.first()._said.content) if bars else ""


def keys_of(bar: TourBar) -> str:
    """What stands below the step."""
    return bar._keys.render().plain


async def test_it_goes_on_as_each_step_is_done_and_comes_once(tmp_path: Path) -> None:
    """At 80 columns: run, go into a pane, compare, edit and run, replay; and no second time."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts, size=(80, 24), remembers=True) as (app, pilot):
        await until(pilot, lambda: step(app).startswith("tour 1 of 5"))
        bar, panel = app.front.query_one(TourBar), app.front.panels["prompt"]
        assert not bar.region.overlaps(panel.region)
        assert bar.region.height <= 3
        await pilot.press("ctrl+r")
        await until(pilot, lambda: step(app).startswith("tour 2 of 5"))
        await pilot.press("ctrl+o", "1")
        await until(pilot, lambda: step(app).startswith("tour 3 of 5"))
        await until(pilot, lambda: not app.front.running)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: bar._visited)
        assert step(app).startswith("tour 3 of 5")
        await pilot.press("escape")
        await until(pilot, lambda: step(app).startswith("tour 4 of 5"))
        await pilot.press("ctrl+o", "p", "#", "enter")
        assert panel.text.startswith("#\n")  # typed, and no step was taken
        await until(pilot, lambda: "enter go on" not in keys_of(bar))
        assert "go on" in keys_of(bar)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: step(app).startswith("tour 5 of 5"))
        await until(pilot, lambda: not app.front.running)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await until(
            pilot, lambda: isinstance(app.screen, SessionsScreen) and bool(app.screen.chosen)
        )
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen) and bar._visited)
        app.show_front()
        await until(pilot, lambda: not step(app))
        await until(pilot, lambda: "That was the tour" in notices(app))
        app.remembered.keep()

    async with opened(prompts, size=(80, 24), remembers=True) as (app, pilot):
        assert not step(app)


async def test_it_is_left_and_gone_past_and_only_the_examples_have_it(tmp_path: Path) -> None:
    """By enter and escape; a folder of one's own has it where it is asked for."""
    prompts = own_prompts(tmp_path)
    with (prompts / "triage.prompt.yaml").open("a") as mine:
        mine.write("# and mine now\n")
    async with opened(prompts, remembers=True) as (app, pilot):
        assert app.front.tour is None
        await app.screen.run_action("tour")
        await until(pilot, lambda: step(app).startswith("tour 1 of 5"))
        before = app.front.panels["prompt"].text
        await pilot.press("enter")
        assert step(app).startswith("tour 2 of 5")
        assert "enter go on" in keys_of(app.front.query_one(TourBar))
        await pilot.press("ctrl+f", "enter")  # a line to find with has enter first
        assert step(app).startswith("tour 2 of 5")
        await pilot.press("escape")
        assert step(app)
        await pilot.press("escape")
        await until(pilot, lambda: not step(app))
        await pilot.press("enter")
        assert app.front.panels["prompt"].text == f"\n{before}"
