"""A logs.db of any age becomes sessions, with all that it knows and nothing that it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.foreign.files import (
    LATER,
    NEWEST,
    OLD,
    OLDEST,
    chain,
    database,
    only,
    taken,
)
from workbench.errors import SessionError
from workbench.run import Run, Stated
from workbench.sessions.session import Session, read_session
from workbench.workbench.outcome import cost_of

Rows = dict[str, list[dict[str, Any]]]
FIRST, SECOND = "2025-06-01T10:00:00.250000+00:00", "2025-06-01T10:00:09+00:00"


def bodies(session: Session) -> list[dict[str, Any]]:
    """The requests, in order."""
    return [saved.requests[saved.runs[0].run_id].body for saved in session.rounds]


def ended(session: Session) -> list[Run]:
    """The runs as they ended, in order."""
    return [run for saved in session.rounds for run in saved.finished()]


def sources(session: Session) -> list[dict[str, Any]]:
    """What was kept as it came, run by run."""
    lines = [line for saved in session.rounds for line in saved.unknown]
    return [line["source"] for line in lines]


def old_rows() -> Rows:
    """Two answers of one conversation."""
    talk = {"conversation_id": "c1", "model": "gpt-4o-mini"}
    return {
        "conversations": [{"id": "c1", "name": "Ten names\nfor a shop", "model": "gpt-4o-mini"}],
        "responses": [
            {
                **talk,
                "id": "01a",
                "prompt": "Ten names",
                "system": "Be short.",
                "options_json": json.dumps({"temperature": 0.5, "logit_bias": {"1": 2}}),
                "response": "Bun, Pun",
                "response_json": json.dumps({"finish_reason": "stop", "usage": {}}),
                "duration_ms": 1234,
                "datetime_utc": FIRST,
            },
            {
                **talk,
                "id": "01b",
                "prompt": "Shorter",
                "response": "Bun",
                "duration_ms": None,
                "datetime_utc": SECOND,
            },
        ],
    }


@pytest.mark.parametrize("schema", [OLD, LATER, NEWEST])
def test_a_conversation_is_a_session_with_a_round_for_each_answer(
    tmp_path: Path, schema: str
) -> None:
    """What went before was sent along; the options that the API has are in the request."""
    session = only(database(tmp_path / "logs.db", schema, old_rows()), tmp_path / "s")

    first, second = bodies(session)
    assert first == {
        "model": "gpt-4o-mini",
        "temperature": 0.5,
        "system": "Be short.",
        "messages": [{"role": "user", "content": "Ten names"}],
    }
    assert second["messages"] == [
        {"role": "user", "content": "Ten names"},
        {"role": "assistant", "content": [{"type": "text", "text": "Bun, Pun"}]},
        {"role": "user", "content": "Shorter"},
    ]
    assert second["system"] == "Be short."
    assert session.path.name == "20250601T100000Z-Ten-names-for-a-shop.jsonl"
    assert session.about.title == "Ten names for a shop"
    assert [saved.info.began for saved in session.rounds] == [
        "2025-06-01T10:00:00.250+00:00",
        "2025-06-01T10:00:09.000+00:00",
    ]
    one, two = ended(session)
    assert (one.text, one.end_state, one.stop_reason) == ("Bun, Pun", "complete", "stop")
    assert (one.provider, one.model, one.simulated) == ("llm", "gpt-4o-mini", False)
    assert (two.text, two.stop_reason) == ("Bun", None)
    assert sources(session)[0] == {
        "key": "01a",
        "conversation_id": "c1",
        "options_json": {"temperature": 0.5, "logit_bias": {"1": 2}},
        "response_json": {"finish_reason": "stop", "usage": {}},
    }


def test_what_is_not_known_is_not_made_up(tmp_path: Path) -> None:
    """No first token, no speed, no count, no price, and no duration where none is told."""
    session = only(database(tmp_path / "logs.db", LATER, old_rows()), tmp_path / "s")

    one, two = ended(session)
    assert (one.total_s, one.first_token_s, one.tokens_per_s) == (1.234, None, None)
    assert (two.total_s, two.first_token_s, two.attempts) == (None, None, 0)
    assert one.usage.counts == {}
    assert one.stated == Stated(None)
    assert cost_of(one).usd is None
    assert len(session.notes) == 1
    assert session.notes[0].startswith("imported from llm")


def test_all_that_went_along_is_in_the_request(tmp_path: Path) -> None:
    """Fragments, attachments, a schema, tools; what they gave, and how they failed."""
    picture = b"\x89PNG\r\n\x1a\n123"
    rows: Rows = {
        "responses": [
            {
                "id": "01a",
                "model": "m",
                "prompt": "Read it",
                "system": "Own.",
                "response": "",
                "reasoning": "Hm.",
                "input_tokens": 12,
                "output_tokens": 7,
                "token_details": '{"cache_read_input_tokens": 3}',
                "resolved_model": "m-2025",
                "schema_id": "s1",
                "conversation_id": None,
                "datetime_utc": FIRST,
            },
            {"id": "01b", "model": "m", "conversation_id": "01a", "datetime_utc": SECOND},
        ],
        "fragments": [{"id": 1, "content": "LONG"}, {"id": 2, "content": " Rules. "}],
        "prompt_fragments": [{"response_id": "01a", "fragment_id": 1, "order": 0}],
        "system_fragments": [{"response_id": "01a", "fragment_id": 2, "order": 0}],
        "attachments": [
            {"id": "p", "type": "image/png", "content": picture},
            {"id": "q", "type": "application/pdf", "path": "/etc/passwd"},
        ],
        "prompt_attachments": [
            {"response_id": "01a", "attachment_id": "q", "order": 1},
            {"response_id": "01a", "attachment_id": "p", "order": 0},
        ],
        "schemas": [{"id": "s1", "content": '{"type": "object"}'}],
        "tools": [
            {"id": 1, "name": "shout", "description": "Loud", "input_schema": '{"type": "object"}'}
        ],
        "tool_responses": [{"tool_id": 1, "response_id": "01a"}],
        "tool_calls": [
            {"response_id": "01a", "name": "shout", "arguments": '{"a": 1}', "tool_call_id": "t"}
        ],
        "tool_results": [
            {"response_id": "01b", "output": "HI", "tool_call_id": "t", "exception": "Oops: no"}
        ],
    }
    session = only(database(tmp_path / "logs.db", LATER, rows), tmp_path / "s")

    first, second = bodies(session)
    assert first["system"] == "Rules.\n\nOwn."
    assert first["output_config"]["format"]["schema"] == {"type": "object"}
    assert first["tools"] == [
        {"name": "shout", "description": "Loud", "input_schema": {"type": "object"}}
    ]
    words, image, document = first["messages"][0]["content"]
    assert words["text"] == "LONG\nRead it"
    assert image["source"]["media_type"] == "image/png"
    assert document["source"] == {"type": "path", "path": "/etc/passwd"}
    call = {"type": "tool_use", "id": "t", "name": "shout", "input": {"a": 1}}
    assert second["messages"][1]["content"] == [{"type": "thinking", "thinking": "Hm."}, call]
    assert second["messages"][2]["content"] == [
        {"type": "tool_result", "tool_use_id": "t", "content": "HI", "is_error": True}
    ]
    run = ended(session)[0]
    assert run.content == second["messages"][1]["content"]
    assert run.usage.prompt_tokens == 15
    assert run.usage.output_tokens == 7
    assert run.message["model"] == "m-2025"


def new_rows() -> Rows:
    """A thread of two turns that share a tree of messages."""
    parts = chain(
        ("system", [{"type": "text", "text": "Be kind."}]),
        (
            "user",
            [
                {
                    "type": "text",
                    "payload": '{"text_ref": [{"fragment": 1}, {"literal": "\\nWhat?"}]}',
                },
                {"type": "attachment", "payload": '{"attachment": {"id": "u"}}'},
            ],
        ),
        (
            "assistant",
            [
                {"type": "reasoning", "text": "Hm."},
                {"type": "text", "text": "Let me see."},
                {
                    "type": "tool_call",
                    "payload": '{"name": "look", "arguments": {"q": 1}, "tool_call_id": "t"}',
                },
            ],
        ),
        (
            "tool",
            [{"type": "tool_result", "payload": '{"output": "found", "tool_call_id": "t"}'}],
        ),
        ("assistant", [{"type": "text", "text": "Found."}, {"type": "odd", "payload": '{"x": 1}'}]),
    )
    turn: dict[str, Any] = {"thread_id": "c1", "model": "claude-haiku-4.5", "datetime_utc": FIRST}
    return {
        **parts,
        "fragments": [{"id": 1, "content": "NOVEL"}],
        "attachments": [{"id": "u", "type": "image/jpeg", "url": "https://e.org/a.jpg"}],
        "threads": [{"id": "c1", "name": "A talk", "tip_message_hash": "h5"}],
        "turns": [
            {
                **turn,
                "id": "02a",
                "parent_message_hash": "h2",
                "tip_message_hash": "h3",
                "input_tokens": 20,
                "output_tokens": 9,
                "duration_ms": 800,
                "response_json": '{"stop_reason": "tool_use", "text": {"$": "r"}}',
            },
            {
                **turn,
                "id": "02b",
                "parent_message_hash": "h4",
                "tip_message_hash": "h5",
                "datetime_utc": SECOND,
            },
        ],
    }


def test_turns_of_the_newest_tables_hold_the_whole_of_what_was_sent(tmp_path: Path) -> None:
    """Each is what stands between its parent and its tip; texts are put together again."""
    session = only(database(tmp_path / "logs.db", NEWEST, new_rows()), tmp_path / "s")

    first, second = bodies(session)
    assert first["system"] == "Be kind."
    words, image = first["messages"][0]["content"]
    assert words["text"] == "NOVEL\nWhat?"
    assert image["source"] == {"type": "url", "url": "https://e.org/a.jpg"}
    assert [message["role"] for message in second["messages"]] == ["user", "assistant", "user"]
    one, two = ended(session)
    assert [block["type"] for block in one.content] == ["thinking", "text", "tool_use"]
    assert one.content == second["messages"][1]["content"]
    assert (one.stop_reason, one.total_s, one.usage.output_tokens) == ("tool_use", 0.8, 9)
    assert two.content == [{"type": "text", "text": "Found."}, {"type": "odd", "x": 1}]
    assert session.about.title == "A talk"


def test_a_conversation_that_went_on_in_newer_tables_is_one(tmp_path: Path) -> None:
    """And an answer that stands in both is there once."""
    rows = {**new_rows(), **old_rows()}
    twice = {"id": "02a", "conversation_id": "c1", "model": "m", "datetime_utc": FIRST}
    rows["responses"] = [*rows["responses"], twice]
    session = only(database(tmp_path / "logs.db", NEWEST, rows), tmp_path / "s")

    keys = [source["key"] for source in sources(session)]
    assert sorted(keys) == ["01a", "01b", "02a", "02b"]


def test_chats_of_the_oldest_tables_are_kept_apart(tmp_path: Path) -> None:
    """A chat's first row is its name; rows without one are by themselves."""
    row = {"model": "gpt-3.5-turbo", "timestamp": "2023-05-01 10:00:00.5", "response": "Yes"}
    rows = [
        {**row, "id": 1, "prompt": "One"},
        {**row, "id": 2, "prompt": "Two", "timestamp": "2023-05-01 11:00:00"},
        {**row, "id": 3, "prompt": "More", "chat_id": 1, "timestamp": "2023-05-02 10:00:00"},
    ]
    path = database(tmp_path / "logs.db", OLDEST, {"log": rows})
    found = [read_session(each.path) for each in taken(path, tmp_path / "s")]

    assert [len(session.rounds) for session in found] == [2, 1]
    assert len(bodies(found[0])[1]["messages"]) == 3
    assert [each.path.name for each in found] == [
        "20230501T100000Z-llm.jsonl",
        "20230501T110000Z-llm.jsonl",
    ]


def test_a_tree_that_goes_in_a_circle_ends(tmp_path: Path) -> None:
    """So does one whose messages are missing, or whose parts are no JSON."""
    rows = new_rows()
    rows["messages"][0]["parent_hash"] = "h5"
    rows["parts"][1]["payload"] = "{"
    rows["turns"][1]["tip_message_hash"] = "gone"
    session = only(database(tmp_path / "logs.db", NEWEST, rows), tmp_path / "s")

    assert len(session.rounds) == 2
    assert ended(session)[1].content == []


def test_what_a_stranger_wrote_is_data(tmp_path: Path) -> None:
    """Numbers that are none, bytes that are no text, halves of an emoji: read as far as it goes."""
    odd: dict[str, Any] = {
        "id": "01a",
        "conversation_id": "../../x",
        "model": b"\xff\xfe",
        "prompt": "\x1b[2J",
        "response": "\ufffd",
        "options_json": '{"temperature": NaN, "max_tokens": 1e999}',
        "token_details": "[1]",
        "input_tokens": "many",
        "output_tokens": -4,
        "duration_ms": "soon",
        "datetime_utc": "yesterday",
    }
    session = only(database(tmp_path / "logs.db", LATER, {"responses": [odd]}), tmp_path / "s")

    (run,) = ended(session)
    assert (run.total_s, run.usage.counts) == (None, {})
    assert session.path.parent == tmp_path / "s"
    assert bodies(session)[0]["temperature"] is None
    assert run.stated == Stated(None)
    assert cost_of(run).usd is None


@pytest.mark.parametrize("size", [100, 5000, 9000])
def test_a_damaged_database_is_one_line(tmp_path: Path, size: int) -> None:
    """It names the file and what SQLite has against it."""
    path = database(tmp_path / "logs.db", LATER, old_rows())
    whole = path.read_bytes()
    path.write_bytes(whole[:size] + b"\xff" * (len(whole) - size - 3000))
    with pytest.raises(SessionError) as caught:
        taken(path, tmp_path / "s")

    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.hint


def test_another_database_is_refused(tmp_path: Path) -> None:
    """Nothing is written, not even the folder."""
    path = database(tmp_path / "other.db", "CREATE TABLE people (id INTEGER)", {})
    with pytest.raises(SessionError, match="none of its tables"):
        taken(path, tmp_path / "s")

    assert not (tmp_path / "s").exists()
