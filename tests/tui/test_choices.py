"""What the user chose, on the screen."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import OptionList

from tests.tui.app import notices, opened, own_prompts, states, until
from tests.tui.stage import said
from workbench.settings.user_settings import KeyWish, UserSettings, read_settings
from workbench.tui.app import WorkbenchApp
from workbench.tui.ascii import Plain
from workbench.tui.bar import Buttons
from workbench.tui.choice import Choice
from workbench.tui.choices import settings_of
from workbench.tui.dialog_acts import KeysLine
from workbench.tui.footer import Footer
from workbench.tui.help import Help, all_acts, in_a_row
from workbench.tui.picker import Picker
from workbench.tui.settings_screen import SettingsScreen
from workbench.tui.variants_screen import VariantsScreen

pytestmark = pytest.mark.anyio


async def test_a_mapped_key_does_its_act_and_the_old_one_no_more(tmp_path: Path) -> None:
    """Footer, help, palette and sentences show the new one."""
    settings = UserSettings(keys=(KeyWish("help", ("f11",)), KeyWish("run", ("alt+e",))))
    async with opened(own_prompts(tmp_path), settings=settings) as (app, pilot):
        await pilot.press("f1")
        assert not isinstance(app.screen, Help)
        assert "F11 keys" in said(app.front.query_one(Footer))
        assert app.front.grid.panes[0].placeholder == "alt+e runs this variant"
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert "Keys  F11" in titles

        await pilot.press("f11")
        await until(pilot, lambda: isinstance(app.screen, Help))
        (act,) = [act for act in all_acts() if act.name == "help"]
        assert in_a_row(act).plain.split() == ["F11", *["List", "the", "keys.", "(was", "F1", "?)"]]


async def test_dialogs_the_find_bar_and_erasing_take_mapped_keys(tmp_path: Path) -> None:
    """What they did before no longer; lines of keys, buttons and hints show the new ones."""
    wishes = {"dialog_back": "ctrl+q", "quit": "f9", "variant_switch": "s", "find_case": "f11"}
    wishes |= {"erase_to_end": "alt+e", "replace_all": "alt+w"}
    settings = UserSettings(keys=tuple(KeyWish(act, (key,)) for act, key in wishes.items()))
    async with opened(own_prompts(tmp_path), settings=settings) as (app, pilot):
        panel = app.front.panels["prompt"]
        before = panel.text
        await pilot.press("ctrl+k")
        assert panel.text == before
        await pilot.press("alt+e")
        assert panel.text != before
        await pilot.press("ctrl+z", "alt+r", "alt+c")
        assert panel._find is not None
        assert "alt+w all" in said(panel._find.query(Buttons).last())
        assert not panel._find._needle.case
        await pilot.press("f11")
        assert panel._find._needle.case

        await pilot.press("escape", "alt+v")
        await until(pilot, lambda: isinstance(app.screen, VariantsScreen))
        assert said(app.screen.query_one(KeysLine)).startswith("s on/off")
        await pilot.press("space")
        assert not app.front.off
        await pilot.press("s", "escape")
        await until(pilot, lambda: bool(app.front.off))
        assert isinstance(app.screen, VariantsScreen)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app.screen is app.front)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        assert said(app.screen.query(".answer").last()).strip() == "^q  back"
        await pilot.click(offset=(0, 0))
        await until(pilot, lambda: app.screen is app.front)


async def test_an_act_without_a_key_is_still_in_footer_and_palette(tmp_path: Path) -> None:
    """By its word alone; a click on it does it."""
    settings = UserSettings(keys=(KeyWish("help", ()),))
    async with opened(own_prompts(tmp_path), settings=settings) as (app, pilot):
        footer = app.front.query_one(Footer)
        assert said(footer).endswith("palette   keys")
        await pilot.press("f1")
        assert not isinstance(app.screen, Help)

        await pilot.click(footer, offset=(said(footer).index("keys") + 1, 0))
        await until(pilot, lambda: isinstance(app.screen, Help))


async def test_a_letter_given_to_an_act_can_still_be_typed(tmp_path: Path) -> None:
    """In an editor it is a letter, elsewhere it does the act."""
    settings = UserSettings(keys=(KeyWish("help", ("h",)),))
    async with opened(own_prompts(tmp_path), settings=settings) as (app, pilot):
        await pilot.press("h")
        assert app.front.panels["prompt"].text.startswith("h#")
        assert not isinstance(app.screen, Help)

        app.front.grid.panes[0].focus()
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, Help))


async def test_what_is_wrong_with_the_config_is_said_and_the_app_opens(tmp_path: Path) -> None:
    """All of it at once, with what it means."""
    wrong = "config.yaml:1:1: theem: no such setting"
    settings = UserSettings(theme="nrod", keys=(KeyWish("rum", ("f1",)),), problems=(wrong,))
    async with opened(own_prompts(tmp_path), settings=settings) as (app, _):
        assert app.theme == "workbench"
        for words in (wrong, "keys.rum: no such act", "there is no theme 'nrod'", "else holds"):
            assert words in notices(app)


async def test_the_theme_is_taken_and_another_is_kept(tmp_path: Path) -> None:
    """One chosen in the palette holds the next time, too."""
    async with opened(own_prompts(tmp_path), settings=UserSettings(theme="nord")) as (app, pilot):
        assert app.theme == "nord"
        app.theme = "dracula"
        await until(pilot, lambda: read_settings().theme == "dracula")
        assert settings_of(app).theme == "dracula"


async def test_no_color_begins_with_greys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that being kept as a choice."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.pause()
        assert app.theme == "no-colour"
        assert read_settings() == UserSettings()


async def test_changes_hold_at_once_and_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pace, wrapping, glyphs and keys."""
    monkeypatch.setattr(Plain, "on", False)  # for the tests after it
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        editor = app.front.panels["prompt"].editor
        for name, value in (("paint_hz", 5), ("wrap", False), ("unicode", "no")):
            app.choices.change(name, value)
        await pilot.pause()

        assert app.front.clock.hertz == 5
        assert not editor.soft_wrap
        assert Plain.on
        assert read_settings() == UserSettings(paint_hz=5, wrap=False, unicode="no")


async def test_what_was_chosen_before_holds_from_the_start(tmp_path: Path) -> None:
    """Pace and wrapping are taken up by what is made later."""
    settings = UserSettings(paint_hz=3, wrap=False)
    async with opened(own_prompts(tmp_path), settings=settings) as (app, _):
        assert app.front.clock.hertz == 3
        assert not app.front.panels["prompt"].editor.soft_wrap


async def test_vims_set_moves_in_panes_and_types_in_editors(tmp_path: Path) -> None:
    """j is a letter where one types, and a row down where one reads; / finds, n goes on."""
    prompts = own_prompts(tmp_path)
    settings = UserSettings(key_set="vim")
    async with opened(prompts, settings=settings, size=(100, 24)) as (app, pilot):
        await pilot.press("j")
        assert app.front.panels["prompt"].text.startswith("j#")

        await pilot.press("ctrl+z", "ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        pane = app.front.grid.panes[0]
        pane.focus()
        await pilot.press("g")
        await until(pilot, lambda: pane.top == 0)
        await pilot.press("j", "j", "k")
        assert pane.top == 1
        await pilot.press("G")
        assert pane.follows


async def test_emacs_set_moves_in_editors(tmp_path: Path) -> None:
    """Its keys come before those of the workbench that they took."""
    settings = UserSettings(key_set="emacs", wrap=False)
    async with opened(own_prompts(tmp_path), settings=settings) as (app, pilot):
        editor = app.front.panels["prompt"].editor
        await pilot.press("ctrl+n", "ctrl+n", "ctrl+p", "ctrl+e", "ctrl+b")
        row, column = editor.cursor_location
        assert (row, column) == (1, len(editor.document.get_line(1)) - 1)

        await pilot.press("ctrl+f", "x", "ctrl+underscore")
        assert editor.cursor_location == (1, column + 1)
        await pilot.press("alt+x")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))


def on_top(app: WorkbenchApp, screen: type[Screen[Any]]) -> bool:
    """Whether this screen is on top."""
    return isinstance(app.screen, screen)


async def test_the_highlighted_row_of_a_list_is_seen_in_every_theme(tmp_path: Path) -> None:
    """Whether the list has the focus, or the line over it does."""
    row = "option-list--option"
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        for key, screen in (("f12", SettingsScreen), ("ctrl+t", Picker)):
            await pilot.press(key)
            await until(pilot, partial(on_top, app, screen))
            options = app.screen.query_one(OptionList)
            for theme in app.available_themes:
                app.theme = theme
                await pilot.pause()
                here = options.get_visual_style(row, f"{row}-highlighted")
                assert here != options.get_visual_style(row), theme
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.front)
