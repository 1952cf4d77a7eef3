"""JSONL: one row a run, with all that `run --json` tells, and what was asked for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.lines import MANIFEST
from workbench.sessions.session import SavedRound, Session
from workbench.telling.plain import retold
from workbench.wire.request import finite


def rows(session: Session, as_json: Callable[[Run], Mapping[str, Any]]) -> Iterator[str]:
    """The session, row by row.

    To the object of `run --json` come `prompt`, `began`, `api_version`, `base_url`, `values`,
    `documents` (name -> SHA-256 of the text that went into the round), `request` (the body as it
    was sent; null where it is lost) and `about`: what somebody said of the `session`, the `round`
    and the `run`, as in the session file. Lines of the session that we do not understand, or not
    wholly, stand in `unknown` of their round's first row; those of no round in the very first,
    as does its first line.

    Args:
        session: As it is to be shown.
        as_json: What `run --json` says of a run.
    """
    more = not session.manifest.keys() <= MANIFEST
    unknown = [*[session.manifest] * more, *session.unknown]
    for saved in session.rounds:
        unknown += saved.unknown
        shared = _of_round(saved)
        for run in saved.finished():
            request = saved.requests.get(run.run_id)
            row = {**as_json(run), **shared, "about": _said(session, run)}
            row["values"] = {**saved.info.values, **saved.values.get(run.run_id, {})}
            row["request"] = None if request is None else request.body
            if request is not None and request.api_version:
                row["api_version"] = request.api_version
            if unknown:
                row["unknown"], unknown = unknown, []
            yield _visible(finite(row)) + "\n"


def _visible(line: str) -> str:
    """JSON with its controls, bidi marks and line separators as escapes: the same values."""
    return retold(line, lambda came, _: json.dumps(came)[1:-1])


def _said(session: Session, run: Run) -> dict[str, Any]:
    abouts = {
        "session": session.about,
        "round": session.abouts.get(run.round_id, About()),
        "run": session.abouts.get(run.run_id, About()),
    }
    return {whose: asdict(about) for whose, about in abouts.items() if about != About()}


def _of_round(saved: SavedRound) -> dict[str, Any]:
    info = saved.info
    documents = {
        name: hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        for name, text in info.documents.items()
    }
    return {
        "prompt": info.prompt,
        "began": info.began,
        "api_version": info.api_version,
        "base_url": info.base_url,
        "documents": documents,
    }
