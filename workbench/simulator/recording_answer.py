"""A recorded answer, given again: as a stream, as JSON, or refused as it was then."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web

from workbench.simulator.faults.desk import Faults
from workbench.simulator.http import json_answer
from workbench.simulator.recording import Recording
from workbench.simulator.send import cut, reset, send_stream, until

FROM = {"x-simulated-from": "session"}


async def recorded_answer(
    request: web.BaseRequest,
    recording: Recording,
    faults: Faults,
    head: Mapping[str, str],
    *,
    stream: bool,
) -> web.StreamResponse:
    """Give it, at its own pace.

    Raises:
        Refusal: The faults asked for cannot be put into it.
    """
    faults.check(stream=stream, recorded=True)
    began_s = asyncio.get_running_loop().time() + faults.late_s
    head = {**head, **FROM}
    await until(began_s + recording.begins_s)
    if recording.status is None or faults.resets_at_once(stream=stream):
        return reset(request)
    if recording.error is not None:
        return _refusal(recording, head)
    if stream and not faults.json_instead:
        return await send_stream(
            request,
            {**head, **faults.headers},
            faults.frames(recording.events),
            began_s,
            apart=bool(faults),
            ending=recording.ending if faults.ending == "eof" else faults.ending,
        )
    await until(began_s + max((due_s for due_s, _ in recording.events), default=0.0))
    message = recording.whole_message()
    if message is None:
        cut(request)
        return web.Response()
    return json_answer(200, message, head)


def _refusal(recording: Recording, head: Mapping[str, str]) -> web.Response:
    body = {"type": "error", "error": recording.error, "request_id": head["request-id"]}
    wait_s = recording.retry_after_s
    wait = {} if wait_s is None else {"retry-after": f"{wait_s:g}"}
    return json_answer(recording.status or 500, body, {**head, **wait})
