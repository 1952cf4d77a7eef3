"""The question before sending what would be refused says what, where and by which rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Static

from workbench.errors import Problem
from workbench.tui.refused import GO, SEND, refused

pytestmark = pytest.mark.anyio


def problems(count: int) -> list[Problem]:
    """So many, one a line."""
    wrong = "`top_p` is \x1b[31mrefused"
    return [Problem(Path("/p/a.prompt.yaml"), n, 1, wrong, "Drop it.", rule="sampling") for n in
            range(1, count + 1)]  # fmt: skip


async def test_the_first_problems_are_told() -> None:
    """Three with place and rule, how many more, and what to do about the first; all to be seen."""
    app = App[None]()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(refused(problems(5), "anthropic"))
        await pilot.pause()

        assert str(app.screen.query_one(".question", Static).content).splitlines() == [
            "Not sent: anthropic would refuse this round.",
            "a.prompt.yaml:1:1: `top_p` is ␛[31mrefused [sampling]",
            "Drop it.",
            "a.prompt.yaml:2:1: `top_p` is ␛[31mrefused [sampling]",
            "a.prompt.yaml:3:1: `top_p` is ␛[31mrefused [sampling]",
            "… and 2 more",
        ]
        assert all(0 <= answer.region.y < 23 for answer in app.screen.query(".answer"))


@pytest.mark.parametrize(
    ("key", "answer"),
    [("g", GO), ("enter", GO), ("s", SEND), ("ctrl+r", SEND), ("f5", SEND), ("escape", "")],
)
async def test_enter_goes_to_the_place_and_run_again_sends(key: str, answer: str) -> None:
    """Whoever presses Run twice means it."""
    app, answers = App[None](), list[str | None]()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(refused(problems(1), "anthropic"), answers.append)
        await pilot.press(key)
        await pilot.pause()

    assert answers == [answer]
