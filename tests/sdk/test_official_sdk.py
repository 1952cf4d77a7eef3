"""The official SDK runs unmodified against the simulator: newest 1.x and newest 2.x."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sdk.conftest import Scenes
from workbench.simulator.faults.table import FAULTS, read_faults

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
    key = f"sk-ant-api03-sdk-{saw['version']['sdk']}"

    if saw.major == 1:
        assert headers["x-api-key"] == key
        assert "authorization" not in headers
        assert headers["anthropic-version"] == "2023-06-01"
    else:
        assert headers["authorization"] == f"Bearer {key}"
        assert "x-api-key" not in headers
        assert headers["anthropic-version"] == "2026-10-21"
    token = saw["bearer_token"]["sent"]["headers"]
    assert token["authorization"] == f"Bearer {key}"
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


def test_a_message_by_the_async_client(saw: Scenes) -> None:
    """The async client gets a whole message too."""
    message = saw["create_async"]["message"]

    assert (message["type"], message["stop_reason"]) == ("message", "end_turn")
    assert text_of(message)


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
    """Start, one text block, one message_delta, stop; usage is in the message_delta."""
    seen = saw[scene]

    assert [kind for kind in seen["types"] if kind != "content_block_delta"] == [
        *("message_start", "content_block_start", "content_block_stop"),
        *("message_delta", "message_stop"),
    ]
    assert seen["types"].count("content_block_delta") > 5
    assert seen["text"]
    assert seen["output_tokens"] > 10


@pytest.mark.parametrize("scene", ["stream_helper", "stream_helper_async"])
def test_the_stream_helper_folds_the_stream_into_the_whole_message(saw: Scenes, scene: str) -> None:
    """text_stream is the text of get_final_message, which has every field of one in one piece."""
    seen, whole = saw[scene], saw["create"]["message"]
    final = seen["final"]

    assert seen["text"] == text_of(final)
    assert set(final) == set(whole)
    assert set(final["usage"]) == set(whole["usage"])
    assert final["usage"]["input_tokens"] == whole["usage"]["input_tokens"]
    assert final["usage"]["output_tokens"] > 10
    assert final["stop_reason"] == "end_turn"
    if "request_id" in seen:
        assert REQUEST_ID.fullmatch(seen["request_id"])


def test_the_stream_helpers_own_events(saw: Scenes) -> None:
    """Its text events carry the snapshot so far, whole at the end."""
    seen = saw["stream_helper_events"]

    assert {"text", "content_block_stop", "message_stop"} <= set(seen["kinds"])
    assert seen["snapshot"] == seen["text"] != ""


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
    """By pages of one; the one that was deleted is not among them."""
    first, last = saw["batches"]["made"], saw["batches_async"]["made"]

    assert saw["batches_async"]["listed"] == [last["id"], first["id"]]


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
        ("400 credit", "BadRequestError", 400, "invalid_request_error"),
        ("401", "AuthenticationError", 401, "authentication_error"),
        ("402", "402", 402, "billing_error"),
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
    if kind == "402":
        kind = "APIStatusError" if saw.major == 1 else "PaymentRequiredError"

    assert kind in error["classes"]
    assert (error["status"], error["type"]) == (status, error_type)
    assert REQUEST_ID.fullmatch(error["request_id"])
    assert f"'request_id': '{error['request_id']}'" in error["message"]


def test_a_rate_limit_is_counted_down_and_kept(saw: Scenes) -> None:
    """The head says how many are left; one too many is a RateLimitError with a time to wait."""
    seen = saw["rate_limited"]

    assert seen["left"] == ["1", "0"]
    assert seen["third"]["class"] == "RateLimitError"
    assert seen["third"]["type"] == "rate_limit_error"
    assert float(seen["third"]["headers"]["retry-after"]) > 0


# Faults


def test_every_fault_of_the_simulator_was_asked_for(saw: Scenes) -> None:
    """The table of faults and what is driven here are the same list."""
    driven = {fault.name for words in saw["faults"] for fault in read_faults(words)}

    assert driven | {"529x<k>_then_ok"} == set(FAULTS)


@pytest.mark.parametrize(
    ("knob", "kind", "status"),
    [
        ("overloaded_before", "OverloadedError", 529),
        ("429:7", "RateLimitError", 429),
        ("429_spend", "RateLimitError", 429),
        ("html_502", "InternalServerError", 502),
        ("413_html", "APIStatusError", 413),
        ("reset", "APIConnectionError", None),
    ],
)
@pytest.mark.parametrize("way", ["whole", "stream", "helper"])
def test_a_fault_before_the_answer_raises_its_class(
    saw: Scenes, knob: str, way: str, kind: str, status: int | None
) -> None:
    """However the message is asked for."""
    seen = saw["faults"][knob][way]

    assert kind in seen["classes"]
    assert seen["status"] == status


def test_what_a_refusal_says_to_do(saw: Scenes) -> None:
    """retry-after on a rate limit; a code and none of it on a spending limit; nothing in HTML."""
    limited, spent = (saw["faults"][knob]["whole"] for knob in ("429:7", "429_spend"))

    assert limited["headers"]["retry-after"] == "7"
    assert spent["details"]["error_code"] == "enforced_spend_limit_reached"
    assert "retry-after" not in spent["headers"]
    for knob in ("html_502", "413_html"):
        page = saw["faults"][knob]["whole"]
        assert page["headers"]["content-type"] == "text/html"
        assert not page["body_is_json"]
        assert page["request_id"] is None


def test_the_sdks_own_retries_get_through(saw: Scenes) -> None:
    """Refused twice with 529, served at the third try, which says that it is the third."""
    tries = saw["retried"]["requests"]

    assert [each["status"] for each in tries] == [529, 529, 200]
    assert [each["headers"]["x-stainless-retry-count"] for each in tries] == ["0", "1", "2"]
    assert saw["retried"]["message"]["stop_reason"] == "end_turn"


@pytest.mark.parametrize(
    ("knob", "stop_reason"),
    [
        ("refusal_before", "refusal"),
        ("refusal_mid", "refusal"),
        ("pause_turn", "pause_turn"),
        ("empty_content", "end_turn"),
        ("redacted_thinking", "end_turn"),
        ("diagnosis_pending", "end_turn"),
        ("max_tokens_in_tool", "max_tokens"),
        ("slow_headers:2", "end_turn"),
    ],
)
@pytest.mark.parametrize("way", ["whole", "helper"])
def test_a_fault_in_what_is_said(saw: Scenes, knob: str, way: str, stop_reason: str) -> None:
    """No error: the SDK reads another stop reason, and content that fits it."""
    seen = saw["faults"][knob][way]
    assert seen["class"] is None, seen
    message = seen["got"]

    assert message["stop_reason"] == stop_reason
    assert bool(message["content"]) == (knob not in ("refusal_before", "empty_content"))
    if stop_reason == "refusal":
        assert message["stop_details"]["type"] == "refusal"
    if knob == "redacted_thinking":
        assert message["content"][0]["type"] == "redacted_thinking"
    if knob == "diagnosis_pending":
        assert message["diagnostics"] == {"cache_miss_reason": None}
    if knob == "max_tokens_in_tool":
        assert message["content"][-1]["type"] == "tool_use"


OF_STREAMS: dict[str, tuple[str | None, str | None]] = {
    # What the raw stream and the helper raise. A parser's weakness may be mended in a newer SDK:
    # where the reference (13.5) measured one, no error is as good.
    "error_first": ("APIStatusError", "APIStatusError"),
    "error_mid:2": ("APIStatusError", "APIStatusError"),
    "cut_mid:2": ("RemoteProtocolError", "RemoteProtocolError"),
    "reset:2": ("ReadError", "ReadError"),
    "eof_no_stop": (None, None),
    "eof_after_message_delta": (None, None),
    "stall:2": (None, None),
    "stall:2:pings": (None, None),
    "usage_only_in_delta": (None, None),
    "zero_usage_in_start": (None, None),
    "non_contiguous_index": (None, "IndexError"),
    "blocks_open_at_once": (None, None),
    "unknown_event": (None, None),
    "unknown_only": (None, "AssertionError"),
    "ping_first": (None, None),
    "pings:2": (None, None),
    "dup_message_stop": (None, None),
    "u2028": (None, None),
    "emoji_split": (None, None),
    "json_instead": (None, "AssertionError"),
    "empty_response": (None, "AssertionError"),
    "random_bytes": ("UnicodeDecodeError", "UnicodeDecodeError"),
    "missing_event_name": (None, "AssertionError"),
    "padded_data": (None, None),
    "done_marker": (None, None),
    "bom": (None, "AssertionError"),
    "crlf": (None, None),
    "cr": (None, None),
    "gzip": (None, None),
    "chunks:1": (None, None),
    "chunks:random": (None, None),
}
WEAKNESSES = ("IndexError", "AssertionError", "UnicodeDecodeError")


@pytest.mark.parametrize("knob", OF_STREAMS)
def test_a_fault_of_streams_is_met_as_the_reference_measured(saw: Scenes, knob: str) -> None:
    """The SDK fails where it was measured to fail, and reads on where it was measured to."""
    for way, kind in zip(("stream", "helper"), OF_STREAMS[knob], strict=True):
        raised = saw["faults"][knob][way]["class"]
        assert raised == kind or (kind in WEAKNESSES and raised is None), way
    if not knob.startswith("reset"):
        # A message in one piece has no stream to break, and it is said so.
        whole = saw["faults"][knob]["whole"]
        assert (whole["class"], whole["status"]) == ("BadRequestError", 400)


@pytest.mark.parametrize("knob", ["error_first", "error_mid:2"])
@pytest.mark.parametrize("way", ["stream", "helper"])
def test_an_error_event_after_200(saw: Scenes, knob: str, way: str) -> None:
    """The SDK's error has status 200 and the type that the event names (trap 1)."""
    seen = saw["faults"][knob][way]

    assert (seen["status"], seen["type"]) == (200, "overloaded_error")


def test_a_stream_cut_short_is_a_success_to_the_sdk(saw: Scenes) -> None:
    """Trap 3 in the wild: no stop reason, and no error either. Ours says truncated."""
    cut = saw["faults"]["eof_no_stop"]

    assert "message_delta" not in cut["stream"]["got"]["types"]
    assert "message_stop" not in cut["stream"]["got"]["types"]
    assert cut["helper"]["got"]["stop_reason"] is None


@pytest.mark.parametrize("knob", ["usage_only_in_delta", "zero_usage_in_start"])
def test_usage_that_comes_late_is_counted(saw: Scenes, knob: str) -> None:
    """The SDK takes the numbers of message_delta over those of message_start."""
    usage = saw["faults"][knob]["helper"]["got"]["usage"]

    assert usage["input_tokens"] > 10
    assert usage["output_tokens"] > 10


@pytest.mark.parametrize("knob", ["u2028", "emoji_split", "gzip", "chunks:1", "crlf", "cr"])
def test_text_survives_how_its_bytes_are_sent(saw: Scenes, knob: str) -> None:
    """Characters and line ends cut anywhere: the SDK reads them whole."""
    text = text_of(saw["faults"][knob]["helper"]["got"])

    assert "\ufffd" not in text
    if knob == "u2028":
        assert {"\u2028", "\u2029", "\u0085"} <= set(text)
    if knob == "emoji_split":
        assert any(ord(character) > 0xFFFF for character in text)
