"""Export: a session, or a part of it, in a form for others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from workbench.costs import Cost
from workbench.errors import SettingsError
from workbench.run import Run
from workbench.sessions.export.cast import cast
from workbench.sessions.export.chosen import chosen
from workbench.sessions.export.markdown import markdown
from workbench.sessions.export.page import page
from workbench.sessions.export.redaction import redacted
from workbench.sessions.export.rows import rows
from workbench.sessions.export.table import table
from workbench.sessions.session import Session

Form = Literal["md", "csv", "jsonl", "html", "cast"]
FORMS: tuple[Form, ...] = get_args(Form)
_SUFFIXES: Mapping[str, Form] = {".markdown": "md", ".htm": "html", **{f".{f}": f for f in FORMS}}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a session is exported, and how.

    Args:
        form: Which kind of file.
        rounds: Ids of rounds, or numbers from 1; none means all.
        runs: Ids of runs; none means all.
        redact: Variables whose values are masked wherever they stand.
        redact_tools: Whether what tools were given and gave is masked.
        size: Columns and lines of the screen that a `cast` records; None: what the panes need.
    """

    form: Form
    rounds: Collection[str] = ()
    runs: Collection[str] = ()
    redact: Collection[str] = ()
    redact_tools: bool = False
    size: tuple[int, int] | None = None


def export(
    session: Session,
    wanted: Wanted,
    *,
    cost_of: Callable[[Run], Cost],
    as_json: Callable[[Run], Mapping[str, Any]],
) -> Iterator[str]:
    """The text of the file, piece by piece. What can be refused is refused before the first.

    Args:
        cost_of: What a run costs as it stands.
        as_json: What `run --json` says of a run.

    Raises:
        SessionError: There is no such round, run or variable, or a value cannot be told for sure.
    """
    # Masked whole before it is cut down: a value may be known from one round and stand in another.
    masked = redacted(session, wanted.redact, tools=wanted.redact_tools)
    part = chosen(masked, rounds=wanted.rounds, runs=wanted.runs)
    match wanted.form:
        case "md":
            return markdown(part, cost_of)
        case "csv":
            return table(part, cost_of)
        case "jsonl":
            return rows(part, as_json)
        case "html":
            return page(part, cost_of)
        case "cast":
            return cast(part, cost_of, wanted.size)


def form_of(path: Path) -> Form:
    """The form that a file's name asks for.

    Raises:
        SettingsError: Its suffix is none that we know.
    """
    form = _SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise SettingsError(
            f"{path.name}: what form shall that be?",
            hint=f"End the name in .{', .'.join(FORMS)}, or say which with `form=`.",
        )
    return form
