"""The list of keys."""

from __future__ import annotations

import pytest
from textual.containers import VerticalScroll

from tests.tui.stage import Stage
from workbench.tui.help import EDITOR_KEYS, Help, help_lines

pytestmark = pytest.mark.anyio


def test_help_lists_what_editors_do_too() -> None:
    """After the acts, under their own heading."""
    heading, keys = help_lines()[-1]

    assert heading == "In an editor"
    assert keys[-len(EDITOR_KEYS) :] == list(EDITOR_KEYS)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_all_of_it_can_be_read(size: tuple[int, int]) -> None:
    """What is below is scrolled to by arrow or End; no line is cut at the right."""
    app = Stage()
    async with app.run_test(size=size) as pilot:
        app.push_screen(Help())
        await pilot.pause()
        box = app.screen.query_one(VerticalScroll)
        assert box.region.bottom <= size[1]
        widest = max(
            len(f"  {keys:<18}{tells}") for _, all_of in help_lines() for keys, tells in all_of
        )
        assert widest <= box.content_size.width

        await pilot.press("end")
        await pilot.pause()
        await pilot.pause()
        assert box.scroll_target_y == box.max_scroll_y


@pytest.mark.parametrize("key", ["escape", "f1", "question_mark", "q"])
async def test_help_closes(key: str) -> None:
    """By the key that opened it, too."""
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Help())
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()

        assert not isinstance(app.screen, Help)
