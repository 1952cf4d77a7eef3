"""The simulator over real HTTP: shapes, headers, refusals, clients that leave."""

from __future__ import annotations

import asyncio
import socket
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulator.talk import (
    GET_ORDER,
    HEADERS,
    body,
    events,
    said,
    streamed,
    talking,
    text_of,
)
from workbench import tokens
from workbench.errors import SimulatorError
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.http import MOST_BYTES
from workbench.simulator.server import serving
from workbench.wire.blocks import Block
from workbench.wire.events import (
    BlockDelta,
    BlockStart,
    InputJsonDelta,
    TextDelta,
    ThinkingDelta,
    read_event,
)
from workbench.wire.usage import Usage

pytestmark = pytest.mark.anyio

SLOW = body(stream=True, max_tokens=8000)


async def test_a_message_in_one_piece_has_the_apis_shape() -> None:
    """Without `stream` the answer is one JSON message with the fields of section 10."""
    async with talking() as client:
        response = await client.post("/v1/messages", json=body())

    message = response.json()
    assert response.headers["content-type"] == "application/json"
    assert list(message) == [
        "id", "type", "role", "model", "content", "stop_reason", "stop_sequence",
        "stop_details", "usage",
    ]  # fmt: skip
    assert message["id"].startswith("msg_01")
    assert (message["type"], message["role"]) == ("message", "assistant")
    assert message["model"] == "claude-haiku-4-5-20251001"
    assert [block["type"] for block in message["content"]] == ["text"]
    assert (message["stop_reason"], message["stop_sequence"]) == ("end_turn", None)
    assert message["usage"]["output_tokens"] == tokens.count(
        message["content"][0]["text"], "classic"
    )


async def test_a_stream_has_the_events_of_the_api_in_their_order() -> None:
    """Text and a tool call stream as section 13.1 draws it; only the first block has a ping."""
    fields: dict[str, Any] = {"tools": [GET_ORDER], "temperature": 0}
    async with talking() as client:
        seen = await streamed(client, **fields)

    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert [kind for kind, _ in groupby(event["type"] for event in seen)] == [
        "message_start", block[0], "ping", *block[1:], *block, "message_delta", "message_stop",
    ]  # fmt: skip
    assert seen[1]["content_block"] == {"type": "text", "text": ""}
    start = seen[0]["message"]
    assert (start["content"], start["stop_reason"]) == ([], None)
    assert start["usage"]["output_tokens"] == 1
    assert list(start["usage"]) == [
        "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
        "cache_creation", "output_tokens", "service_tier", "inference_geo",
    ]  # fmt: skip
    first_argument = next(e for e in seen if e.get("delta", {}).get("type") == "input_json_delta")
    assert first_argument["delta"]["partial_json"] == ""
    assert seen[-2]["delta"] == {
        "stop_reason": "tool_use", "stop_sequence": None, "stop_details": None,
    }  # fmt: skip
    assert list(seen[-2]["usage"]) == ["output_tokens"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"tools": [GET_ORDER]},
        {"tools": [{**GET_ORDER, "eager_input_streaming": True}]},
        {"tools": [{"name": "order", "input_schema": {"type": "object"}}]},
        {"max_tokens": 2000, "thinking": {"type": "enabled", "budget_tokens": 1024}},
        {"model": "claude-haiku-5-5"},
        {"max_tokens": 12},
        {"max_tokens": 25, "tools": [GET_ORDER]},
    ],
    ids=["text", "tool", "eager", "no arguments", "thinking", "omitted", "cut", "cut in a tool"],
)
async def test_a_stream_adds_up_to_the_message_in_one_piece(fields: dict[str, Any]) -> None:
    """Folding the deltas gives the very content, stop reason and usage that JSON gives."""
    async with talking() as client:
        whole = await said(client, **fields)
        seen = [read_event(event) for event in await streamed(client, **fields)]

    blocks: dict[int, Block] = {}
    for event in seen:
        match event:
            case BlockStart():
                blocks[event.index] = Block(event.content_block)
            case TextDelta() | ThinkingDelta() | InputJsonDelta() | BlockDelta():
                blocks[event.index] = blocks[event.index].after(event)
    folded = [block.to_json() for block in blocks.values()]
    if whole["stop_reason"] == "max_tokens" and "partial_json" in folded[-1]:
        folded[-1].pop("partial_json")
        whole["content"][-1]["input"] = {}
    assert folded == whole["content"]
    start, ending = seen[0].to_json()["message"], seen[-2].to_json()
    assert ending["delta"]["stop_reason"] == whole["stop_reason"]
    usage = Usage().updated(start["usage"]).updated(ending["usage"])
    assert usage.counts == whole["usage"]


async def test_stream_is_decided_by_the_body_never_by_accept() -> None:
    """`Accept: text/event-stream` without `stream` gets JSON, the other way round a stream."""
    async with talking() as client:
        asked = {"accept": "text/event-stream"}
        plain = await client.post("/v1/messages", json=body(), headers=asked)
        asked = {"accept": "application/json"}
        stream = await client.post("/v1/messages", json=body(stream=True), headers=asked)

    assert plain.json()["type"] == "message"
    assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert events(stream.text)[-1] == {"type": "message_stop"}


async def test_every_answer_is_labelled_and_carries_its_request_id() -> None:
    """Answers of any status say `x-simulated`; an error's body repeats the header's request id."""
    async with talking() as client:
        good = await client.post("/v1/messages", json=body())
        bad = [
            await client.post("/v1/messages", json={}),
            await client.post("/v1/messages", json=body(model="claude-nobody")),
            await client.get("/v1/nothing"),
            await client.get("/v1/messages"),
            await client.post("/v1/messages", json=body(), headers={"host": "evil.example"}),
        ]

    assert good.headers["x-simulated"] == "workbench"
    assert good.headers["request-id"].startswith("req_01")
    assert good.headers["anthropic-workspace-id"].startswith("wrkspc_")
    assert good.headers["anthropic-ratelimit-requests-limit"] == "1000"
    assert good.headers["anthropic-ratelimit-requests-remaining"] == "999"
    assert [response.status_code for response in bad] == [400, 404, 404, 405, 403]
    for response in bad:
        assert response.headers["x-simulated"] == "workbench"
        assert response.json()["type"] == "error"
        assert response.json()["request_id"] == response.headers["request-id"]
    assert bad[1].json()["error"] == {"type": "not_found_error", "message": "model: claude-nobody"}


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "x-api-key header is required"),
        ({"x-api-key": "sk-invalid"}, "invalid x-api-key"),
        ({"authorization": "Bearer invalid"}, "invalid x-api-key"),
        ({"x-api-key": "sk-invalid", "authorization": "Bearer good"}, "invalid x-api-key"),
    ],
)
async def test_a_missing_or_wrong_key_is_a_401(headers: dict[str, str], message: str) -> None:
    """No key, and a key that says so itself, are refused; x-api-key wins over a bearer."""
    async with talking(headers={"anthropic-version": "2023-06-01", **headers}) as client:
        response = await client.post("/v1/messages", json=body())

    assert response.status_code == 401
    assert response.json()["error"] == {"type": "authentication_error", "message": message}


async def test_a_bearer_is_a_key() -> None:
    """The official SDK sends `Authorization: Bearer`, and that is enough."""
    headers = {"anthropic-version": "2023-06-01", "authorization": "Bearer sk-ant-x"}
    async with talking(headers=headers) as client:
        assert (await said(client))["stop_reason"] == "end_turn"


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        (b"{", "The request body is not valid JSON"),
        (b'{"max_tokens": NaN}', "The request body is not valid JSON"),
        (b'{"model": "\\ud800"}', "The request body is not valid JSON"),
        (b"\xff", "The request body is not valid JSON"),
        (b"[" * 200_000, "The request body is not valid JSON"),
        (b"[]", "Input should be a valid dictionary"),
    ],
    ids=["cut", "NaN", "half a character", "no UTF-8", "too deep", "no object"],
)
async def test_what_is_no_json_object_is_a_400(raw: bytes, start: str) -> None:
    """A body that cannot be read is refused in the API's shape, whatever is wrong with it."""
    async with talking() as client:
        response = await client.post("/v1/messages", content=raw)

    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(start)


async def test_broken_http_is_refused_without_a_word_on_the_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A body that is not gzip though it says so, and a client that speaks no HTTP, are 400s."""
    async with talking() as client:
        response = await client.post(
            "/v1/messages", content=b"abc", headers={"content-encoding": "gzip"}
        )
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n")
        status = await reader.readline()
        writer.close()
        await writer.wait_closed()

    assert response.json()["error"]["message"] == "The request body could not be decoded"
    assert status.split()[1] == b"400"
    assert capfd.readouterr().err == ""


async def test_more_than_32_mb_is_a_413() -> None:
    """A body over the limit is refused, announced or not."""

    async def unannounced() -> Any:
        yield b" " * MOST_BYTES
        yield b" "

    async with talking() as client:
        announced = await client.post("/v1/messages", content=b" " * (MOST_BYTES + 1))
        chunked = await client.post("/v1/messages", content=unannounced())

    for response in (announced, chunked):
        assert response.status_code == 413
        assert response.json()["error"]["type"] == "request_too_large"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", "["])
async def test_a_foreign_host_is_refused(host: str) -> None:
    """A page that resolves its own name to loopback gets nothing."""
    async with talking() as client:
        response = await client.post("/v1/messages", json=body(), headers={"host": host})

    assert response.status_code == 403
    assert response.json()["error"]["type"] == "permission_error"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8080", "LOCALHOST:80"])
async def test_loopbacks_own_names_are_served(host: str) -> None:
    """Any name of this machine will do, at any port."""
    async with talking() as client:
        response = await client.get("/v1/models", headers={"host": host})

    assert response.status_code == 200


async def test_nothing_listens_beyond_loopback() -> None:
    """Another address than loopback's is refused before anything is bound."""
    with pytest.raises(SimulatorError, match=r"does not listen on 0\.0\.0\.0"):
        SimulatorConfig(host="0.0.0.0")


async def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    """Two servers cannot share a port; the second says so with a hint."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SimulatorError, match=f"cannot listen on 127.0.0.1:{port}") as error:
            async with serving(SimulatorConfig(port=port)):
                pass
    assert error.value.hint


async def test_counting_agrees_with_billing() -> None:
    """`count_tokens`, `usage.input_tokens` and our own estimate are one number."""
    fields: dict[str, Any] = {"tools": [GET_ORDER], "system": "Be kind to the customer."}
    asked = body(**fields)
    async with talking() as client:
        message = await said(client, **fields)
        del asked["max_tokens"]
        response = await client.post("/v1/messages/count_tokens", json=asked)
        refused = await client.post("/v1/messages/count_tokens", json=body(**fields))

    parts = tokens.parts(asked, None)
    assert response.json() == {"input_tokens": message["usage"]["input_tokens"]}
    assert len(parts) == 4
    assert refused.json()["error"]["message"] == "max_tokens: Extra inputs are not permitted"


async def test_models_are_listed_in_pages_and_one_by_one() -> None:
    """The list has the API's shape and pages; a model is found by its alias too."""
    async with talking() as client:
        first = (await client.get("/v1/models", params={"limit": "2"})).json()
        after = {"limit": "1000", "after_id": first["last_id"]}
        rest = (await client.get("/v1/models", params=after)).json()
        one = await client.get("/v1/models/claude-haiku-4-5")
        none = await client.get("/v1/models/claude-nobody")

    assert (len(first["data"]), first["has_more"], rest["has_more"]) == (2, True, False)
    assert not {m["id"] for m in first["data"]} & {m["id"] for m in rest["data"]}
    assert one.json()["id"] == "claude-haiku-4-5-20251001"
    assert one.json()["max_tokens"] == 64_000
    assert none.status_code == 404


async def test_bytespike_differs_where_its_pages_say_so() -> None:
    """Its own limit, echo, headers and usage fields; what it does not document is a 422 or 404."""
    config = SimulatorConfig(profile="bytespike", speed=float("inf"))
    async with talking(config) as client:
        good = await client.post("/v1/messages", json=body())
        long = await client.post("/v1/messages", json=body(max_tokens=8193))
        unsupported = await client.post("/v1/messages", json=body(top_k=3))
        count = await client.post("/v1/messages/count_tokens", json=body())
        models = (await client.get("/v1/models")).json()

    assert good.json()["model"] == "claude-haiku-4-5"
    assert set(good.json()["usage"]) == {"input_tokens", "output_tokens"}
    assert good.headers["x-quota-remaining-credits"] == "200.00"
    assert "anthropic-organization-id" not in good.headers
    assert "8193 > 8192" in long.json()["error"]["message"]
    assert (long.status_code, unsupported.status_code, count.status_code) == (400, 422, 404)
    assert models["object"] == "list"


@pytest.fixture
def long_winded(tmp_path: Path) -> SimulatorConfig:
    """A simulator whose answers take half a minute."""
    script = tmp_path / "long.toml"
    script.write_text(f'[[reply]]\nsay = "{"Once more the same words. " * 800}"\n')
    return SimulatorConfig(speed=2, scripts=(script,))


async def test_a_client_that_leaves_ends_its_stream_at_once(long_winded: SimulatorConfig) -> None:
    """Closing the connection in mid-stream ends the handler long before its stream is due."""
    before = asyncio.all_tasks()
    async with serving(long_winded) as url:
        async with (
            httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=60) as client,
            client.stream("POST", "/v1/messages", json=SLOW) as response,
        ):
            await anext(response.aiter_bytes())
            handlers = asyncio.all_tasks() - before
        _, still_there = await asyncio.wait(handlers, timeout=8)

    assert handlers
    assert not still_there


async def test_leaving_the_block_cuts_what_is_streaming(long_winded: SimulatorConfig) -> None:
    """A server that is told to stop does not wait for its streams."""
    async with asyncio.timeout(8), httpx.AsyncClient(headers=HEADERS, timeout=60) as client:
        async with serving(long_winded) as url:
            request = client.build_request("POST", f"{url}/v1/messages", json=SLOW)
            response = await client.send(request, stream=True)
        with pytest.raises(httpx.TransportError):
            await response.aread()


async def test_at_temperature_0_it_does_not_matter_how_often_one_asks() -> None:
    """The same request gives the same words in the same chunks, under another id."""
    async with talking() as client:
        one, other = [await streamed(client, temperature=0) for _ in range(2)]

    assert one[0]["message"].pop("id") != other[0]["message"].pop("id")
    assert one == other


async def test_above_temperature_0_a_repeat_says_something_else() -> None:
    """Six repeats differ among themselves; another server with the same seed says the same six."""
    told: list[list[str]] = []
    for _ in range(2):
        async with talking() as client:
            told.append([text_of(await said(client, temperature=1)) for _ in range(6)])

    assert len(set(told[0])) > 1
    assert told[0] == told[1]


async def test_many_streams_at_once_all_end() -> None:
    """Sixty-four streams side by side are all whole."""
    async with talking() as client:
        every = await asyncio.gather(*(streamed(client, text=f"Order {i}") for i in range(64)))

    assert all(seen[-1] == {"type": "message_stop"} for seen in every)
    assert len({seen[0]["message"]["id"] for seen in every}) == 64
