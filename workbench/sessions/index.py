"""The library: every session of a folder, listed and searched by way of an index.

The index (`.index.sqlite3`, beside the sessions) is a cache and never the truth: each look at it
takes up what has changed on disk since; one that is lost, damaged or another's is made anew; one
that cannot be written is kept in memory.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.costs import cost_of_run, total
from workbench.errors import SessionError
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.content import PACKED, PLAIN
from workbench.sessions.query import Query
from workbench.sessions.session import Session, read_session
from workbench.sessions.shelf import SessionSummary, summary_of
from workbench.wire.request import compact

NAME = ".index.sqlite3"
_VERSION = 1
_PATIENCE_S = 5.0
_AT_ONCE = 200
_TABLES = """
DROP TABLE IF EXISTS file; DROP TABLE IF EXISTS words;
CREATE TABLE file(id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INT, mtime INT, began TEXT,
                  entry TEXT);
CREATE VIRTUAL TABLE words USING fts5(prompts, answers, about, tokenize='unicode61');
PRAGMA user_version = %d;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as the library knows it.

    Args:
        summary: What a list says of it.
        cost_usd: What its runs cost; None where that is not known.
        snippet: Where the words occur, each between `‹` and `›`; empty where none were asked for.
    """

    summary: SessionSummary
    cost_usd: Decimal | None = None
    snippet: str = ""


class Library:
    """The sessions of a folder. A context manager; for one thread.

    Args:
        folder: Where they are; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = _opened(folder)

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def entries(
        self, query: Query | None = None, *, limit: int | None = None, archived: bool = False
    ) -> list[Entry]:
        """The sessions that fit, newest first.

        Args:
            query: What is looked for; everything where None.
            limit: How many at most.
            archived: Whether those that are archived are among them, asked for or not.
        """
        query = query or Query()
        try:
            self._refresh()
        except sqlite3.Error:  # damaged, locked for long, or the disk is full: do without it
            self._index.close()
            self._index = _in_memory()
            self._refresh()
        return list(self._found(query, limit, archived or query.wants_archived))

    def _found(self, query: Query, limit: int | None, archived: bool) -> Iterator[Entry]:
        rows = self._index.execute("SELECT id, entry FROM file ORDER BY began DESC, name DESC")
        fitting: set[int] | None = None
        if query.match:
            matches = self._index.execute(
                "SELECT rowid FROM words WHERE words MATCH ?", (query.match,)
            )
            fitting = {rowid for (rowid,) in matches}
        left = limit
        for rowid, data in _parsed(rows):
            if left == 0:
                return
            if fitting is not None and rowid not in fitting:
                continue
            entry = _entry(self.folder, data)
            if (entry.summary.about.archived and not archived) or not _fits(entry, query):
                continue
            left = None if left is None else left - 1
            yield entry if fitting is None else self._with_snippet(entry, rowid, query)

    def _with_snippet(self, entry: Entry, rowid: int, query: Query) -> Entry:
        row = self._index.execute(
            "SELECT snippet(words, -1, '‹', '›', '…', 12) FROM words "
            "WHERE words MATCH ? AND rowid = ?",
            (query.match, rowid),
        ).fetchone()
        return Entry(entry.summary, entry.cost_usd, " ".join(str(row[0]).split()))

    def _refresh(self) -> None:
        """Take up what has changed on disk."""
        here = dict(_files(self.folder))
        known = {
            name: (size, mtime)
            for name, size, mtime in self._index.execute("SELECT name, size, mtime FROM file")
        }
        gone = [name for name in known if name not in here]
        stale = [name for name, facts in here.items() if known.get(name) != facts]
        if not gone and not stale:
            return
        with self._index:
            for name in (*gone, *(name for name in stale if name in known)):
                self._forget(name)
        for name in stale:
            with self._index:
                self._take_up(name, here[name])

    def _forget(self, name: str) -> None:
        row = self._index.execute("SELECT id FROM file WHERE name = ?", (name,)).fetchone()
        if row is not None:
            self._index.execute("DELETE FROM words WHERE rowid = ?", row)
            self._index.execute("DELETE FROM file WHERE id = ?", row)

    def _take_up(self, name: str, facts: tuple[int, int]) -> None:
        path = self.folder / name
        try:
            summary, session = summary_of(path), read_session(path)
        except SessionError:  # no session: it is not listed
            return
        runs = [run for saved in session.rounds for run in saved.finished()]
        data = _as_json(summary, _cost(runs))
        cursor = self._index.execute(
            "INSERT OR REPLACE INTO file(name, size, mtime, began, entry) VALUES (?, ?, ?, ?, ?)",
            (name, *facts, summary.began, json.dumps(data)),
        )
        texts = (_prompts(session), _answers(runs), _said(session))
        self._index.execute(
            "INSERT INTO words(rowid, prompts, answers, about) VALUES (?, ?, ?, ?)",
            (cursor.lastrowid, *map(_sayable, texts)),
        )


def _opened(folder: Path) -> sqlite3.Connection:
    path = folder / NAME
    if not folder.is_dir():
        return _in_memory()
    for _ in range(2):
        try:
            path.touch(mode=0o600)
            return _prepared(sqlite3.connect(path, timeout=_PATIENCE_S))
        except (OSError, sqlite3.OperationalError):
            break
        except sqlite3.DatabaseError:  # damaged, or another's file: it is only a cache
            with suppress(OSError):
                path.unlink()
    return _in_memory()


def _parsed(rows: sqlite3.Cursor) -> Iterator[tuple[int, dict[str, Any]]]:
    """Ids and entries; many at a time, which takes half the time."""
    while some := rows.fetchmany(_AT_ONCE):
        entries = json.loads(f"[{','.join(text for _, text in some)}]")
        yield from zip((rowid for rowid, _ in some), entries, strict=True)


def _in_memory() -> sqlite3.Connection:
    return _prepared(sqlite3.connect(":memory:"))


def _prepared(index: sqlite3.Connection) -> sqlite3.Connection:
    try:
        (version,) = index.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            index.executescript(_TABLES % _VERSION)
        index.execute("SELECT count(*) FROM file").fetchone()
    except sqlite3.Error:
        index.close()
        raise
    return index


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Every session file: its name, its size in bytes, when it was last written (ns)."""
    try:
        with closing(os.scandir(folder)) as found:
            for each in found:
                if each.name.endswith((PLAIN, PACKED)) and not each.name.startswith("."):
                    with suppress(OSError):  # gone in the meantime
                        facts = each.stat()
                        yield each.name, (facts.st_size, facts.st_mtime_ns)
    except OSError:
        return


def _as_json(summary: SessionSummary, cost_usd: Decimal | None) -> dict[str, Any]:
    about = summary.about
    said = {"title": about.title, "tags": about.tags, "note": about.note}
    return {
        **{name: getattr(summary, name) for name in _PLAIN_FIELDS},
        "file": summary.path.name,
        "about": {**said, "archived": about.archived},
        "cost_usd": None if cost_usd is None else str(cost_usd),
    }


_PLAIN_FIELDS = (
    *("began", "name", "rounds", "runs", "models", "providers"),
    *("simulated", "cut", "size"),
)


def _entry(folder: Path, data: dict[str, Any]) -> Entry:
    file, said, cost = data.pop("file"), data.pop("about"), data.pop("cost_usd")
    about = About(said["title"], tuple(said["tags"]), said["note"], said["archived"])
    for name in ("models", "providers"):
        data[name] = tuple(data[name])
    summary = SessionSummary(path=folder / file, **data, about=about)
    return Entry(summary, None if cost is None else Decimal(cost))


def _among(value: str, words: tuple[str, ...]) -> bool:
    return any(value in word.casefold() for word in words)


_TESTS: dict[str, Callable[[SessionSummary, str], bool]] = {
    "tag": lambda one, value: value in [tag.casefold() for tag in one.about.tags],
    "model": lambda one, value: _among(value, one.models),
    "provider": lambda one, value: _among(value, one.providers),
    "name": lambda one, value: _among(value, (one.name, one.about.title, one.path.name)),
    "since": lambda one, value: one.began >= value,
    "until": lambda one, value: one.began[: len(value)] <= value,
    "is": lambda one, value: bool(
        {"cut": one.cut, "simulated": one.simulated, "archived": one.about.archived}[value]
    ),
}


def _fits(entry: Entry, query: Query) -> bool:
    cost = entry.cost_usd
    if query.over_usd is not None and (cost is None or cost <= query.over_usd):
        return False
    if query.under_usd is not None and (cost is None or cost >= query.under_usd):
        return False
    return all(_TESTS[name](entry.summary, value) for name, value in query.narrowed)


def _cost(runs: list[Run]) -> Decimal | None:
    known = catalog()
    return total(
        cost_of_run(run, known.model(run.provider, run.model)) for run in runs if run.usage.known
    ).usd


def _prompts(session: Session) -> str:
    """What was asked: each document and each request once."""
    texts: dict[str, None] = {}
    for saved in session.rounds:
        texts |= dict.fromkeys((saved.info.prompt, *saved.info.documents.values()))
        texts |= dict.fromkeys(saved.info.values.values())
        bodies = (request.body for request in saved.requests.values())
        texts |= dict.fromkeys(compact(body.get("messages")) for body in bodies)
    return "\n".join(texts)


def _answers(runs: list[Run]) -> str:
    return "\n".join(block.shown for run in runs for block in run.blocks.values())


def _said(session: Session) -> str:
    every = (session.about, *session.abouts.values())
    named = (str(session.manifest.get("name", "")), session.path.name)
    return "\n".join(
        (*named, *(word for one in every for word in (one.title, one.note, *one.tags)))
    )


def _sayable(text: str) -> str:
    """The text without lone surrogates, which SQLite does not take."""
    return text.encode(errors="replace").decode()
