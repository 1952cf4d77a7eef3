"""What was sent for a run and all that came back, told to be looked into.

Values in, pieces out, like `transcript`; and the same as plain JSON, to be copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workbench.run import Closed, Discarded, Happening, Run, RunEvent, RunProblem, Sent
from workbench.telling.picture import picture_words
from workbench.telling.pretty import PrettyJson
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest, finite

Piece = tuple[str, str]

_LONG = 1_000  # characters of base64; nobody reads more, and a picture has millions
_BASE64 = re.compile(rf'"([A-Za-z0-9+/=_-]{{{_LONG},}})"')


def request_told(
    request: MessagesRequest | None, url: str, headers: Mapping[str, str]
) -> Iterator[Piece]:
    """The request as it was sent, its JSON laid out; pictures only by their size.

    Args:
        request: None where it is damaged in the file it was saved in.
        url: Where it went.
        headers: As they were sent; whoever gives them has masked the key.
    """
    yield "tool", f"POST {url}\n"
    yield from _headers(headers)
    if request is None:
        yield "notice", "\nThe request is damaged in the session's file."
        return
    yield "label", "\n"
    yield "json", PrettyJson().feed(_BASE64.sub(_shortened, request.to_json()))


def answer_told(run: Run) -> Iterator[Piece]:
    """Refused tries, the head of the answer, the message, and what went wrong."""
    for number, problem in enumerate(run.discarded, 1):
        yield "notice", f"try {number}, discarded: {_told(problem)}\n\n"
    if run.head is not None:
        yield "tool", f"HTTP {run.head.status}\n"
        yield from _headers(run.head.headers)
        yield "label", "\n"
    elif run.end_state is None:
        yield "label", "No answer yet.\n"
    if run.message or run.blocks:
        yield "json", PrettyJson().feed(_BASE64.sub(_shortened, finite(message_of(run))))
        yield "text", "\n"
    if run.problem is not None:
        yield "error", f"\n{run.end_state}: {_told(run.problem)}"


def message_of(run: Run) -> dict[str, Any]:
    """The message, as the API gives it whole where it does not stream."""
    stopped: dict[str, Any] = {"stop_reason": run.stop_reason, "stop_sequence": run.stop_sequence}
    if run.stop_details is not None:
        stopped["stop_details"] = dict(run.stop_details)
    return {**run.message, "content": run.content, **stopped, "usage": dict(run.usage.counts)}


def events_told(events: Iterable[RunEvent]) -> Iterator[Piece]:
    """Each event on a line: seconds since the round began, its kind, its JSON."""
    for event in events:
        kind, data = _named(event.what)
        yield "label", f"{event.at_s:9.3f} s  "
        yield "tool", f"{kind:<20}"
        yield "text", f"  {data}\n" if data else "\n"


def events_as_lines(events: Iterable[RunEvent]) -> str:
    """Each event as a line of JSON."""
    lines = []
    for event in events:
        kind, data = _named(event.what)
        lines.append(f'{{"at_s":{event.at_s},"what":"{kind}","data":{data or "null"}}}')
    return "\n".join(lines)


def _named(what: Happening) -> tuple[str, str]:
    """The kind of an event, and its JSON."""
    match what:
        case Sent(attempt=attempt):
            return "sent", json.dumps({"attempt": attempt})
        case Head(status=status, headers=headers):
            return "head", finite({"status": status, **headers})
        case Discarded(problem=problem, wait_s=wait_s):
            return "discarded", finite({**_as_json(problem), "wait_s": wait_s})
        case Closed(how=how, problem=problem):
            return f"closed: {how}", finite(_as_json(problem)) if problem else ""
    data = what.to_json()
    return str(data.get("type", "")), finite({k: v for k, v in data.items() if k != "type"})


def _as_json(problem: RunProblem) -> dict[str, Any]:
    told = {
        "type": problem.type,
        "problem": problem.problem,
        "hint": problem.hint,
        "status": problem.status,
        "request_id": problem.request_id,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _told(problem: RunProblem) -> str:
    where = [str(problem.status)] * (problem.status is not None)
    where += [f"request {problem.request_id}"] * (problem.request_id is not None)
    words = f"{problem.problem} ({problem.type}{''.join(f', {word}' for word in where)})"
    return f"{words}\n{problem.hint}" if problem.hint else words


def _headers(headers: Mapping[str, str]) -> Iterator[Piece]:
    for name, value in headers.items():
        yield "label", f"{name}: "
        yield "text", f"{value}\n"


def _shortened(data: re.Match[str]) -> str:
    return f'"({picture_words({"data": data[1]}).removeprefix("image, of a type not given, ")})"'
