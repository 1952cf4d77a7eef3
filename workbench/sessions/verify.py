"""Whether a session file is whole, and a whole one of what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import SessionError
from workbench.sessions.content import PLAIN, existing, pack, read_content, stem_of
from workbench.sessions.file import GrowingFile
from workbench.sessions.lines import LOST_MANIFEST
from workbench.sessions.session import facts, read_session
from workbench.sessions.trash import trash
from workbench.wire.request import compact


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is to say of a session file.

    Args:
        path: The file.
        notes: A line each on what is damaged, cut or newer than we are.
        damaged: The numbers of the lines that say nothing any more, from 1.
        sound: Whether every byte of it says something. A run that was cut is no damage.
    """

    path: Path
    notes: tuple[str, ...]
    damaged: tuple[int, ...]
    sound: bool


def verify(path: Path) -> Findings:
    """Read a session file whole.

    Raises:
        SessionError: It cannot be read, or is no session at all.
    """
    path = existing(path)
    session = read_session(path)
    sound = not session.damaged and not _cut(path)
    known = {*facts(session.manifest, session.rounds)}
    notes = tuple(note for note in session.notes if note not in known)
    return Findings(path, notes, tuple(session.damaged), sound)


def repair(path: Path) -> tuple[Path, Path | None]:
    """Write every undamaged line to a new file of the same name; the old one goes to the trash.

    Returns:
        The new file, and where the old one is; the file itself and None where nothing was wrong.

    Raises:
        SessionError: It is no session, or the new one cannot be written. Nothing is lost.
    """
    findings = verify(path)
    if findings.sound:
        return findings.path, None
    path = findings.path
    lines = read_content(path).data.removesuffix(b"\n").split(b"\n")
    kept = [line for number, line in enumerate(lines, 1) if number not in findings.damaged]
    if 1 in findings.damaged:
        kept.insert(0, compact(LOST_MANIFEST).encode())
    new, packed = GrowingFile(), path.name.endswith(".gz")
    try:
        new.create(path.with_name(f".{stem_of(path)}.repaired"))
        new.add(b"\n".join(kept) + b"\n")
        new.push()
        new.sync()
        thrown = trash(path)
        if new.path is not None:
            new.path = new.path.rename(path.with_name(stem_of(path) + PLAIN))
    except (OSError, SessionError) as error:
        new.close()
        new.remove()
        if isinstance(error, SessionError):
            raise
        problem = f"cannot write beside {path}: {error.strerror or error}"
        raise SessionError(problem, hint="Nothing was changed.") from error
    new.close()
    whole = path.with_name(stem_of(path) + PLAIN)
    return (pack(whole) if packed else whole), thrown


def _cut(path: Path) -> bool:
    try:
        return read_content(path).cut
    except OSError as error:
        raise SessionError(f"cannot read {path}: {error.strerror or error}") from error
