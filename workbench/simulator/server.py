"""The simulator as an HTTP server in this process.

Listens on loopback, speaks to loopback names only, and labels every answer `x-simulated`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from workbench.catalog.catalog import catalog
from workbench.errors import SimulatorError
from workbench.simulator.cache import PrefixCache
from workbench.simulator.config import LOOPBACK, SimulatorConfig
from workbench.simulator.diagnosis import Past
from workbench.simulator.limits import Account
from workbench.simulator.models import model_info, model_list
from workbench.simulator.pace import Pace, pace_of
from workbench.simulator.refusal import Refusal
from workbench.simulator.reply import base62
from workbench.simulator.script import Script, load_scripts
from workbench.simulator.stream import frames
from workbench.simulator.turn import Turn, count_input, take_turn
from workbench.wire.request import compact

MOST_BYTES = 32 * 1024 * 1024
LABEL = {"x-simulated": "workbench", "server": "workbench-simulator"}
_GRACE_S = 0.05  # aiohttp takes 0 for "as long as it takes"
_METHODS = {"/v1/messages": "POST", "/v1/messages/count_tokens": "POST", "/v1/models": "GET"}


@asynccontextmanager
async def serving(config: SimulatorConfig | None = None) -> AsyncIterator[str]:
    """Serve inside the block, in this process; yields the base URL.

    Leaving the block cuts whatever is still streaming.

    Raises:
        SimulatorError: The port is taken, or a script cannot be used.
    """
    config = config or SimulatorConfig()
    simulator = _Simulator(config, load_scripts(config.scripts))
    server = web.Server(
        simulator.answer, handler_cancellation=True, access_log=None, logger=_bugs_only()
    )
    runner = web.ServerRunner(server, shutdown_timeout=_GRACE_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, config.host, config.port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            raise SimulatorError(
                f"the simulator cannot listen on {config.host}:{config.port}: {error.strerror}",
                hint="Another program may be using the port; port 0 takes any free one.",
            ) from error
        host = f"[{config.host}]" if ":" in config.host else config.host
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class _Simulator:
    """What one server knows and remembers."""

    def __init__(self, config: SimulatorConfig, scripts: Sequence[Script]) -> None:
        self.config, self.scripts = config, scripts
        self.cache, self.past = PrefixCache(), Past()
        self.accounts: dict[str, Account] = {}
        self.times_asked: Counter[str] = Counter()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer any request whatever; what is refused is an answer too."""
        request_id = "req_01" + base62(secrets.token_bytes(16))
        head = {**LABEL, "request-id": request_id}
        try:
            self._check_host(request)
            path = self._checked_path(request)
            account = self._account(request)
            head |= self._account_headers(account)
            if path == "/v1/messages":
                return await self._message(request, account, head)
            if path == "/v1/messages/count_tokens":
                return await self._count(request, head)
            return _json(200, self._models(path, request.query), head)
        except Refusal as refusal:
            return _json(refusal.status, refusal.body(request_id), head)

    def _check_host(self, request: web.BaseRequest) -> None:
        """A page on the web can reach loopback by a name of its own; its name betrays it."""
        try:
            named = urlsplit(f"//{request.host}").hostname
        except ValueError:
            named = None
        if named not in LOOPBACK:
            raise Refusal(403, f"Host {request.host!r} is not this machine")

    def _checked_path(self, request: web.BaseRequest) -> str:
        path = request.path
        known = "/v1/models" if path.startswith("/v1/models/") else path
        method = _METHODS.get(known)
        counts = catalog().profile(self.config.profile).count_tokens
        if method is None or (path == "/v1/messages/count_tokens" and not counts):
            raise Refusal(404, f"Not found: {request.method} {path}")
        if request.method != method:
            raise Refusal(405, f"Method Not Allowed: {request.method} {path}")
        return path

    def _account(self, request: web.BaseRequest) -> Account:
        key = request.headers.get("x-api-key", "").strip()
        if not key:
            scheme, _, key = request.headers.get("authorization", "").partition(" ")
            key = key.strip() if scheme.lower() == "bearer" else ""
        if not key:
            raise Refusal(401, "x-api-key header is required")
        if "invalid" in key:
            raise Refusal(401, "invalid x-api-key")
        return self.accounts.setdefault(key, Account(key, self.config.clock))

    def _account_headers(self, account: Account) -> dict[str, str]:
        if self.config.profile == "bytespike":
            return account.bytespike_headers()
        return account.anthropic_headers()

    def _models(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        provider, name = self.config.profile, path.removeprefix("/v1/models").strip("/")
        if not name:
            return model_list(catalog(), provider, query)
        known = catalog().model(provider, name)
        if known is None:
            raise Refusal(404, f"model: {name}")
        return model_info(known)

    async def _count(self, request: web.BaseRequest, head: Mapping[str, str]) -> web.Response:
        count = partial(count_input, await _body(request), **self._terms(request))
        return _json(200, {"input_tokens": await asyncio.to_thread(count)}, head)

    def _terms(self, request: web.BaseRequest) -> dict[str, Any]:
        return {
            "provider": self.config.profile,
            "version": request.headers.get("anthropic-version", "").strip(),
            "betas": request.headers.get("anthropic-beta", ""),
        }

    async def _message(
        self, request: web.BaseRequest, account: Account, head: dict[str, str]
    ) -> web.StreamResponse:
        began_s = asyncio.get_running_loop().time()
        raw, config = await _body(request), self.config
        turn: Turn = await asyncio.to_thread(
            partial(take_turn, raw, scripts=self.scripts, seed=config.seed, **self._terms(request))
        )
        use = self.cache.plan(
            account.workspace + turn.asked.model.id,
            turn.prompt,
            turn.total,
            minimum=turn.asked.model.min_cacheable_tokens or 0,
            now_s=config.clock(),
        )
        # Words and chunks are the same for the same request; the clock's jitter is drawn afresh.
        self.times_asked[turn.luck] += 1
        jitter = Random(f"{config.seed}:{turn.luck}:{self.times_asked[turn.luck]}")
        pace = pace_of(turn.asked.model.id, use, speed=config.speed, rng=jitter)
        await _until(began_s + pace.begins_s)
        self.cache.begun(use)
        account.charge(use, turn.answer.tokens, turn.asked.model)
        serial = head["request-id"]
        more = self.past.diagnosis(
            account.workspace, turn.message_id(serial), turn.asked.body, turn.fingerprint
        )
        if turn.asked.body.get("stream"):
            message = turn.message(config.profile, serial, use, more)
            return await self._stream(request, turn, message, pace, began_s, head)
        await _until(began_s + pace.due_s(turn.answer.tokens))
        return _json(200, turn.whole_message(config.profile, serial, use, more), head)

    async def _stream(
        self,
        request: web.BaseRequest,
        turn: Turn,
        message: Mapping[str, Any],
        pace: Pace,
        began_s: float,
        head: Mapping[str, str],
    ) -> web.StreamResponse:
        """Send the stream, each piece when it is due.

        Pieces are due by a plan, not so long after the one before: a stream that was held up
        catches up, however many others there are.
        """
        response = web.StreamResponse(headers=head)
        response.headers["content-type"] = "text/event-stream; charset=utf-8"
        response.headers["cache-control"] = "no-cache"
        await response.prepare(request)
        clock, waiting = asyncio.get_running_loop().time, bytearray()
        for due_s, frame in frames(message, turn.answer, pace, Random(turn.luck)):
            if waiting and began_s + due_s > clock():
                await response.write(bytes(waiting))
                waiting.clear()
                await _until(began_s + due_s)
            waiting += frame
        await response.write(bytes(waiting))
        await response.write_eof()
        return response


def _bugs_only() -> logging.Logger:
    """A logger for what should not happen; that a client does not speak HTTP is none of it."""

    def is_bug(record: logging.LogRecord) -> bool:
        cause = record.exc_info[1] if record.exc_info else None
        return not isinstance(cause, HttpProcessingError | web.RequestPayloadError)

    logger = logging.Logger(__name__)
    logger.addHandler(logging.StreamHandler())
    logger.addFilter(is_bug)
    return logger


async def _until(moment_s: float) -> None:
    left_s = moment_s - asyncio.get_running_loop().time()
    if left_s > 0:
        await asyncio.sleep(left_s)


async def _body(request: web.BaseRequest) -> bytes:
    too_large = Refusal(413, "Request exceeds the maximum size")
    if (request.content_length or 0) > MOST_BYTES:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MOST_BYTES:
                raise too_large
    except web.RequestPayloadError as error:
        raise Refusal(400, "The request body could not be decoded") from error
    return bytes(body)


def _json(status: int, body: Mapping[str, Any], head: Mapping[str, str]) -> web.Response:
    return web.Response(
        status=status,
        body=compact(body).encode(),
        headers={**head, "content-type": "application/json"},
    )
