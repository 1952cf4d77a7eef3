"""The shelf: which sessions there are, and which one somebody means. Never reads the streams."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from workbench.documents.kinds import files_in
from workbench.errors import SessionError
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.content import (
    PACKED,
    PLAIN,
    existing,
    first_line,
    is_packed,
    named,
    read_content,
    stem_of,
)
from workbench.sessions.lines import parsed, read_manifest, round_of, run_of
from workbench.sessions.round import RoundInfo

_CANDIDATES = 8
_LAST_FEW = 8
JUDGES = "judges "
"""How the note of a round begins in which a judge was asked; what follows names the session."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One line of a list of sessions.

    Args:
        path: The file.
        began: When its first round began: UTC, ISO 8601.
        name: What it was called.
        rounds: How many rounds it has.
        runs: How many runs were planned in them.
        models: The models asked, each once, in the order in which they came.
        providers: The providers asked, likewise.
        simulated: Whether an answer in it is the simulator's.
        cut: Whether the end of a run is missing, which was not sent again on resuming.
        size: Of the file, in bytes.
        about: Its title, tags and note.
        judges: Whether it is what a judge has said of another session; `summary_of` alone looks.
    """

    path: Path
    began: str
    name: str
    rounds: int
    runs: int
    models: tuple[str, ...]
    providers: tuple[str, ...]
    simulated: bool
    cut: bool
    size: int
    about: About = field(default_factory=About)
    judges: bool = False


def sessions_in(folder: Path) -> list[SessionSummary]:
    """Every session in a folder, newest first. What is no session, or unreadable, is not listed."""
    found = []
    for path in _files_in(folder):
        try:
            found.append(summary_of(path))
        except SessionError:
            continue
    return sorted(found, key=lambda each: (each.began, each.path.name), reverse=True)


def files_named(folder: Path, part: str) -> list[Path]:
    """The session files in a folder whose names have this in them, by their names: oldest first."""
    return sorted(path for path in _files_in(folder) if part in path.name)


def no_sessions_in(folder: Path) -> list[SessionError]:
    """Why each file that is named like a session, and is not among `sessions_in`, is none."""
    found = []
    for path in _files_in(folder):
        try:
            summary_of(path)
        except SessionError as error:
            found.append(error)
    return found


def newest_in(folder: Path) -> SessionSummary | None:
    """The session that began last, without looking at more than a few files.

    What a judge has said of a session comes after all others: who asks for the last one once it was
    judged means that one.
    """
    try:
        files = _files_in(folder)
        # Names begin with the time, but not all of them; a note makes an old file the newest.
        latest = sorted(files, key=lambda path: path.stat().st_mtime)[-_LAST_FEW:]
    except OSError:
        return None
    summaries = []
    rounds = [path for path in files if "-judge-" not in path.name]
    for path in dict.fromkeys((*latest, *files[-_LAST_FEW:], *rounds[-_LAST_FEW:])):
        with suppress(SessionError):
            summaries.append(summary_of(path))
    return max(summaries, key=lambda one: (not one.judges, one.began), default=None)


def last_name_in(folder: Path) -> str:
    """What the session is called that began last, judges' aside; empty where there is none.

    It is looked for as the app starts, so nothing but first lines is read, and those of a few.
    """
    files = [path for path in _files_in(folder) if "-judge-" not in path.name]
    # Names begin with the time, but not all of them.
    timed = [path for path in files if path.name[:1].isdigit()]
    others = [path for path in files if not path.name[:1].isdigit()]
    said = []
    for path in (*timed[-_LAST_FEW:], *others[-_LAST_FEW:]):
        with suppress(OSError, SessionError):
            said.append(read_manifest(first_line(path), path))
    newest = max(said, key=lambda line: str(line.get("created", "")), default=None)
    return str(newest.get("name", "")) if newest is not None else ""


def summary_of(path: Path) -> SessionSummary:
    """What a list says of one session.

    Raises:
        SessionError: It cannot be read, or is no session.
    """
    try:
        path = existing(path)
        with path.open("rb") as plain:
            packed = is_packed(plain.peek(2))
            file = BytesIO(read_content(path).data) if packed else plain
            first = file.readline()
            # All that happened to a run but its end begins so: nearly the whole file.
            lines = [line for line in file if not line.startswith(b'{"r":')]
            size = path.stat().st_size
            manifest = read_manifest(first, path, lines)
    except OSError as error:
        raise SessionError(f"cannot read {path}: {error.strerror or error}") from error
    rounds, judged, runs = 0, 0, []
    unended = _Unended()
    about = About()
    for line in filter(None, map(parsed, lines)):
        match line:
            case {"closed": _, "r": int(number)}:
                unended.runs.discard(number)
            case {"run": int(number)} if run := run_of(line):
                runs.append(run)
                unended.begin(number, run)
            case {"round": _}:
                rounds += 1
                unended.begin_round(round_of(line))
                judged += str(line.get("note")).startswith(JUDGES)
            case {"about": dict(said)} if "of" not in line:
                about = about.updated(said)
    return SessionSummary(
        path=path,
        began=str(manifest.get("created", "")),
        name=str(manifest.get("name", stem_of(path))),
        rounds=rounds,
        runs=len(runs),
        models=each_once(run.model for run in runs),
        providers=each_once(run.provider for run in runs),
        simulated=any(run.simulated for run in runs),
        cut=bool(unended.runs),
        size=size,
        about=about,
        judges=0 < rounds == judged,
    )


class _Unended:
    """Which runs have no end, by their numbers; without those that were sent again on resuming."""

    def __init__(self) -> None:
        self.runs: set[int] = set()
        self._resumes: dict[str, str] = {}
        self._last: dict[tuple[object, ...], int] = {}

    def begin_round(self, info: RoundInfo | None) -> None:
        if info is not None:
            self._resumes[info.round_id] = info.resumes

    def begin(self, number: int, run: Run) -> None:
        root = self._resumes.get(run.round_id)
        key = (root or run.round_id, run.variant, run.case, run.repeat)
        if root and key in self._last:
            self.runs.discard(self._last[key])
        self._last[key] = number
        self.runs.add(number)


def find_session(folder: Path, word: str) -> Path:
    """The session somebody means, under the name that it had while it was written.

    Args:
        folder: Where the sessions are.
        word: `last`, a path, a file name, or the beginning of one that is like no other.

    Raises:
        SessionError: There is none, or more than one.
    """
    if word == "last":
        if (newest := newest_in(folder)) is not None:
            return named(newest.path)
        raise SessionError(f"there is no session in {folder}", hint="Run a round first.")
    if word and existing(Path(word)).is_file():
        return named(Path(word))
    paths = _files_in(folder)
    same = [path for path in paths if word in (path.name, stem_of(path) + PLAIN, stem_of(path))]
    alike = same or [path for path in paths if word and path.name.startswith(word)]
    if len(alike) == 1:
        return named(alike[0])
    if not alike:
        raise SessionError(
            f"there is no session {word!r} in {folder}",
            hint="`workbench sessions list` shows what there is; `last` is the newest.",
        )
    shown = [path.name for path in alike[:_CANDIDATES]]
    more = [f"and {len(alike) - _CANDIDATES} more"] if len(alike) > _CANDIDATES else []
    raise SessionError(
        f"{word!r} may be any of {len(alike)} sessions", hint=", ".join([*shown, *more])
    )


def _files_in(folder: Path) -> list[Path]:
    found = files_in(folder, (PLAIN, PACKED))
    return [path for path in found if not path.name.startswith(".")]


def each_once(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in the order in which they came; empty ones not at all."""
    return tuple(dict.fromkeys(filter(None, names)))
