"""The journal: rounds are saved while they run, off the path of whoever runs them.

`write` puts an event in a queue and is done. A thread of the journal's own turns what has queued
up into lines every 150 ms and appends them, so that what happened is on disk at the
latest a quarter of a second later; where a run has ended it waits for the disk itself (fsync).
"""

from __future__ import annotations

import atexit
import threading
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workbench.errors import SessionError
from workbench.run import Closed, Run, RunEvent
from workbench.sessions.about import about_line
from workbench.sessions.content import LARGE, create, pack, stem_for, stem_of, unpack
from workbench.sessions.file import GrowingFile
from workbench.sessions.redactor import Redaction
from workbench.sessions.round import RoundInfo
from workbench.sessions.scribe import Scribe
from workbench.sessions.session import Session
from workbench.wire.request import MessagesRequest

PAUSE_S = 0.15


@dataclass(frozen=True, slots=True)
class _Begun:
    """In the queue: a round has begun."""

    info: RoundInfo
    runs: Iterable[tuple[Run, MessagesRequest]]
    redaction: Redaction | None


@dataclass(frozen=True, slots=True)
class _Said:
    """In the queue: somebody says something about the session."""

    line: Mapping[str, Any]


class Journal:
    """Saves rounds to one session file as they happen. Make one with `open_journal`.

    The disk never makes a round fail. What it would not take is kept in memory and tried again
    with whatever comes next, and `problem` says so; `save_elsewhere` carries on in another file.
    """

    def __init__(
        self, folder: Path, name: str, facts: Mapping[str, Any], secrets: Collection[str]
    ) -> None:
        self._folder, self._name = folder, name
        self._facts, self._secrets = facts, secrets
        self._queue: deque[RunEvent | _Begun | _Said] = deque()
        self._awake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._saving = threading.Lock()  # guards what is below
        self._scribe: Scribe | None = None
        self._stem = ""
        self._file = GrowingFile()
        self._unsynced = False
        self._unwritable: str | None = None
        self._unsayable: str | None = None

    @property
    def path(self) -> Path | None:
        """The session file; None until the first round has begun, or while none can be made."""
        return self._file.path

    @property
    def problem(self) -> str | None:
        """Why not all that happened is on disk, in one line; None while it is."""
        return self._unwritable or self._unsayable

    @property
    def stranded(self) -> bool:
        """Whether some of what happened is in memory only, as the disk would not take it."""
        return self._unwritable is not None

    @property
    def closed(self) -> bool:
        """Whether it has ended: what is said after that is not saved by it."""
        return self._stopping.is_set()

    def go_on(self, path: Path, manifest: Mapping[str, Any]) -> None:
        """Go on with a session that is there, before anything else is done.

        Raises:
            SessionError: It cannot be written, or another workbench is writing it.
        """
        try:
            path = unpack(path)
            free = self._file.reopen(path)
            data = self._file.content() if free else b""
        except OSError as error:
            problem = f"cannot go on with {path}: {_reason(error)}"
            raise SessionError(problem, hint="It is as it was.") from error
        if not free:
            problem = f"{path.name} is being written by another workbench"
            raise SessionError(problem, hint="Try again once that one has ended.")
        self._stem = stem_of(path)
        self._scribe = Scribe(manifest, self._secrets)
        self._scribe.go_on(data.count(b"\n") + 1)
        if data and not data.endswith(b"\n"):  # behind a line that was cut short
            self._file.add(b"\n")

    def begin_round(
        self,
        info: RoundInfo,
        runs: Iterable[tuple[Run, MessagesRequest]],
        redaction: Redaction | None = None,
    ) -> None:
        """Save what a round is and which runs are planned in it. The first one makes the file.

        Args:
            runs: With what each sends; gone through once, when they are written down.
            redaction: What of it, and of all that will happen in it, is masked.
        """
        self._queue.append(_Begun(info, runs, redaction))
        if self._stopping.is_set():
            return
        if self._file.path is None:
            with self._saving:
                self._begin()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
            self._thread.start()
            atexit.register(self.close)  # for an app that ends without closing us
        self._awake.set()

    def write(self, event: RunEvent) -> None:
        """Save an event of a round begun. Never waits for the disk, never raises."""
        self._queue.append(event)
        if not self._awake.is_set():
            self._awake.set()

    def annotate(self, said: Mapping[str, Any], *, of: str | None = None) -> None:
        """Say something about the session, or a round or run of it (`about.annotate`)."""
        self._queue.append(_Said(about_line(said, of)))
        self._awake.set()

    def flush(self) -> None:
        """Put all that happened so far on the file now, and wait for that. Not after `close`."""
        with self._saving:
            if not self._stopping.is_set():
                self._save()

    def save_elsewhere(self, path: Path) -> None:
        """Save everything so far to a new file and carry on there. Waits for the disk.

        After `close` too, for what could not be saved then. The old file is left as it is.

        Args:
            path: The new file, or a folder to make one in. Nothing there is overwritten.

        Raises:
            SessionError: It cannot be written. All is kept as it was.
        """
        with self._saving:
            if self._scribe is None:
                raise SessionError("there is nothing to save yet", hint="Run a round first.")
            self._gather(self._scribe)
            new = GrowingFile()
            try:
                self._copy_to(new, path, self._scribe)
            except OSError as error:
                new.close()
                new.remove()
                raise SessionError(
                    f"the session cannot be saved to {path}: {_reason(error)}",
                    hint="All is kept in memory. Choose another folder or a new name.",
                ) from error
            self._file.close()
            self._file, self._unwritable, self._unsynced = new, None, False
            if self._stopping.is_set():
                new.close()

    def close(self) -> None:
        """Save what is left and let go of the file. What is written after this is not saved."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join()
        atexit.unregister(self.close)
        with self._saving:
            self._unsynced = True
            self._save()
            # A file that was removed can only be read, and saved elsewhere, while it is open.
            if self._unwritable is None or not self._file.size:
                self._file.close()
                self._pack()

    def _pack(self) -> None:
        """Compress what is large; `path` stays as it was, and leads to it (`content.existing`)."""
        if self.problem is None and self._file.path is not None and self._file.size >= LARGE:
            with suppress(OSError):  # it stays plain, and whole
                pack(self._file.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        """The thread: save whenever something has happened, but not all the time."""
        while not self._stopping.is_set():
            self._awake.wait()
            self._awake.clear()  # before looking: what comes while we look wakes us again
            self.flush()
            self._stopping.wait(PAUSE_S)

    def _begin(self) -> None:
        """Name the session by the time of its first round, and make its file."""
        if self._scribe is None:
            now = datetime.now(UTC)
            self._stem = stem_for(now, self._name)
            created = now.isoformat(timespec="microseconds")
            self._scribe = Scribe({**self._facts, "created": created}, self._secrets)
        if self._file.path is None:
            try:
                create(self._file, self._folder, self._stem)
            except OSError as error:
                self._unwritable = _unwritable(self._folder, error)

    def _save(self) -> None:
        if self._scribe is None:
            return
        self._begin()
        self._gather(self._scribe)
        if self._file.path is None:
            return
        try:
            self._file.push()
            if self._unsynced:
                self._file.sync()
        except OSError as error:
            self._unwritable = _unwritable(self._file.path, error)
        else:
            self._unwritable, self._unsynced = None, False

    def _gather(self, scribe: Scribe) -> None:
        """Turn the queue into lines that wait for the file."""
        while self._queue:
            item = self._queue.popleft()
            try:
                if isinstance(item, _Begun):
                    scribe.begin_round(item.info, item.runs, redaction=item.redaction)
                elif isinstance(item, _Said):
                    scribe.say(item.line)
                else:
                    scribe.add(item)
                    self._unsynced |= isinstance(item.what, Closed)
            except (TypeError, ValueError, OverflowError, RecursionError) as error:
                self._unsayable = f"something that happened could not be saved: {error}"
        self._file.add(scribe.take_lines(everything=self._stopping.is_set()))

    def _copy_to(self, new: GrowingFile, path: Path, scribe: Scribe) -> None:
        if path.is_dir():
            create(new, path, self._stem)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            new.create(path)
        try:
            new.add(self._file.content())
        except OSError:  # that disk is lost; what it never took is here, and readable by itself
            new.add(scribe.manifest)
        new.add(self._file.waiting())
        new.push()
        new.sync()


def open_journal(
    folder: Path,
    name: str,
    *,
    app_version: str,
    catalog_as_of: str,
    secrets: Collection[str] = (),
    account: str = "",
) -> Journal:
    """A journal for a new session. Nothing is on disk before its first round begins.

    Args:
        folder: Where `<UTC time>-<name>.jsonl` will be; made if need be.
        name: What the session is called; characters that do not fit a file name become `-`.
        app_version: The workbench's version.
        catalog_as_of: The date of the prices in use.
        secrets: Strings that are written as `[secret]` wherever they occur.
        account: Tells one key from another without telling the key; empty without one.
    """
    facts = {"app_version": app_version, "catalog_as_of": catalog_as_of, "name": name}
    facts |= {"account": account} if account else {}
    return Journal(folder, name, facts, secrets)


def reopen_journal(session: Session, *, secrets: Collection[str] = ()) -> Journal:
    """A journal that goes on with a saved session, behind all that is in it.

    Raises:
        SessionError: It cannot be written, or another workbench is writing it.
    """
    name = str(session.manifest.get("name", "session"))
    journal = Journal(session.path.parent, name, session.manifest, secrets)
    journal.go_on(session.path, session.manifest)
    return journal


def _unwritable(path: Path, error: OSError) -> str:
    return f"the session is kept in memory only: cannot write {path}: {_reason(error)}"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
