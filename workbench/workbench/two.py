"""Two runs of a session, as JSON: their figures with deltas, and what differs in their answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from workbench.compare.answers import Answers, answers
from workbench.compare.fields import ABSENT, Change
from workbench.costs import usd_text
from workbench.errors import SessionError
from workbench.run import Run
from workbench.sessions.session import Session
from workbench.workbench.outcome import as_json, cost_of

_N = TypeVar("_N", int, float, Decimal)


def run_named(session: Session, name: str) -> Run:
    """A run of a session by its id, or the first one of the variant of this name.

    Raises:
        SessionError: It has no such run.
    """
    runs = [(saved, run) for saved in session.rounds for run in saved.runs]
    named = [one for one in runs if one[1].run_id == name]
    named += [one for one in runs if one[1].variant == name]
    if not named:
        some = ", ".join(run.run_id for _, run in runs[:20]) or "none"
        raise SessionError(f"{session.path.name} has no run {name!r}", hint=f"Its runs: {some}")
    saved, planned = named[0]
    return saved.only([planned.run_id]).finished()[0]


def two_as_json(a: Run, b: Run) -> dict[str, Any]:
    """What `workbench compare SESSION RUN RUN --json` prints."""
    found = answers(a, b)
    return {
        "a": as_json(a, None),
        "b": as_json(b, None),
        "deltas": _deltas(a, b),
        "same": found.tally.same,
        "fields": _fields(found),
        "words": [{"kind": span.kind, "text": span.text} for span in found.words],
    }


def _deltas(a: Run, b: Run) -> dict[str, int | float | str | None]:
    """B's figures less A's; None where one of them is not known. Money as a decimal string."""
    usd = _less(cost_of(b).usd, cost_of(a).usd)
    return {
        "input_tokens": _less(b.usage.prompt_tokens, a.usage.prompt_tokens),
        "cache_read_input_tokens": _less(
            b.usage.cache_read_input_tokens, a.usage.cache_read_input_tokens
        ),
        "cache_creation_input_tokens": _less(
            b.usage.cache_creation_input_tokens, a.usage.cache_creation_input_tokens
        ),
        "output_tokens": _less(b.usage.output_tokens, a.usage.output_tokens),
        "first_token_s": _less(b.first_token_s, a.first_token_s),
        "total_s": _less(b.total_s, a.total_s),
        "tokens_per_s": _less(b.tokens_per_s, a.tokens_per_s),
        "cost_usd": usd_text(usd),
    }


def _less(b: _N | None, a: _N | None) -> _N | None:
    return None if a is None or b is None else b - a


def _fields(found: Answers) -> list[dict[str, Any]] | None:
    return None if found.fields is None else [_field(change) for change in found.fields]


def _field(change: Change) -> dict[str, Any]:
    """A field that differs; a side that does not have it is left out, as null is a value."""
    sides = {"a": change.a, "b": change.b}
    there = {name: value for name, value in sides.items() if value is not ABSENT}
    return {"path": change.path, **there}
