"""The events of a stream, read and written: messages-api.md sections 13.1 and 13.2."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.wire.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    ErrorEvent,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    Unknown,
    read_event,
)


def delta(inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": inner, **more}


USAGE = {
    "input_tokens": 31,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 5120,
    "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 1,
    "service_tier": "standard",
    "inference_geo": "not_available",
}
MESSAGE: dict[str, Any] = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5-20251001",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "stop_details": None,
    "diagnostics": {"cache_miss_reason": None},
    "usage": USAGE,
}
BLOCKS: list[dict[str, Any]] = [
    {"type": "text", "text": ""},
    {"type": "text", "text": "", "citations": []},
    {"type": "thinking", "thinking": "", "signature": ""},
    {"type": "redacted_thinking", "data": "EuY="},
    {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}, "caller": {"type": "direct"}},
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
    {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"url": "x"}]},
    {"type": "container_upload", "file_id": "file_1"},
    {"type": "a block of the future", "with": ["whatever", None]},
]
CITATION = {"type": "char_location", "cited_text": "x", "start_char_index": 0, "end_char_index": 1}
EVENTS: list[tuple[dict[str, Any], type[StreamEvent]]] = [
    ({"type": "message_start", "message": MESSAGE}, MessageStart),
    *(
        ({"type": "content_block_start", "index": 3, "content_block": b}, BlockStart)
        for b in BLOCKS
    ),
    (delta({"type": "text_delta", "text": "né\u2028🏔"}), TextDelta),
    (delta({"type": "thinking_delta", "thinking": "hm"}), ThinkingDelta),
    (delta({"type": "input_json_delta", "partial_json": ""}), InputJsonDelta),
    (delta({"type": "signature_delta", "signature": "EqQB"}), BlockDelta),
    (delta({"type": "citations_delta", "citation": CITATION}), BlockDelta),
    (delta({"type": "a delta of the future", "text": "x"}), BlockDelta),
    # Known deltas that carry more, less or something else than we know.
    (delta({"type": "text_delta", "text": "x", "logprob": -0.1}), BlockDelta),
    (delta({"type": "text_delta", "text": "x"}, seen_at=7), BlockDelta),
    (delta({"type": "text_delta", "text": None}), BlockDelta),
    (delta({"type": "text_delta", "thinking": "x"}), BlockDelta),
    (delta({"type": ["text_delta"], "text": "x"}), BlockDelta),
    (delta({"text": "x", "type": "text_delta"}), BlockDelta),
    ({"type": "content_block_delta", "delta": {"type": "text_delta", "text": "x"}}, BlockDelta),
    ({"type": "content_block_delta", "index": "0", "delta": "x"}, BlockDelta),
    (delta({"type": "text_delta", "text": "x"}) | {"index": True}, BlockDelta),
    ({"type": "content_block_delta"}, BlockDelta),
    ({"type": "content_block_stop", "index": 3}, BlockStop),
    (
        {
            "type": "message_delta",
            "delta": {
                "stop_reason": "refusal",
                "stop_sequence": None,
                "stop_details": {"type": "refusal", "category": None, "explanation": "no"},
                "container": {"id": "c_1", "expires_at": "2026-11-22T00:00:00Z"},
            },
            "usage": {"output_tokens": 15, "output_tokens_details": {"thinking_tokens": 3}},
        },
        MessageDelta,
    ),
    ({"type": "message_stop", "amazon-bedrock-invocationMetrics": {}}, MessageStop),
    ({"type": "ping"}, Ping),
    (
        {
            "type": "error",
            "error": {"type": "overloaded_error", "message": "Overloaded", "details": None},
            "request_id": "req_1",
        },
        ErrorEvent,
    ),
    ({"type": "an event of the future", "z": 1, "a": {"b": []}}, Unknown),
    ({"type": ["no", "name"]}, Unknown),
    ({"no": "type"}, Unknown),
    ({}, Unknown),
]


@pytest.mark.parametrize(("data", "kind"), EVENTS, ids=[str(i) for i in range(len(EVENTS))])
def test_every_event_comes_out_as_it_went_in(data: dict[str, Any], kind: type[StreamEvent]) -> None:
    """Known or not: the same JSON, key order included, and the same event once read again."""
    event = read_event(data)

    assert type(event) is kind
    assert json.dumps(event.to_json()) == json.dumps(data)
    assert read_event(event.to_json()) == event


WHATEVER_THE_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
TYPES = st.sampled_from(
    [*{kind for data, _ in EVENTS if isinstance(kind := data.get("type"), str)}]
)
DELTA = st.sampled_from(["text_delta", "input_json_delta", "signature_delta", "citations_delta"])
INNER = st.fixed_dictionaries(
    {"type": DELTA | st.sampled_from(["text", "tool_use", "thinking"]) | JSON},
    optional={
        name: JSON
        for name in ("text", "partial_json", "signature", "citation", "citations", "id", "input")
    },
)
STOPPED = st.fixed_dictionaries(
    {}, optional={n: JSON for n in ("stop_reason", "stop_sequence", "stop_details", "usage")}
)
SHAPES = st.fixed_dictionaries(
    {"type": TYPES | JSON},
    optional={
        "index": st.integers(0, 2) | JSON,
        "delta": INNER | STOPPED | JSON,
        "message": STOPPED | JSON,
        "content_block": INNER | JSON,
        "usage": JSON,
        "error": JSON,
    },
)
"""Events in all shapes, right and wrong."""


@WHATEVER_THE_MACHINE
@given(SHAPES)
def test_no_json_is_refused_or_changed(data: dict[str, Any]) -> None:
    """Whatever a server sends, reading it neither fails nor alters it."""
    event = read_event(data)

    assert json.dumps(event.to_json()) == json.dumps(data)
    assert read_event(event.to_json()) == event


def test_the_frames_name_counts_where_the_json_has_no_type_and_is_kept() -> None:
    """Such an event means the same live and read again from a file, where frames have no name."""
    event = read_event({"index": 0}, "content_block_stop")

    assert event == BlockStop({"type": "content_block_stop", "index": 0})
    assert read_event(event.to_json()) == event
    assert read_event({"type": "ping"}, "error") == Ping({"type": "ping"})


def test_the_three_plain_deltas_are_three_different_things() -> None:
    """The same words as text, as thinking and as arguments are not equal."""
    assert len({TextDelta(0, "x"), ThinkingDelta(0, "x"), InputJsonDelta(0, "x")}) == 3


def test_fields_of_the_wrong_kind_read_as_empty() -> None:
    """Typed access never fails on what a proxy made of an event."""
    start = MessageStart({"type": "message_start", "message": {"usage": "none"}})

    assert start.usage == {}
    assert BlockStart({"type": "content_block_start", "content_block": 1}).content_block == {}
    assert BlockStop({"type": "content_block_stop"}).index == 0
    assert MessageDelta({"type": "message_delta", "delta": None}).delta == {}
    assert ErrorEvent({"type": "error", "error": "Overloaded"}).error == {"message": "Overloaded"}
