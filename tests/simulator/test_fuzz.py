"""No body whatever makes the simulator stumble: it is refused in the API's way, or answered."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.talk import GET_ORDER, HAIKU, body, talking
from workbench.simulator.cache import PrefixCache
from workbench.simulator.config import Provider
from workbench.simulator.diagnosis import Past
from workbench.simulator.pace import Pace
from workbench.simulator.refusal import Refusal
from workbench.simulator.script import load_scripts
from workbench.simulator.signature import sign
from workbench.simulator.stream import frames, moments
from workbench.simulator.turn import count_input, take_turn
from workbench.wire.request import compact

Step = str | int
MODELS = [HAIKU, "claude-haiku-5-5", "claude-opus-4-6", "claude-opus-5-5", "claude-sonnet-5-5"]
MANUAL = (HAIKU, "claude-opus-4-6")
CACHED = {"type": "ephemeral", "ttl": "1h"}
SCHEMA = {
    "type": "object",
    "properties": {
        "queue": {"enum": ["billing", "delivery"]},
        "when": {"type": "string", "format": "date"},
        "code": {"type": "string", "pattern": "^[A-Z]-\\d+$"},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "minItems": 1},
        "note": {"anyOf": [{"type": "null"}, {"type": "string"}]},
    },
    "required": ["queue"],
    "additionalProperties": False,
    "$defs": {"tag": {"type": "string"}},
}
IMAGE = {
    "type": "base64",
    "media_type": "image/png",
    "data": "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCA==",
}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjc="}
PAGES = {"type": "content", "content": [{"type": "text", "text": "a", "cache_control": CACHED}]}
FOUND = {"type": "search_result", "source": "a", "title": "b", "citations": {"enabled": False}}
WHOLE: dict[str, Any] = {
    **body(),
    "system": [{"type": "text", "text": "Be kind.", "cache_control": CACHED}],
    "tools": [
        {**GET_ORDER, "strict": False, "input_examples": []},
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 2},
    ],
    "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    "cache_control": {"type": "ephemeral"},
    "diagnostics": {"previous_message_id": "msg_1"},
    "metadata": {"user_id": "a"},
    "max_tokens": 2000,
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "image", "source": IMAGE, "transformations": {"oversized_image": "error"}},
                {
                    "type": "document",
                    "source": PAGES,
                    "title": "c",
                    "citations": {"enabled": False},
                },
                {"type": "document", "source": PDF},
                {"type": "text", "text": "Where is order A-17?"},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": sign("Hm.", HAIKU, "a")},
                {"type": "tool_use", "id": "t", "name": "get_order", "input": {"order_id": "A-1"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "t",
                    "is_error": False,
                    "content": [
                        {"type": "text", "text": "late", "citations": []},
                        {**FOUND, "content": [{"type": "text", "text": "a"}]},
                    ],
                },
                {"type": "text", "text": "And now?"},
            ],
        },
    ],
}
"""A request with something of everything."""


def places(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Every place inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for step, below in inside:
        yield (*path, step)
        if isinstance(below, dict | list):
            yield from places(below, (*path, step))


KEYS = sorted(
    {str(path[-1]) for path in places(WHOLE)} | {"minimum", "multipleOf", "allOf", "const"}
)
WORDS = ["user", "system", "text", "enabled", "adaptive", "tool", "any", "object", "image", "a", ""]
NUMBERS = st.sampled_from([0, -1, 1, 1024, 70_000, 10**400, 5e-324, 1.7e308, 2**64, 0.5])
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(max_size=6) | st.sampled_from(WORDS)
JSON = st.recursive(
    LEAVES | st.sampled_from(MODELS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
        | st.tuples(st.sampled_from(KEYS), inner).map(lambda pair: {"type": pair[0], "x": pair[1]})
    ),
    max_leaves=8,
)
GONE = object()
SCRIPTS = load_scripts()


def of_model(model: str, provider: Provider) -> dict[str, Any]:
    """The whole request as this model takes it: a basis that is answered."""
    whole = {**copy.deepcopy(WHOLE), "model": model}
    if model not in MANUAL:
        del whole["thinking"]
    if provider == "bytespike":
        del whole["tools"][1], whole["system"][0]["cache_control"]
        del whole["messages"][0]["content"][1]["source"]["content"][0]["cache_control"]
        for field in ("thinking", "output_config", "cache_control", "diagnostics"):
            whole.pop(field, None)
    return whole


def altered(whole: dict[str, Any], changes: list[tuple[tuple[Step, ...], Any]]) -> dict[str, Any]:
    """The request with something else in these places, as far as they are there."""
    for path, value in changes:
        inside: Any = whole
        try:
            for step in path[:-1]:
                inside = inside[step]
            if value is GONE:
                del inside[path[-1]]
            else:
                inside[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    return whole


def go_through(raw: bytes, provider: Provider, version: str) -> None:
    """All that happens to a request, from its bytes to the last frame of its answer."""
    terms: dict[str, Any] = {
        "provider": provider,
        "version": version,
        "betas": "fast-mode-2026-02-01",
    }
    try:
        count_input(raw, **terms)
    except Refusal as refusal:
        assert refusal.message  # noqa: PT017
    try:
        turn = take_turn(raw, scripts=SCRIPTS, seed=0, **terms)
    except Refusal as refusal:
        assert compact(refusal.body("req_1", provider))  # noqa: PT017
        return
    use = PrefixCache().plan("a", turn.prompt, turn.total, minimum=0, now_s=0)
    more = Past().diagnosis("a", turn.message_id("req_1"), turn.asked.body, turn.fingerprint)
    message = turn.message(provider, "req_1", use, more)
    sent = b"".join(f for _, f in frames(moments(message, turn.answer, Pace(0, 0, 0), Random(0))))
    assert b"message_stop" in sent
    assert compact(turn.whole_message(provider, "req_1", use, more))
    assert use.read + use.written + use.fresh == turn.total
    assert turn.answer.tokens <= max(turn.asked.body["max_tokens"], 2)


@pytest.mark.parametrize("model", MODELS)
def test_the_basis_is_answered(model: str) -> None:
    """What is altered below is a request that every model answers, or there was little to try."""
    version = "2023-06-01"
    terms: dict[str, Any] = {"version": version, "betas": "", "scripts": (), "seed": 0}

    assert take_turn(compact(of_model(model, "anthropic")).encode(), provider="anthropic", **terms)
    if model == HAIKU:
        raw = compact(of_model(model, "bytespike")).encode()
        assert take_turn(raw, provider="bytespike", **terms)


@settings(max_examples=600, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(list(places(WHOLE))), JSON | st.just(GONE)), max_size=3
    ),
    model=st.sampled_from(MODELS),
    provider=st.sampled_from(["anthropic", "bytespike"]),
    version=st.sampled_from(["2023-06-01", "2026-10-21"]),
)
def test_no_change_to_a_request_makes_it_stumble(
    changes: list[tuple[tuple[Step, ...], Any]], model: str, provider: Provider, version: str
) -> None:
    """Something else, or nothing, in up to three places of a request that has everything."""
    raw = compact(altered(of_model(model, provider), changes)).encode()

    go_through(raw, provider, version)


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_make_it_stumble(raw: bytes) -> None:
    """What is no JSON, or no object, or an object of anything, is refused."""
    with pytest.raises(Refusal):
        take_turn(raw, provider="anthropic", version="2023-06-01", betas="", scripts=(), seed=0)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"messages":' + b"[" * 50_000,
        b'{"a":1e999}',
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"model":"\\ud800","max_tokens":1,"messages":[]}',
        json.dumps(body(text="a\u0000\u2028\U0001f600")).encode(),
        json.dumps(body(metadata={"user_id": "\u0000"})).encode(),
        json.dumps(
            body(tools=[{"name": "a", "input_schema": {"type": "object", "$ref": "#"}}])
        ).encode(),
    ],
    ids=range(10),
)
async def test_the_server_never_answers_500(raw: bytes) -> None:
    """Over HTTP: a refusal or an answer, in the API's shape."""
    async with talking() as client:
        response: httpx.Response = await client.post("/v1/messages", content=raw)

    assert response.status_code in (200, 400, 404)
    assert response.json()["type"] in ("error", "message")
