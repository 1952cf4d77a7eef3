"""The streaming client: one request in, its answer's head and events out, as they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import aclosing, asynccontextmanager, suppress
from types import TracebackType
from typing import Self

from workbench.api.answer import Answer
from workbench.api.endpoint import Endpoint
from workbench.api.failure import NETWORK, failure
from workbench.api.gate import Gate
from workbench.api.headers import HEADERS, KEY_HEADER, VERSION_HEADER
from workbench.api.headroom import Headroom
from workbench.api.library import httpx
from workbench.api.patience import PATIENCE, Patience
from workbench.api.refusal import refusal
from workbench.api.transport import http_client
from workbench.api.veil import Veil
from workbench.api.watch import Watch
from workbench.errors import CONNECTION, ApiError, BrokenStream, Stalled, Unreachable
from workbench.wire.events import StreamEvent
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest, compact

_NOT_COUNTED = ("max_tokens", "stream", "metadata", "temperature", "top_p", "top_k")
_NOT_COUNTED_EITHER = ("stop_sequences", "service_tier", "container", "diagnostics")
_LONGEST = 200
_AGAIN = "What arrived is kept. Run it again when you like."


class Client:
    """Talks to one endpoint over one pool of connections. An async context manager.

    Args:
        endpoint: Where requests go and with which key.
        patience: How long it waits for answers.
        transport: Stands in for the network in tests.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        patience: Patience = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.gate = Gate()
        self._patience = patience
        # Reading has no timeout of httpx's: it knows neither pings nor how large a request is.
        timeout = httpx.Timeout(
            connect=patience.connect_s, read=None, write=patience.write_s, pool=None
        )
        self._http = http_client(endpoint, headers=HEADERS, timeout=timeout, transport=transport)
        self._key = _Key(endpoint.key) if endpoint.key else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    @property
    def headroom(self) -> Headroom:
        """What the endpoint still lets us do, by the headers of its last answer."""
        return self.gate.headroom

    @asynccontextmanager
    async def stream(
        self, request: MessagesRequest
    ) -> AsyncIterator[AsyncIterator[Head | StreamEvent]]:
        """Send `request`; inside the block, iterate over the answer's head and events.

        A whole message in place of a stream gives the events that it would have been streamed
        in. Leaving the block closes the connection to this answer at once. The timers run until
        then: nothing else may be waited for inside the block.

        Raises:
            Unreachable: No connection, or it broke off before the answer began.
            BrokenStream: The connection broke off in mid-answer.
            Stalled: The answer had begun, and took longer than our patience.
            NoAnswer: The answer ended, and nothing in it was an event that we know.
            ApiError: Any other refusal.
        """
        body, url = request.text.encode(), f"{self.endpoint.base_url}/v1/messages"
        head: Head | None = None
        watch = Watch(self._patience, len(body))
        try:
            with self.gate.passage() as passage:
                async with watch, self._sent(url, body, request.api_version) as response:
                    head = self._head(response)
                    passage.answered(head)
                    watch.begun()
                    if head.status != httpx.codes.OK:
                        raise await self._refusal(head, response)
                    answer = Answer(
                        head,
                        response,
                        self.endpoint.profile,
                        hidden=self.endpoint.hidden,
                        veil=Veil(self.endpoint.secret),
                        heard=watch.heard,
                    )
                    async with aclosing(answer.events()) as events:
                        yield events
        except TimeoutError as error:
            if not watch.why:
                raise  # whoever reads has timers too
            raise self._too_late(watch.why, head) from error
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise self._failure(error, head) from error

    async def count_tokens(self, request: MessagesRequest) -> int:
        """The provider's own count of the request's input tokens; free of charge.

        Its rate limit is a pool of its own: neither the gate nor the headroom know of it.

        Raises:
            ApiError: The provider refused, has no such endpoint, or could not be reached.
        """
        skipped = {*_NOT_COUNTED, *_NOT_COUNTED_EITHER}
        counted = {key: value for key, value in request.body.items() if key not in skipped}
        body, url = compact(counted).encode(), f"{self.endpoint.base_url}/v1/messages/count_tokens"
        watch = Watch(self._patience, len(body))
        try:
            async with watch, self._sent(url, body, request.api_version) as response:
                head = self._head(response)
                if head.status != httpx.codes.OK:
                    raise await self._refusal(head, response)
                await response.aread()
        except TimeoutError as error:
            raise self._too_late(watch.why, None) from error
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise self._failure(error, None) from error
        with suppress(ValueError, KeyError, TypeError):
            return int(response.json()["input_tokens"])
        raise ApiError(
            "the provider counted, but gave no number", status=head.status, type="api_error"
        )

    @asynccontextmanager
    async def _sent(self, url: str, body: bytes, api_version: str) -> AsyncIterator[httpx.Response]:
        version = api_version or self.endpoint.profile.api_version
        async with self._http.stream(
            "POST", url, content=body, headers={VERSION_HEADER: version}, auth=self._key
        ) as response:
            yield response

    def _head(self, response: httpx.Response) -> Head:
        also = self.endpoint.profile.estimated_credits_header
        head = Head.of(response.status_code, response.headers, also=also)
        return Head(head.status, {n: self.endpoint.hidden(v) for n, v in head.headers.items()})

    async def _refusal(self, head: Head, response: httpx.Response) -> ApiError:
        body = b""
        with suppress(httpx.RequestError):  # the status says enough
            body = await response.aread()
        said = self.endpoint.hidden(body.decode("utf-8", "replace"))
        return refusal(head, said.encode(), self.endpoint.profile)

    def _too_late(self, why: str, head: Head | None) -> ApiError:
        if head is None:
            return self._unreachable(why, NETWORK)
        return Stalled(
            why, hint=_AGAIN, type="stalled", status=head.status, request_id=head.request_id
        )

    def _failure(self, error: Exception, head: Head | None) -> ApiError:
        """Our error for one of httpx's."""
        said = " ".join(self.endpoint.hidden(str(error)).split())[:_LONGEST] or type(error).__name__
        if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
            return ApiError(said, hint="Correct the base URL.", type=CONNECTION)
        what, hint = failure(error, self._patience.connect_s) or (said, NETWORK)
        if head is None:
            return self._unreachable(what, hint)
        return BrokenStream(
            f"the connection broke off in mid-answer: {what}",
            hint=_AGAIN,
            type=CONNECTION,
            status=head.status,
            request_id=head.request_id,
        )

    def _unreachable(self, what: str, hint: str) -> Unreachable:
        name, where = self.endpoint.profile.name, self.endpoint.base_url
        where = where if name in where else f"{name} at {where}"
        return Unreachable(f"cannot reach {where}: {what}", hint=hint, type=CONNECTION)


class _Key(httpx.Auth):
    """Puts the key on a request as it leaves, so that it stands in nothing that lives longer."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[KEY_HEADER] = self._key
        yield request
