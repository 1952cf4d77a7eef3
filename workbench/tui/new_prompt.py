"""A new prompt of the folder: asked for by its name, and then an unsaved file to begin with."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import SettingsError
from workbench.tui.ask import Ask

SUFFIX = ".prompt.yaml"
BEGINNING = """\
model: claude-haiku-4-5
max_tokens: 1000
messages:
  - role: user
    content: |-
      Say hello.
"""


def asks_for_name(folder: Path) -> Ask:
    """The question; its answer makes a path by `path_of`."""
    return Ask(
        "new prompt", f"Its name: the file is NAME{SUFFIX}.", "", lambda n: path_of(folder, n)
    )


def path_of(folder: Path, name: str) -> Path:
    """Where a prompt of this name will be.

    Raises:
        SettingsError: It is no name for a file, or there is one.
    """
    stem = name.strip().removesuffix(SUFFIX)
    if not stem or stem.startswith(".") or not stem.isprintable() or set(stem) & set('/\\:*?"<>|'):
        raise SettingsError("that is no name for a file", hint="Letters, digits and - will do.")
    path = folder / f"{stem}{SUFFIX}"
    if path.exists():
        raise SettingsError(f"{path.name} is there already", hint="Choose another name.")
    return path
