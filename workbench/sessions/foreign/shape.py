"""What a foreign file tells, in our words, before it is written as a session."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from workbench.wire.request import finite


@dataclass(frozen=True, slots=True)
class ForeignRun:
    """One request of another program, with what came of it.

    Args:
        key: Its id in that program's records, to know it again by.
        model: As that program names it.
        body: The request in the words of the Messages API.
        content: The answer's content blocks.
        began: When it was sent; None where that is not told.
        variant: What tells it from the others that were sent for the same case.
        case: Which case it was sent for.
        repeat: Which time for that case, from 1.
        usage: Counts of tokens by the API's names; only those that are told.
        stop_reason: In the other program's own word.
        answered_by: The model that answered, where that is told to be another one.
        total_s: How long the answer took; None where that is not told.
        usd: What it cost; None where that is not told.
        problem: Why there is no answer; empty where there is one.
        values: What filled its variables.
        said: What is said of it: `tags`, `note`.
        source: All that is told beyond that, as it came.
    """

    key: str
    model: str
    body: Mapping[str, Any]
    content: Sequence[Mapping[str, Any]] = ()
    began: datetime | None = None
    variant: str = "base"
    case: str | None = None
    repeat: int = 1
    usage: Mapping[str, Any] = field(default_factory=dict)
    stop_reason: str | None = None
    answered_by: str = ""
    total_s: float | None = None
    usd: Decimal | None = None
    problem: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForeignSession:
    """What belongs together in a foreign file.

    Args:
        program: Whose records these are.
        key: Its id there, to know it again by.
        name: What the session's file is named after.
        title: What it is called there.
        rounds: What was sent together, in the order in which it was sent.
    """

    program: str
    key: str
    name: str
    title: str
    rounds: Sequence[Sequence[ForeignRun]]


def when(told: object) -> datetime | None:
    """A moment as others write it, in UTC where they do not say; None where it is none."""
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def count(told: object) -> int | None:
    """A number of tokens or milliseconds; None where it is none."""
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    return told if type(told) is int and 0 <= told < 1 << 45 else None


def seconds(milliseconds: object) -> float | None:
    """A duration that is told in milliseconds."""
    if isinstance(milliseconds, float) and 0 <= milliseconds < 1 << 45:
        milliseconds = round(milliseconds)
    number = count(milliseconds)
    return None if number is None else number / 1000


def json_in(text: object) -> Any:
    """The JSON that a text holds; None where it holds none."""
    try:
        return json.loads(text) if isinstance(text, str | bytes) else None
    except (ValueError, RecursionError):
        return None


def plain_json(value: Any) -> Any:
    """A value with nothing in it that JSON has no word for."""
    return json.loads(finite(value))
