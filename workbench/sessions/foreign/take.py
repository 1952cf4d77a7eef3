"""Taking up a foreign file: what it holds, less what is here already, as new sessions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Literal

from workbench.errors import SessionError
from workbench.sessions.content import PACKED, PLAIN, first_line, read_content
from workbench.sessions.foreign.llm.logs import conversations, is_llm
from workbench.sessions.foreign.llm.tables import opened
from workbench.sessions.foreign.promptfoo import evaluation_in
from workbench.sessions.foreign.shape import ForeignSession
from workbench.sessions.foreign.write import write
from workbench.sessions.lines import parsed
from workbench.sessions.trash import TRASH

_SQLITE = b"SQLite format 3\0"
_HINT = (
    "Name the database of llm (`llm logs path` says where it is), or what"
    " `promptfoo eval -o results.json` wrote."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What has become of one session of a foreign file.

    Args:
        foreign: What was new in it; all of it where nothing was.
        path: The new session; else the one that has it all.
        state: Whether it is new, was here already, or is in the trash.
    """

    foreign: ForeignSession
    path: Path
    state: Literal["new", "here", "trash"]


def take(path: Path, folder: Path, *, app_version: str) -> Iterator[Taken]:
    """Make sessions of a foreign file, one after the other.

    Args:
        path: A logs.db of `llm`, or a results file of promptfoo.
        folder: Where the sessions go.
        app_version: The workbench's version.

    Raises:
        SessionError: It cannot be read, is neither of the two, or a session cannot be written.
    """
    known = _Known(folder)
    for foreign in _read(path):
        new, old = known.without(foreign)
        if new.rounds:
            here = write(new, folder, app_version=app_version, file=path.name)
            yield Taken(new, here, "new")
        elif old is not None:
            yield Taken(foreign, old, "trash" if old.parent.name == TRASH else "here")


def _read(path: Path) -> Iterator[ForeignSession]:
    taken = 0
    try:
        with path.open("rb") as file:
            is_database = file.read(len(_SQLITE)) == _SQLITE
        if not is_database:
            yield _evaluation(path)
            return
        with opened(path) as tables:
            if not is_llm(tables):
                problem = f"{path} is a database, but not one of llm: it has none of its tables"
                raise SessionError(problem, hint=_HINT)
            for foreign in conversations(tables):
                yield foreign
                taken += 1
    except sqlite3.Error as error:
        so_far = f" (its first {taken} conversations could be read)" if taken else ""
        raise SessionError(f"cannot read {path}: {error}{so_far}", hint=_HINT) from error
    except OSError as error:
        problem = f"cannot read {path}: {error.strerror or error}"
        raise SessionError(problem, hint=_HINT) from error


def _evaluation(path: Path) -> ForeignSession:
    try:
        whole = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        whole = None
    foreign = evaluation_in(whole)
    if foreign is None:
        problem = f"{path} is neither a database of llm nor a results file of promptfoo"
        raise SessionError(problem, hint=_HINT)
    return foreign


class _Known:
    """What is in a folder of sessions, or its trash, of foreign files taken up before."""

    def __init__(self, folder: Path) -> None:
        self._found: dict[tuple[str, str], list[Path]] = {}
        places = (folder, folder / TRASH)
        for path in chain.from_iterable(_files(place) for place in places):
            told = _imported(path)
            if told is not None:
                self._found.setdefault(told, []).append(path)

    def without(self, foreign: ForeignSession) -> tuple[ForeignSession, Path | None]:
        """What of it is new, and where the rest is."""
        paths = self._found.get((foreign.program, foreign.key), [])
        keys = set(chain.from_iterable(map(_keys, paths)))
        rounds = [[run for run in runs if run.key not in keys] for runs in foreign.rounds]
        new = replace(foreign, rounds=[runs for runs in rounds if runs])
        return new, paths[0] if paths else None


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*")):
        if path.name.endswith((PLAIN, PACKED)) and not path.name.startswith("."):
            yield path


def _imported(path: Path) -> tuple[str, str] | None:
    """Which program's, and which of its own, by the first line."""
    with suppress(OSError, SessionError):
        line = first_line(path)
        told = (parsed(line) or {}).get("imported") if b'"imported"' in line else None
        if isinstance(told, Mapping):
            return str(told.get("from")), str(told.get("key"))
    return None


def _keys(path: Path) -> Iterator[str]:
    """The ids, in that program's records, of the runs of a session."""
    with suppress(OSError, SessionError):
        for line in read_content(path).data.split(b"\n"):
            if line.startswith(b'{"source":'):
                told = (parsed(line) or {}).get("source")
                if isinstance(told, Mapping):
                    yield str(told.get("key"))
