"""Another place for a session whose own folder cannot be written: nothing received is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from workbench.documents.examples import data_folder
from workbench.errors import SessionError
from workbench.sessions.content import PLAIN
from workbench.sessions.journal import Journal


def own_refuge() -> Path:
    """The folder of the user's own that is tried first, where nobody names one."""
    return data_folder() / "sessions"


def save_to(journal: Journal, place: Path) -> None:
    """Save all of a session to a new `.jsonl` file, or to a folder, and go on there.

    Args:
        journal: What is kept in memory only.
        place: Made if need be; `~` is the user's home.

    Raises:
        SessionError: It cannot be written. All is kept as it was.
    """
    place = place.expanduser()
    if place.suffix != PLAIN:
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            problem = f"the session cannot be saved to {place}: {error.strerror or error}"
            raise SessionError(
                problem, hint="All is kept in memory. Choose another folder."
            ) from error
    journal.save_elsewhere(place)


def save_elsewhere(journal: Journal, *wanted: Path) -> Path:
    """Save all of a session to the first folder that takes it, and carry on there.

    Args:
        journal: What is kept in memory only.
        wanted: Folders to try before `own_refuge`, and one for what is temporary.

    Returns:
        The new file.

    Raises:
        SessionError: None takes it. All is kept as it was.
    """
    told = list[str]()
    for folder in _refuges(wanted):
        try:
            save_to(journal, folder)
        except SessionError as error:
            told.append(error.problem)
            with suppress(OSError):  # made for nothing, unless something is in it
                folder.rmdir()
        else:
            assert journal.path is not None
            return journal.path
    raise SessionError(
        f"the session is nowhere on disk: {'; '.join(told)}",
        hint="It is kept in memory, and tried again with whatever comes next.",
    )


def _refuges(wanted: tuple[Path, ...]) -> Iterator[Path]:
    yield from wanted
    yield own_refuge()
    with suppress(OSError):  # its name is nobody's guess: others write to that folder, too
        yield Path(tempfile.mkdtemp(prefix="workbench-sessions-"))
