"""CSV: one row a run, as RFC 4180 wants it. No cell is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.costs import Cost, usd_text
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.session import SavedRound, Session
from workbench.telling.plain import seen
from workbench.wire.request import finite

COLUMNS: Mapping[str, str] = {
    "session": "file name of the session",
    "round": "id of the round",
    "began": "when the round began: UTC, ISO 8601",
    "prompt": "file name of the prompt",
    "run": "id of the run",
    "variant": "name of the variant",
    "case": "id of the case; empty without one",
    "repeat": "which repeat of the variant, from 1",
    "provider": "profile that it was sent to",
    "model": "model as it was asked for",
    "simulated": "true where the answer is the simulator's",
    "end_state": "how the stream ended",
    "stop_reason": "the API's own word",
    "input_tokens": "neither read from nor written to the cache",
    "cache_read_input_tokens": "read from the cache",
    "cache_creation_input_tokens": "written to the cache",
    "output_tokens": "of the answer, thinking included",
    "cost_usd": "in USD; empty where it is not known",
    "cost_is_estimate": "true where a part of the cost was guessed",
    "first_token_s": "seconds from sending to the first delta",
    "total_s": "seconds from sending to the end",
    "tokens_per_s": "output tokens by the seconds between the first and the last delta",
    "attempts": "times it was sent",
    "request_id": "the provider's id of the request",
    "error": "what went wrong, in a line",
    "answer": "words of the answer: its text blocks",
    "tool_calls": "tool calls of the answer, as JSON; empty without any",
    "tags": "of the run, with blanks between them",
    "note": "on the run",
    "values": "what the variables were filled with, as JSON",
}
"""Every column and what stands in it. What is not known is empty, never 0."""

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def table(session: Session, cost_of: Callable[[Run], Cost]) -> Iterator[str]:
    """The session, row by row; the first holds the names of the columns."""
    yield _line(list(COLUMNS))
    for saved in session.rounds:
        for run in saved.finished():
            row = _row(session, saved, run, cost_of(run))
            yield _line([_cell(row[name]) for name in COLUMNS])


def _row(session: Session, saved: SavedRound, run: Run, cost: Cost) -> dict[str, Any]:
    info, values = saved.info, {**saved.info.values, **saved.values.get(run.run_id, {})}
    usage, about = run.usage, session.abouts.get(run.run_id, About())
    calls = [block for block in run.content if str(block.get("type", "")).endswith("tool_use")]
    return {
        "session": session.path.name,
        "round": info.round_id,
        "began": info.began,
        "prompt": info.prompt,
        "run": run.run_id,
        "variant": run.variant,
        "case": run.case,
        "repeat": run.repeat,
        "provider": run.provider,
        "model": run.model,
        "simulated": run.simulated,
        "end_state": run.end_state,
        "stop_reason": run.stop_reason,
        "input_tokens": usage.input_tokens,
        "cache_read_input_tokens": usage.cache_read_input_tokens,
        "cache_creation_input_tokens": usage.cache_creation_input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usd_text(cost.usd),
        "cost_is_estimate": cost.is_estimate,
        "first_token_s": run.first_token_s,
        "total_s": run.total_s,
        "tokens_per_s": None if run.tokens_per_s is None else round(run.tokens_per_s, 1),
        "attempts": run.attempts,
        "request_id": run.request_id,
        "error": run.problem.problem if run.problem else None,
        "answer": run.text,
        "tool_calls": finite(calls) if calls else None,
        "tags": " ".join(about.tags),
        "note": about.note,
        "values": finite(values) if values else None,
    }


def _cell(value: Any) -> str:
    """A value as a cell holds it. One that a spreadsheet would calculate gets a `'`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = seen(str(value))
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
