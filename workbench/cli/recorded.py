"""A saved session as answers for the simulator to give again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from workbench.errors import CONNECTION
from workbench.run import Closed, Discarded, RunEvent, Sent
from workbench.sessions.session import SavedRound, Session
from workbench.simulator.recording import Recording
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

_ENDINGS: dict[str, Literal["eof", "cut", "hang"]] = {"eof": "eof", "stalled": "hang"}
_NOT_STREAMED = (Sent, Head, Discarded, Closed)
_OK, _TOO_MANY = 200, 429


def recordings_of(session: Session) -> tuple[Recording, ...]:
    """Every answer in a session, refused tries too, in the order in which they were asked for."""
    return tuple(each for saved in session.rounds for each in _of_round(saved))


def _of_round(saved: SavedRound) -> list[Recording]:
    events = sorted(saved.events, key=lambda event: event.run_id)  # stable: in order for each run
    found: list[tuple[float, Recording]] = []
    for run_id, of_run in groupby(events, key=lambda event: event.run_id):
        request = saved.requests.get(run_id)
        if request is not None:
            for attempt in _attempts(list(of_run)):
                if recording := _recording(request, attempt):
                    found.append((attempt[0].at_s, recording))
    return [recording for _, recording in sorted(found, key=lambda each: each[0])]


def _attempts(events: Sequence[RunEvent]) -> Iterator[list[RunEvent]]:
    """The events of a run by the try that they belong to."""
    attempt: list[RunEvent] = []
    for event in events:
        if isinstance(event.what, Sent):
            yield from [attempt] if attempt else []
            attempt = [event]
        elif attempt:
            attempt.append(event)
    yield from [attempt] if attempt else []


def _recording(request: MessagesRequest, attempt: Sequence[RunEvent]) -> Recording | None:
    """The answer to one try; None where the client did not wait for any."""
    sent_s, body = attempt[0].at_s, request.body
    ended_s, end = attempt[-1].at_s - sent_s, attempt[-1].what
    problem = end.problem if isinstance(end, Closed | Discarded) else None
    heads = [(event.at_s - sent_s, event.what) for event in attempt if isinstance(event.what, Head)]
    if heads and heads[0][1].status == _OK:
        events = [
            (event.at_s - sent_s, event.what.to_json())
            for event in attempt
            if not isinstance(event.what, _NOT_STREAMED)
        ]
        how = end.how if isinstance(end, Closed) else "broken"
        return Recording(body, heads[0][0], _OK, tuple(events), ending=_ENDINGS.get(how, "cut"))
    if problem is None or (problem.status is None and problem.type != CONNECTION):
        return None
    # What the provider said is behind what we put before it.
    said = problem.problem.removeprefix(f"{problem.status} {problem.type}: ")
    error = {"type": problem.type, "message": said}
    wait_s = end.wait_s if isinstance(end, Discarded) and problem.status == _TOO_MANY else None
    return Recording(body, ended_s, problem.status, error=error, retry_after_s=wait_s)
