"""Answers that are no stream, or no answer: said so, never an empty success."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import frames, streamed
from tests.api.test_client import client, events_of
from tests.traps.stub import REQUEST
from workbench.engine import round_of
from workbench.errors import ApiError, NoAnswer, Overloaded
from workbench.run import Run
from workbench.wire.events import MessageStart, MessageStop

pytestmark = pytest.mark.anyio

MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5-20251001",
    "content": [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "text", "text": "Hello", "citations": [{"cited_text": "x"}]},
        {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"at": [1, {"b": None}]}},
        {"type": "tool_use", "id": "toolu_2", "name": "wait", "input": {}},
        {"type": "hologram", "data": 5},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 9, "output_tokens": 5, "cache_creation": {"x": 1}},
}


def json_of(body: object, status: int = 200) -> httpx.Response:
    """A whole answer in plain JSON."""
    return httpx.Response(status, json=body, headers={"request-id": "req_1"})


async def test_a_whole_message_is_the_answer_that_it_is() -> None:
    """JSON answered to a streaming request folds into the run that a stream would have made."""
    run = Run("r1")
    async with client(lambda _: json_of(MESSAGE)) as api, round_of({"r1": REQUEST}, api) as live:
        async for event in live:
            run = run.after(event)

    assert (run.end_state, run.stop_reason, run.problem) == ("complete", "tool_use", None)
    assert run.content == MESSAGE["content"]
    assert dict(run.usage.counts) == MESSAGE["usage"]
    assert run.message["id"] == "msg_1"
    assert run.first_token_s is not None


async def test_its_events_are_those_of_a_stream() -> None:
    """From message_start, still empty, to message_stop."""
    _, first, *_, last = await events_of(lambda _: json_of(MESSAGE))

    assert isinstance(first, MessageStart)
    assert (first.message["content"], first.message["stop_reason"]) == ([], None)
    assert isinstance(last, MessageStop)


@pytest.mark.parametrize(
    "body",
    [
        {**MESSAGE, "stop_reason": None},
        {**MESSAGE, "content": "Hello"},
        {"choices": []},
        ["Hello"],
        5,
    ],
)
async def test_json_that_is_no_whole_message_is_refused(body: object) -> None:
    """What did not end, or is another dialect's, is no success."""
    with pytest.raises(ApiError, match="instead of a stream") as refused:
        await events_of(lambda _: json_of(body))

    assert (refused.value.type, refused.value.request_id) == ("not_a_stream", "req_1")


async def test_an_error_in_json_with_status_200_is_that_error() -> None:
    """Its own type and words are told."""
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    with pytest.raises(ApiError, match="overloaded_error: Overloaded"):
        await events_of(lambda _: json_of(error))
    with pytest.raises(Overloaded):
        await events_of(lambda _: json_of(error, 529))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"data: [DONE]\n\n", "DONE"),
        (frames({"type": "ping"}), "ping"),
        (b'data: {"choices": [{"delta": {"content": "hi"}}]}\n\n', "choices"),
        (b"\x00\xff\xfe" * 500, "nothing that the Messages API sends"),
    ],
)
async def test_a_stream_without_any_event_we_know_says_what_it_held(body: bytes, said: str) -> None:
    """So that whoever mistook the server for another sees it."""
    with pytest.raises(NoAnswer, match=said) as refused:
        await events_of(lambda _: streamed(body))

    assert refused.value.hint
    assert len(str(refused.value)) < 300
