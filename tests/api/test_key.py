"""The key: sent to its own host, and nowhere to be read."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable

import httpx
import pytest

from tests.answers import frames, start, stop, streamed, text
from tests.traps.stub import REQUEST, stub
from workbench.api.client import Client
from workbench.api.endpoint import FREE_KEY, HIDDEN_KEY, Endpoint, endpoint
from workbench.catalog.catalog import catalog
from workbench.catalog.profile import SIMULATOR_PROFILE, Profile
from workbench.errors import ApiError, AuthenticationFailed, SettingsError
from workbench.wire.events import StreamEvent, TextDelta
from workbench.wire.head import Head

pytestmark = pytest.mark.anyio

KEY = "sk-ant-api03-never-to-be-read"
Answer = Callable[[httpx.Request], httpx.Response]


ANTHROPIC = Profile("anthropic")


def client(answer: Answer, profile: Profile = ANTHROPIC, key: str = KEY) -> Client:
    """A client with a key, its network this function."""
    where = Endpoint(profile, "https://api.example", key)
    return Client(where, transport=httpx.MockTransport(answer))


async def events_of(api: Client) -> list[Head | StreamEvent]:
    """All that one request gets."""
    async with api, api.stream(REQUEST) as stream:
        return [what async for what in stream]


def echo(request: httpx.Request) -> str:
    """What a careless server says of a request."""
    return f"got x-api-key {request.headers['x-api-key']!r}, which is wrong"


ERRORS: dict[str, Answer] = {
    "json": lambda r: httpx.Response(401, json={"error": {"message": echo(r), "code": echo(r)}}),
    "html": lambda r: httpx.Response(502, html=f"<p>{echo(r)}</p>"),
    "whole": lambda r: httpx.Response(200, json={"type": "error", "error": {"message": echo(r)}}),
    "no stream": lambda r: httpx.Response(200, html=echo(r)),
    "no answer": lambda r: streamed(f"data: {echo(r)}\n\n".encode()),
    "id": lambda r: httpx.Response(500, headers={"request-id": echo(r)}),
}


@pytest.mark.parametrize("answer", ERRORS.values(), ids=ERRORS.keys())
async def test_an_error_never_shows_it(answer: Answer) -> None:
    """Not its words, its traceback, nor anything that it carries."""
    with pytest.raises(ApiError) as refused:
        await events_of(client(answer))

    told = [*traceback.format_exception(refused.value), repr(vars(refused.value))]
    assert KEY not in "".join(told)
    assert HIDDEN_KEY in "".join(told)


async def test_a_connection_error_never_shows_it() -> None:
    """Whatever the HTTP library says of the headers that it would not send."""

    def quoting(request: httpx.Request) -> httpx.Response:
        raise httpx.LocalProtocolError(f"Illegal header value {request.headers['x-api-key']!r}")

    with pytest.raises(ApiError) as refused:
        await events_of(client(quoting))

    assert KEY not in str(refused.value)


async def test_a_stream_never_shows_it() -> None:
    """Neither in its head nor in a delta; a word as short as `any` is no secret."""

    def repeating(request: httpx.Request) -> httpx.Response:
        key = request.headers["x-api-key"]
        said = frames(start(), *text(f"your key is {key}!"), *stop())
        return streamed(said, **{"x-quota-owner": key})

    head, *events = await events_of(client(repeating))
    short = await events_of(client(repeating, key="any"))
    simulated = await events_of(client(repeating, SIMULATOR_PROFILE, "simulated-words"))

    assert isinstance(head, Head)
    assert head.headers["x-quota-owner"] == HIDDEN_KEY
    assert TextDelta(0, f"your key is {HIDDEN_KEY}!") in events
    assert KEY not in json.dumps([e.to_json() for e in events if not isinstance(e, Head)])
    assert TextDelta(0, "your key is any!") in short
    assert TextDelta(0, "your key is simulated-words!") in simulated


async def test_no_log_shows_it(caplog: pytest.LogCaptureFixture) -> None:
    """Neither ours nor any library's, at its most talkative."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "aiohttp", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    answers = (b"HTTP/1.1 401 No\r\ncontent-length: 2\r\n\r\n{}", b"nonsense", b"")
    for answer in answers:
        async with stub(answer) as server:
            api = Client(Endpoint(Profile("anthropic"), server.url, KEY))
            with pytest.raises(ApiError):
                await events_of(api)
            (request,) = server.requests
            assert f"x-api-key: {KEY}".encode() in request

    assert caplog.records
    assert KEY not in caplog.text
    assert not any(KEY in repr(vars(record)) for record in caplog.records)


async def test_nothing_that_can_be_printed_shows_it() -> None:
    """Client, endpoint, and the headers that the connection pool keeps."""
    api = client(lambda _: streamed(b""))
    shown = [repr(api), repr(api.endpoint), str(api.endpoint), repr(api._http.headers)]
    await api.__aexit__(None, None, None)

    assert KEY not in "".join(shown)


def test_a_key_is_cleaned_of_what_pasting_leaves_around_it() -> None:
    """Blanks and newlines at its ends; what cannot be a key is refused without being quoted."""
    profile_of = catalog().profile
    pasted = endpoint(profile_of, "anthropic", env={"ANTHROPIC_API_KEY": f" {KEY}\r\n"})
    assert pasted.key == KEY

    for odd in (f"{KEY}\nx", f"{KEY}\u200b", f"{KEY}\x00"):
        for provider, base_url in (("anthropic", None), (None, "http://127.0.0.1:1")):
            with pytest.raises(AuthenticationFailed) as refused:
                endpoint(
                    profile_of, provider, base_url, env={"ANTHROPIC_API_KEY": odd, FREE_KEY: odd}
                )
            assert KEY not in f"{refused.value} {refused.value.hint}"


def test_a_blank_key_is_none() -> None:
    """An empty variable is a variable that is not set."""
    with pytest.raises(AuthenticationFailed, match="is not set"):
        endpoint(catalog().profile, "anthropic", env={"ANTHROPIC_API_KEY": " "})


@pytest.mark.parametrize("url", ["http://me:hunter2@host", "https://hunter2@host/x"])
def test_a_password_in_a_base_url_is_refused_unsaid(url: str) -> None:
    """Base URLs are saved with every round, and stand in every error."""
    with pytest.raises(SettingsError) as refused:
        endpoint(catalog().profile, base_url=url, env={})

    assert "hunter2" not in f"{refused.value} {refused.value.hint}"
