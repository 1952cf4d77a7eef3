"""Export, wired up: a saved session to a file, or as pieces of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.sessions.export.export import FORMS, Form, Wanted, export, form_of
from workbench.sessions.export.target import target_of, write
from workbench.sessions.session import Session
from workbench.workbench.outcome import as_json, cost_of

__all__ = ["FORMS", "Form", "Wanted", "export_to", "exported", "form_of", "write"]


def exported(session: Session, wanted: Wanted) -> Iterator[str]:
    """The text of an export, piece by piece. It names the session's file, but not its folder.

    Raises:
        SessionError: There is no such round, run or variable.
        SettingsError: The size is none for a screen.
    """
    name = Path(session.path.name)
    return export(session, wanted, cost_of=cost_of, as_json=lambda run: as_json(run, name))


def export_to(session: Session, path: Path, wanted: Wanted, *, force: bool = False) -> Path:
    """Write an export; where it was written to.

    Args:
        path: The file, or a folder to write one in that is named after the session.
        force: Whether a file that is there is replaced.

    Raises:
        SessionError: As above; or the name is taken, or it cannot be written.
        SettingsError: The size is none for a screen.
    """
    target = target_of(session.path, path, wanted.form)
    write(exported(session, wanted), target, force=force)
    return target
