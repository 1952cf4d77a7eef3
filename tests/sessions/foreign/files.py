"""Foreign files as their programs write them, made by the tests: of `llm`, and of promptfoo."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from workbench.sessions.foreign.take import Taken, take
from workbench.sessions.session import Session, read_session

OLDEST = """
CREATE TABLE log (id INTEGER PRIMARY KEY, model TEXT, timestamp TEXT, prompt TEXT, system TEXT,
    response TEXT, chat_id INTEGER REFERENCES log(id), debug TEXT, duration_ms INTEGER);
"""
OLD = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT,
    prompt_json TEXT, options_json TEXT, response TEXT, response_json TEXT,
    conversation_id TEXT REFERENCES conversations(id), duration_ms INTEGER, datetime_utc TEXT);
"""
LATER = (
    OLD
    + """
ALTER TABLE responses ADD COLUMN input_tokens INTEGER;
ALTER TABLE responses ADD COLUMN output_tokens INTEGER;
ALTER TABLE responses ADD COLUMN token_details TEXT;
ALTER TABLE responses ADD COLUMN schema_id TEXT;
ALTER TABLE responses ADD COLUMN resolved_model TEXT;
ALTER TABLE responses ADD COLUMN reasoning TEXT;
CREATE TABLE attachments (id TEXT PRIMARY KEY, type TEXT, path TEXT, url TEXT, content BLOB);
CREATE TABLE prompt_attachments (response_id TEXT, attachment_id TEXT, "order" INTEGER);
CREATE TABLE schemas (id TEXT PRIMARY KEY, content TEXT);
CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT,
    source TEXT);
CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER);
CREATE TABLE system_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER);
CREATE TABLE tools (id INTEGER PRIMARY KEY, hash TEXT, name TEXT, description TEXT,
    input_schema TEXT, plugin TEXT);
CREATE TABLE tool_responses (tool_id INTEGER, response_id TEXT);
CREATE TABLE tool_calls (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT,
    arguments TEXT, tool_call_id TEXT);
CREATE TABLE tool_results (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT,
    output TEXT, tool_call_id TEXT, instance_id INTEGER, exception TEXT);
"""
)
NEWEST = (
    LATER
    + """
CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT, role TEXT, provider_metadata TEXT);
CREATE TABLE parts (id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT,
    tool_name TEXT, text TEXT, payload TEXT);
CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT, forked_from TEXT,
    datetime_utc TEXT);
CREATE TABLE turns (id TEXT PRIMARY KEY, thread_id TEXT, parent_message_hash TEXT,
    tip_message_hash TEXT, model TEXT, resolved_model TEXT, options_json TEXT, schema_id TEXT,
    input_tokens INTEGER, output_tokens INTEGER, token_details TEXT, duration_ms INTEGER,
    datetime_utc TEXT, response_json TEXT);
CREATE TABLE turn_tools (turn_id TEXT, tool_id INTEGER, instance_id INTEGER);
"""
)


def database(path: Path, schema: str, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """A database with these rows, by table."""
    with closing(sqlite3.connect(path)) as made, made:
        made.executescript(schema)
        add(path, rows, made)
    return path


def add(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    made: sqlite3.Connection | None = None,
) -> None:
    """Put rows in a database."""
    if made is None:
        with closing(sqlite3.connect(path)) as opened, opened:
            add(path, rows, opened)
        return
    for table, each in rows.items():
        for row in each:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" for _ in row)
            made.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*row.values()])


def chain(*messages: tuple[str, list[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Messages one after the other, known as h1, h2 …; parts as their columns."""
    found: dict[str, list[dict[str, Any]]] = {"messages": [], "parts": []}
    for number, (role, parts) in enumerate(messages, 1):
        parent = f"h{number - 1}" if number > 1 else None
        found["messages"].append({"hash": f"h{number}", "parent_hash": parent, "role": role})
        found["parts"] += [
            {"message_hash": f"h{number}", "position": at, **part} for at, part in enumerate(parts)
        ]
    return found


def result(**more: Any) -> dict[str, Any]:
    """One result of a promptfoo evaluation, version 3; what is given stands in its place."""
    return {
        "id": "row-1",
        "promptIdx": 0,
        "testIdx": 0,
        "promptId": "p0",
        "provider": {"id": "openai:gpt-5-mini", "label": ""},
        "prompt": {"raw": "Say hi to Ana", "label": "Say hi to {{name}}"},
        "vars": {"name": "Ana"},
        "response": {
            "output": "Hi, Ana!",
            "tokenUsage": {
                "total": 30,
                "prompt": 12,
                "completion": 18,
                "completionDetails": {"reasoning": 9},
            },
            "cached": False,
            "finishReason": "stop",
            "cost": 0.00049925,
        },
        "latencyMs": 1794,
        "cost": 0.00049925,
        "success": True,
        "score": 1,
        "failureReason": 0,
        "gradingResult": {"pass": True, "score": 1, "reason": "All assertions passed"},
        "testCase": {"vars": {"name": "Ana"}, "assert": [{"type": "icontains", "value": "ana"}]},
        "namedScores": {},
    } | more


def results(path: Path, *found: Mapping[str, Any], version: int = 3, **more: Any) -> Path:
    """A results file of that version."""
    table: dict[str, Any] = {"head": {"prompts": [], "vars": ["name"]}, "body": []}
    beside: dict[str, Any] = {"prompts": []} if version == 3 else {"table": table}
    whole = {
        "evalId": "eval-WJi-2025-10-01T20:08:11",
        "results": {
            "version": version,
            "timestamp": "2025-10-01T20:08:11.168Z",
            **beside,
            "results": [*found],
            "stats": {"successes": 1, "failures": 0},
        },
        "config": {"description": "Greetings"},
        "shareableUrl": None,
    } | more
    path.write_text(json.dumps(whole))
    return path


def taken(path: Path, folder: Path) -> list[Taken]:
    """All that is taken of a foreign file."""
    return list(take(path, folder, app_version="0.1.0"))


def only(path: Path, folder: Path) -> Session:
    """The one new session of a foreign file."""
    (one,) = taken(path, folder)
    assert one.state == "new"
    return read_session(one.path)
