"""A logs.db, as sessions: one for each conversation, a round for each of its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from workbench.sessions.foreign.llm.responses import Responses, response_tables
from workbench.sessions.foreign.llm.tables import Tables
from workbench.sessions.foreign.llm.turns import Turns
from workbench.sessions.foreign.shape import ForeignSession

PROGRAM = "llm"
_EARLY = datetime.min.replace(tzinfo=UTC)


def is_llm(tables: Tables) -> bool:
    """Whether these are the tables of `llm`."""
    return bool(Turns(tables) or response_tables(tables))


def conversations(tables: Tables) -> Iterator[ForeignSession]:
    """Every conversation, the first one first. One that went on in newer tables is one."""
    turns = Turns(tables)
    newer = turns.conversations()
    began = {key: moment for key, (moment, _) in newer.items()}
    older: dict[str, list[tuple[Responses, Sequence[int]]]] = {}
    for table in response_tables(tables):
        for key, moment, places in table.conversations():
            older.setdefault(key, []).append((table, places))
            began[key] = min(moment, began.get(key, moment))
    for key in sorted(began, key=lambda each: (began[each], each)):
        runs = turns.runs(newer[key][1]) if key in newer else []
        known = {run.key for run in runs}  # 0.32 wrote some answers to the tables of both ages
        for table, places in older.get(key, ()):
            runs += [run for run in table.runs(places) if run.key not in known]
        runs.sort(key=lambda run: run.began or _EARLY)
        title = _title(tables, key)
        yield ForeignSession(PROGRAM, key, title or PROGRAM, title, [[run] for run in runs])


def _title(tables: Tables, key: str) -> str:
    for table in ("threads", "conversations"):
        if name := tables.by_id(table, key).get("name"):
            return " ".join(str(name).split())
    return ""
