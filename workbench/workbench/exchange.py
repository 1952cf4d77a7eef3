"""One run looked into: the request as it was sent, and every event that came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.api.endpoint import HIDDEN_KEY, Endpoint
from workbench.api.headers import HEADERS, KEY_HEADER, VERSION_HEADER
from workbench.run import Run, RunEvent
from workbench.sessions.session import SavedRound, read_session
from workbench.wire.request import MessagesRequest


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer.

    Args:
        run: The run, as it stands.
        request: The request; None where its line in the session's file is damaged.
        url: Where it went, or will go.
        headers: What was sent beside the request; the key masked.
        events: All that happened to the run; None where that was not kept.
    """

    run: Run
    request: MessagesRequest | None
    url: str
    headers: Mapping[str, str]
    events: Sequence[RunEvent] | None = None


def saved_exchange(saved: SavedRound, run: Run) -> Exchange:
    """What was saved of a run; `run` is it as it is shown, which may be in the middle."""
    request = saved.requests.get(run.run_id)
    events = tuple(event for event in saved.only([run.run_id]).events)
    return Exchange(
        run,
        request,
        _url(saved.info.base_url),
        _headers(request, saved.info.api_version, keyed=True),
        events,
    )


def exchange(run: Run, request: MessagesRequest, where: Endpoint) -> Exchange:
    """What is known of a run of which no event was saved."""
    headers = _headers(request, where.profile.api_version, keyed=where.key is not None)
    return Exchange(run, request, _url(where.base_url), headers)


def read_exchange(path: Path, run: Run) -> Exchange | None:
    """What a session's file says of a run; None where it does not have it.

    Raises:
        SessionError: The file cannot be read.
    """
    for saved in read_session(path).rounds:
        if any(run.run_id == one.run_id for one in saved.runs):
            return saved_exchange(saved, run)
    return None


def _url(base_url: str) -> str:
    return f"{base_url or '…'}/v1/messages"


def _headers(request: MessagesRequest | None, version: str, *, keyed: bool) -> dict[str, str]:
    version = (request.api_version if request is not None else "") or version
    key = {KEY_HEADER: HIDDEN_KEY} if keyed else {}
    return {**HEADERS, VERSION_HEADER: version, **key}
