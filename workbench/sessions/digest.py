"""All that the index takes up of a session: a line for lists, a gist, the texts to be searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.costs import Cost, cost_of_run, total
from workbench.run import Run
from workbench.sessions.completed import as_they_ended
from workbench.sessions.content import existing, stem_of
from workbench.sessions.gist import End, Gist, ends_of, gist_of
from workbench.sessions.session import CUT, Session, read_session
from workbench.sessions.shelf import SessionSummary, each_once
from workbench.wire.request import finite


@dataclass(frozen=True, slots=True)
class Digest:
    """What is known of a session without reading it again.

    Args:
        summary: What a list says of it.
        cost_usd: What its runs cost; None where that is not known.
        ends: How its runs ended; one that was sent again on resuming, how it ended then.
        gist: Its rounds and runs, told.
        prompts: What was asked: each document, value and request once.
        answers: What was answered.
        said: Its names, and what somebody said about it.
    """

    summary: SessionSummary
    cost_usd: Decimal | None
    ends: tuple[End, ...]
    gist: Gist
    prompts: str
    answers: str
    said: str


def digest_of(path: Path) -> Digest:
    """Read a session whole, and what it comes to.

    Raises:
        SessionError: It cannot be read, or is no session.
    """
    session = read_session(path)
    size = existing(path).stat().st_size
    rounds = [saved.finished() for saved in session.rounds]
    runs = [run for each in rounds for run in each]
    last = as_they_ended(zip((saved.info for saved in session.rounds), rounds, strict=True))
    prices = _Prices()
    return Digest(
        _summary(session, runs, size, cut=any(run.problem == CUT for run in last)),
        total(prices.cost_of(run) for run in runs if run.billed).usd,
        ends_of(last),
        gist_of(session, rounds, prices.cost_of),
        _prompts(session),
        "\n".join(block.shown for run in runs for block in run.blocks.values()),
        _said(session),
    )


class _Prices:
    """The models that runs were sent to, each looked up once."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], Model | None] = {}

    def cost_of(self, run: Run) -> Cost:
        name = run.provider, run.model
        if name not in self._models:
            self._models[name] = catalog().model(*name)
        return cost_of_run(run, self._models[name])


def _summary(session: Session, runs: Sequence[Run], size: int, *, cut: bool) -> SessionSummary:
    manifest = session.manifest
    return SessionSummary(
        path=session.path,
        began=str(manifest.get("created", "")),
        name=str(manifest.get("name", stem_of(session.path))),
        rounds=len(session.rounds),
        runs=len(runs),
        models=each_once(run.model for run in runs),
        providers=each_once(run.provider for run in runs),
        simulated=any(run.simulated for run in runs),
        cut=cut,
        size=size,
        about=session.about,
    )


def _prompts(session: Session) -> str:
    texts: dict[str, None] = {}
    for saved in session.rounds:
        texts |= dict.fromkeys((saved.info.prompt, *saved.info.documents.values()))
        for values in (saved.info.values, *saved.values.values()):
            texts |= dict.fromkeys(values.values())
        parts = ("messages",) if saved.info.documents else ("system", "messages")
        for request in saved.requests.values():
            body = request.body
            texts |= dict.fromkeys(finite(body[name]) for name in parts if name in body)
    return "\n".join(texts)


def _said(session: Session) -> str:
    every = (session.about, *session.abouts.values())
    named = (str(session.manifest.get("name", "")), session.path.name)
    words: Iterable[str] = (
        word for one in every for word in (one.title, one.note, *one.tags) if word
    )
    return "\n".join((*named, *words))
