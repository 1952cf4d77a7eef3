"""Where an export goes: a new file, never over another one unless that is wanted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from workbench.errors import SessionError
from workbench.sessions.content import stem_of


def target_of(session: Path, path: Path, form: str) -> Path:
    """The file that is meant: in a folder, one named after the session.

    Raises:
        SessionError: It is the session itself.
    """
    if path.is_dir():
        # Rows beside their session must not take its name.
        path /= f"{stem_of(session)}{'.rows' if form == 'jsonl' else ''}.{form}"
    if path.exists() and path.samefile(session):
        raise SessionError(f"{path} is the session itself", hint="Choose another name.")
    return path


def write(pieces: Iterable[str], path: Path, *, force: bool = False) -> None:
    """Write a file, whole or not at all. Text is UTF-8, line ends as given.

    Args:
        force: Whether a file that is there is replaced, once the new one is whole.

    Raises:
        SessionError: The name is taken, or it cannot be written; nothing is left behind.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}") if force else path
    try:
        with ExitStack() as undoing:
            with new.open("x", encoding="utf-8", newline="") as file:
                undoing.callback(new.unlink, missing_ok=True)
                file.writelines(pieces)
            if force:
                new.replace(path)
            undoing.pop_all()
    except FileExistsError as error:
        hint = "Choose another name, or replace it with `force=`."
        raise SessionError(f"{path} is there already", hint=hint) from error
    except OSError as error:
        hint = "Choose another file."
        raise SessionError(f"cannot write {path}: {error.strerror or error}", hint=hint) from error
