"""The fold: from what happened to the run as it stands. messages-api.md sections 11 and 13."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wire.test_events import SHAPES
from workbench.catalog.catalog import catalog
from workbench.run import (
    Closed,
    Closing,
    Discarded,
    EndState,
    Happening,
    Run,
    RunEvent,
    RunProblem,
    Sent,
)
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
    TextDelta,
    ThinkingDelta,
    Unknown,
    read_event,
)
from workbench.wire.head import Head
from workbench.wire.request import STOP_REASONS
from workbench.wire.sse import SSEReader

# messages-api.md section 13.6, word for word.
WORKED_EXAMPLE = r"""
event: message_start
data: {"type":"message_start","message":{"id":"msg_01A","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{"input_tokens":31,"cache_creation_input_tokens":0,"cache_read_input_tokens":5120,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Looking up row 7."}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_01B","name":"fetch_row","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"row\": 7"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"stop_details":null},"usage":{"output_tokens":58}}

event: message_stop
data: {"type":"message_stop"}

"""  # noqa: E501


def after(*happened: Happening, run: Run | None = None) -> Run:
    """A run after these things happened, a tenth of a second apart, the first at 1.0."""
    run = run or Run("r1")
    for i, what in enumerate(happened):
        run = run.after(RunEvent("r1", 1 + i / 10, what))
    return run


def start(index: int = 0, **block: Any) -> BlockStart:
    block = block or {"type": "text", "text": ""}
    return BlockStart({"type": "content_block_start", "index": index, "content_block": block})


def stop(index: int = 0) -> BlockStop:
    return BlockStop({"type": "content_block_stop", "index": index})


def ended(reason: str | None, **more: Any) -> MessageDelta:
    return MessageDelta(
        {
            "type": "message_delta",
            "delta": {"stop_reason": reason, **more},
            "usage": {"output_tokens": 9},
        }
    )


STOP = MessageStop({"type": "message_stop"})
ERROR = ErrorEvent(
    {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "Overloaded"},
        "request_id": "req_1",
    }
)
TOOL = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}


def happenings(stream: bytes) -> Iterable[Happening]:
    reader = SSEReader()
    frames = [*reader.feed(stream), *reader.close()]
    return [read_event(json.loads(frame.data), frame.event) for frame in frames]


def test_the_worked_example_gives_what_the_reference_says() -> None:
    """From bytes to Run: in 31, read 5120, write 0, out 58, and the tool's input whole."""
    run = after(Sent(), *happenings(WORKED_EXAMPLE.encode()), Closed("eof"))

    assert run.end_state == run.state == "complete"
    assert run.stop_reason == "tool_use"
    assert run.stop_sequence is None
    assert run.problem is None
    assert run.text == "Looking up row 7."
    assert run.content == [
        {"type": "text", "text": "Looking up row 7."},
        {"type": "tool_use", "id": "toolu_01B", "name": "fetch_row", "input": {"row": 7}},
    ]
    assert run.message["model"] == "claude-haiku-4-5-20251001"
    usage = run.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (31, 5120)
    assert (usage.cache_creation_input_tokens, usage.output_tokens) == (0, 58)
    assert usage.counts["service_tier"] == "standard"


def test_the_worked_example_costs_what_the_reference_says() -> None:
    """(31 x 1 + 5120 x 0.10 + 58 x 5) / 1e6 = $0.000833 at the catalog's prices."""
    usage = after(*happenings(WORKED_EXAMPLE.encode())).usage
    model = catalog().model("anthropic", "claude-haiku-4-5")
    assert model is not None
    prices = model.prices
    assert prices.input is not None
    assert prices.cache_read is not None
    assert prices.output is not None

    sums = 31 * prices.input + 5120 * prices.cache_read + 58 * prices.output

    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (
        31,
        5120,
        58,
    )
    assert sums / 1_000_000 == Decimal("0.000833")


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ([ended("end_turn"), STOP, Closed("eof")], "complete"),
        ([ended("end_turn"), STOP, Closed("broken")], "complete"),
        ([ended("end_turn"), STOP, Closed("aborted")], "complete"),
        ([STOP, Closed("eof")], "complete"),
        ([ended("end_turn"), Closed("eof")], "complete_no_stop"),
        ([ended("end_turn"), Closed("broken")], "complete_no_stop"),
        ([ended("end_turn"), Closed("stalled")], "complete_no_stop"),
        ([Closed("eof")], "truncated"),
        ([ended(None), Closed("eof")], "truncated"),
        ([Closed("broken")], "broken"),
        ([Closed("failed")], "failed"),
        ([ERROR, Closed("eof")], "failed_midstream"),
        ([ended("end_turn"), ERROR, Closed("eof")], "failed_midstream"),
        ([ERROR, STOP, Closed("eof")], "failed_midstream"),
        ([ERROR, Closed("broken")], "failed_midstream"),
        ([ended("end_turn"), STOP, ERROR, Closed("eof")], "complete"),
        ([Closed("stalled")], "stalled"),
        ([Closed("aborted")], "aborted"),
        ([ended("end_turn"), Closed("aborted")], "aborted"),
    ],
)
def test_the_end_states_are_told_apart(happened: list[Happening], state: EndState) -> None:
    """Section 13.4: what was seen last decides, and what had arrived is kept in every case."""
    run = after(Sent(), start(), TextDelta(0, "so far"), *happened)

    assert run.end_state == state
    assert run.text == "so far"
    assert (run.problem is None) == (state not in ("failed_midstream", "truncated"))


@pytest.mark.parametrize("how", ["broken", "stalled", "failed", "aborted"])
def test_what_went_wrong_is_said_with_the_end(how: Closing) -> None:
    """The problem that closed a run stays with it, and the request's id with the problem."""
    problem = RunProblem("connection", "it broke", request_id="req_7")
    run = after(Sent(), Closed(how, problem))

    assert run.problem == problem
    assert run.request_id == "req_7"


def test_a_whole_answer_has_no_problem() -> None:
    """A connection that breaks after the last word took nothing away."""
    run = after(Sent(), ended("end_turn"), STOP, Closed("broken", RunProblem("connection", "late")))

    assert run.problem is None


def test_the_providers_own_error_tells_more_than_the_broken_connection_behind_it() -> None:
    """An error event's type, words and request id are kept; the status was 200 all the same."""
    run = after(Sent(), ERROR, Closed("broken", RunProblem("connection", "it broke")))

    assert run.problem is not None
    assert run.problem.type == "overloaded_error"
    assert run.problem.problem == "the provider gave up in mid-answer: Overloaded"
    assert (run.problem.status, run.request_id) == (200, "req_1")


@pytest.mark.parametrize(
    "error", [{"type": "error"}, {"type": "error", "error": "no"}, {"type": "error", "error": [1]}]
)
def test_an_odd_error_event_is_an_error_all_the_same(error: dict[str, Any]) -> None:
    """Whatever shape a gateway gives it, the run has failed and says so in one line."""
    run = after(Sent(), ErrorEvent(error), Closed("eof"))

    assert run.end_state == "failed_midstream"
    assert run.problem is not None
    assert "gave up" in run.problem.problem


@pytest.mark.parametrize("reason", [*STOP_REASONS, "of_the_future"])
def test_every_stop_reason_is_kept_as_it_came(reason: str) -> None:
    """Known or not, it is the API's own word and ends the run like any other."""
    run = after(Sent(), ended(reason), STOP, Closed("eof"))

    assert (run.stop_reason, run.end_state) == (reason, "complete")


def test_the_details_of_a_stop_are_kept() -> None:
    """Which sequence stopped it, and why it was refused."""
    details = {"type": "refusal", "category": "bio", "explanation": None}
    run = after(ended("refusal", stop_sequence="###", stop_details=details))

    assert (run.stop_sequence, run.stop_details) == ("###", details)


def test_a_second_message_delta_adds_to_what_the_first_said() -> None:
    """Nulls in a later one take nothing back; its counts replace."""
    later = {
        "type": "message_delta",
        "delta": {"stop_reason": None},
        "usage": {"output_tokens": 12},
    }
    run = after(ended("end_turn", stop_sequence="x"), MessageDelta(later))

    assert (run.stop_reason, run.stop_sequence, run.usage.output_tokens) == ("end_turn", "x", 12)


def test_blocks_stand_by_their_index_whatever_order_or_gaps() -> None:
    """Proxies skip indices; the answer's order is theirs."""
    run = after(start(7), start(2, type="thinking", thinking="", signature=""))
    run = after(TextDelta(7, "said"), ThinkingDelta(2, "thought"), run=run)

    assert [block["type"] for block in run.content] == ["thinking", "text"]
    assert run.text == "said"


@pytest.mark.parametrize(
    ("delta", "block"),
    [
        (TextDelta(3, "x"), {"type": "text", "text": "x"}),
        (ThinkingDelta(3, "x"), {"type": "thinking", "thinking": "x"}),
        (InputJsonDelta(3, "{}"), {"type": "tool_use", "id": "", "name": "", "input": {}}),
    ],
)
def test_a_delta_for_a_block_that_never_began_begins_it(
    delta: TextDelta | ThinkingDelta | InputJsonDelta, block: dict[str, Any]
) -> None:
    """What a proxy left out is not held against what it sent."""
    assert after(delta).content == [block]


def test_a_start_that_comes_late_finds_the_text_that_came_before_it() -> None:
    """Deltas before their start are in the block once it is named."""
    run = after(InputJsonDelta(0, '{"a"'), start(0, **TOOL), InputJsonDelta(0, ":1}"), stop())

    assert run.content == [{**TOOL, "input": {"a": 1}}]


def test_an_index_used_twice_is_two_blocks() -> None:
    """A proxy that starts counting anew overwrites nothing, and later blocks keep their order."""
    run = after(start(0), TextDelta(0, "one"), stop(0))
    run = after(start(0, **TOOL), InputJsonDelta(0, '{"a":1}'), stop(0), run=run)
    run = after(start(1), TextDelta(1, "two"), stop(1), run=run)

    assert run.content == [
        {"type": "text", "text": "one"},
        {**TOOL, "input": {"a": 1}},
        {"type": "text", "text": "two"},
    ]
    assert all(block.stopped for block in run.blocks.values())


def test_two_calls_on_one_index_do_not_mix_their_arguments() -> None:
    """Even where the first was never said to have stopped: another id is another call."""
    run = after(start(0, **TOOL), InputJsonDelta(0, '{"a":1}'))
    run = after(start(0, **{**TOOL, "id": "toolu_2"}), InputJsonDelta(0, '{"b":2}'), run=run)

    assert [block["input"] for block in run.content] == [{"a": 1}, {"b": 2}]


def test_a_start_said_twice_is_one_block() -> None:
    """A repeated frame adds nothing."""
    run = after(start(0, **TOOL), start(0, **TOOL), InputJsonDelta(0, '{"a":1}'))

    assert run.content == [{**TOOL, "input": {"a": 1}}]


def test_a_call_cut_at_max_tokens_is_no_call() -> None:
    """Its arguments are kept as text; there is no input to run it with."""
    run = after(start(0, **TOOL), InputJsonDelta(0, '{"a'), ended("max_tokens"), STOP)

    assert run.content == [{**TOOL, "partial_json": '{"a'}]


def test_text_is_the_text_blocks_and_nothing_else() -> None:
    """Thinking and arguments are in `content`; `text` is the words of the answer."""
    run = after(start(0, type="thinking", thinking="", signature=""), ThinkingDelta(0, "hm"))
    run = after(start(1), TextDelta(1, "one"), start(2, **TOOL), InputJsonDelta(2, "{}"), run=run)
    run = after(start(3), TextDelta(3, "two"), run=run)

    assert run.text == "one\ntwo"


@pytest.mark.parametrize(
    "noise",
    [
        Ping({"type": "ping"}),
        Unknown({"type": "of the future"}),
        stop(9),
        MessageStart({"type": "message_start", "message": {"usage": "none"}}),
        MessageStart({"type": "message_start"}),
        MessageDelta({"type": "message_delta"}),
    ],
)
def test_what_says_nothing_changes_nothing_that_was_said(noise: Happening) -> None:
    """Pings, unknown events and frames without their fields leave text and usage alone."""
    run = after(start(), TextDelta(0, "x"), ended("end_turn"))

    assert after(noise, run=run).content == run.content
    assert after(noise, run=run).usage == run.usage
    assert after(noise, run=run).stop_reason == "end_turn"


def test_an_answer_that_calls_itself_made_up_is_simulated() -> None:
    """Whatever server the simulator is reached at, and from when its answer begins."""
    assert not after(Sent(1), Head(200, {"request-id": "req_1"})).simulated
    assert after(Sent(1), Head(200, {"x-simulated": "workbench"}), start()).simulated


def test_the_times_count_from_the_last_try() -> None:
    """First token and total are measured from the request that was answered, not from the first."""
    refused = RunProblem("overloaded_error", "busy", status=529)
    run = after(Sent(1), Head(529, {"request-id": "req_0"}), Discarded(refused, 0.5), Sent(2))

    assert (run.state, run.head, run.discarded, run.attempts) == ("sent", None, (refused,), 2)

    timeline: list[tuple[float, Happening]] = [
        (1.0, Sent(1)),
        (1.1, Discarded(refused, 0.5)),
        (2.0, Sent(2)),
        (2.3, Head(200, {"request-id": "req_1"})),
        (2.4, start()),
        (2.5, TextDelta(0, "a")),
        (3.5, TextDelta(0, "b")),
        (3.6, ended("end_turn")),
        (3.6, STOP),
        (3.7, Closed("eof")),
    ]
    run = Run("r1")
    for at_s, what in timeline:
        run = run.after(RunEvent("r1", at_s, what))
    assert (run.first_token_s, run.total_s, run.deltas) == (0.5, 1.7, 2)
    assert run.tokens_per_s == pytest.approx(8 / 1.0)
    assert run.request_id == "req_1"


def test_where_a_run_stands_in_one_word() -> None:
    """Waiting, sent, streaming, and then how it ended."""
    assert Run("r1").state == "waiting"
    assert after(Sent()).state == "sent"
    assert after(Sent(), start(), TextDelta(0, "x")).state == "streaming"
    assert after(Sent(), start(), TextDelta(0, "x"), Closed("aborted")).state == "aborted"


def test_speed_is_not_told_before_the_bill() -> None:
    """The output count is a placeholder until the run has ended; one delta has no speed."""
    assert (
        after(Sent(), TextDelta(0, "a"), TextDelta(0, "b"), ended("end_turn")).tokens_per_s is None
    )
    assert after(Sent(), TextDelta(0, "a"), ended("end_turn"), Closed("eof")).tokens_per_s is None
    assert after(Sent(), Closed("failed")).first_token_s is None


def test_the_earlier_run_stays_as_it_was() -> None:
    """A fold makes new values; a face may hold on to an old one."""
    before = after(Sent(), start(), TextDelta(0, "one"))
    later = before.after(RunEvent("r1", 2.0, TextDelta(0, " two")))

    assert (before.text, before.deltas) == ("one", 1)
    assert (later.text, later.deltas) == ("one two", 2)
    assert later == after(Sent(), start(), TextDelta(0, "one")).after(
        RunEvent("r1", 2.0, TextDelta(0, " two"))
    )


WHATEVER_THE_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HAPPENINGS = st.lists(
    st.one_of(
        st.builds(TextDelta, st.integers(0, 2), st.text(max_size=3)),
        st.builds(ThinkingDelta, st.integers(0, 2), st.text(max_size=3)),
        st.builds(InputJsonDelta, st.integers(0, 2), st.text(max_size=3)),
        st.builds(start, st.integers(0, 2)),
        st.builds(stop, st.integers(0, 2)),
        st.sampled_from([start(1, **TOOL), ended("end_turn"), STOP, ERROR, Sent(), Closed("eof")]),
        st.just(BlockDelta({"type": "content_block_delta", "index": 1, "delta": {"type": "new"}})),
    ),
    max_size=30,
)


@WHATEVER_THE_MACHINE
@given(st.lists(SHAPES, max_size=12))
def test_no_stream_of_events_breaks_a_run(stream: list[dict[str, Any]]) -> None:
    """Fields of any kind in any place: the run folds, and everything on it can be read."""
    run = after(Sent(), *map(read_event, stream), Closed("eof"))

    for name in dir(run):
        getattr(run, name)
    assert json.loads(json.dumps(run.content)) == run.content
    assert isinstance(run.text, str)
    assert run.stop_reason is None or isinstance(run.stop_reason, str)


@WHATEVER_THE_MACHINE
@given(HAPPENINGS)
def test_nothing_received_is_ever_lost(happened: list[Happening]) -> None:
    """In whatever order a server sends its frames, every piece of text is in the run."""
    run = after(*happened)
    pieces = [e.text for e in happened if isinstance(e, TextDelta | ThinkingDelta | InputJsonDelta)]
    held = "".join(block.text for block in run.blocks.values())

    assert sorted(held) == sorted("".join(pieces))
    json.dumps(run.content)


@pytest.mark.parametrize(
    ("first_s", "last_s", "deltas", "held"),
    [(6.0, 6.1, 40, True), (6.0, 9.0, 40, False), (0.5, 0.51, 40, False), (6.0, 6.1, 3, False)],
)
def test_an_answer_that_a_proxy_held_back_is_told(
    first_s: float, last_s: float, deltas: int, held: bool
) -> None:
    """Trap 20: a long silence, then everything at once; a short answer tells nothing."""
    run = Run("r1").after(RunEvent("r1", 0.0, Sent()))
    for number in range(deltas):
        at_s = first_s + (last_s - first_s) * number / (deltas - 1)
        run = run.after(RunEvent("r1", at_s, TextDelta(0, "word ")))

    assert run.arrived_at_once is held
