"""Textual's lists of options, and its palette, where there is no room to lay them out.

Textual 8.2.8 looks for the line of an option that it has given none yet, and the app ends: a page
key in a palette that opens in a tiny window does it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from textual.command import CommandPalette
from textual.widgets import OptionList


class Options(OptionList):
    """A list of options that stays where it is when it cannot page."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        with suppress(KeyError):
            super()._move_page(direction)


class Palette(CommandPalette):
    """The palette, likewise; its line takes one row, not five, as a small screen has few."""

    DEFAULT_CSS = """
    Palette > Vertical { margin-top: 1; }
    Palette #--input { border: none; padding: 0 2; }
    Palette #--input.--list-visible { border: none; }
    Palette CommandInput, Palette CommandInput:focus { border: none; padding: 0; height: 1; }
    Palette CommandList { max-height: 80vh; }
    Palette #--input Label, Palette #--input Button { margin-top: 0; margin-left: 0; }
    """

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError):
            super()._action_command_list(action)
