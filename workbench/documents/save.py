"""Reading a file for an editor, and saving it: whole or not at all, never over someone's work."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from workbench.errors import WorkbenchError


class ChangedOutside(WorkbenchError):
    """The file is no longer what the editor had loaded; saving would undo someone's work."""


def read_text(path: Path) -> str:
    """The file's text to the letter, line ends and byte order mark included.

    Raises:
        WorkbenchError: It cannot be read, or is no UTF-8 text.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise WorkbenchError(
            f"{path}: cannot be read: {error.strerror or error}", hint="Check name and permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise WorkbenchError(
            f"{path}: is not UTF-8 text (byte {error.start})", hint="Save it as UTF-8."
        ) from error


def holds(path: Path, text: str) -> bool:
    """Whether the file holds this text, a byte order mark aside; one that is gone holds any."""
    try:
        return read_text(path).removeprefix("\ufeff") == text
    except WorkbenchError:
        return True


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes where a file is written anew: when, how long, which; None where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def save_text(path: Path, text: str, *, loaded: str | None = None) -> None:
    """Write `text` to the file: through a neighbour, so that it is there whole or not at all.

    Args:
        loaded: What the file is thought to hold; if it holds anything else, nothing is written.

    Raises:
        ChangedOutside: The file holds something else.
        WorkbenchError: It cannot be written. The old file is untouched.
    """
    target = path.resolve()  # a link stays a link
    if loaded is not None and target.exists() and read_text(target) != loaded:
        raise ChangedOutside(
            f"{path.name} changed on disk since it was opened",
            hint="Keep yours, or take what is on disk.",
        )
    try:
        write_whole(target, text.encode("utf-8"))
    except OSError as error:
        raise WorkbenchError(
            f"{path}: cannot be written: {error.strerror or error}",
            hint="Your text is still in the editor: save it again once the file can be written, or "
            "copy it elsewhere.",
        ) from error


def write_whole(target: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file through a neighbour, so that it is there whole or not at all.

    Args:
        mode: Who may read and write it, where it is new; else it stays as it is.

    Raises:
        OSError: It cannot be written; what was there is untouched.
    """
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else mode
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as half:
            half.write(data)
            half.flush()
            os.fsync(half.fileno())
        os.chmod(name, mode)
        os.replace(name, target)
    except OSError:
        os.unlink(name)
        raise
