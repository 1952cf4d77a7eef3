"""Where an export goes: a new file, never over another one unless that is wanted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from workbench.errors import SessionError


def write(pieces: Iterable[str], path: Path, *, force: bool = False) -> None:
    """Write a file, whole or not at all. Text is UTF-8, line ends as given.

    Args:
        force: Whether a file that is there is replaced, once the new one is whole.

    Raises:
        SessionError: The name is taken, or it cannot be written; nothing is left behind.
    """
    if path.exists() and not force:
        raise _taken(path)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        if force:
            part.replace(path)
        else:
            os.link(part, path)  # refuses a name taken in the meantime
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        raise SessionError(
            f"cannot write {path}: {error.strerror or error}", hint="Choose another file."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _taken(path: Path) -> SessionError:
    return SessionError(
        f"{path} is there already", hint="Choose another name, or replace it with --force."
    )
