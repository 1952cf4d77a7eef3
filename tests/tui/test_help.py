"""The list of keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from tests.tui.app import notices, opened, own_prompts, until
from tests.tui.stage import Stage
from workbench.tui.editor_acts import GROUP as IN_EDITOR
from workbench.tui.help import Help, all_acts, found, in_a_row
from workbench.tui.pane_acts import GROUP as IN_PANE
from workbench.tui.values_screen import ValuesScreen

pytestmark = pytest.mark.anyio


def rows(screen: Help) -> list[str]:
    """What is listed."""
    return [str(option.prompt) for option in screen.query_one(OptionList).options]


def test_a_word_a_key_or_some_letters_find_an_act() -> None:
    """By its name or one of its keys it comes first; letters may be left out."""
    acts = all_acts()
    for typed, name in (("maximize", "maximize"), ("^r", "run"), ("f8", "reload")):
        assert found(typed, acts)[0].name == name
    assert "duplicate" in [act.name for act in found("dplct", acts)]
    assert found("nothing-of-the-kind", acts) == []


async def test_what_counts_here_comes_first_and_enter_does_it(tmp_path: Path) -> None:
    """In a pane its keys, in an editor the editor's; what is not done here is only told of."""
    async with opened(own_prompts(tmp_path), size=(80, 24)) as (app, pilot):
        app.front.grid.panes[0].focus()
        for key, first in (("question_mark", IN_PANE), ("f1", IN_EDITOR)):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, Help))
            help_screen = app.screen
            assert isinstance(help_screen, Help)
            assert rows(help_screen)[0] == first
            await pilot.press("f1")
            await until(pilot, lambda: app.screen is app.front)
            app.front.panels["prompt"].editor.focus()

        await pilot.press("f1", *"pause", "enter")
        await until(pilot, lambda: "Replay" in notices(app))
        assert isinstance(app.screen, Help)
        await pilot.press("ctrl+u", *"duplic", "enter")
        await until(pilot, lambda: app.screen is app.front)
        lines = app.front.panels["prompt"].text.splitlines()
        assert lines[0] == lines[1]

        await pilot.press("alt+i")
        await until(pilot, lambda: isinstance(app.screen, ValuesScreen))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, Help))
        assert isinstance(app.screen, Help)
        assert "Take the values for the next rounds." in rows(app.screen)[1]


async def test_no_line_is_cut_at_80_columns() -> None:
    """What is below is scrolled to; escape closes it."""
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Help())
        await pilot.pause()
        options = app.screen.query_one(OptionList)
        assert options.region.bottom <= 24
        widest = max(in_a_row(act).cell_length for act in all_acts())
        assert widest <= options.scrollable_content_region.width

        await pilot.press("up")
        assert options.highlighted == options.option_count - 1
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, Help)
