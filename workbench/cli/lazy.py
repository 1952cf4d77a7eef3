"""A group whose commands are loaded one by one, each when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands by name.

    Args:
        places: Name -> `module:variable`, in the order in which help lists them.
    """

    def __init__(self, *args: Any, places: Mapping[str, str] = {}, **more: Any) -> None:
        super().__init__(*args, **more)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now; None where there is none of that name."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, _, variable = place.partition(":")
        command = getattr(import_module(module), variable)
        assert isinstance(command, click.Command)
        return command
