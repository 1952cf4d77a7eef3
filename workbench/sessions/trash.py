"""The trash: sessions that somebody threw away, and may want back.

It is a folder of its own beside them, `.trash`; what is in it has its old name, or that name and
a number.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from workbench.errors import SessionError
from workbench.sessions.content import PACKED, PLAIN, existing, stem_of
from workbench.sessions.file import lock

TRASH = ".trash"


def trash(path: Path) -> Path:
    """Throw a session away; where it is now.

    Raises:
        SessionError: It is not there, is being written, or cannot be moved.
    """
    path = existing(path)
    try:
        with path.open("rb") as file:
            if not lock(file.fileno()):
                problem = f"{path.name} is being written by another workbench"
                raise SessionError(problem, hint="Try again once that one has ended.")
        return _moved(path, path.parent / TRASH)
    except OSError as error:
        raise _immovable(path, error) from error


def restore(folder: Path, name: str = "") -> Path:
    """Take a session back out of the trash; where it is now.

    Args:
        folder: Where the sessions are.
        name: A file's name, or its beginning; what was thrown away last where empty.

    Raises:
        SessionError: There is none such, or more than one; or it cannot be moved.
    """
    found = [path for path in in_trash(folder) if path.name.startswith(name)]
    exact = [path for path in found if name in (path.name, stem_of(path), stem_of(path) + PLAIN)]
    if not found:
        what = f"no session {name!r}" if name else "nothing"
        raise SessionError(f"there is {what} in the trash of {folder}", hint=_LOOK)
    if name and len(exact or found) > 1:
        raise SessionError(f"{name!r} may be any of {len(exact or found)} sessions", hint=_LOOK)
    path = (exact or found)[0]
    try:
        return _moved(path, folder)
    except OSError as error:
        raise _immovable(path, error) from error


def in_trash(folder: Path) -> list[Path]:
    """What is in the trash, what was thrown away last first."""
    found = [*(folder / TRASH).glob("*" + PLAIN), *(folder / TRASH).glob("*" + PACKED)]
    return sorted(found, key=lambda path: path.stat().st_ctime_ns, reverse=True)


def empty_trash(folder: Path) -> int:
    """Delete for good what is in the trash; how many sessions that were.

    Raises:
        SessionError: One cannot be deleted.
    """
    found = in_trash(folder)
    for path in found:
        try:
            path.unlink()
        except OSError as error:
            raise _immovable(path, error) from error
    return len(found)


_LOOK = "`workbench sessions trash --list` shows what there is."


def _moved(path: Path, folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    ending = path.name.removeprefix(stem_of(path))
    number, target = 1, folder / path.name
    while target.exists():
        number += 1
        target = folder / f"{stem_of(path)}-{number}{ending}"
    shutil.move(path, target)
    return target


def _immovable(path: Path, error: OSError) -> SessionError:
    problem = f"cannot move or delete {path}: {error.strerror or error}"
    return SessionError(problem, hint="It is as it was.")
