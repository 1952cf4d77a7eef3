"""What the user chose, taken up by the app; changed on the screen, it holds at once and is kept."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from textual.app import App

from workbench.errors import SettingsError
from workbench.settings.user_settings import UserSettings, keep
from workbench.tui.acts import choose_keys
from workbench.tui.ascii import Plain, wants_ascii
from workbench.tui.themes import DEFAULT, THEMES, first_theme, wrong_theme


class Choices:
    """The settings of one app, and what follows from them.

    Args:
        app: Whose they are.
        settings: What they are to begin with.
    """

    def __init__(self, app: App[Any], settings: UserSettings) -> None:
        self.settings = settings
        self._app = app
        self._theme = ""  # the one that was taken last

    def take_all(self) -> Sequence[str]:
        """Keys and colours as chosen; what is wrong with them, a line each."""
        for theme in THEMES:
            self._app.register_theme(theme)
        Plain.on = wants_ascii(self.settings.unicode, os.environ)
        return (*self.settings.problems, *self._take_keys(), *self._take_theme())

    def change(self, name: str, value: Any) -> None:
        """Let a setting hold from now on, and keep it for the next time."""
        if getattr(self.settings, name) == value:
            return
        self.settings = replace(self.settings, **{name: value})
        if name == "key_set":
            self._take_keys()
        elif name == "theme":
            self._take_theme()
        elif name == "unicode":
            self._take_glyphs()
        else:
            self._tell_widgets()
        if name == "vim":
            self._take_keys()
        self._keep(name, value)

    def _tell_widgets(self) -> None:
        """What is on the screens already takes up pace, wrapping and modes, too."""
        from workbench.tui.board import Board
        from workbench.tui.editor import YamlEditor

        for screen in self._app.screen_stack:
            if isinstance(screen, Board):
                screen.clock.hertz = self.settings.paint_hz
            for editor in screen.query(YamlEditor):
                editor.soft_wrap = self.settings.wrap
                editor.use_modes(self.settings.vim)

    def _take_glyphs(self) -> None:
        Plain.on = wants_ascii(self.settings.unicode, os.environ)
        self._app.refresh(layout=True)

    def theme_chosen(self, theme: str) -> None:
        """Somebody has changed the theme: keep it, where it was not us."""
        if theme != self._theme:
            self._theme = theme
            self.settings = replace(self.settings, theme=theme)
            self._keep("theme", theme)

    def _keep(self, name: str, value: object) -> None:
        try:
            keep(name, value, by_hand=name in self.settings.by_hand)
        except SettingsError as error:
            words = f"{error.problem}. {error.hint}"
            self._app.notify(words, severity="warning", markup=False)

    def _take_keys(self) -> Sequence[str]:
        chosen = self.settings
        modes = chosen.vim and chosen.key_set == "default"
        key_set = "vim" if modes else chosen.key_set  # who edits as in vim reads as in vim
        if key_set == "default" and not chosen.keys:
            choose_keys({})
            self._app.set_keymap({})
            return ()
        from workbench.catalog.config_file import config_file
        from workbench.tui.keymap import keymap

        found = keymap(key_set, chosen.keys, str(config_file()))
        choose_keys(found.keys)
        self._app.set_keymap(found.for_textual())
        return found.problems

    def _take_theme(self) -> Sequence[str]:
        wanted = first_theme(self.settings.theme)
        wrong = wrong_theme(wanted)
        self._theme = DEFAULT if wrong else wanted
        self._app.theme = self._theme
        return (wrong,) if wrong else ()


def settings_of(app: App[Any]) -> UserSettings:
    """The settings of the app that a widget is in; what comes with the workbench in any other."""
    choices = getattr(app, "choices", None)
    return choices.settings if isinstance(choices, Choices) else UserSettings()
