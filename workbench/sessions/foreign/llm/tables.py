"""Tables of a database that others wrote: any of them, and any of their columns, may be missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

Row = Mapping[str, Any]


class Tables:
    """The tables of one database. Nothing is ever written to it; views are not looked at."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._places: dict[tuple[str, str], dict[Any, list[int]]] = {}
        found = self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")
        self._names = {str(row["name"]) for row in found}

    def __contains__(self, table: str) -> bool:
        return table in self._names

    def columns(self, table: str) -> Sequence[str]:
        """The names of a table's columns."""
        return [str(row["name"]) for row in self.ask(f"PRAGMA table_info({table})")]

    def by_id(self, table: str, key: Any) -> Row:
        """The row with this id; empty where there is none."""
        if table not in self or not isinstance(key, str | int):
            return {}
        return next(iter(self.ask(f"SELECT * FROM {table} WHERE id = ?", key)), {})

    def where(self, table: str, column: str, key: Any) -> list[Row]:
        """The rows in which a column has this value, in the order in which they were written.

        Most of these columns have no index there: each table is gone through once.
        """
        if table not in self:
            return []
        if (table, column) not in self._places:
            places = self._places[table, column] = {}
            for row in self.ask(f"SELECT rowid AS at, {column} AS value FROM {table} ORDER BY 1"):
                places.setdefault(row["value"], []).append(row["at"])
        found = self._places[table, column].get(key, ())
        return [row for at in found for row in self.at(table, at)]

    def at(self, table: str, rowid: int) -> list[Row]:
        """The row at this place, with its `rowid`."""
        return self.ask(f"SELECT rowid, * FROM {table} WHERE rowid = ?", rowid)

    def ask(self, query: str, *values: object) -> list[Row]:
        """All rows of a query of ours.

        Raises:
            sqlite3.Error: The file is damaged, or the table is another one than ours.
        """
        with closing(self._database.execute(query, values)) as cursor:
            names = [each[0] for each in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]


@contextmanager
def opened(path: Path) -> Iterator[Tables]:
    """The tables of the database at `path`, for as long as the block lasts.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    database.text_factory = lambda data: data.decode(errors="replace")
    with closing(database):
        database.execute("PRAGMA trusted_schema = OFF")
        yield Tables(database)
