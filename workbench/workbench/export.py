"""Export, wired up: a saved session to a file, or as pieces of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.errors import SettingsError
from workbench.sessions.content import stem_of
from workbench.sessions.export.export import FORMS, Form, Wanted, export, form_of
from workbench.sessions.export.target import write
from workbench.sessions.session import Session
from workbench.workbench.outcome import as_json, cost_of

__all__ = ["FORMS", "Form", "Wanted", "export_to", "exported", "form_of", "target_of"]


def exported(session: Session, wanted: Wanted) -> Iterator[str]:
    """The text of an export, piece by piece.

    Raises:
        SessionError: There is no such round, run or variable.
    """
    return export(session, wanted, cost_of=cost_of, as_json=lambda run: as_json(run, session.path))


def export_to(session: Session, path: Path, wanted: Wanted, *, force: bool = False) -> Path:
    """Write an export; where it was written to.

    Args:
        path: The file, or a folder to write one in that is named after the session.
        force: Whether a file that is there is replaced.

    Raises:
        SessionError: The name is taken, or it cannot be written.
        SettingsError: It is the session itself.
    """
    target = target_of(session, path, wanted.form)
    if target.exists() and target.samefile(session.path):
        raise SettingsError(f"{target} is the session itself", hint="Choose another name.")
    write(exported(session, wanted), target, force=force)
    return target


def target_of(session: Session, path: Path, form: Form) -> Path:
    """The file that is meant: in a folder, one named after the session."""
    if not path.is_dir():
        return path
    # Rows beside their session must not take its name.
    return path / f"{stem_of(session.path)}{'.rows' if form == 'jsonl' else ''}.{form}"
