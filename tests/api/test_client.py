"""The client: what it sends, what it makes of whatever comes back."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.answers import Pieces, frames, start, stop, streamed, text, whole
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.api.headroom import Bucket
from workbench.catalog.profile import Profile
from workbench.errors import (
    ApiError,
    AuthenticationFailed,
    BrokenStream,
    Overloaded,
    Unreachable,
)
from workbench.wire.events import MessageStop, StreamEvent, TextDelta, Unknown
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

pytestmark = pytest.mark.anyio

REQUEST = MessagesRequest.of({"model": "claude-haiku-4-5", "max_tokens": 9, "stream": True})
Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer, *, key: str | None = "sk-secret") -> Client:
    """A client whose network is `answer`."""
    endpoint = Endpoint(Profile("anthropic"), "https://api.example", key)
    return Client(endpoint, transport=httpx.MockTransport(answer))


async def events_of(answer: Answer) -> list[Head | StreamEvent]:
    """All that one request gets."""
    async with client(answer) as api, api.stream(REQUEST) as stream:
        return [what async for what in stream]


async def test_the_request_goes_out_exactly_as_it_is_saved() -> None:
    """Body bytes are the request's text; key, version and identity encoding stand in headers."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return streamed(whole("hello"))

    await events_of(answer)

    (sent,) = seen
    assert sent.content.decode() == REQUEST.to_json()
    assert str(sent.url) == "https://api.example/v1/messages"
    assert sent.headers["x-api-key"] == "sk-secret"
    assert sent.headers["anthropic-version"] == "2023-06-01"
    assert sent.headers["accept-encoding"] == "identity"
    assert "authorization" not in sent.headers


async def test_head_first_then_every_event_in_order() -> None:
    """The head is read before the body; the last event is message_stop."""
    head, *events = await events_of(lambda _: streamed(whole("a", "b"), **{"X-Quota-Left": "3"}))

    assert isinstance(head, Head)
    assert head.request_id == "req_1"
    assert head.headers["x-quota-left"] == "3"
    assert [e.text for e in events if isinstance(e, TextDelta)] == ["a", "b"]
    assert isinstance(events[-1], MessageStop)


async def test_a_refusal_is_a_typed_error_with_status_type_and_request_id() -> None:
    """401 and 529 differ in kind, and both carry what support asks for."""
    body = {
        "type": "error",
        "error": {"type": "authentication_error", "message": "invalid x-api-key"},
    }
    with pytest.raises(AuthenticationFailed, match="invalid x-api-key") as refused:
        await events_of(lambda _: httpx.Response(401, json=body, headers={"request-id": "req_7"}))

    assert (refused.value.status, refused.value.type) == (401, "authentication_error")
    assert refused.value.request_id == "req_7"
    assert refused.value.hint
    with pytest.raises(Overloaded):
        await events_of(lambda _: httpx.Response(529))


async def test_the_key_is_not_sent_on_by_a_redirect() -> None:
    """A redirect is refused with a hint; nobody else ever sees the key."""
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(307, headers={"location": "https://evil.example/"})

    with pytest.raises(ApiError) as refused:
        await events_of(answer)

    assert hosts == ["api.example"]
    assert "redirects" in refused.value.hint


async def test_a_connection_cut_in_mid_answer_keeps_what_had_come() -> None:
    """The events before the cut are handed out, then BrokenStream says so."""
    broken = Pieces([frames(start(), *text("half")[:2])], httpx.RemoteProtocolError("cut"))
    seen: list[Head | StreamEvent] = []

    async def read() -> None:
        async with client(lambda _: streamed(broken)) as api, api.stream(REQUEST) as stream:
            async for what in stream:
                seen.append(what)

    with pytest.raises(BrokenStream, match="cut"):
        await read()
    assert TextDelta(0, "half") in seen


async def test_no_network_says_where_it_did_not_get() -> None:
    """The error names provider and host, and what to look at."""

    def nowhere(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Name or service not known", request=request)

    with pytest.raises(Unreachable, match=r"anthropic at https://api\.example") as failed:
        await events_of(nowhere)
    assert "network" in failed.value.hint


async def test_an_address_that_is_none_is_not_tried_again() -> None:
    """It is said at once, with what to do."""

    def odd(request: httpx.Request) -> httpx.Response:
        raise httpx.UnsupportedProtocol("no such protocol", request=request)

    with pytest.raises(ApiError, match="no such protocol") as failed:
        await events_of(odd)
    assert not isinstance(failed.value, Unreachable)
    assert "base URL" in failed.value.hint


async def test_a_refusal_whose_words_are_lost_is_that_refusal() -> None:
    """The status says enough where the body breaks off."""
    cut = Pieces([b'{"error": {"mess'], httpx.RemoteProtocolError("cut"))

    with pytest.raises(AuthenticationFailed):
        await events_of(lambda _: httpx.Response(401, stream=cut))


async def test_the_timers_of_who_reads_are_their_own() -> None:
    """A TimeoutError from inside the block comes out as it is."""

    async def impatient() -> None:
        async with client(lambda _: streamed(whole("x"))) as api, api.stream(REQUEST):
            raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await impatient()


async def test_each_request_may_name_its_version() -> None:
    """It goes out as the header, for streams and for counting."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["anthropic-version"])
        return (
            httpx.Response(200, json={"input_tokens": 3})
            if "count" in str(request.url)
            else (streamed(whole("x")))
        )

    newer = MessagesRequest.of(REQUEST.body, "2026-10-21")
    async with client(answer) as api:
        for request in (REQUEST, newer):
            async with api.stream(request) as stream:
                assert [what async for what in stream]
            await api.count_tokens(request)

    assert seen == ["2023-06-01", "2023-06-01", "2026-10-21", "2026-10-21"]


async def test_headroom_is_kept_from_answers_and_refusals() -> None:
    """Whatever came last."""
    left = {"anthropic-ratelimit-requests-remaining": "0"}
    async with client(lambda _: httpx.Response(429, headers=left)) as api:
        assert not api.headroom.known
        with pytest.raises(ApiError):
            async with api.stream(REQUEST):
                pass

        assert api.headroom.requests == Bucket(0)


async def test_frames_that_are_no_event_are_kept_and_nothing_breaks() -> None:
    """`[DONE]` and words of a gateway are Unknown events; the stream goes on."""
    deep = "[" * 100_000
    odd = f'data: [DONE]\n\ndata: 3\n\ndata: {{"a": NaN}}\n\ndata: {deep}\n\n'.encode() + whole("x")

    events = await events_of(lambda _: streamed(odd))

    kept = [e.data["data"] for e in events if isinstance(e, Unknown)]
    assert kept == ["[DONE]", "3", '{"a": NaN}', deep]
    assert isinstance(events[-1], MessageStop)


async def test_reading_ends_at_message_stop_even_if_the_server_holds_on() -> None:
    """A server that keeps its connection open after message_stop does not hold the run."""
    closing = Pieces([frames(start(), *text("x"), *stop()), b": still here\n"])

    events = await events_of(lambda _: streamed(closing))

    assert isinstance(events[-1], MessageStop)
    assert closing.closed


@pytest.mark.parametrize("kind", ["application/json", "text/html; charset=utf-8"])
async def test_an_answer_that_is_no_stream_is_said_to_be_none(kind: str) -> None:
    """JSON or HTML answered to a streaming request is an error, never an empty success."""
    with pytest.raises(ApiError, match="instead of a stream") as refused:
        await events_of(
            lambda _: httpx.Response(200, headers={"content-type": kind}, content=b"<p>hi</p>")
        )
    assert refused.value.type == "not_a_stream"


async def test_counting_leaves_out_what_the_endpoint_refuses() -> None:
    """max_tokens, stream and sampling are not sent; the number comes back."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/messages/count_tokens"
        assert request.content == b'{"model":"claude-haiku-4-5"}'
        return httpx.Response(200, json={"input_tokens": 2095})

    async with client(answer) as api:
        assert await api.count_tokens(REQUEST) == 2095


async def test_the_key_stands_in_no_repr() -> None:
    """What shows an endpoint does not show its key."""
    async with client(lambda _: httpx.Response(200)) as api:
        assert "sk-secret" not in repr(api.endpoint)
