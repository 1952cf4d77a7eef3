"""The official SDK runs unmodified against the simulator: newest 1.x and newest 2.x."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sdk.conftest import Scenes

REQUEST_ID = re.compile(r"req_01[0-9A-Za-z]{20,}")
DATED = "claude-haiku-4-5-20251001"
THREADS_BETA = "message-threads-"
NO_CACHE = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}


def text_of(message: dict[str, Any]) -> str:
    """The words of a message."""
    return "".join(block.get("text", "") for block in message["content"])


def test_newest_of_each_major(saw: Scenes) -> None:
    """The environments hold what they are named after."""
    assert saw["version"]["sdk"].split(".")[0] == str(saw.major)


# How the two differ


def test_each_authenticates_and_names_its_api_version_in_its_own_way(saw: Scenes) -> None:
    """1.x sends the key as x-api-key and 2023-06-01, 2.x as Bearer and 2026-10-21; both pass."""
    headers = saw["create"]["sent"]["headers"]

    if saw.major == 1:
        assert headers["x-api-key"] == "sk-ant-api03-conformance"
        assert "authorization" not in headers
        assert headers["anthropic-version"] == "2023-06-01"
    else:
        assert headers["authorization"] == "Bearer sk-ant-api03-conformance"
        assert "x-api-key" not in headers
        assert headers["anthropic-version"] == "2026-10-21"
    token = saw["bearer_token"]["sent"]["headers"]
    assert token["authorization"] == "Bearer sk-ant-api03-conformance"
    assert saw["bearer_token"]["message"]["stop_reason"] == "end_turn"


def test_the_beta_paths_of_1_x_are_served_as_the_plain_ones(saw: Scenes) -> None:
    """1.x asks `/v1/messages?beta=true`, 2.x `/v1/messages`; the answer is a message either way."""
    query = "?beta=true" if saw.major == 1 else ""

    assert saw["create_in_beta"]["sent"]["path"] == f"/v1/messages{query}"
    assert saw["create_in_beta"]["message"]["type"] == "message"


def test_temperature_is_the_apis_to_judge_by_its_version(saw: Scenes) -> None:
    """Under 2026-10-21 any temperature is refused in the API's words; 2023-06-01 takes it."""
    seen = saw["errors"]["400 sampling"]

    if saw.major == 1:
        assert seen["class"] is None
    else:
        assert seen["class"] == "BadRequestError"
        assert "temperature: Extra inputs are not permitted" in seen["message"]


# Messages


def test_a_message_in_one_piece(saw: Scenes) -> None:
    """Every field of the reference is there, by its type; the head names request and limits."""
    message, headers = saw["create"]["message"], saw["create"]["headers"]

    assert message["id"].startswith("msg_01")
    assert (message["type"], message["role"], message["model"]) == ("message", "assistant", DATED)
    assert message["content"][0]["type"] == "text"
    assert text_of(message)
    assert (message["stop_reason"], message["stop_sequence"]) == ("end_turn", None)
    usage = message["usage"]
    assert usage["input_tokens"] > 10
    assert usage["output_tokens"] > 10
    assert (usage["cache_creation_input_tokens"], usage["cache_read_input_tokens"]) == (0, 0)
    assert usage["cache_creation"] == NO_CACHE
    assert (usage["service_tier"], usage["inference_geo"]) == ("standard", "not_available")
    assert REQUEST_ID.fullmatch(headers["request-id"])
    assert headers["anthropic-workspace-id"].startswith("wrkspc_")
    for pool in ("requests", "tokens", "input-tokens", "output-tokens"):
        for part in ("limit", "remaining", "reset"):
            assert headers[f"anthropic-ratelimit-{pool}-{part}"]


def test_async_says_what_sync_says(saw: Scenes) -> None:
    """The same request gets the same words, whichever client asks."""
    assert text_of(saw["create_async"]["message"]) == text_of(saw["create"]["message"])


def test_counting_agrees_with_the_bill(saw: Scenes) -> None:
    """count_tokens, in beta and not, gives the prompt that the answer then bills."""
    counted = saw["count_tokens"]

    assert counted["counted"] == counted["in_beta"] == counted["billed"] > 100


def test_a_structured_answer_passes_the_sdks_own_validation(saw: Scenes) -> None:
    """The SDK's pydantic model takes the JSON as it comes."""
    parsed = saw["parse"]["parsed"]

    assert isinstance(parsed["queue"], str)
    assert isinstance(parsed["urgent"], bool)
    assert isinstance(parsed["days_late"], int)


# Streams


@pytest.mark.parametrize("scene", ["stream_raw", "stream_raw_async"])
def test_the_events_of_a_stream_stand_in_the_order_of_the_reference(
    saw: Scenes, scene: str
) -> None:
    """Start, one text block, one message_delta, stop; the words are those of the whole answer."""
    seen = saw[scene]

    assert [kind for kind in seen["types"] if kind != "content_block_delta"] == [
        *("message_start", "content_block_start", "content_block_stop"),
        *("message_delta", "message_stop"),
    ]
    assert seen["text"] == text_of(saw["create"]["message"])
    assert seen["output_tokens"] == saw["create"]["message"]["usage"]["output_tokens"]


@pytest.mark.parametrize("scene", ["stream_helper", "stream_helper_async"])
def test_the_stream_helper_folds_the_stream_into_the_whole_message(saw: Scenes, scene: str) -> None:
    """text_stream is the text; get_final_message is what the request in one piece gets."""
    seen, whole = saw[scene], saw["create"]["message"]

    assert seen["text"] == text_of(seen["final"]) == text_of(whole)
    assert seen["final"]["usage"]["output_tokens"] == whole["usage"]["output_tokens"]
    assert seen["final"]["stop_reason"] == "end_turn"
    if "request_id" in seen:
        assert REQUEST_ID.fullmatch(seen["request_id"])


def test_the_stream_helpers_own_events(saw: Scenes) -> None:
    """Its text events carry the snapshot so far, whole at the end."""
    seen = saw["stream_helper_events"]

    assert {"text", "content_block_stop", "message_stop"} <= set(seen["kinds"])
    assert seen["snapshot"] == seen["text"] == text_of(saw["create"]["message"])


def test_thinking_is_folded_with_its_signature(saw: Scenes) -> None:
    """A thinking block comes first, with text and signature; its tokens are told apart."""
    seen = saw["stream_thinking"]
    thinking, said = seen["final"]["content"]

    assert {"thinking", "signature", "text"} <= set(seen["kinds"])
    assert (thinking["type"], said["type"]) == ("thinking", "text")
    assert thinking["thinking"]
    assert thinking["signature"]
    details = seen["final"]["usage"]["output_tokens_details"]
    assert 0 < details["thinking_tokens"] < seen["final"]["usage"]["output_tokens"]


# Tools


def test_a_streamed_tool_call_is_joined_by_the_sdk(saw: Scenes) -> None:
    """The first piece is empty, the last closes the object; the message has it parsed."""
    seen = saw["stream_tool_call"]
    (call,) = [block for block in seen["final"]["content"] if block["type"] == "tool_use"]

    assert seen["pieces"][0] == ""
    assert call["id"].startswith("toolu_01")
    assert set(call["input"]) == {"order_id"}
    assert seen["final"]["stop_reason"] == "tool_use"


def test_a_tool_result_is_answered(saw: Scenes) -> None:
    """A forced call, its result sent back with the SDK's own blocks, and words that use it."""
    seen = saw["tool_call_answered"]

    assert seen["call"]["stop_reason"] == "tool_use"
    assert seen["answer"]["stop_reason"] == "end_turn"
    assert "shipped, 9 days late" in text_of(seen["answer"])


@pytest.mark.parametrize("scene", ["tool_runner", "tool_runner_async", "tool_runner_streaming"])
def test_the_tool_runner_runs_to_the_end(saw: Scenes, scene: str) -> None:
    """It calls the tool and ends with words; 2.x is told once that no thread is held here."""
    seen = saw[scene]
    asked = seen["requests"]

    if scene == "tool_runner_streaming":
        assert seen["stop_reasons"] == ["tool_use", "end_turn"]
    else:
        assert "shipped, nine days late" in text_of(seen["final"])
        assert seen["final"]["stop_reason"] == "end_turn"
    answered = [request for request in asked if request["status"] == 200]
    assert [request["messages"] for request in answered] == [1, 3]
    assert all(request["thread"] is None for request in answered)
    refused = [request for request in asked if request["status"] != 200]
    if saw.major == 1:
        assert refused == []
        return
    (first,) = refused
    assert asked[0] is first
    assert first["thread"] == {"type": "create"}
    assert THREADS_BETA in first["headers"]["anthropic-beta"]
    assert first["status"] == 400
    assert first["error"]["type"] == "invalid_request_error"
    assert first["error"]["details"]["error_code"] == "thread_unsupported_request"


def test_a_thread_asked_for_by_hand_is_refused_by_its_code(saw: Scenes) -> None:
    """2.x raises its own class for it; 1.x knows no threads."""
    seen = saw["held_thread"]

    assert seen["has_threads"] is (saw.major == 2)
    if saw.major == 2:
        assert seen["class"] == "ThreadUnsupportedRequestError"
        assert (seen["status"], seen["code"]) == (400, "thread_unsupported_request")


# Models


def test_models_by_pages_by_alias_and_unknown(saw: Scenes) -> None:
    """Pages of any size give the whole list; an alias gives its model; none is a 404."""
    seen = saw["models"]

    assert seen["paged"] == seen["listed"] == seen["in_beta"] == saw["models_async"]["paged"]
    assert len(set(seen["listed"])) == len(seen["listed"]) > 10
    one = seen["one"]
    assert (one["id"], one["type"], one["lifecycle"]) == (DATED, "model", "active")
    assert (one["max_input_tokens"], one["max_tokens"]) == (200_000, 64_000)
    assert one["capabilities"]["thinking"]["types"]["adaptive"] == {"supported": False}
    assert seen["unknown"]["class"] == "NotFoundError"


# Batches


def test_a_batch_from_creation_to_results(saw: Scenes) -> None:
    """Each request has its own result; what is wrong with one is found while it runs."""
    seen = saw["batches"]
    made, whole = seen["made"], seen["ended"]

    assert made["id"].startswith("msgbatch_01")
    assert (made["type"], made["processing_status"]) == ("message_batch", "in_progress")
    assert made["request_counts"] == {
        **dict.fromkeys(("canceled", "errored", "expired", "succeeded"), 0),
        "processing": 2,
    }
    assert made["results_url"] is None
    assert "No `results_url`" in seen["early"]["message"]
    assert whole["processing_status"] == "ended"
    assert whole["ended_at"]
    assert whole["request_counts"] == {
        **dict.fromkeys(("canceled", "expired", "processing"), 0),
        **dict.fromkeys(("errored", "succeeded"), 1),
    }
    good, bad = (seen["results"][name]["result"] for name in ("good", "bad"))
    assert good["type"] == "succeeded"
    assert good["message"]["usage"]["service_tier"] == "batch"
    assert text_of(good["message"])
    assert bad["type"] == "errored"
    assert bad["error"]["error"]["type"] == "invalid_request_error"
    assert "max_tokens: 10000000 > 64000" in bad["error"]["error"]["message"]
    assert seen["unknown"]["class"] == "NotFoundError"


def test_batches_are_listed_newest_first(saw: Scenes) -> None:
    """Pages of one give every batch once, and the first that was made comes last of two."""
    listed = saw["batches"]["listed"]

    assert saw["batches"]["made"]["id"] in listed
    assert len(set(listed)) == len(listed)


def test_a_cancelled_batch_ends_and_can_be_deleted(saw: Scenes) -> None:
    """Cancelling says since when; what had not run is canceled; deleted, it is not found."""
    seen = saw["batch_cancelled"]

    assert seen["cancelled"]["processing_status"] in ("canceling", "ended")
    assert seen["cancelled"]["cancel_initiated_at"]
    assert seen["ended"]["processing_status"] == "ended"
    counts = seen["ended"]["request_counts"]
    assert counts["canceled"] > 0
    assert sum(counts.values()) == 40
    assert "canceled" in seen["kinds"]
    assert seen["deleted"] == {"id": seen["ended"]["id"], "type": "message_batch_deleted"}
    assert seen["after"]["class"] == "NotFoundError"


def test_batches_by_the_async_client_in_beta(saw: Scenes) -> None:
    """The one request succeeds."""
    (entry,) = saw["batches_async"]["results"]

    assert entry["custom_id"] == "only"
    assert entry["result"]["type"] == "succeeded"


# Errors


@pytest.mark.parametrize(
    ("name", "kind", "status", "error_type"),
    [
        ("400", "BadRequestError", 400, "invalid_request_error"),
        ("401", "AuthenticationError", 401, "authentication_error"),
        ("403", "PermissionDeniedError", 403, "permission_error"),
        ("404", "NotFoundError", 404, "not_found_error"),
        ("404 path", "NotFoundError", 404, "not_found_error"),
        ("413", "413", 413, "request_too_large"),
        ("422", "UnprocessableEntityError", 422, "invalid_request_error"),
    ],
)
def test_every_refusal_is_raised_as_its_own_class(
    saw: Scenes, name: str, kind: str, status: int, error_type: str
) -> None:
    """The SDK makes its class out of the status and finds type and request id in the answer."""
    error = saw["errors"][name]
    if kind == "413":
        kind = "RequestTooLargeError" if saw.major == 1 else "ContentTooLargeError"

    assert kind in error["classes"]
    assert (error["status"], error["type"]) == (status, error_type)
    assert REQUEST_ID.fullmatch(error["request_id"])
    assert f"'request_id': '{error['request_id']}'" in error["message"]
