"""What is typed into a dialog is taken whole, however fast it comes."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.events import Key
from textual.screen import Screen

from workbench.tui.ask import Ask
from workbench.tui.picker import Item
from workbench.tui.ticks import Ticks

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("dialog", "typed", "answer"),
    [
        (Ask("note", "A note.", "", str), "good", "good"),
        (Ticks("cases", [Item(n, n, "") for n in ("a", "b", "c")]), "c", ("c",)),
    ],
)
async def test_all_that_came_before_is_taken(
    dialog: Screen[object], typed: str, answer: object
) -> None:
    """Letters and the key that takes them arrive at once, as over a slow line."""
    app, answers = App[None](), list[object]()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(dialog, answers.append)
        for key in (*typed, "enter"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()

    assert answers == [answer]
