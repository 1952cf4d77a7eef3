"""Traps 26 to 32, 35, 36 and 39: what is sent, and what is known before. Section 26."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

import workbench
from tests.answers import frames, start, stop, streamed, text, whole
from tests.simulator.talk import AT_ONCE, HEADERS, talking
from tests.traps.stub import BODY, KEY, Stub, client_of, run_of, run_of_bytes, stub
from workbench.api.client import Client
from workbench.api.endpoint import endpoint
from workbench.catalog.catalog import catalog
from workbench.cli import show
from workbench.documents.check import check_prompt
from workbench.documents.prompt import load_prompt
from workbench.errors import DocumentError
from workbench.simulator.server import serving
from workbench.telling import figures as figured
from workbench.variants import build
from workbench.wire.request import MessagesRequest

HAIKU, HAIKU_5_5 = "claude-haiku-4-5", "claude-haiku-5-5"
ROOT = Path(workbench.__file__).parents[1]


def checked(folder: Path, body: dict[str, Any], provider: str = "anthropic") -> str:
    """All that `workbench check` says of a prompt with this body."""
    path = folder / "trap.prompt.yaml"
    path.write_text(yaml.safe_dump(body, sort_keys=False), "utf-8")
    try:
        prompt = load_prompt(path)
    except DocumentError as error:
        return str(error)
    return "\n".join(map(str, (*prompt.problems, *check_prompt(prompt, provider))))


async def refused(body: dict[str, Any]) -> str:
    """Why the simulator, as the API would, refuses a body; empty where it does not."""
    async with talking(AT_ONCE, HEADERS) as client:
        response = await client.post("/v1/messages", json=body)
    return "" if response.status_code == 200 else str(response.json()["error"]["message"])


def thinking_answer(*deltas: dict[str, Any], ended: bool = True) -> bytes:
    """A stream whose first block is thinking with these deltas."""
    block = {"type": "thinking", "thinking": "", "signature": ""}
    events = [
        start(),
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
    ]
    if ended:
        events += [
            {"type": "content_block_stop", "index": 0},
            *text("then words", index=1),
            *stop(),
        ]
    return frames(*events)


@pytest.mark.anyio
async def test_trap_26_empty_thinking_dropped_when_sent_again() -> None:
    """An empty thinking field and its signature stay, in the answer and in a request made of it."""
    run = await run_of_bytes(thinking_answer({"type": "signature_delta", "signature": "c2ln"}))
    first = run.content[0]
    turns = [*BODY["messages"], {"role": "assistant", "content": run.content}]  # type: ignore[misc]

    assert list(first.items()) == [("type", "thinking"), ("thinking", ""), ("signature", "c2ln")]
    again = MessagesRequest.of({**BODY, "messages": turns}).body["messages"][1]["content"][0]
    assert list(again.items()) == list(first.items())


@pytest.mark.anyio
async def test_trap_27_half_a_thinking_block_sent_again(tmp_path: Path) -> None:
    """Cut off before its signature, it has none: checking says so, and the API refuses it."""
    run = await run_of_bytes(
        thinking_answer({"type": "thinking_delta", "thinking": "half a tho"}, ended=False)
    )
    (half,) = run.content
    turns = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": [half, {"type": "text", "text": "so"}]},
        {"role": "user", "content": "And?"},
    ]
    body = {"model": HAIKU, "max_tokens": 100, "messages": turns}

    assert half == {"type": "thinking", "thinking": "half a tho"}
    assert "lacks `signature`" in checked(tmp_path, body)
    assert "signature" in await refused(body)


def prompt(**fields: Any) -> dict[str, Any]:
    """A prompt document."""
    turns = [{"role": "user", "content": "Hello"}]
    return {"model": HAIKU, "max_tokens": 4000, **fields, "messages": turns}


THINKS = {"thinking": {"type": "enabled", "budget_tokens": 1024}}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"temperature": 0.2, **THINKS}, "`temperature` may only be set to 1"),
        ({"top_k": 5, **THINKS}, "`top_k` may not be set"),
        ({"top_p": 0.5, **THINKS}, "`top_p` has to be 0.95 to 1"),
        ({"temperature": 0.2, "model": HAIKU_5_5}, "takes no `temperature`"),
        ({"temperature": 1, **THINKS}, ""),
        ({"temperature": 0.2}, ""),
    ],
)
@pytest.mark.anyio
async def test_trap_28_temperature_together_with_thinking(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    """By what the model can, it is foreseen before sending, exactly where the API refuses it."""
    found = checked(tmp_path, prompt(**fields))

    assert said in found
    assert bool(said) == bool(found)
    assert bool(said) == bool(await refused(prompt(**fields)))


@pytest.mark.anyio
async def test_trap_29_temperature_and_top_p_both_sent(tmp_path: Path) -> None:
    """Nothing that the file leaves out is sent; both at once are foreseen."""
    both = prompt(temperature=0.5, top_p=0.9)
    path = tmp_path / "plain.prompt.yaml"
    path.write_text(yaml.safe_dump(prompt(), sort_keys=False), "utf-8")
    (variant,) = build(load_prompt(path))

    assert set(variant.request.body) <= {"model", "max_tokens", "messages", "stream"}
    assert "cannot both be specified" in checked(tmp_path, both)
    assert "cannot both be specified" in await refused(both)


@pytest.mark.anyio
async def test_trap_30_effort_kept_when_switching_to_haiku_4_5(tmp_path: Path) -> None:
    """On another model the same file is checked by that model: effort is foreseen as refused."""
    effort = {"output_config": {"effort": "low"}}

    assert checked(tmp_path, prompt(model=HAIKU_5_5, **effort)) == ""
    assert "does not support the effort parameter" in checked(tmp_path, prompt(**effort))
    matrix = {**prompt(model=HAIKU_5_5, **effort), "matrix": {"model": [HAIKU_5_5, HAIKU]}}
    assert "does not support the effort parameter" in checked(tmp_path, matrix)
    assert "does not support the effort parameter" in await refused(prompt(**effort))


def test_trap_31_the_sdk_is_not_underneath() -> None:
    """Our client is ours: nothing imports the SDK, and the HTTP library is pinned to its series."""
    imported = {
        name.partition(".")[0]
        for path in (ROOT / "workbench").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert "httpx" in imported
    assert "anthropic" not in imported
    assert '"httpx>=0.28,<0.29"' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.anyio
async def test_trap_31_the_api_version_is_the_profiles_own() -> None:
    """The version is sent as the profile has it, the key as x-api-key and never as Bearer."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return streamed(whole("x"))

    await run_of(answer)

    (sent,) = seen
    assert sent.headers["anthropic-version"] == "2023-06-01"
    assert sent.headers["x-api-key"] == KEY
    assert "authorization" not in sent.headers


LEAKY = {"ANTHROPIC_API_KEY": "sk-ant-theirs", "BYTESPIKE_API_KEY": "sk-byts-theirs"}


@pytest.mark.parametrize("provider", [None, "anthropic", "bytespike"])
@pytest.mark.anyio
async def test_trap_32_the_environments_key_leaks_to_a_third_party(provider: str | None) -> None:
    """A base URL given by hand gets WORKBENCH_API_KEY or nothing, whichever provider is named."""
    body = b"HTTP/1.1 401 no\r\ncontent-length: 0\r\n\r\n"

    async with stub(body) as server:
        await _send(server, provider, LEAKY)
        await _send(server, provider, {**LEAKY, "WORKBENCH_API_KEY": "for-this-one"})

    bare, with_own = server.requests
    for request in (bare, with_own):
        assert b"theirs" not in request
    assert b"x-api-key" not in bare.lower()
    assert b"for-this-one" in with_own


async def _send(server: Stub, provider: str | None, env: dict[str, str]) -> None:
    where = endpoint(catalog().profile, provider, server.url, env)
    async with Client(where) as client:
        with pytest.raises(Exception, match="401"):
            async with client.stream(MessagesRequest.of(BODY)):
                pass


@pytest.mark.anyio
async def test_trap_32_a_redirect_does_not_carry_the_key_on() -> None:
    """Nobody but the profile's own host ever gets the key, even if that host asks for it."""
    async with stub(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as thief:
        moved = f"HTTP/1.1 307 x\r\nlocation: {thief.url}/\r\ncontent-length: 0\r\n\r\n"
        async with stub(moved.encode()) as server:
            run = await run_of(server.url)

    assert run.end_state == "failed"
    assert thief.requests == []


@pytest.mark.anyio
async def test_trap_35_thinking_by_default_with_a_small_max_tokens(tmp_path: Path) -> None:
    """No text comes, and every face says why; switching thinking off is legal and brings some."""
    small = {**prompt(model=HAIKU_5_5), "max_tokens": 12}
    without = {**small, "thinking": {"type": "disabled"}}
    async with serving(AT_ONCE) as url:
        silent, said = [
            await run_of(url, MessagesRequest.of({**body, "stream": True}))
            for body in (small, without)
        ]

    assert silent.stop_reason == "max_tokens"
    assert silent.text == ""
    assert "max_tokens" in show.figures(silent)
    assert show.answer(silent).startswith("[max_tokens] Cut off")
    assert (figured.glyph(silent), figured.stands(silent)) == ("⋯", "cut")
    assert checked(tmp_path, without) == ""
    assert said.text


@pytest.mark.parametrize("content", ["", "  \n", [{"type": "text", "text": ""}]])
@pytest.mark.anyio
async def test_trap_36_empty_text_refused_on_input(tmp_path: Path, content: Any) -> None:
    """An empty answer sent back as it came is found before sending, where the API refuses it."""
    turns = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": content},
        {"role": "user", "content": "Go on"},
    ]
    body = {"model": HAIKU, "max_tokens": 100, "messages": turns}

    assert "is empty" in checked(tmp_path, body)
    assert "text" in await refused(body)


@pytest.mark.anyio
async def test_trap_39_tool_use_left_unanswered(tmp_path: Path) -> None:
    """A call without a result is found before sending; an `is_error` result sets it right."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {}}
    cancelled = {
        "type": "tool_result",
        "tool_use_id": "toolu_1",
        "is_error": True,
        "content": "cancelled by the user",
    }
    schema = {"name": "get_order", "input_schema": {"type": "object", "properties": {}}}

    def body(*answer: dict[str, Any]) -> dict[str, Any]:
        turns = [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": [call]},
            {"role": "user", "content": [*answer, {"type": "text", "text": "Never mind."}]},
        ]
        return {"model": HAIKU, "max_tokens": 100, "tools": [schema], "messages": turns}

    assert "`tool_use` toolu_1 has no `tool_result` after it" in checked(tmp_path, body())
    assert "without `tool_result` blocks immediately after: toolu_1" in await refused(body())
    assert checked(tmp_path, body(cancelled)) == ""
    assert await refused(body(cancelled)) == ""


@pytest.mark.anyio
async def test_counting_leaves_out_what_would_be_refused() -> None:
    """count_tokens gets no max_tokens and no sampling, whose mere presence is a 400 there."""
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        return httpx.Response(200, json={"input_tokens": 9})

    request = MessagesRequest.of({**BODY, "temperature": 0, "top_k": 5, "metadata": {}})
    async with client_of(answer) as client:
        assert await client.count_tokens(request) == 9

    assert set(seen[0]) == {"model", "messages"}
