"""The simulator as an HTTP server in this process.

Listens on loopback, speaks to loopback names only, and labels every answer `x-simulated`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from workbench.errors import SimulatorError
from workbench.simulator.account import Account, Bill
from workbench.simulator.batch import Batch
from workbench.simulator.batches import Batches
from workbench.simulator.cache import CacheUse, PrefixCache
from workbench.simulator.clock import ProviderClock
from workbench.simulator.config import LOOPBACK, SimulatorConfig
from workbench.simulator.diagnosis import Past
from workbench.simulator.faults.desk import FaultDesk, Faults
from workbench.simulator.faults.refusals import EdgeRefusal
from workbench.simulator.http import Call, body_of, faults_in_header, json_answer
from workbench.simulator.models import anthropic_list, bytespike_list, one_model
from workbench.simulator.pace import Pace, pace_of
from workbench.simulator.recording import Recording, Recordings
from workbench.simulator.recording_answer import recorded_answer
from workbench.simulator.refusal import Refusal
from workbench.simulator.reply import base62
from workbench.simulator.routes import route_of
from workbench.simulator.script import Script, load_scripts
from workbench.simulator.send import reset, send_stream, until
from workbench.simulator.stream import moments
from workbench.simulator.tally import Tally
from workbench.simulator.turn import Turn, count_input, take_turn

LABEL = {"x-simulated": "workbench", "server": "workbench-simulator"}
_GRACE_S = 0.05  # aiohttp takes 0 for "as long as it takes"


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
        self.clock = ProviderClock(config.clock, config.speed)
        self.cache, self.past, self.tally = PrefixCache(), Past(), Tally()
        self.faults = FaultDesk(config.faults, scripts, config.speed)
        self.recordings = Recordings([r.at_speed(config.speed) for r in config.recordings])
        self.accounts: dict[str, Account] = {}
        batches = Batches(config, self.clock, self._batched)
        self.handlers: Mapping[str, Callable[[Call], Any]] = {
            "message": self._message,
            "count": self._count,
            "models": self._models,
            "model": self._model,
            "ledger": self._ledger,
            **batches.handlers(),
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer any request whatever; what is refused is an answer too."""
        request_id = "req_01" + base62(secrets.token_bytes(16))
        head, account = {**LABEL, "request-id": request_id}, None
        try:
            self._check_host(request)
            name, words = route_of(request.method, request.path, self.config.profile)
            account = self._account(request)
            call = Call(request, account, {**head, **account.headers()}, *words)
            answer: web.StreamResponse = await self.handlers[name](call)
        except EdgeRefusal as refusal:
            headers = {**LABEL, **refusal.headers}
            return web.Response(status=refusal.status, body=refusal.page, headers=headers)
        except Refusal as refusal:
            if account is not None:
                head |= account.refused_headers(refusal.status)
            body = refusal.body(request_id, self.config.profile)
            return json_answer(refusal.status, body, {**head, **refusal.headers})
        return answer

    def _check_host(self, request: web.BaseRequest) -> None:
        """A page on the web can reach loopback by a name of its own; its name betrays it."""
        try:
            named = urlsplit(f"//{request.host}").hostname
        except ValueError:
            named = None
        if named not in LOOPBACK:
            raise Refusal(403, f"Host {request.host!r} is not this machine")

    def _account(self, request: web.BaseRequest) -> Account:
        key = request.headers.get("x-api-key", "").strip()
        if not key:
            scheme, _, key = request.headers.get("authorization", "").partition(" ")
            key = key.strip() if scheme.lower() == "bearer" else ""
        if not key:
            raise Refusal(401, "x-api-key header is required")
        if "invalid" in key:
            raise Refusal(401, "invalid x-api-key")
        if key not in self.accounts:
            self.accounts[key] = Account(key, self.config, self.clock)
        return self.accounts[key]

    async def _models(self, call: Call) -> web.Response:
        query = call.request.query
        if self.config.profile == "bytespike":
            return json_answer(200, bytespike_list(query), call.head)
        call.check_version()
        asked = [*query.getall("lifecycle", ()), *query.getall("lifecycle[]", ())]
        stages = [stage for words in asked for stage in words.split(",")]
        return json_answer(200, anthropic_list(query, stages), call.head)

    async def _model(self, call: Call) -> web.Response:
        if self.config.profile == "anthropic":
            call.check_version()
        return json_answer(200, one_model(self.config.profile, call.name), call.head)

    async def _ledger(self, call: Call) -> web.Response:
        return json_answer(200, call.account.ledger.pages()[call.name](), call.head)

    async def _count(self, call: Call) -> web.Response:
        call.account.rates.take_count()
        provider = self.config.profile
        _, raw = self.faults.asked("", await body_of(call.request))
        count = partial(count_input, raw, provider=provider, **call.terms)
        return json_answer(200, {"input_tokens": await asyncio.to_thread(count)}, call.head)

    async def _message(self, call: Call) -> web.StreamResponse:
        began_s, arrived_s = asyncio.get_running_loop().time(), self.clock.now_s()
        raw, account = await body_of(call.request), call.account
        recording, faults, raw = self._recorded(call.request, raw)
        if recording is not None:
            self.faults.refuse(faults, account.workspace, raw)
            stream = bool(json.loads(raw).get("stream"))
            return await recorded_answer(call.request, recording, faults, call.head, stream=stream)
        with account.request(), self.tally.asked(raw) as again:
            turn = await self._turn(raw, call.terms, again)
            stream = bool(turn.asked.body.get("stream"))
            faults = self.faults.scripted(faults, turn.asked)
            faults.check(stream=stream)
            self.faults.refuse(faults, account.workspace, raw)
            turn = replace(turn, answer=faults.answer(turn.answer, turn.asked))
            began_s += faults.late_s
            use = self._plan(account, turn, arrived_s)
            bill = Bill(turn, use)
            account.let_in(bill)
            at_most_usd = bill.usd(turn.asked.body["max_tokens"])
            # The clock's jitter is drawn afresh even where the words are the same.
            jitter = Random(f"{self.config.seed}:{turn.luck}:{again}")
            fast = turn.asked.body.get("speed") == "fast"
            pace = pace_of(turn.asked.model.id, use, speed=self.config.speed, rng=jitter, fast=fast)
            # Who had to wait for our own counting gets the whole answer later, not in one burst.
            began_s += max(0.0, asyncio.get_running_loop().time() - began_s - pace.begins_s)
            await until(began_s + pace.begins_s)
            if faults.resets_at_once(stream=stream):
                return reset(call.request)
            self.cache.begun(use, self.clock.now_s())
            serial = call.head["request-id"]
            found = self.past.diagnosis(
                account.workspace, turn.message_id(serial), turn.asked.body, turn.fingerprint
            )
            more = faults.diagnosis(found)
            with _settled(account, bill, pace, began_s):
                if stream and not faults.json_instead:
                    if faults.breaks:
                        bill.waive()
                    message = turn.message(self.config.profile, serial, use, more)
                    events = moments(message, turn.answer, pace, Random(turn.luck))
                    head = {**call.head, **account.answer_headers(at_most_usd), **faults.headers}
                    return await send_stream(
                        call.request,
                        head,
                        faults.frames(events),
                        began_s,
                        apart=bool(faults),
                        ending=faults.ending,
                    )
                await until(began_s + pace.due_s(turn.answer.tokens))
        whole = turn.whole_message(self.config.profile, serial, use, more)
        return json_answer(200, whole, {**call.head, **account.answer_headers(at_most_usd)})

    async def _batched(
        self, account: Account, raw: bytes, batch: Batch, machine: str
    ) -> dict[str, Any]:
        """The message that answers one request of a batch, worked on by one of the machines."""
        faults, raw = self.faults.asked(batch.faults, raw)
        faults.check_batched()
        with self.tally.asked(raw) as again:
            turn = await self._turn(raw, batch.terms, again)
        faults = self.faults.scripted(faults, turn.asked)
        try:
            self.faults.refuse(faults, account.workspace, raw)
        except EdgeRefusal as refusal:  # no page of HTML gets into the results
            raise Refusal(refusal.status, str(refusal)) from None
        turn = replace(turn, answer=faults.answer(turn.answer, turn.asked))
        use = self._plan(account, turn, self.clock.now_s(), machine)
        self.cache.begun(use)
        account.settle(Bill(turn, use, batch=True))
        message = turn.whole_message(self.config.profile, secrets.token_hex(16), use)
        message["usage"] |= {"service_tier": "batch"}
        return message

    async def _turn(self, raw: bytes, terms: Mapping[str, Any], again: int) -> Turn:
        ours: dict[str, Any] = {
            "provider": self.config.profile,
            "scripts": self.scripts,
            "seed": self.config.seed,
        }
        return await asyncio.to_thread(partial(take_turn, raw, again=again, **ours, **terms))

    def _plan(self, account: Account, turn: Turn, arrived_s: float, machine: str = "") -> CacheUse:
        return self.cache.plan(
            account.workspace + turn.asked.model.id + machine,
            turn.prompt,
            turn.total,
            minimum=turn.asked.model.min_cacheable_tokens or 0,
            now_s=arrived_s,
        )

    def _recorded(
        self, request: web.BaseRequest, raw: bytes
    ) -> tuple[Recording | None, Faults, bytes]:
        """The recording that this request gets, if any; its faults; its body without them.

        A request that was recorded with faults in its model's name got them then.
        """
        header = faults_in_header(request)
        if recording := self.recordings.next(raw):
            faults, _ = self.faults.asked(header, b"")
            return recording, faults, raw
        faults, raw = self.faults.asked(header, raw)
        return self.recordings.next(raw), faults, raw


@contextmanager
def _settled(account: Account, bill: Bill, pace: Pace, began_s: float) -> Iterator[None]:
    """Bill what is answered in the block: all of it, or what was said until the client left."""
    said: int | None = 0
    try:
        yield
        said = None
    finally:
        if said is not None and pace.token_s:
            writing_s = asyncio.get_running_loop().time() - began_s - pace.first_token_s
            said = max(0, round(writing_s / pace.token_s))
        account.settle(bill, said)


def _bugs_only() -> logging.Logger:
    """A logger for what should not happen; that a client does not speak HTTP is none of it."""

    def is_bug(record: logging.LogRecord) -> bool:
        cause = record.exc_info[1] if record.exc_info else None
        return not isinstance(cause, HttpProcessingError | web.RequestPayloadError)

    logger = logging.Logger(__name__)
    logger.addHandler(logging.StreamHandler())
    logger.addFilter(is_bug)
    return logger
