"""Traps 1 to 11 and 23 to 25: what a stream can do to its reader. messages-api.md section 26."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.answers import Pieces, frames, start, stop, streamed, text, whole
from tests.traps.stub import (
    AT_ONCE,
    LAST_CHUNK,
    SSE_HEAD,
    Ending,
    InTurn,
    chunk,
    run_of,
    run_of_bytes,
    stub,
)
from workbench.run import EndState, Run
from workbench.workbench.outcome import as_json, cost_of

pytestmark = pytest.mark.anyio

OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
HALF = frames(start(), *text("half an ", "answer")[:3])


def delta(index: int, kind: str, **fields: str) -> dict[str, Any]:
    """A delta of any type."""
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def block(index: int, **content: Any) -> dict[str, Any]:
    """The start of any block."""
    return {"type": "content_block_start", "index": index, "content_block": content}


def end(index: int) -> dict[str, Any]:
    """The end of a block."""
    return {"type": "content_block_stop", "index": index}


def call(*pieces: str, index: int = 0) -> list[dict[str, Any]]:
    """A tool call whose arguments come in these pieces, its end left out."""
    begun = block(index, type="tool_use", id="toolu_1", name="get_order", input={})
    return [begun, *(delta(index, "input_json_delta", partial_json=piece) for piece in pieces)]


async def test_trap_01_error_event_after_http_200() -> None:
    """It has a type of its own, the partial text is kept, and nothing is sent again."""
    server = InTurn([streamed(HALF + frames(OVERLOADED))])

    run = await run_of(server)

    assert run.end_state == "failed_midstream"
    assert run.problem is not None
    assert (run.problem.type, run.problem.status) == ("overloaded_error", 200)
    assert run.problem.request_id == "req_1"
    assert "Overloaded" in run.problem.problem
    assert run.text == "half an answer"
    assert server.asked == run.attempts == 1


@pytest.mark.parametrize(
    "answer",
    [
        streamed(HALF + frames(OVERLOADED)),
        streamed(Pieces([HALF], httpx.RemoteProtocolError("cut"))),
        streamed(Pieces([HALF], httpx.ReadTimeout("silence"))),
        streamed(frames(start(), *call('{"order'), OVERLOADED)),
    ],
    ids=["error event", "cut", "silence", "within a tool call"],
)
async def test_trap_02_retry_after_output_duplicates(answer: httpx.Response) -> None:
    """Once a delta was seen nothing is sent again; before it, what is refused is."""
    server = InTurn([answer, streamed(whole("a second answer"))])
    patient = InTurn([httpx.Response(529, headers=AT_ONCE), streamed(whole("the only answer"))])

    cut, retried = await run_of(server), await run_of(patient)

    assert (server.asked, cut.attempts) == (1, 1)
    assert "second" not in cut.text
    assert (patient.asked, retried.attempts, len(retried.discarded)) == (2, 2, 1)
    assert retried.text == "the only answer"


async def test_trap_03_missing_message_stop_is_no_success() -> None:
    """A clean end without a stop reason is truncated: told so, text kept, cost an estimate."""
    run = await run_of_bytes(HALF)

    assert run.end_state == "truncated"
    assert run.problem is not None
    assert run.problem.type == "truncated"
    assert run.text == "half an answer"
    assert cost_of(run).is_estimate


async def test_trap_04_last_frame_lost_but_stop_reason_known() -> None:
    """The whole answer is accepted, and flagged, however the connection ended after it."""
    told = frames(start(), *text("all of it"), stop()[0])

    for run in (
        await run_of_bytes(told),
        await run_of_bytes(told, breaks=httpx.RemoteProtocolError("cut")),
    ):
        assert run.end_state == "complete_no_stop"
        assert run.stop_reason == "end_turn"
        assert run.text == "all of it"
        assert run.problem is None


async def test_trap_05_incomplete_chunked_read() -> None:
    """A socket closed inside a chunk is BROKEN, in our words, with the text that had come."""
    cut = SSE_HEAD + chunk(HALF) + b"400\r\nevent: content_blo"

    async with stub(cut) as server:
        run = await run_of(server.url)

    assert run.end_state == "broken"
    assert run.text == "half an answer"
    assert run.problem is not None
    assert run.problem.type == "connection"
    assert run.problem.request_id == "req_1"
    assert run.problem.hint


SAID = "Grüße 😀 ﷽ – 日本語"


@pytest.mark.parametrize("size", [1, 2, 3, 5])
async def test_trap_06_utf8_split_over_chunks(size: int) -> None:
    """Characters cut anywhere come out whole."""
    body = whole(SAID)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]

    run = await run_of_bytes(*pieces)

    assert (run.text, run.end_state) == (SAID, "complete")


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c"])
async def test_trap_07_unicode_line_separators_inside_json(separator: str) -> None:
    """What Python calls a line end but SSE does not stays inside the text."""
    said = f"one{separator}two"

    # Python's JSON escapes what a control character is; U+0085, U+2028 and U+2029 go out raw.
    assert (await run_of_bytes(whole(said))).text == said


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
async def test_trap_08_frames_split_anywhere(line_end: bytes) -> None:
    """Frames, line ends and CRLF may be cut anywhere, data may stand on several lines."""
    lines = json.dumps(text("several lines")[1], indent=1).splitlines()
    several = b"".join(b"data: " + line.encode() + b"\n" for line in lines) + b"\n"
    body = b": comment\n\n" + frames(start(), text()[0]) + several + frames(*stop())
    body = body.replace(b"\n", line_end)

    for cuts in ([*range(len(body) + 1)], [0, len(body)], [0, body.index(line_end) + 1, len(body)]):
        run = await run_of_bytes(*(body[a:b] for a, b in pairwise(cuts)))
        assert (run.text, run.end_state) == ("several lines", "complete")


@pytest.mark.parametrize("pieces", [(), ("",), ("", "")])
async def test_trap_09_tools_without_arguments(pieces: tuple[str, ...]) -> None:
    """No delta, or only empty ones, is a call with `{}`."""
    run = await run_of_bytes(frames(start(), *call(*pieces), end(0), *stop("tool_use")))

    assert run.content == [{"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {}}]
    assert run.stop_reason == "tool_use"


async def test_trap_10_parsing_each_json_fragment_by_itself() -> None:
    """Fragments that are no JSON, or another's JSON, are joined first and read once."""
    pieces = ('{"a', '": [1', ", 2", '], "b":', ' "{}"', "}")

    run = await run_of_bytes(frames(start(), *call(*pieces), end(0), *stop("tool_use")))

    assert run.content[0]["input"] == {"a": [1, 2], "b": "{}"}


async def test_trap_11_tool_input_cut_by_max_tokens() -> None:
    """It is no call: its input stays open, and what came of it is kept under another name."""
    run = await run_of_bytes(
        frames(start(), *call("", '{"order_id": "A-1'), end(0), *stop("max_tokens"))
    )

    (cut,) = run.content
    assert cut["partial_json"] == '{"order_id": "A-1'
    assert cut["input"] == {}
    assert run.blocks[0].input is None
    assert run.stop_reason == "max_tokens"


async def test_trap_23_non_contiguous_index_and_deltas_before_the_start() -> None:
    """Blocks are placed by their index, and made when their first delta comes."""
    gaps = frames(start(), *text("one", index=3), *text("two", index=7), *stop())
    early = frames(start(), delta(0, "text_delta", text="early"), *text(" late"), *stop())
    again = frames(start(), *text("first"), *text("second"), *stop())

    assert (await run_of_bytes(gaps)).text == "one\ntwo"
    assert (await run_of_bytes(early)).text == "early late"
    assert (await run_of_bytes(again)).text == "first\nsecond"


async def test_trap_24_frames_without_an_event_line() -> None:
    """The JSON's own `type` says what a frame is; where it has none, the event line does."""
    body = whole("no names")
    unnamed = b"".join(line + b"\n" for line in body.split(b"\n") if not line.startswith(b"event:"))
    untyped = frames(*text("by name")).replace(b'"type": "content_block_delta", ', b"")

    assert (await run_of_bytes(unnamed)).text == "no names"
    assert (await run_of_bytes(frames(start()), untyped, frames(*stop()))).text == "by name"


async def test_trap_25_unknown_event_delta_and_block_types() -> None:
    """They are kept as they came and break nothing."""
    novelty = {"type": "hologram", "data": [1, {"b": None}]}
    run = await run_of_bytes(
        frames(
            start(),
            {"type": "weather_report", "sky": "blue"},
            *text("known"),
            {**block(1), "content_block": novelty},
            delta(1, "hologram_delta", more="x"),
            end(1),
            *stop("bored"),
        )
    )

    assert run.content == [{"type": "text", "text": "known"}, novelty]
    assert (run.end_state, run.stop_reason) == ("complete", "bored")
    assert as_json(run, None)["content"][1] == novelty


# Beyond the table: seen in other servers of this dialect


async def test_data_lines_padded_with_blanks() -> None:
    """Blanks after the JSON, or several before it, are no part of it."""
    padded = whole("padded").replace(b"data: {", b"data:    {").replace(b"}\n\n", b"}   \t\n\n")

    assert (await run_of_bytes(padded)).text == "padded"


async def test_a_ping_before_message_start() -> None:
    """It is alive, nothing else."""
    run = await run_of_bytes(frames({"type": "ping"}, {"type": "ping"}), whole("then"))

    assert (run.text, run.end_state) == ("then", "complete")


async def test_an_error_as_the_very_first_event() -> None:
    """It says why; the status was 200 all the same."""
    run = await run_of_bytes(frames(OVERLOADED))

    assert run.end_state in ("failed", "failed_midstream")
    assert run.problem is not None
    assert run.problem.type == "overloaded_error"
    assert run.text == ""


async def test_json_answered_to_a_streaming_request() -> None:
    """A whole message in place of a stream is that message, its usage and stop reason with it."""
    message = {
        **start()["message"],
        "content": [{"type": "text", "text": "not streamed"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 9, "output_tokens": 3},
    }

    run = await run_of(lambda _: httpx.Response(200, json=message))

    assert (run.end_state, run.text, run.stop_reason) == ("complete", "not streamed", "end_turn")
    assert run.usage.output_tokens == 3


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"ok": true}'),
        ("application/json", b'{"type": "message"'),
        ("application/json", b'{"choices": [{"message": {"content": "hi"}}]}'),
        ("text/html", b"<html><body>Sign in to the Wi-Fi</body></html>"),
        ("text/plain", b"hello"),
        ("application/octet-stream", b"hello"),
    ],
)
async def test_what_is_neither_a_stream_nor_a_message(kind: str, body: bytes) -> None:
    """It is said what came instead of a stream; never an empty success."""
    answer = httpx.Response(200, headers={"content-type": kind}, content=body)

    run = await run_of(InTurn([answer]))

    assert run.end_state not in ("complete", "complete_no_stop")
    assert run.problem is not None
    assert "stream" in run.problem.problem
    assert run.problem.hint


async def test_an_error_in_json_with_status_200() -> None:
    """A gateway's error under a good status is that error."""
    answer = httpx.Response(200, json=OVERLOADED, headers=AT_ONCE)

    run = await run_of(InTurn([answer]))

    assert run.end_state == "failed"
    assert run.problem is not None
    assert run.problem.type == "overloaded_error"


async def test_several_blocks_open_at_once() -> None:
    """Deltas of blocks that are open together go each to their own."""
    run = await run_of_bytes(
        frames(
            start(),
            block(0, type="text", text=""),
            block(1, type="text", text=""),
            delta(1, "text_delta", text="b"),
            delta(0, "text_delta", text="a"),
            delta(1, "text_delta", text="B"),
            end(1),
            delta(0, "text_delta", text="A"),
            end(0),
            *stop(),
        )
    )

    assert [one["text"] for one in run.content] == ["aA", "bB"]


@pytest.mark.parametrize("whole_before", [True, False])
async def test_done_of_another_dialect(whole_before: bool) -> None:
    """`data: [DONE]` ends nothing and breaks nothing: the end state is the events' own."""
    run = await run_of_bytes(whole("x") if whole_before else HALF, b"data: [DONE]\n\n")

    assert run.end_state == ("complete" if whole_before else "truncated")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n\n",
        b": only a comment\n\n",
        b'event: completion\ndata: {"completion": "hi"}\n\n',
        b'data: {"choices": [{"delta": {"content": "hi"}}]}\n\ndata: [DONE]\n\n',
    ],
    ids=["empty", "blank lines", "comment", "old dialect", "other dialect"],
)
async def test_a_stream_without_any_event_we_know(body: bytes) -> None:
    """It is said so: never an empty success."""
    run = await run_of(InTurn([streamed(body, **AT_ONCE)]))

    assert run.end_state not in ("complete", "complete_no_stop")
    assert run.problem is not None
    assert run.problem.hint


ENDS: list[tuple[Ending, tuple[bytes, ...], str, tuple[EndState, ...]]] = [
    ("reset", (SSE_HEAD, chunk(HALF)), "half an answer", ("broken",)),
    ("close", (SSE_HEAD, chunk(HALF), LAST_CHUNK), "half an answer", ("truncated",)),
    ("close", (SSE_HEAD, chunk(b"\x00\xff\xfe" * 400), LAST_CHUNK), "", ("truncated", "failed")),
    ("close", (SSE_HEAD, b"\x80\x81 no chunk size\r\n"), "", ("broken", "failed")),
]


@pytest.mark.parametrize(
    ("ending", "pieces", "said", "states"),
    ENDS,
    ids=["reset", "clean end", "random bytes", "random framing"],
)
async def test_how_a_socket_can_end_in_mid_answer(
    ending: Ending, pieces: tuple[bytes, ...], said: str, states: tuple[EndState, ...]
) -> None:
    """What came is kept, and the run says how it ended."""
    async with stub(*pieces, ending=ending) as server:
        run: Run = await run_of(server.url)

    assert run.end_state in states
    assert run.text == said
    assert run.problem is not None
    assert len(server.requests) == run.attempts
