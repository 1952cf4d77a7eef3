"""Message Batches: many requests at once, answered within a day.

A batch is taken in after a look at its frame only; what is wrong with a request comes as its
result. Requests are worked out when somebody asks after the clock has ended the batch, so that one
nobody comes back to costs nothing. Source: messages-api.md section 20.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from random import Random
from typing import Any

from aiohttp import web

from workbench.simulator.account import Account
from workbench.simulator.batch import Batch, Item, planned
from workbench.simulator.clock import ProviderClock
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.http import Call, body_of, faults_in_header, json_answer
from workbench.simulator.page import page_of
from workbench.simulator.refusal import Refusal
from workbench.simulator.reply import base62
from workbench.simulator.turn import parsed_body
from workbench.wire.request import compact

MOST_REQUESTS = 100_000
MOST_BYTES = 256 * 1024 * 1024
MACHINES = 3
"""How many machines share a batch, each with a cache of its own: hits are best effort."""
PATIENCE_S = 5.0
"""How long somebody who asks is kept waiting while requests are worked out."""
_CUSTOM_ID = r"^[a-zA-Z0-9_-]{1,64}$"

Answerer = Callable[[Account, bytes, Batch, str], Awaitable[dict[str, Any]]]
"""Answers one request of a batch, given its body and a machine: the message, or a Refusal."""


class Batches:
    """The batches of one simulator, by workspace."""

    def __init__(self, config: SimulatorConfig, clock: ProviderClock, answerer: Answerer) -> None:
        self._config, self._clock, self._answer = config, clock, answerer
        self._by_workspace: dict[str, dict[str, Batch]] = {}
        self._working = asyncio.Lock()

    def handlers(self) -> Mapping[str, Callable[[Call], Awaitable[web.StreamResponse]]]:
        """What answers at each route."""
        return {
            "create_batch": self._create,
            "list_batches": self._list,
            "batch": self._get,
            "batch_results": self._results,
            "cancel_batch": self._cancel,
            "delete_batch": self._delete,
        }

    async def _create(self, call: Call) -> web.Response:
        call.check_version()
        raw = await body_of(call.request, MOST_BYTES)
        requests = await asyncio.to_thread(requests_in, raw)
        call.account.purse.check()
        now_s, held = self._clock.now_s(), self._held(call)
        waiting = sum(len(batch.items) for batch in held.values() if not batch.ended(now_s))
        if waiting + len(requests) > call.account.limits.queue:
            problem = f"This request would exceed your limit of {call.account.limits.queue:,} batch"
            raise Refusal(429, f"{problem} requests in the processing queue.")
        batch_id = "msgbatch_01" + base62(secrets.token_bytes(16))
        lasts_s = 0.0 if self._config.speed == float("inf") else self._config.batch_s
        luck = Random(f"{self._config.seed}:{compact([r['custom_id'] for r in requests])}")
        items, terms = planned(requests, now_s, lasts_s, luck), {**call.terms, "batched": True}
        faults = faults_in_header(call.request)
        held[batch_id] = Batch(batch_id, now_s, lasts_s, items, terms, faults)
        return self._shown(call, held[batch_id])

    async def _list(self, call: Call) -> web.Response:
        call.check_version()
        held = self._held(call)
        page = page_of([{"id": batch_id} for batch_id in reversed(held)], call.request.query)
        batches = [held[one["id"]] for one in page["data"]]
        until_s = _patience_until_s()
        for batch in batches:
            await self._work(call, batch, until_s)
        page["data"] = [self._json(call, batch) for batch in batches]
        return json_answer(200, page, call.head)

    async def _get(self, call: Call) -> web.Response:
        batch = self._found(call)
        await self._work(call, batch, _patience_until_s())
        return self._shown(call, batch)

    async def _cancel(self, call: Call) -> web.Response:
        batch, now_s = self._found(call), self._clock.now_s()
        if batch.ended(now_s):
            raise Refusal(400, f"Message Batch {batch.id} has ended and cannot be canceled")
        if batch.canceled_s is None:
            batch.canceled_s = now_s
        return self._shown(call, batch)

    async def _delete(self, call: Call) -> web.Response:
        batch = self._found(call)
        if not batch.ended(self._clock.now_s()):
            raise Refusal(400, f"Message Batch {batch.id} is in progress: cancel it first")
        del self._held(call)[batch.id]
        return json_answer(200, {"id": batch.id, "type": "message_batch_deleted"}, call.head)

    async def _results(self, call: Call) -> web.StreamResponse:
        batch = self._found(call)
        worked_out = await self._work(call, batch, _patience_until_s())
        if not worked_out or batch.archived(self._clock.now_s()):
            raise Refusal(404, f"Message Batch {batch.id} has no available results")
        response = web.StreamResponse(headers=call.head)
        response.headers["content-type"] = "application/x-jsonl"
        await response.prepare(call.request)
        for item in batch.items:
            line = compact({"custom_id": item.custom_id, "result": batch.result(item)})
            await response.write(line.encode() + b"\n")
        await response.write_eof()
        return response

    async def _work(self, call: Call, batch: Batch, until_s: float) -> bool:
        """Work out what the batch has got done; whether it has ended, and all is worked out."""
        batch.asked_for = True
        if not batch.ended(self._clock.now_s()):
            return False
        async with self._working:
            for item in batch.to_do():
                if asyncio.get_running_loop().time() > until_s:
                    return False
                batch.results[item.custom_id] = await self._result(call.account, batch, item)
        return True

    async def _result(self, account: Account, batch: Batch, item: Item) -> Mapping[str, Any]:
        machine = f":machine {Random(item.custom_id).randrange(MACHINES)}"
        try:
            if (wrong := _unbatchable(item.params)) is not None:
                raise Refusal(400, wrong)
            raw = compact(item.params).encode()
            message = await self._answer(account, raw, batch, machine)
        except Refusal as refusal:
            request_id = "req_01" + base62(secrets.token_bytes(16))
            return {"type": "errored", "error": refusal.body(request_id)}
        return {"type": "succeeded", "message": message}

    def _held(self, call: Call) -> dict[str, Batch]:
        return self._by_workspace.setdefault(call.account.workspace, {})

    def _found(self, call: Call) -> Batch:
        call.check_version()
        batch = self._held(call).get(call.name)
        if batch is None:
            raise Refusal(404, f"Message Batch {call.name} not found")
        return batch

    def _json(self, call: Call, batch: Batch) -> dict[str, Any]:
        url = f"http://{call.request.host}/v1/messages/batches/{batch.id}"
        return batch.shown(self._clock.now_s(), self._clock, url)

    def _shown(self, call: Call, batch: Batch) -> web.Response:
        return json_answer(200, self._json(call, batch), call.head)


def _patience_until_s() -> float:
    return asyncio.get_running_loop().time() + PATIENCE_S


def requests_in(raw: bytes) -> list[Mapping[str, Any]]:
    """The requests of a new batch: their frame is checked, their `params` are not.

    Raises:
        Refusal: 400, it is no batch.
    """
    body = parsed_body(raw)
    wrong = next(_wrong(body), None)
    if wrong is not None:
        raise Refusal(400, wrong)
    requests: list[Mapping[str, Any]] = body["requests"]
    return requests


def _wrong(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _fields(body, ("requests",), "")
    requests = body["requests"]
    if not isinstance(requests, list):
        yield "requests: Input should be a valid list"
    if not requests:
        yield "requests: List should have at least 1 item after validation, not 0"
    if len(requests) > MOST_REQUESTS:
        yield (
            f"requests: List should have at most {MOST_REQUESTS} items after validation, "
            f"not {len(requests)}"
        )
    seen: set[str] = set()
    for i, request in enumerate(requests):
        yield from _wrong_request(request, f"requests.{i}", seen)


def _wrong_request(request: Any, path: str, seen: set[str]) -> Iterator[str]:
    if not isinstance(request, dict):
        yield f"{path}: Input should be a valid dictionary"
    yield from _fields(request, ("custom_id", "params"), f"{path}.")
    custom_id, params = request["custom_id"], request["params"]
    if not isinstance(custom_id, str):
        yield f"{path}.custom_id: Input should be a valid string"
    if not re.fullmatch(_CUSTOM_ID, custom_id):
        yield f"{path}.custom_id: String should match pattern '{_CUSTOM_ID}'"
    if custom_id in seen:
        yield f"{path}.custom_id: {custom_id} is not unique within the batch"
    seen.add(custom_id)
    if not isinstance(params, dict):
        yield f"{path}.params: Input should be a valid dictionary"


def _fields(value: Mapping[str, Any], names: tuple[str, ...], path: str) -> Iterator[str]:
    yield from (f"{path}{name}: Field required" for name in names if name not in value)
    extra = (name for name in value if name not in names)
    yield from (f"{path}{name}: Extra inputs are not permitted" for name in extra)


def _unbatchable(params: Mapping[str, Any]) -> str | None:
    """What a request may ask for by itself, but not in a batch."""
    if params.get("stream"):
        return "stream: Streaming is not supported in Message Batches"
    if "speed" in params:
        return "speed: Fast mode is not supported in Message Batches"
    return None
