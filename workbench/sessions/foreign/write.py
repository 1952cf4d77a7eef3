"""Foreign sessions, written as sessions of ours: to new files, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import SessionError
from workbench.run import Closed, Happening, Run, RunEvent, RunProblem, Sent, Stated
from workbench.sessions.about import about_line
from workbench.sessions.content import LARGE, create, pack, stem_for
from workbench.sessions.file import GrowingFile
from workbench.sessions.foreign.shape import ForeignRun, ForeignSession, plain_json
from workbench.sessions.round import RoundInfo
from workbench.sessions.scribe import Scribe
from workbench.wire.events import read_event
from workbench.wire.request import MessagesRequest, finite


def write(foreign: ForeignSession, folder: Path, *, app_version: str, file: str) -> Path:
    """Write a foreign session to a new file; where that is.

    Args:
        folder: Where it goes; made if need be.
        app_version: The workbench's version.
        file: The name of the file that it was read from.

    Raises:
        SessionError: It cannot be written; nothing is left behind.
    """
    began = next((run.began for runs in foreign.rounds for run in runs if run.began), None)
    created = began or datetime.now(UTC)
    new = GrowingFile()
    try:
        create(new, folder, stem_for(created, foreign.name))
        new.add(_content(foreign, created, app_version, file))
        new.push()
        new.sync()
    except OSError as error:
        new.close()
        new.remove()
        problem = f"cannot write to {folder}: {error.strerror or error}"
        raise SessionError(problem, hint="Name another folder with --sessions.") from error
    new.close()
    assert new.path is not None
    if new.size >= LARGE:
        with suppress(OSError):  # it stays plain, and whole
            pack(new.path)
    return new.path


def _content(foreign: ForeignSession, created: datetime, app_version: str, file: str) -> bytes:
    scribe = Scribe(
        {
            "app_version": app_version,
            "name": foreign.name,
            "created": created.isoformat(timespec="microseconds"),
            "imported": {"from": foreign.program, "key": foreign.key, "file": file},
        }
    )
    if foreign.title:
        scribe.say(about_line({"title": foreign.title}))
    for number, runs in enumerate(foreign.rounds, 1):
        _write_round(scribe, f"r{number}", runs, foreign.program)
    return scribe.take_lines(everything=True)


def _write_round(scribe: Scribe, round_id: str, runs: Sequence[ForeignRun], program: str) -> None:
    began = next((run.began for run in runs if run.began), None)
    info = RoundInfo(
        round_id=round_id,
        began=began.isoformat(timespec="milliseconds") if began else "",
        provider=program,
        concurrency=max(1, len(runs)),
    )
    named = {f"{round_id}-{place}": run for place, run in enumerate(runs, 1)}
    scribe.begin_round(
        info,
        [_planned(run, run_id, round_id, program) for run_id, run in named.items()],
        {run_id: run.values for run_id, run in named.items() if run.values},
    )
    for run_id, run in named.items():
        if run.said:
            scribe.say(about_line(run.said, run_id))
        scribe.say({"source": plain_json({"key": run.key, **run.source}), "of": run_id})
    events = [event for run_id, run in named.items() for event in _events(run, run_id)]
    for event in sorted(events, key=lambda event: event.at_s):
        scribe.add(event)


def _planned(
    run: ForeignRun, run_id: str, round_id: str, program: str
) -> tuple[Run, MessagesRequest]:
    planned = Run(
        run_id,
        round_id,
        run.variant,
        run.case,
        run.repeat,
        provider=program,
        model=run.model,
        stated=Stated(run.usd),
    )
    return planned, MessagesRequest(finite(dict(run.body)))


def _events(run: ForeignRun, run_id: str) -> Iterator[RunEvent]:
    """What happened: it was sent, and then its answer was there, all at once.

    An answer that came in one piece has no first token, and a run that nobody says the duration
    of was never sent: so neither time is made up.
    """
    at_s = run.total_s or 0.0
    if run.total_s is not None:
        yield RunEvent(run_id, 0.0, Sent(1))
    happened: list[Happening]
    if run.problem:
        hint = "It is as the other program recorded it."
        happened = [Closed("failed", RunProblem("imported", run.problem, hint))]
    else:
        happened = [*map(read_event, map(plain_json, _answer(run))), Closed("eof")]
    yield from (RunEvent(run_id, at_s, what) for what in happened)


def _answer(run: ForeignRun) -> Iterator[Mapping[str, Any]]:
    message = {"type": "message", "role": "assistant", "model": run.answered_by or run.model}
    yield {"type": "message_start", "message": {**message, "usage": run.usage}}
    for index, block in enumerate(run.content):
        yield {"type": "content_block_start", "index": index, "content_block": block}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": {"stop_reason": run.stop_reason}, "usage": run.usage}
    yield {"type": "message_stop"}
