"""A fork: the documents of a saved round as they were, to be changed and run again.

They were saved with the round, so it does not matter what has become of the files since.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workbench.documents.save import read_text, save_text
from workbench.errors import SessionError, WorkbenchError
from workbench.run import Run
from workbench.sessions.content import stem_of
from workbench.sessions.mask import MASK
from workbench.sessions.session import SavedRound, Session


@dataclass(frozen=True, slots=True)
class Fork:
    """The documents of one round, or of one run of it.

    Args:
        origin: What it was forked from: the session's name, and the id of the round or run.
        prompt: The prompt's file, among `files`.
        variant: The variant of the run; empty where a whole round is forked.
        values: What filled the variables on the command line or in the form.
        files: Path, relative to the folder of prompts -> text as it stood.
        unfilled: The variables that are still to be filled.
        said: What there is to say of it, a line each.
    """

    origin: str
    prompt: str
    variant: str
    values: Mapping[str, str]
    files: Mapping[str, str]
    unfilled: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def differences(self, folder: str | Path) -> str:
        """What `folder` has now against what there was then, as a unified diff; empty if none."""
        lines: list[str] = []
        for name, then in self.files.items():
            try:
                now = read_text(Path(folder) / name)
            except WorkbenchError:
                now = ""
            lines += _diff(then, now, f"then/{name}", f"now/{name}")
        return "".join(lines)

    def write(self, folder: str | Path) -> list[Path]:
        """Write the documents to a new folder.

        Raises:
            SessionError: The folder is there already: nothing is written over.
            WorkbenchError: A file cannot be written.
        """
        if (folder := Path(folder)).exists():
            raise SessionError(f"{folder} is there already", hint="Name a new one with `to=`.")
        written = []
        for name, text in self.files.items():
            path = folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                problem = f"{path.parent} cannot be made: {error.strerror or error}"
                raise SessionError(problem, hint="Name another folder with `to=`.") from error
            save_text(path, text)
            written.append(path)
        return written


def forked(session: Session, of: str = "") -> Fork:
    """The documents of a round or run of a session, by its id; of the last round where empty.

    Raises:
        SessionError: There is none such, nothing was saved with it, what was saved is redacted,
            or a name leaves the folder.
    """
    saved, run = meant(session, of)
    variant = run.variant if run is not None else ""
    info = saved.info
    if not info.documents:
        raise SessionError(
            f"no documents were saved with {info.round_id} of {session.path.name}",
            hint="Its conversation was: go on with that (`sessions fork --continue`).",
        )
    for name, text in info.documents.items():
        if info.masked and MASK in text:
            raise SessionError(
                f"{info.round_id} of {session.path.name} was recorded redacted ({info.masked}):"
                f" {name} is not whole in it, so it cannot be taken up",
                hint="What was masked stood in the document itself: take that from its folder.",
            )
        way = PurePosixPath(name.replace("\\", "/"))
        if way.is_absolute() or ".." in way.parts or ":" in name or not way.parts:
            raise SessionError(
                f"{session.path.name} names a file outside its folder: {name!r}",
                hint="A session that somebody else made is not trusted with that.",
            )
    prompt = next((name for name in info.documents if Path(name).name == info.prompt), "")
    origin = f"{stem_of(session.path)} {of or info.round_id}"
    values = {name: value for name, value in info.values.items() if name not in info.redacted}
    names = ", ".join(info.redacted)
    said = (f"redacted when it was recorded, to be filled anew: {names}",) if names else ()
    documents = dict(info.documents)
    return Fork(origin, prompt, variant, values, documents, tuple(info.redacted), said)


def meant(session: Session, of: str) -> tuple[SavedRound, Run | None]:
    """The round or the run of this id; where it is empty, the last round.

    Raises:
        SessionError: There is none such.
    """
    if not of and session.rounds:
        return session.rounds[-1], None
    known: list[str] = []
    for saved in session.rounds:
        if of == saved.info.round_id:
            return saved, None
        for run in saved.runs:
            if of == run.run_id:
                return saved, run
            known.append(run.run_id)
    name = session.path.name
    if not known:
        raise SessionError(f"{name} has no round to fork", hint="Run one first.")
    raise SessionError(f"{name} has no round or run {of!r}", hint=f"Runs: {', '.join(known[:20])}")


def _diff(then: str, now: str, from_name: str, to_name: str) -> Sequence[str]:
    lines = difflib.unified_diff(
        then.splitlines(keepends=True), now.splitlines(keepends=True), from_name, to_name
    )
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
