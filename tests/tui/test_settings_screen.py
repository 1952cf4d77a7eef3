"""The settings on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from tests.tui.app import opened, own_prompts, until
from workbench.catalog.config_file import config_file
from workbench.catalog.config_patch import with_value
from workbench.errors import SettingsError
from workbench.settings.user_settings import UserSettings, read_settings
from workbench.tui.settings_screen import SETTINGS, SettingsScreen

pytestmark = pytest.mark.anyio

BY_HAND = "# mine\ntheme: nord   # calm\nkeys: {set: vim, jump: none}\n"


def test_every_setting_is_listed() -> None:
    """None can be changed in a file alone."""
    beside = {"keys", "by_hand", "problems"}

    assert {each.name for each in SETTINGS} == set(UserSettings.__slots__) - beside


def test_one_value_is_put_right_and_all_else_stays() -> None:
    """Comments, order and braces; what is no plain value is left to its author."""
    assert with_value(BY_HAND, ("theme",), "dracula") == BY_HAND.replace("nord", "dracula")
    assert with_value(BY_HAND, ("keys", "set"), "emacs") == BY_HAND.replace("vim", "emacs")
    for text in ("theme: [nord]\n", "a: &x nord\ntheme: *x\n", "{theme: [\n"):
        with pytest.raises(SettingsError, match="only its author"):
            with_value(text, ("theme",), "dracula")


async def test_settings_are_seen_changed_and_kept(tmp_path: Path) -> None:
    """By arrows, by typing and by clicks; what config.yaml says is changed there."""
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(BY_HAND)
    settings = read_settings()
    async with opened(own_prompts(tmp_path), settings=settings, size=(80, 24)) as (app, pilot):
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        screen = app.screen
        options = screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == len(SETTINGS))
        assert [str(options.get_option(name).prompt).split()[-1] for name in ("theme", "wrap")] == [
            "config.yaml",
            "comes",
        ]

        told = str(screen.query_one(".provider", Static).content)
        assert told.split()[:5] == ["provider", "simulator", "needs", "no", "key"]
        assert len(told) <= screen.query_one(".provider").size.width

        await pilot.press("right")
        await until(pilot, lambda: app.theme != "nord")
        assert config_file().read_text() == BY_HAND.replace("nord", app.theme)

        await pilot.press("down", "down", "enter", *"209", "enter")
        wrong = screen.query_one(".wrong", Static)
        await until(pilot, lambda: "from 1 to 60, not 209" in str(wrong.content))
        await pilot.press("ctrl+u", "8", "enter", "right")
        assert app.front.clock.hertz == read_settings().paint_hz == 10
        await pilot.click(options, offset=(3, 3))
        await until(pilot, lambda: not read_settings().wrap)
        assert "settings.json" in str(options.get_option("wrap").prompt)
        for sign, hertz in (("‹", 5), ("‹", 2), ("›", 5)):
            row = str(options.get_option("paint_hz").prompt)
            await pilot.click(options, offset=(row.index(sign), 2))
            await until(pilot, lambda hertz=hertz: read_settings().paint_hz == hertz)  # type: ignore[misc]

        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
