"""`workbench sessions`: look at what was saved, say things about it, keep it in order."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "list": "look",
    "search": "look",
    "show": "look",
    "export": "export",
    "fork": "fork",
    "rerun": "rerun",
    "title": "say",
    "tag": "say",
    "note": "say",
    "archive": "say",
    "unarchive": "say",
    "trash": "keep",
    "restore": "keep",
    "verify": "keep",
}


class _Commands(click.Group):
    """Commands by name, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(f"workbench.cli.sessions.{module}"), f"{cmd_name}_")
        assert isinstance(command, click.Command)
        return command


@click.group("sessions", cls=_Commands, short_help="List, search, show and keep saved sessions.")
def command() -> None:
    """Work on saved sessions. `workbench replay` shows one again as it happened.

    SESSION is a path, a file's name or its beginning, or `last`.
    """
