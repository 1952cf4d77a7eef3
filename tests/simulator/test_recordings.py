"""Recorded answers, given again to the requests that got them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.raw import asked_raw
from tests.simulator.talk import AT_ONCE, GET_ORDER, body
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.api.patience import PATIENCE, Patience
from workbench.catalog.profile import Profile
from workbench.cli.recorded import recordings_of
from workbench.engine import round_of
from workbench.run import Closed, Discarded, Run, RunEvent, RunProblem, Sent
from workbench.sessions.journal import open_journal
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import Session, read_session
from workbench.simulator.recording import Recording
from workbench.simulator.server import serving
from workbench.wire.events import Json, read_event
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

pytestmark = pytest.mark.anyio

ASK = body("What does the wind do?", stream=True)
EVENTS: list[Json] = [
    {"type": "message_start", "message": {"id": "msg_9", "usage": {"input_tokens": 7}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "It 🙂"}},
    {"type": "novelty", "of": "tomorrow"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": " turns."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 4}},
    {"type": "message_stop"},
]
WHOLE = Recording(ASK, 0.4, events=tuple((0.5 + i, e) for i, e in enumerate(EVENTS)))
LIMITED = Recording(
    ASK,
    status=429,
    error={"type": "rate_limit_error", "message": "Slow down"},
    retry_after_s=3.0,
)


def at_once(*recordings: Recording) -> Any:
    """A simulator that knows these."""
    return serving(replace(AT_ONCE, recordings=recordings))


async def run_all(
    url: str,
    requests: dict[str, MessagesRequest],
    patience: Patience = PATIENCE,
    tap: Callable[[RunEvent], None] = lambda event: None,
) -> dict[str, Run]:
    """The runs that come of these requests at this server."""
    runs = {run_id: Run(run_id) for run_id in requests}
    endpoint = Endpoint(Profile("simulator"), url, "sk-ant-test")
    async with (
        Client(endpoint, patience=patience) as client,
        round_of(requests, client, tap=tap) as live,
    ):
        async for event in live:
            runs[event.run_id] = runs[event.run_id].after(event)
    return runs


async def test_the_same_request_gets_the_recorded_events_verbatim() -> None:
    """Event for event, whatever they are; keys may stand in another order."""
    async with at_once(WHOLE) as url:
        raw = await asked_raw(url, dict(reversed(ASK.items())))

    assert raw.events == EVENTS
    assert raw.headers["x-simulated"] == "workbench"
    assert raw.headers["x-simulated-from"] == "session"


async def test_another_request_is_improvised() -> None:
    """One word of difference, and the usual answer comes, without the label."""
    async with at_once(WHOLE) as url:
        raw = await asked_raw(url, body("What does the water do?", stream=True))

    assert raw.types[-1] == "message_stop"
    assert raw.events[0]["message"]["id"] != "msg_9"
    assert "x-simulated-from" not in raw.headers


async def test_a_stream_asked_for_as_json_is_folded() -> None:
    """`stream` does not count in comparing; without it the message comes in one piece."""
    async with at_once(WHOLE) as url:
        raw = await asked_raw(url, {name: ASK[name] for name in ASK if name != "stream"})

    assert raw.json() == {
        "id": "msg_9",
        "content": [{"type": "text", "text": "It 🙂 turns."}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 7, "output_tokens": 4},
    }


async def test_what_was_refused_is_refused_again() -> None:
    """Status, type, words and the wait are the recorded ones; the request id is new."""
    async with serving(replace(AT_ONCE, speed=10, recordings=(LIMITED,))) as url:
        raw = await asked_raw(url, ASK)

    assert raw.status == 429
    assert raw.headers["retry-after"] == "0.3"
    assert raw.json()["error"] == LIMITED.error
    assert raw.json()["request_id"] == raw.headers["request-id"]


async def test_repeats_go_through_the_recordings_in_order_and_begin_again() -> None:
    """The second time the second answer, and after the last one the first."""
    async with at_once(LIMITED, WHOLE) as url:
        statuses = [(await asked_raw(url, ASK)).status for _ in range(5)]

    assert statuses == [429, 200, 429, 200, 429]


def test_a_recording_keeps_its_pace_at_the_servers_speed() -> None:
    """Head, events and the wait that was asked for all come so many times as soon."""
    fast = replace(WHOLE, retry_after_s=5.0).at_speed(10)

    assert [due_s for due_s, _ in fast.events] == pytest.approx([0.05 + i / 10 for i in range(9)])
    assert (fast.begins_s, fast.retry_after_s) == pytest.approx((0.04, 0.5))


async def test_a_recorded_silence_is_silent_until_the_client_leaves() -> None:
    """A run that stalled then stalls again, with what had come."""
    silent = replace(WHOLE, events=WHOLE.events[:4], ending="hang")
    async with at_once(silent) as url:
        runs = await run_all(url, {"r1": MessagesRequest.of(ASK)}, Patience(bytes_idle_s=0.1))

    assert (runs["r1"].end_state, runs["r1"].deltas) == ("stalled", 1)


@pytest.mark.parametrize(("ending", "end"), [("eof", "whole"), ("cut", "cut")])
async def test_a_recorded_stream_ends_as_it_did(ending: Any, end: str) -> None:
    """A clean end or a broken connection, after the events that came; JSON cannot be had."""
    half = replace(WHOLE, events=WHOLE.events[:4], ending=ending)
    async with at_once(half) as url:
        raw = await asked_raw(url, ASK)
        json = await asked_raw(url, body("What does the wind do?"))

    assert (raw.events, raw.end) == (EVENTS[:4], end)
    assert (json.status, json.end) == (0, "cut")


async def test_a_connection_that_failed_fails_again() -> None:
    """No answer was recorded, so none comes."""
    async with at_once(replace(LIMITED, status=None)) as url:
        raw = await asked_raw(url, ASK)

    assert (raw.status, raw.end) == (0, "reset")


async def test_faults_of_the_wire_go_into_recordings_and_other_words_do_not() -> None:
    """A recorded stream in odd pieces is what parsers are tested with; its words are fixed."""
    async with at_once(WHOLE) as url:
        pieces = await asked_raw(url, ASK, {"x-sim-fault": "chunks:3,error_mid:1"})
        by_model = await asked_raw(url, {**ASK, "model": f"{ASK['model']}+html_502"})
        other = await asked_raw(url, ASK, {"x-sim-fault": "refusal_mid"})

    assert {len(chunk) for chunk in pieces.chunks[:-1]} == {3}
    assert pieces.events[:5] == EVENTS[:5]
    assert pieces.types[-1] == "error"
    assert by_model.status == 502
    assert other.status == 400
    assert "would change what was recorded" in other.json()["error"]["message"]


def saved(folder: Path, requests: dict[str, MessagesRequest], events: list[RunEvent]) -> Session:
    """The session file that these events make, read back."""
    journal = open_journal(folder, "again", app_version="0", catalog_as_of="2026-11-22")
    info = RoundInfo("r1", "2026-11-22T12:00:00+00:00")
    journal.begin_round(info, [(Run(run_id, "r1"), r) for run_id, r in requests.items()])
    for event in events:
        journal.write(event)
    journal.close()
    assert journal.path is not None
    return read_session(journal.path)


async def test_a_saved_session_makes_the_same_runs_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the runs came to, whole or not, the same requests come to it again."""
    monkeypatch.setattr("workbench.api.retry._FIRST_S", 0.0)
    models = [
        *("", "+529x1_then_ok", "+error_mid:2", "+cut_mid:2", "+eof_no_stop", "+unknown_event"),
        *("+done_marker", "+refusal_mid", "+overloaded_before", "+eof_after_message_delta"),
    ]
    requests = {
        f"r1-{i}": MessagesRequest.of(
            {**ASK, "model": f"{ASK['model']}{suffix}", "tools": [GET_ORDER]}
        )
        for i, suffix in enumerate(models)
    }
    events: list[RunEvent] = []
    async with serving(AT_ONCE) as url:
        first = await run_all(url, requests, tap=events.append)
    recordings = recordings_of(saved(tmp_path, requests, events))
    async with serving(replace(AT_ONCE, recordings=recordings)) as url:
        again = await run_all(url, requests)

    for run_id, run in first.items():
        other = again[run_id]
        assert (other.end_state, other.stop_reason) == (run.end_state, run.stop_reason)
        assert (other.blocks, other.message, other.usage) == (run.blocks, run.message, run.usage)
        assert (other.attempts, other.deltas) == (run.attempts, run.deltas)
        assert [p.type for p in other.discarded] == [p.type for p in run.discarded]
        assert (other.problem and other.problem.type) == (run.problem and run.problem.type)
        assert (other.problem and other.problem.problem) == (run.problem and run.problem.problem)
        assert other.head is None or other.head.headers["x-simulated-from"] == "session"


def test_only_what_was_answered_is_recorded(tmp_path: Path) -> None:
    """Every try is one recording, in the order of asking; a cancelled one without answer none."""
    request = MessagesRequest.of(ASK)
    refused = RunProblem("overloaded_error", "529 overloaded_error: Overloaded", status=529)
    unreachable = RunProblem("connection", "cannot reach simulator at …: refused")
    start = read_event(EVENTS[0])
    events = [
        RunEvent("a", 0.0, Sent(1)),
        RunEvent("b", 0.1, Sent(1)),
        RunEvent("b", 0.2, Closed("failed", unreachable)),
        RunEvent("a", 0.3, Discarded(refused, 1.5)),
        RunEvent("c", 0.4, Sent(1)),
        RunEvent("a", 2.0, Sent(2)),
        RunEvent("a", 2.5, Head(200, {})),
        RunEvent("a", 2.75, start),
        RunEvent("a", 3.0, Closed("stalled", RunProblem("stalled", "nothing came"))),
        RunEvent("c", 4.0, Closed("aborted")),
    ]

    found = recordings_of(saved(tmp_path, dict.fromkeys("abc", request), events))

    assert [(each.status, each.begins_s, each.ending) for each in found] == [
        (529, 0.3, "eof"),
        (None, pytest.approx(0.1), "eof"),
        (200, 0.5, "hang"),
    ]
    assert found[0].error == {"type": "overloaded_error", "message": "Overloaded"}
    assert found[2].events == ((0.75, EVENTS[0]),)
