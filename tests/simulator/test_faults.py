"""Every fault: what it looks like on the wire, and how a run that meets it has to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.raw import Raw, asked_raw
from tests.simulator.talk import AT_ONCE, GET_ORDER, TICKET, body, streamed, talking
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.api.patience import PATIENCE, Patience
from workbench.catalog.profile import Profile
from workbench.engine import round_of
from workbench.errors import SimulatorError
from workbench.run import EndState, Run
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.faults.events import EMOJI, SEPARATORS, moments_with
from workbench.simulator.faults.table import FAULTS, Fault, read_faults
from workbench.simulator.server import serving
from workbench.simulator.stream import Moment
from workbench.wire.request import MessagesRequest

pytestmark = pytest.mark.anyio

ASK = body(stream=True, temperature=0)
WALKING = SimulatorConfig(speed=1000)
"""So fast that nobody waits, and yet a day is a minute and a half."""


@dataclass(frozen=True)
class Row:
    """One fault.

    Args:
        asked: How it is asked for.
        shows: What is true of its answer, byte for byte.
        ends: How a run that meets it ends.
        also: What is true of that run besides.
    """

    asked: str
    shows: Callable[[Raw], bool]
    ends: EndState
    also: Callable[[Run], bool] = lambda run: True


def refused(status: int, kind: str, **headers: str) -> Callable[[Raw], bool]:
    """A refusal by the API, its request id in header and body."""

    def shows(raw: Raw) -> bool:
        said = raw.json()
        return (
            (raw.status, said["error"]["type"]) == (status, kind)
            and said["request_id"] == raw.headers["request-id"]
            and {name: raw.headers.get(name) for name in headers} == headers
        )

    return shows


def page(status: int) -> Callable[[Raw], bool]:
    """A page in HTML, and nothing of the API's."""
    return lambda raw: (
        (raw.status, raw.headers["content-type"]) == (status, "text/html")
        and raw.body.startswith(b"<html>")
        and not {"request-id", "anthropic-organization-id"} & set(raw.headers)
    )


def stopped(reason: str, *, blocks: range) -> Callable[[Raw], bool]:
    """A whole stream that ends for this reason with so many blocks."""
    return lambda raw: (
        raw.types[-1] == "message_stop"
        and raw.one("message_delta")["delta"]["stop_reason"] == reason
        and raw.types.count("content_block_start") in blocks
    )


def sound(raw: Raw) -> bool:
    """A stream with nothing wrong in it."""
    return (
        raw.end == "whole"
        and raw.types[:3] == ["message_start", "content_block_start", "ping"]
        and raw.types[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    )


def counts(raw: Raw) -> tuple[dict[str, Any], dict[str, Any]]:
    """The usage of the first event, and of the last that has any."""
    return raw.events[0]["message"]["usage"], raw.one("message_delta")["usage"]


def plain(raw: Raw) -> Raw:
    """The same answer with lines that end as usual and nothing around the JSON."""
    lines = b"".join(raw.chunks).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return replace(raw, chunks=(lines.removeprefix(b"\xef\xbb\xbf"),))


def said(run: Run) -> str:
    """All the words of a run."""
    return "".join(block.text for block in run.blocks.values())


ROWS = {
    "overloaded_before": Row("overloaded_before", refused(529, "overloaded_error"), "failed"),
    "429:<retry-after>": Row(
        "429:0", refused(429, "rate_limit_error", **{"retry-after": "0"}), "failed"
    ),
    "429_spend": Row(
        "429_spend",
        lambda raw: (
            refused(429, "rate_limit_error")(raw)
            and "retry-after" not in raw.headers
            and raw.json()["error"]["details"] == {"error_code": "enforced_spend_limit_reached"}
        ),
        "failed",
        lambda run: run.attempts == 1,
    ),
    "529x<k>_then_ok": Row(
        "529x2_then_ok",
        refused(529, "overloaded_error"),
        "complete",
        # The wire has seen the first try of this request, so that one is left to be refused.
        lambda run: run.attempts == 2,
    ),
    "html_502": Row("html_502", page(502), "failed"),
    "413_html": Row("413_html", page(413), "failed", lambda run: run.attempts == 1),
    "slow_headers[:<s>]": Row("slow_headers:30", sound, "complete"),
    "reset[:<n>]": Row("reset:2", lambda raw: raw.end == "reset" and raw.status == 200, "broken"),
    "refusal_before": Row(
        "refusal_before",
        lambda raw: (
            stopped("refusal", blocks=range(1))(raw)
            and raw.one("message_delta")["delta"]["stop_details"]["type"] == "refusal"
        ),
        "complete",
        lambda run: run.stop_reason == "refusal",
    ),
    "refusal_mid": Row(
        "refusal_mid",
        stopped("refusal", blocks=range(1, 2)),
        "complete",
        lambda run: run.stop_reason == "refusal" and bool(said(run)),
    ),
    "pause_turn": Row("pause_turn", stopped("pause_turn", blocks=range(1, 2)), "complete"),
    "empty_content": Row("empty_content", stopped("end_turn", blocks=range(1)), "complete"),
    "redacted_thinking": Row(
        "redacted_thinking",
        lambda raw: (
            raw.events[1]["content_block"]["type"] == "redacted_thinking"
            and len(raw.events[1]["content_block"]["data"]) > 150
            and not [e for e in raw.events if "delta" in e and e.get("index") == 0]
            and counts(raw)[1]["output_tokens_details"]["thinking_tokens"] > 0
        ),
        "complete",
        lambda run: run.content[0]["type"] == "redacted_thinking" and bool(said(run)),
    ),
    "diagnosis_pending": Row(
        "diagnosis_pending",
        lambda raw: (
            raw.events[0]["message"]["diagnostics"] == {"cache_miss_reason": None} and sound(raw)
        ),
        "complete",
    ),
    "max_tokens_in_tool": Row(
        "max_tokens_in_tool",
        stopped("max_tokens", blocks=range(2, 3)),
        "complete",
        lambda run: run.blocks[1].type == "tool_use" and run.blocks[1].input is None,
    ),
    "error_first": Row("error_first", lambda raw: raw.types == ["error"], "failed_midstream"),
    "error_mid:<n>": Row(
        "error_mid:2",
        lambda raw: (raw.types[-1], raw.deltas, raw.end) == ("error", 2, "whole"),
        "failed_midstream",
        lambda run: run.deltas == 2 and run.problem is not None,
    ),
    "cut_mid:<n>": Row(
        "cut_mid:2",
        lambda raw: (
            raw.end == "cut"
            and raw.body.count(b"event: content_block_delta") == 3
            and not raw.body.endswith(b"\n\n")
        ),
        "broken",
        lambda run: run.deltas == 2,
    ),
    "eof_no_stop": Row(
        "eof_no_stop",
        lambda raw: (raw.types[-1], raw.end) == ("content_block_stop", "whole"),
        "truncated",
    ),
    "eof_after_message_delta": Row(
        "eof_after_message_delta",
        lambda raw: (raw.types[-1], raw.end) == ("message_delta", "whole"),
        "complete_no_stop",
    ),
    "stall:<s>": Row("stall:60", sound, "complete"),
    "stall:<s>:pings": Row(
        "stall:60:pings", lambda raw: raw.types.count("ping") == 13 and sound(raw), "complete"
    ),
    "usage_only_in_delta": Row(
        "usage_only_in_delta",
        lambda raw: counts(raw)[0] == {} and counts(raw)[1]["input_tokens"] > 0,
        "complete",
        lambda run: (run.usage.input_tokens or 0) > 0,
    ),
    "zero_usage_in_start": Row(
        "zero_usage_in_start",
        lambda raw: set(counts(raw)[0].values()) == {0} and counts(raw)[1]["input_tokens"] > 0,
        "complete",
        lambda run: (run.usage.input_tokens or 0) > 0,
    ),
    "non_contiguous_index": Row(
        "non_contiguous_index",
        lambda raw: {event["index"] for event in raw.events if "index" in event} == {1},
        "complete",
        lambda run: len(run.blocks) == 1 and bool(said(run)),
    ),
    "blocks_open_at_once": Row(
        "blocks_open_at_once",
        lambda raw: (
            [kind for kind in raw.types if kind in ("content_block_start", "content_block_stop")]
            == ["content_block_start"] * 2 + ["content_block_stop"] * 2
        ),
        "complete",
        lambda run: "Two blocks are open at once. " in [b.text for b in run.blocks.values()],
    ),
    "unknown_event": Row(
        "unknown_event",
        lambda raw: "message_aside" in raw.types and b"aside_delta" in raw.body,
        "complete",
    ),
    "unknown_only": Row(
        "unknown_only",
        lambda raw: set(raw.types) == {""} and b"chat.completion.chunk" in raw.body,
        "truncated",
        lambda run: run.problem is not None and not run.blocks,
    ),
    "ping_first": Row(
        "ping_first", lambda raw: raw.types[:2] == ["ping", "message_start"], "complete"
    ),
    "pings:<s>": Row("pings:0", lambda raw: "ping" not in raw.types, "complete"),
    "dup_message_stop": Row(
        "dup_message_stop", lambda raw: raw.types[-2:] == ["message_stop"] * 2, "complete"
    ),
    "u2028": Row(
        "u2028",
        lambda raw: SEPARATORS.encode() in raw.body and sound(raw),
        "complete",
        lambda run: said(run).startswith(SEPARATORS),
    ),
    "emoji_split": Row(
        "emoji_split",
        lambda raw: (
            raw.body.count("🙂".encode()) == 1
            and not any("🙂".encode() in chunk for chunk in raw.chunks)
            and sound(raw)
        ),
        "complete",
        lambda run: said(run).startswith(EMOJI),
    ),
    "json_instead": Row(
        "json_instead",
        lambda raw: (
            raw.headers["content-type"] == "application/json" and raw.json()["type"] == "message"
        ),
        "complete",
        lambda run: bool(said(run)),
    ),
    "empty_response": Row(
        "empty_response",
        lambda raw: (raw.status, raw.body, raw.end) == (200, b"", "whole"),
        "truncated",
        lambda run: run.problem is not None,
    ),
    "random_bytes": Row(
        "random_bytes",
        lambda raw: raw.status == 200 and len(raw.body) > 500 and b"event:" not in raw.body,
        "truncated",
        lambda run: run.problem is not None and not run.blocks,
    ),
    "missing_event_name": Row(
        "missing_event_name", lambda raw: sound(raw) and b"event:" not in raw.body, "complete"
    ),
    "padded_data": Row(
        "padded_data",
        lambda raw: (
            sound(raw)
            and len(re.findall(rb"(?m)^data:   \{.*\}    $", raw.body)) == len(raw.events)
        ),
        "complete",
    ),
    "done_marker": Row(
        "done_marker", lambda raw: raw.body.endswith(b"\n\ndata: [DONE]\n\n"), "complete"
    ),
    "bom": Row(
        "bom",
        lambda raw: raw.body.startswith(b"\xef\xbb\xbfevent:") and sound(plain(raw)),
        "complete",
    ),
    "crlf": Row(
        "crlf",
        lambda raw: sound(plain(raw)) and raw.body.count(b"\r\n") == raw.body.count(b"\n") > 20,
        "complete",
    ),
    "cr": Row("cr", lambda raw: sound(plain(raw)) and b"\n" not in raw.body, "complete"),
    "gzip": Row(
        "gzip",
        lambda raw: (
            sound(raw)
            and raw.headers["content-encoding"] == "gzip"
            and len(raw.chunks) > len(raw.events)
        ),
        "complete",
    ),
    "chunks:<size>": Row(
        "chunks:7",
        lambda raw: sound(raw) and {len(chunk) for chunk in raw.chunks[:-1]} == {7},
        "complete",
    ),
    "chunks:random": Row(
        "chunks:random",
        lambda raw: sound(raw) and len({len(chunk) for chunk in raw.chunks}) > 10,
        "complete",
    ),
}


async def run_of(url: str, asked: Mapping[str, Any], patience: Patience = PATIENCE) -> Run:
    """The run that our client and engine make of one request."""
    endpoint = Endpoint(Profile("simulator"), url, "sk-ant-test")
    requests, run = {"r1": MessagesRequest.of(asked)}, Run("r1")
    async with Client(endpoint, patience=patience) as client, round_of(requests, client) as live:
        async for event in live:
            run = run.after(event)
    return run


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.api.retry._FIRST_S", 0.0)


def test_every_fault_has_its_row() -> None:
    """The tests, the list that help shows, and the words for it name the same faults."""
    assert list(ROWS) == list(FAULTS)
    for name, row in ROWS.items():
        (fault,) = read_faults(row.asked)
        assert fault.name == name


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.usefixtures("_no_waiting")
async def test_a_fault_looks_as_it_should_and_a_run_ends_as_it_must(name: str) -> None:
    """Byte for byte on the wire; and in the run, one of the end states of section 13.4."""
    row = ROWS[name]
    asked = {**ASK, "model": f"{ASK['model']}+{row.asked}"}
    async with serving(AT_ONCE) as url:
        raw = await asked_raw(url, asked)
        run = await run_of(url, asked)

    assert row.shows(raw), raw
    assert run.end_state == row.ends, run
    assert row.also(run), run


async def test_a_reset_without_a_number_is_one_before_any_answer() -> None:
    """Not a byte comes, neither to a stream nor to JSON."""
    async with serving(AT_ONCE) as url:
        every = [
            await asked_raw(url, body(stream=stream), {"x-sim-fault": "reset"})
            for stream in (True, False)
        ]

    assert [(raw.status, raw.end) for raw in every] == [(0, "reset")] * 2


async def test_a_fault_can_be_asked_for_in_four_ways(tmp_path: Path) -> None:
    """By header, by model, by script and for the whole server: the same stream, cut the same."""
    script = tmp_path / "cut.toml"
    script.write_text('[[reply]]\nwhen = {user = "script"}\nsay = "a b c d e f g h i j k l"\n')
    plain_config = replace(AT_ONCE, scripts=(script,))
    scripted = tmp_path / "fault.toml"
    scripted.write_text(f'{script.read_text()}fault = "cut_mid:1"\n')
    asked = body("script", stream=True, temperature=0)
    cut = "cut_mid:1"

    async with serving(plain_config) as url:
        sound_one = await asked_raw(url, asked)
        ways = [
            await asked_raw(url, asked, {"x-sim-fault": cut}),
            await asked_raw(url, {**asked, "model": f"{asked['model']}+{cut}"}),
        ]
    for config in (
        replace(AT_ONCE, scripts=(scripted,)),
        replace(plain_config, faults=(cut,)),
    ):
        async with serving(config) as url:
            ways.append(await asked_raw(url, asked))

    assert sound(sound_one)
    assert [raw.end for raw in ways] == ["cut"] * 4
    begun = [raw.body.partition(b"content_block_start")[2] for raw in ways]
    assert len(set(begun)) == 1
    assert begun[0]
    assert begun[0] in sound_one.body.partition(b"content_block_start")[2]


@pytest.mark.parametrize("separator", [",", "+"])
async def test_faults_can_be_combined(separator: str) -> None:
    """Several in one request are all there, whatever their order."""
    words = separator.join(["chunks:1", "crlf", "bom", "error_mid:1"])
    async with serving(AT_ONCE) as url:
        raw = await asked_raw(url, {**ASK, "model": f"{ASK['model']}+{words}"})

    assert {len(chunk) for chunk in raw.chunks} == {1}
    assert raw.body.startswith(b"\xef\xbb\xbfevent: message_start\r\n")
    assert (plain(raw).types[-1], plain(raw).deltas) == ("error", 1)


@pytest.mark.parametrize(
    "headers", [{"x-sim-fault": "cut_midd:5"}, {"x-sim-fault": "bom,chunks:0"}]
)
async def test_an_unknown_fault_is_a_400_that_lists_all(headers: dict[str, str]) -> None:
    """Nothing that was asked for is passed over."""
    async with talking() as client:
        response = await client.post("/v1/messages", json=ASK, headers=headers)
        in_model = await client.post("/v1/messages", json={**ASK, "model": "claude-haiku-4-5+x"})

    assert (response.status_code, in_model.status_code) == (400, 400)
    for message in (response.json()["error"]["message"], in_model.json()["error"]["message"]):
        assert "is no fault; there are " in message
        assert all(name in message for name in FAULTS)


def test_an_unknown_fault_of_the_server_is_told_before_it_starts() -> None:
    """A wrong word on the command line is an error with a hint."""
    with pytest.raises(SimulatorError, match="'cut' is no fault") as error:
        SimulatorConfig(faults=("bom", "cut"))

    assert "--faults" in error.value.hint


async def test_an_unknown_fault_of_a_script_is_told_by_its_line(tmp_path: Path) -> None:
    """A wrong word in a script stops the server from starting."""
    script = tmp_path / "wrong.toml"
    script.write_text('[[reply]]\nsay = "x"\n\n[[reply]]\nfault = "cut"\n')

    with pytest.raises(SimulatorError, match=r"wrong\.toml:4: 'cut' is no fault"):
        async with talking(replace(AT_ONCE, scripts=(script,))):
            pass


async def test_a_fault_of_streams_needs_one() -> None:
    """Asked for where none is wanted it is a 400; as the whole server's it just has no effect."""
    async with talking() as client:
        own = await client.post("/v1/messages", json=body(), headers={"x-sim-fault": "crlf"})
    async with talking(replace(AT_ONCE, faults=("crlf",))) as client:
        servers = await client.post("/v1/messages", json=body())

    assert own.status_code == 400
    assert own.json()["error"]["message"] == "x-sim-fault: crlf needs `stream`: true"
    assert servers.status_code == 200


@pytest.mark.parametrize("name", ["refusal_mid", "pause_turn", "empty_content"])
async def test_another_answer_is_the_same_in_json(name: str) -> None:
    """What is said does not depend on how it is sent."""
    async with talking(replace(AT_ONCE, faults=(name,))) as client:
        whole = (await client.post("/v1/messages", json=body(temperature=0))).json()
        seen = await streamed(client, temperature=0)

    texts = "".join(e["delta"].get("text", "") for e in seen if "index" in e and "delta" in e)
    assert texts == "".join(block["text"] for block in whole["content"])
    assert seen[-2]["delta"] == {key: whole[key] for key in seen[-2]["delta"]}
    assert seen[-2]["usage"]["output_tokens"] == whole["usage"]["output_tokens"]


async def test_a_call_that_is_cut_is_the_one_that_was_to_be_made() -> None:
    """Where the model calls a tool, it is that call's arguments that break off."""
    asked = body(tools=[GET_ORDER], stream=True, temperature=0)
    async with serving(AT_ONCE) as url:
        whole = await run_of(url, asked)
        cut = await run_of(url, {**asked, "model": f"{asked['model']}+max_tokens_in_tool"})

    place = max(whole.blocks)
    assert cut.blocks[place].start["name"] == "get_order"
    assert whole.blocks[place].text.startswith(cut.blocks[place].text)
    assert (cut.stop_reason, cut.blocks[place].input) == ("max_tokens", None)


async def test_the_suffix_is_gone_before_anybody_looks() -> None:
    """Model, count and cache are those of the same request without it."""
    system = [{"type": "text", "text": TICKET * 400, "cache_control": {"type": "ephemeral"}}]
    asked = body(system=system, temperature=0)
    faulty = {**asked, "model": f"{asked['model']}+pause_turn"}
    async with talking() as client:
        written = (await client.post("/v1/messages", json=asked)).json()
        read = (await client.post("/v1/messages", json=faulty)).json()
        counted = [
            (await client.post("/v1/messages/count_tokens", json=_without_cap(each))).json()
            for each in (asked, faulty)
        ]

    assert read["model"] == written["model"]
    assert read["content"] == written["content"]
    assert read["usage"]["cache_read_input_tokens"] > 4096
    assert counted[0] == counted[1]


def _without_cap(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in asked if name not in ("max_tokens", "temperature")}


async def test_the_first_tries_of_each_request_are_refused() -> None:
    """Every request has tries of its own, and is served ever after."""
    async with talking(replace(AT_ONCE, faults=("529x2_then_ok",))) as client:
        statuses = [
            [(await client.post("/v1/messages", json=body(text))).status_code for _ in range(4)]
            for text in ("one", "two")
        ]

    assert statuses == [[529, 529, 200, 200]] * 2


def moments() -> list[Moment]:
    """A stream of five deltas, one a second."""
    deltas = [
        (float(i), {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"}})
        for i in range(5)
    ]
    return [(0.0, {"type": "message_start"}), *deltas, (5.0, {"type": "message_stop"})]


@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_a_stall_holds_back_all_that_follows_at_the_servers_speed(speed: float) -> None:
    """Three deltas are in time, the rest comes late; pings come in between, if asked for."""
    silent = moments_with([Fault("stall:<s>", 30, speed)], moments())
    lively = moments_with([Fault("stall:<s>:pings", 30, speed)], moments())

    late_s = 30 / speed
    assert [due_s for due_s, _ in silent] == [0, 0, 1, 2, 3 + late_s, 4 + late_s, 5 + late_s]
    pings = [due_s for due_s, event in lively if event["type"] == "ping"]
    assert pings == pytest.approx([3 + late_s * i / 7 for i in range(1, 7)])
    assert [moment for moment in lively if moment[1]["type"] != "ping"] == silent


def test_pings_fill_every_silence() -> None:
    """So many that it is never longer than asked for, and of the rest nothing has changed."""
    pinged = moments_with([Fault("stall:<s>", 30), Fault("pings:<s>", 4)], moments())

    due = [due_s for due_s, event in pinged if event["type"] == "ping"]
    assert due == [2 + 4 * i for i in range(1, 8)]
    silent = [moment for moment in pinged if moment[1]["type"] != "ping"]
    assert silent == moments_with([Fault("stall:<s>", 30)], moments())


@pytest.mark.parametrize(
    ("fault", "patience", "why"),
    [
        ("stall:90000", Patience(bytes_idle_s=0.1), "nothing came"),
        ("stall:90000:pings", Patience(progress_idle_s=0.3), "nothing but pings"),
    ],
)
async def test_a_client_loses_its_patience_with_a_stall(
    fault: str, patience: Patience, why: str
) -> None:
    """What came before the stall is kept, and the run ends as stalled."""
    async with serving(WALKING) as url:
        run = await run_of(url, {**ASK, "model": f"{ASK['model']}+{fault}"}, patience)

    assert (run.end_state, run.deltas) == ("stalled", 3)
    assert run.problem is not None
    assert why in run.problem.problem


@pytest.mark.usefixtures("_no_waiting")
async def test_a_client_does_not_wait_for_headers_for_ever() -> None:
    """No answer in time is a failed run, after the tries that there are."""
    async with serving(replace(WALKING, faults=("slow_headers:90000",))) as url:
        run = await run_of(url, ASK, Patience(bytes_idle_s=0.05))

    assert (run.end_state, run.attempts) == ("failed", 3)


async def test_a_broken_stream_leaves_the_server_quiet_and_serving(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Connections that we break ourselves are nothing to write about, and the next one is sound."""
    async with serving(AT_ONCE) as url:
        for fault in ("cut_mid:1", "reset", "reset:1"):
            await asked_raw(url, ASK, {"x-sim-fault": fault})
        after = await asked_raw(url, ASK)

    assert sound(after)
    assert capfd.readouterr().err == ""
