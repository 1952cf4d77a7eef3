"""The library: every session of a folder, listed and searched by way of an index.

The index (`.index.sqlite3`, beside the sessions) is a cache and never the truth: it takes up what
has changed on disk since; one that is lost, damaged or another's is made anew; one that cannot be
written is kept in memory.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Any, TypeVar, overload

from workbench.errors import SessionError
from workbench.sessions.about import About
from workbench.sessions.content import PACKED, PLAIN, stem_of
from workbench.sessions.digest import Digest, digest_of
from workbench.sessions.file import being_written
from workbench.sessions.gist import End, Gist
from workbench.sessions.query import MARKS, Query
from workbench.sessions.shelf import SessionSummary

NAME = ".index.sqlite3"
_VERSION = 4
_PATIENCE_S = 5.0
_BATCH_S = 0.25
_TABLES = """
DROP TABLE IF EXISTS file; DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS gist;
CREATE TABLE file(id INTEGER PRIMARY KEY, file BLOB UNIQUE, size INT, mtime INT, listed INT,
                  began TEXT, name TEXT, rounds INT, runs INT, models TEXT, providers TEXT,
                  simulated INT, cut INT, title TEXT, tags TEXT, note TEXT, archived INT,
                  pinned INT, cost TEXT, ends TEXT, failed INT, called TEXT);
CREATE TABLE gist(id INTEGER PRIMARY KEY, told TEXT);
CREATE VIRTUAL TABLE words USING fts5(prompts, answers, about, tokenize='unicode61', prefix='1 2');
PRAGMA user_version = %d;
"""
_ROW = (
    *("file", "began", "name", "rounds", "runs", "models", "providers", "simulated", "cut"),
    *("size", "title", "tags", "note", "archived", "pinned", "cost", "ends"),
)
_CONDITIONS = {
    "tag": "instr(folded(tags), ?)",
    "model": "instr(folded(models), ?)",
    "provider": "instr(folded(providers), ?)",
    "name": "instr(folded(called), ?)",
    "since": "began >= ?",
    "until": "began < ? || '~'",  # the day itself, and all that begins with it
    **{f"is:{mark}": mark for mark in MARKS},
}
Facts = tuple[int, int]
"""Of a file: its size in bytes, when it was last written (ns)."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as the library knows it.

    Args:
        summary: What a list says of it.
        cost_usd: What its runs cost; None where that is not known.
        ends: How its runs ended.
    """

    summary: SessionSummary
    cost_usd: Decimal | None = None
    ends: tuple[End, ...] = ()


class Entries(Sequence[Entry]):
    """Entries in the order of a list, each made when it is looked at: a list may be long."""

    def __init__(self, folder: Path, rows: Sequence[tuple[Any, ...]]) -> None:
        self._folder, self._rows = folder, rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Entries: ...
    def __getitem__(self, at: int | slice) -> Entry | Entries:
        if isinstance(at, slice):
            return Entries(self._folder, self._rows[at])
        return _entry(self._folder, self._rows[at])

    def under_way(self) -> frozenset[Path]:
        """The files of those whose end is missing as a workbench is writing them now: asks each."""
        cut = (row[0] for row in self._rows if row[_ROW.index("cut")])
        return frozenset(filter(being_written, (self._folder / os.fsdecode(name) for name in cut)))

    def place_of(self, path: Path) -> int | None:
        """Where the session of this file stands; None where it does not."""
        name = os.fsencode(path.name)
        return next((at for at, row in enumerate(self._rows) if row[0] == name), None)


class Library:
    """The sessions of a folder. A context manager; several threads may use it.

    Args:
        folder: Where they are; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()  # guards the index; not held while sessions are read
        self._index = _opened(folder)
        self._stale: list[tuple[str, Facts]] = []
        self._closed = False

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index. A look at it that is still going on in a thread ends early."""
        with self._lock:
            self._closed = True
            self._index.close()

    def entries(
        self, query: Query | None = None, *, limit: int | None = None, archived: bool = False
    ) -> Entries:
        """The sessions that fit, pinned ones before others, newest first, as they are on disk.

        Args:
            query: What is looked for; everything where None.
            limit: How many at most.
            archived: Whether those that are archived are among them, asked for or not.
        """
        self.refresh()
        return self.known(query, limit=limit, archived=archived)

    def known(
        self, query: Query | None = None, *, limit: int | None = None, archived: bool = False
    ) -> Entries:
        """The same, as they were when the library last looked: at once."""
        query = query or Query()
        conditions, values = ["listed"], list[Any]()
        if not (archived or query.wants_archived):
            conditions.append("NOT archived")
        for condition, *value in _conditions(query):
            conditions.append(condition)
            values += value
        sql = (
            f"SELECT {', '.join(_ROW)} FROM file WHERE {' AND '.join(conditions)} "
            "ORDER BY pinned DESC, began DESC, file DESC LIMIT ?"
        )
        rows = self._ask(sql, (*values, -1 if limit is None else limit))
        return Entries(self.folder, rows)

    def snippet(self, entry: Entry, query: Query) -> str:
        """Where the words occur in a session, each between `‹` and `›`; empty without words."""
        if not query.match:
            return ""
        sql = (
            "SELECT snippet(words, -1, '‹', '›', '…', 12) FROM words "
            "WHERE words MATCH ? AND rowid = (SELECT id FROM file WHERE file = ?)"
        )
        rows = self._ask(sql, (query.match, os.fsencode(entry.summary.path.name)))
        return " ".join(str(rows[0][0]).split()) if rows else ""

    def gist(self, entry: Entry) -> Gist | None:
        """What a session was, told; None where that is not known (any more)."""
        sql = "SELECT told FROM gist WHERE id = (SELECT id FROM file WHERE file = ?)"
        rows = self._ask(sql, (os.fsencode(entry.summary.path.name),))
        return Gist.of_json(json.loads(rows[0][0])) if rows else None

    def refresh(self, for_s: float | None = None, *, but: Collection[str] = ()) -> int:
        """Take up what has changed on disk, what was written last first.

        Args:
            for_s: Stop after about so many seconds, and go on there the next time; to the end
                where None.
            but: Sessions that are left as they are known, by the stems of their files.

        Returns:
            How many sessions are still to be taken up.
        """
        began = since = time.monotonic()
        if not self._stale:
            self._stale = self._surely(self._compared)
        batch: list[tuple[str, Facts, Digest | None]] = []
        while self._stale and not self._closed:
            name, facts = self._stale.pop()
            if but and stem_of(self.folder / name) in but:
                continue
            with suppress(OSError):
                batch.append((name, facts, _digest(self.folder / name)))
            now = time.monotonic()
            if now - since > _BATCH_S:
                self._write(batch)
                batch, since = [], now
            if for_s is not None and now - began > for_s:
                break
        self._write(batch)
        return len(self._stale)

    def look_at(self, path: Path) -> None:
        """Take up one session as it is now, before all others; forget it where it is gone."""
        try:
            facts = path.stat()
            batch = [(path.name, (facts.st_size, facts.st_mtime_ns), _digest(path))]
        except OSError:
            with self._lock, self._index:
                self._forget(path.name)
        else:
            self._write(batch)

    def _compared(self) -> list[tuple[str, Facts]]:
        """Forget what is gone; the files that have changed, what was written last at the end."""
        here = dict(_files(self.folder))
        with self._lock, self._index as index:
            rows = index.execute("SELECT file, size, mtime FROM file")
            known = {os.fsdecode(name): (size, mtime) for name, size, mtime in rows}
            for name in known.keys() - here.keys():
                self._forget(name)
        stale = [(name, facts) for name, facts in here.items() if known.get(name) != facts]
        return sorted(stale, key=lambda each: each[1][1])

    def _write(self, batch: Sequence[tuple[str, Facts, Digest | None]]) -> None:
        def write() -> None:
            with self._lock, self._index:
                for name, facts, digest in batch:
                    self._forget(name)
                    self._add(name, facts, digest)

        if batch and not self._closed:
            self._surely(write)

    def _forget(self, name: str) -> None:
        row = self._index.execute("SELECT id FROM file WHERE file = ?", (os.fsencode(name),))
        for known in row.fetchall():
            for table, column in (("words", "rowid"), ("gist", "id"), ("file", "id")):
                self._index.execute(f"DELETE FROM {table} WHERE {column} = ?", known)

    def _add(self, name: str, facts: Facts, digest: Digest | None) -> None:
        size, mtime = facts
        row = {"file": os.fsencode(name), "size": size, "mtime": mtime, "listed": 0}
        row |= _columns(digest) if digest else {}
        sql = f"INSERT INTO file({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        rowid = self._index.execute(sql, [*map(_sayable, row.values())]).lastrowid
        if digest is None:
            return
        told = json.dumps(digest.gist.to_json(), ensure_ascii=False, separators=(",", ":"))
        self._index.execute("INSERT INTO gist(id, told) VALUES (?, ?)", (rowid, _sayable(told)))
        texts = map(_sayable, (digest.prompts, digest.answers, digest.said))
        self._index.execute(
            "INSERT INTO words(rowid, prompts, answers, about) VALUES (?, ?, ?, ?)",
            (rowid, *texts),
        )

    def _ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        def ask() -> list[tuple[Any, ...]]:
            with self._lock:
                return self._index.execute(sql, values).fetchall()

        return self._surely(ask)

    def _surely(self, work: Callable[[], T]) -> T:
        """Do it; where the index is damaged, locked for long, or the disk full, without it."""
        try:
            return work()
        except sqlite3.Error:
            if self._closed:
                raise
            with self._lock:
                self._index.close()
                self._index = _in_memory()
            self._stale = self._compared()
            return work()


def _opened(folder: Path) -> sqlite3.Connection:
    path = folder / NAME
    if not folder.is_dir():
        return _in_memory()
    for _ in range(2):
        try:
            path.touch(mode=0o600)
            return _prepared(sqlite3.connect(path, _PATIENCE_S, check_same_thread=False))
        except (OSError, sqlite3.OperationalError):
            break
        except sqlite3.DatabaseError:  # damaged, or another's file: it is only a cache
            with suppress(OSError):
                path.unlink()
    return _in_memory()


def _in_memory() -> sqlite3.Connection:
    return _prepared(sqlite3.connect(":memory:", check_same_thread=False))


def _prepared(index: sqlite3.Connection) -> sqlite3.Connection:
    index.create_function("folded", 1, lru_cache(str.casefold), deterministic=True)
    try:
        (version,) = index.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            index.executescript(_TABLES % _VERSION)
        index.execute("SELECT count(listed) FROM file").fetchone()
    except sqlite3.Error:
        index.close()
        raise
    return index


def _files(folder: Path) -> Iterator[tuple[str, Facts]]:
    """Every session file: its name, its size, when it was last written."""
    try:
        with closing(os.scandir(folder)) as found:
            for each in found:
                if each.name.endswith((PLAIN, PACKED)) and not each.name.startswith("."):
                    with suppress(OSError):  # gone in the meantime
                        facts = each.stat()
                        if S_ISREG(facts.st_mode):  # a pipe is never read to its end
                            yield each.name, (facts.st_size, facts.st_mtime_ns)
    except OSError:
        return


def _digest(path: Path) -> Digest | None:
    """What there is to take up of a file; None where it is no session.

    Raises:
        OSError: It cannot be read; another time, perhaps.
    """
    try:
        return digest_of(path)
    except SessionError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        return None


def _columns(digest: Digest) -> dict[str, Any]:
    one, about = digest.summary, digest.summary.about
    ends = [(end.stands, end.glyph, end.word, end.count) for end in digest.ends]
    return {
        "listed": 1,
        **{name: getattr(one, name) for name in ("began", "name", "rounds", "runs")},
        **{name: _listed(getattr(one, name)) for name in ("models", "providers")},
        **{"simulated": one.simulated, "cut": one.cut, "tags": _listed(about.tags)},
        **{name: getattr(about, name) for name in ("title", "note", "archived", "pinned")},
        "cost": None if digest.cost_usd is None else str(digest.cost_usd),
        "ends": json.dumps(ends, ensure_ascii=False),
        "failed": sum(end.count for end in digest.ends if end.stands == "failed"),
        "called": f"{one.name}\n{about.title}\n{stem_of(one.path)}",
    }


def _entry(folder: Path, row: tuple[Any, ...]) -> Entry:
    file, began, name, rounds, runs, models, providers, simulated, cut = row[:9]
    size, title, tags, note, archived, pinned, cost, ends = row[9:]
    summary = SessionSummary(
        path=folder / os.fsdecode(file),
        began=began,
        name=name,
        rounds=rounds,
        runs=runs,
        models=tuple(json.loads(models)),
        providers=tuple(json.loads(providers)),
        simulated=bool(simulated),
        cut=bool(cut),
        size=size,
        about=About(
            title, tuple(json.loads(tags)), note, archived=bool(archived), pinned=bool(pinned)
        ),
    )
    told = tuple(End(*end) for end in json.loads(ends))
    return Entry(summary, None if cost is None else Decimal(cost), told)


def _conditions(query: Query) -> Iterator[tuple[str, *tuple[Any, ...]]]:
    """What must hold of a row, each with its values."""
    if query.match:
        yield "id IN (SELECT rowid FROM words WHERE words MATCH ?)", query.match
    for name, value in query.narrowed:
        if name == "is":
            yield (_CONDITIONS[f"is:{value}"],)
        else:
            yield _CONDITIONS[name], _listed([value])[1:-1] if name == "tag" else value
    if query.over_usd is not None:
        yield "CAST(cost AS REAL) > ?", float(query.over_usd)
    if query.under_usd is not None:
        yield "CAST(cost AS REAL) < ?", float(query.under_usd)


def _listed(words: Sequence[str]) -> str:
    """Words as a JSON list, in which a whole word is found by its own JSON."""
    return json.dumps(words, ensure_ascii=False)


def _sayable(value: Any) -> Any:
    """A text without lone surrogates, which SQLite does not take; anything else as it is."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value
