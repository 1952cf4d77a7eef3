"""A request, to the byte: messages-api.md sections 4 to 8."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.wire.request import (
    BETA_REQUEST_FIELDS,
    REQUEST_FIELDS,
    REQUIRED_FIELDS,
    MessagesRequest,
    compact,
    text_of,
)

BODY = {
    "model": "claude-haiku-4-5",
    "max_tokens": 256,
    "system": "Réponds en une ligne. 🏔",
    "messages": [{"role": "user", "content": "Name a prime above 100."}],
    "of_the_future": {"z": 1, "a": None},
    "stream": True,
}


def test_the_text_is_the_body_to_the_byte() -> None:
    """No blanks, raw UTF-8, keys in the order given: the cache compares bytes."""
    assert MessagesRequest.of(BODY).to_json() == (
        '{"model":"claude-haiku-4-5","max_tokens":256,"system":"Réponds en une ligne. 🏔",'
        '"messages":[{"role":"user","content":"Name a prime above 100."}],'
        '"of_the_future":{"z":1,"a":null},"stream":true}'
    )


def test_the_order_of_keys_makes_another_request() -> None:
    """Equal means the same bytes."""
    backwards = dict(reversed(BODY.items()))

    assert MessagesRequest.of(BODY) == MessagesRequest.of(json.loads(json.dumps(BODY)))
    assert MessagesRequest.of(BODY) != MessagesRequest.of(backwards)


def test_the_body_is_the_callers_own() -> None:
    """Whoever changes a body that a request gave changes no request."""
    request = MessagesRequest.of(BODY)
    request.body["messages"].clear()

    assert request.body == BODY
    assert request.model == "claude-haiku-4-5"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_have_is_refused(number: float) -> None:
    """NaN would be sent as a word that no server can read."""
    with pytest.raises(ValueError, match="JSON compliant"):
        MessagesRequest.of({**BODY, "temperature": number})


def test_half_a_surrogate_pair_can_be_sent_and_saved() -> None:
    """UTF-8 cannot carry it, so it stays an escape, and comes back as it was."""
    text = compact({"text": "a\ud83d", "whole": "🏔"})

    assert text.encode() == b'{"text":"a\\ud83d","whole":"\xf0\x9f\x8f\x94"}'
    assert json.loads(text) == {"text": "a\ud83d", "whole": "🏔"}


def test_every_field_of_the_reference_is_known() -> None:
    """Section 4 names these; a prompt that uses one is not warned about."""
    assert set(REQUEST_FIELDS) == {
        *("model", "max_tokens", "messages", "system", "stream", "stop_sequences", "temperature"),
        *("top_p", "top_k", "tools", "tool_choice", "thinking", "output_config", "cache_control"),
        *("diagnostics", "metadata", "service_tier", "container", "inference_geo", "speed"),
    }
    assert set(REQUIRED_FIELDS) <= set(REQUEST_FIELDS)
    assert not set(BETA_REQUEST_FIELDS) & set(REQUEST_FIELDS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("plain", "plain"),
        ([{"type": "text", "text": "one"}, {"type": "image"}, {"text": "two"}], "one\ntwo"),
        ([{"type": "text", "text": 3}, "stray", None], ""),
        ([], ""),
        (None, ""),
        ({"type": "text", "text": "no list"}, ""),
    ],
)
def test_the_words_of_any_content(content: Any, words: str) -> None:
    """A string or blocks; anything odd has no words and does no harm."""
    assert text_of(content) == words
