"""`workbench sessions`: look at what was saved, say things about it, keep it in order."""

from __future__ import annotations

import click

from workbench.cli.lazy import LazyGroup

_FILES = {
    "list": "look",
    "search": "look",
    "show": "look",
    "export": "export",
    "import": "foreign",
    "fork": "fork",
    "rerun": "rerun",
    "title": "say",
    "tag": "say",
    "note": "say",
    "archive": "say",
    "unarchive": "say",
    "pin": "say",
    "unpin": "say",
    "trash": "keep",
    "restore": "keep",
    "verify": "keep",
}


@click.group(
    "sessions",
    cls=LazyGroup,
    places={name: f"workbench.cli.sessions.{file}:{name}_" for name, file in _FILES.items()},
    short_help="List, search, show and keep saved sessions.",
)
def command() -> None:
    """Work on saved sessions. `workbench replay` shows one again as it happened.

    SESSION is a path, a file's name or its beginning, or `last`.
    """
