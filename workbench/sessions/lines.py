"""Lines of a session file, as JSON, back to what they say. Written by `scribe.py`.

Every function returns None for a line that says nothing we understand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

from workbench.errors import SessionError
from workbench.run import Closed, Closing, Discarded, Happening, Run, RunProblem, Sent, Stated
from workbench.sessions.round import RoundInfo
from workbench.sessions.scribe import FORMAT, VERSION, Line
from workbench.sessions.stretch import LAST, Piece, Stretch, read_pace
from workbench.wire.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    ErrorEvent,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    Unknown,
    read_event,
)
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest, compact

Types = Mapping[str, type]

_PIECES: Mapping[str, type[Piece]] = {
    kind.field: kind for kind in (TextDelta, ThinkingDelta, InputJsonDelta)
}
_NAMED: Mapping[str, Callable[[Line], StreamEvent]] = {
    each.__name__: each
    for each in (
        MessageStart,
        BlockStart,
        BlockDelta,
        BlockStop,
        MessageDelta,
        MessageStop,
        Ping,
        ErrorEvent,
        Unknown,
    )
}
_CLOSINGS: Mapping[str, Closing] = {how: how for how in get_args(Closing)}
_ROUND: Types = {
    "round_id": str,
    "began": str,
    "prompt": str,
    "documents": dict,
    "provider": str,
    "base_url": str,
    "api_version": str,
    "simulated": bool,
    "values": dict,
    "concurrency": int,
    "note": str,
    "origin": str,
    "resumes": str,
    "redacted": list,
    "redacted_tools": bool,
}
_RUN: Types = {
    "run_id": str,
    "round_id": str,
    "variant": str,
    "case": str,
    "repeat": int,
    "provider": str,
    "model": str,
    "simulated": bool,
}
_PROBLEM: Types = {"type": str, "problem": str, "hint": str, "status": int, "request_id": str}
MANIFEST = frozenset(
    ("format", "version", "app_version", "created", "catalog_as_of", "name", "account", "imported")
)
"""What we know of a session's first line."""
_ROUND_KEYS = {"round", *_ROUND}
_RUN_KEYS = {
    *("run", "in", "request", "request_text", "api_version", "cost_usd", "values"),
    *_RUN,
}
_ABOUT_KEYS = {"about", "of", "when"}
_SAID = {
    *("title", "note", "tags", "archived", "pinned", "rating", "good", "grade", "vote", "unvote")
}
_STRETCH_KEYS = {"r", "at", "b", "d", *_PIECES}
_OTHER_KEYS = {
    *("r", "at", "tie", "event", "as", "sent", "head", "discarded", "wait_s", "closed", "problem")
}
_OURS = re.compile(rb'\{"(?:round|run)":\d')
"""How the lines of rounds and runs begin, and no other program's."""
_LONGEST_MS = 1 << 45
_AT_ONCE = 1000


def parsed(text: bytes) -> Line | None:
    """The JSON object that a line of the file is.

    Args:
        text: The line, with or without its end.
    """
    line = _json(text)
    return line if isinstance(line, dict) else None


def all_parsed(lines: Sequence[bytes]) -> Iterator[Line | None]:
    """The JSON object that each line is: many at a time, which takes a third of the time."""
    for begin in range(0, len(lines), _AT_ONCE):
        some = lines[begin : begin + _AT_ONCE]
        array = _json(b"[" + b",".join(some) + b"]")
        if isinstance(array, list) and len(array) == len(some):
            yield from (line if isinstance(line, dict) else None for line in array)
        else:
            yield from map(parsed, some)


def _json(text: bytes) -> Any:
    """Any JSON; None where it is none."""
    try:
        return json.loads(text.decode(errors="surrogatepass"))
    except (ValueError, RecursionError):
        return None


LOST_MANIFEST: Line = {"format": FORMAT, "version": VERSION}
"""Stands for a first line that is damaged, in a file whose other lines tell of rounds."""


def read_manifest(line: bytes, path: Path, others: Iterable[bytes] = ()) -> Line:
    """The first line of a session file.

    Args:
        line: As it stands in the file.
        path: The file.
        others: The lines after it. Where one of them is a round's or a run's, a first line that
            is damaged does not make it another file: what it says is lost, and `LOST_MANIFEST`
            stands for it.

    Raises:
        SessionError: It is not the first line of a session.
    """
    hint = "A session is a .jsonl file that the workbench wrote; its first line says so."
    manifest = parsed(line.removeprefix(b"\xef\xbb\xbf"))
    if manifest is not None and manifest.get("format") == FORMAT:
        return manifest
    if any(map(_OURS.match, others)):
        return LOST_MANIFEST
    if not line.strip():
        problem = f"{path} is empty, or damaged from its first byte on: no round is in it"
        raise SessionError(problem, hint=hint)
    raise SessionError(f"{path} is not a saved session", hint=hint)


def round_of(line: Line) -> RoundInfo | None:
    """What a round is."""
    said = _fitting(line, _ROUND)
    if "round_id" not in said:
        return None
    for name in ("documents", "values"):
        said[name] = _texts(said.get(name, {}))
    said["redacted"] = tuple(n for n in said.get("redacted", ()) if isinstance(n, str))
    return RoundInfo(**{"began": "", **said})


def run_of(line: Line) -> Run | None:
    """A planned run, as it was before anything happened."""
    said = _fitting(line, _RUN)
    if "cost_usd" in line:
        said["stated"] = Stated(_usd(line["cost_usd"]))
    return Run(**said) if "run_id" in said else None


def values_of(line: Line) -> dict[str, str]:
    """What filled the variables of a planned run alone."""
    values = line.get("values")
    return _texts(values) if isinstance(values, dict) else {}


def request_of(line: Line) -> MessagesRequest | None:
    """The request of a planned run: the exact text that was sent, and to which version."""
    text, version = line.get("request_text"), line.get("api_version")
    version = version if isinstance(version, str) else ""
    if isinstance(text, str):
        return MessagesRequest(text, version)
    try:
        return MessagesRequest(compact(line["request"]), version)
    except (KeyError, ValueError, RecursionError):
        return None


def place_of(line: Line) -> tuple[int, int] | None:
    """When it happened: milliseconds after the round began, and the tie there."""
    at_ms, tie = line.get("at"), line.get("tie", 0)
    if type(at_ms) is not int or type(tie) is not int:
        return None
    return (at_ms, tie) if abs(at_ms) < _LONGEST_MS and 0 <= tie < LAST else None


def stretch_of(line: Line, run_id: str, at_ms: int) -> Stretch | None:
    """Deltas of one block.

    Raises:
        ValueError: Their pace is damaged.
    """
    field = next((field for field in _PIECES if field in line), None)
    if field is None:
        return None
    text, index, pace = line[field], line.get("b", 0), line.get("d", "")
    if not (isinstance(text, str) and isinstance(index, int) and isinstance(pace, str)):
        return None
    return Stretch(run_id, _PIECES[field], index, at_ms, text, read_pace(pace, len(text)))


def happening_of(line: Line) -> Happening | None:
    """Anything but a plain delta."""
    match line:
        case {"event": dict(data)}:
            named = _NAMED.get(str(line.get("as")))
            return named(data) if named else read_event(data)
        case {"sent": int(attempt)}:
            return Sent(attempt)
        case {"head": {"status": int(status), "headers": dict(headers)}}:
            return Head(status, _texts(headers))
        case {"discarded": dict(told), "wait_s": int(wait_s) | float(wait_s)}:
            return Discarded(_problem(told), wait_s)
        case {"closed": str(how)} if how in _CLOSINGS:
            why = line.get("problem")
            return Closed(_CLOSINGS[how], _problem(why) if isinstance(why, dict) else None)
    return None


def says_more(line: Line) -> bool:
    """Whether a line that was understood has fields that we do not know."""
    if isinstance(said := line.get("about"), dict):
        return not (line.keys() <= _ABOUT_KEYS and said.keys() <= _SAID)
    if "r" not in line:
        return not line.keys() <= (_RUN_KEYS if "run" in line else _ROUND_KEYS)
    if line.keys() <= _STRETCH_KEYS:
        return False
    why = line.get("discarded", line.get("problem"))
    told = why.keys() if isinstance(why, dict) else set()
    return not (line.keys() <= _OTHER_KEYS and told <= _PROBLEM.keys())


def _usd(told: object) -> Decimal | None:
    try:
        usd = Decimal(told) if isinstance(told, str) else None
    except InvalidOperation:
        return None
    return usd if usd is not None and usd.is_finite() and usd >= 0 else None


def _problem(told: Line) -> RunProblem:
    return RunProblem(**{"type": "", "problem": "", **_fitting(told, _PROBLEM)})


def _fitting(line: Line, types: Types) -> Line:
    """The fields whose values have the right type; the others stay at their defaults."""
    return {name: line[name] for name, kind in types.items() if type(line.get(name)) is kind}


def _texts(told: Line) -> dict[str, str]:
    return {name: text for name, text in told.items() if isinstance(text, str)}
