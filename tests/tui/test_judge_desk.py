"""A judge asked from the grid of results: its price first, then its word, kept at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input, Static

from tests.tui.app import notices, opened, until
from tests.tui.next_round import own, rows
from tests.tui.reviewed import CASES, OWN, recorded
from workbench.tui.ask import Ask
from workbench.tui.choice import Choice
from workbench.tui.results.results_screen import ResultsScreen
from workbench.workbench.asking import judge_prompt
from workbench.workbench.pairwise import NAME, NEEDS
from workbench.workbench.saved import read_session

pytestmark = pytest.mark.anyio


async def test_a_judge_is_asked_from_the_grid(tmp_path: Path) -> None:
    """In pairs, by a rubric, once its price is known; its votes are told, and kept, at once."""
    path = recorded(tmp_path / "sessions")
    prompts = own(tmp_path, OWN)
    async with opened(prompts, prompt="own", size=(80, 24), speed=200) as (app, pilot):
        assert app.desk is not None
        await pilot.press("alt+p")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        await pilot.press("J")
        await until(pilot, lambda: "no answer to judge" in notices(app))
        await pilot.press("escape")
        app.desk.show_results(partial(app.desk.results.show_saved, read_session(path)))
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        grid = app.screen
        assert isinstance(grid, ResultsScreen)

        async def answers(kind: type[Screen[Any]], *keys: str) -> None:
            await until(pilot, lambda: isinstance(app.screen, kind))
            await pilot.press(*keys)

        await pilot.press("J")
        await answers(Choice, "p")
        await answers(Ask, *"short", "enter")
        await answers(Choice)
        question = " ".join(rows(app.screen.query_one(".question", Static)))
        assert (
            "12 pairs in both orders: asks claude-haiku-4-5 24 times, 4 at a time, $0." in question
        )
        assert "a session of its own" in question
        assert "SIMULATED" in question
        await pilot.press("s")
        await until(pilot, lambda: "The judge cost $" in notices(app))
        assert len(read_session(path).abouts["r1"].votes) == CASES
        await until(
            pilot, lambda: "by the votes of claude-haiku-4-5 (sim" in str(grid._verdict.content)
        )
        assert "judge:" not in str(grid._title.content)

        await pilot.press("J")
        await answers(Choice, "p")
        await answers(Ask, "enter")
        await answers(Choice)
        own_pairs = judge_prompt(None, NAME, NEEDS).path.read_text()
        (prompts / "mine.prompt.yaml").write_text(own_pairs.replace("strictly", "mildly"))
        await pilot.press("f")
        await answers(Ask, *"no.yaml", "enter")
        wrong = app.screen.query_one(".wrong", Static)
        await until(pilot, lambda: "there is no such file" in " ".join(rows(wrong)))
        app.screen.query_one(Input).value = "mine.prompt.yaml"
        await pilot.press("enter")
        await answers(Choice)
        assert "answered before" not in " ".join(rows(app.screen.query_one(".question", Static)))
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        app.screen.query_one(Input).value = ""
        await pilot.press("enter")
        await answers(Choice)
        assert "24 answered before" in " ".join(rows(app.screen.query_one(".question", Static)))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is grid)
