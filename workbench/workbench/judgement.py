"""A judge at work, as Python code has it, and what it has come to.

    judgement = await round.judge("Says when the money comes", pairs=["base", "terse"])
    judgement.told, judgement.asked.cost

>>> import workbench as wb
>>> with wb.open("prompts", provider="simulator") as workspace:
...     ahead = workspace.plan_judge("example-triage", "Names the queue.", pairs=True)
>>> ahead.size.runs  # terse and warm against base, in both orders
4
>>> round = wb.session("example-triage", folder="sessions").rounds[0]
>>> round.compare_runs("base", "terse")["deltas"]["input_tokens"]
-79
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.compare.review import Review
from workbench.errors import SessionError
from workbench.run import Run
from workbench.sessions.content import stem_of
from workbench.sessions.session import Session, read_session
from workbench.workbench.asking import saying
from workbench.workbench.background import in_a_thread
from workbench.workbench.bench import Workbench
from workbench.workbench.grading import results_of
from workbench.workbench.judging import Judging, Kept
from workbench.workbench.round import Comparison, Round
from workbench.workbench.saved_session import SavedSession, saved_session
from workbench.workbench.standings import as_json
from workbench.workbench.underway import Going

if TYPE_CHECKING:
    Judged = Round | SavedSession | str | Path
    """What may be judged: a round that was saved, or a session, at hand or by its name."""


@dataclass(frozen=True, slots=True, repr=False)
class Judgement:
    """What a judge has come to.

    Args:
        comparison: How the variants stand now, by scores and by votes on pairs.
        told: What the votes have come to, a line each: the verdict, how often the order decided;
            empty where every answer was judged alone.
        asked: The judge's own answers, in a session of their own: `asked.cost` is its bill.
        lacking: How many answers, or pairs, it has not judged.
        unread: What could not be understood of what it said, a line each.
    """

    comparison: Comparison
    told: tuple[str, ...]
    asked: Round
    lacking: int
    unread: tuple[str, ...]

    def __repr__(self) -> str:
        lacking = f"not judged: {self.lacking:,}\n" if self.lacking else ""
        return lacking + ("\n".join(self.told) or repr(self.comparison))


class JudgeUnderway(Going[Judgement]):
    """A judge at work. It comes to a `Judgement`; what it has said is kept, also if cancelled."""


def judge(home: Workbench, session: Session, judging: Judging, bench: Workbench) -> JudgeUnderway:
    """Ask a judge; what it says is kept with the session that is judged.

    Args:
        home: Where that session may still be being written.
        session: Whose answers are judged.
        judging: What is asked.
        bench: Where it is asked; closed at the end.
    """
    asking = judging.asking

    async def work(going: JudgeUnderway) -> Judgement:
        path = None
        async with bench:
            if asking.plan.runs:
                async with bench.round(asking.plan) as live:
                    going.began({run.run_id: run for run in asking.plan.runs}, live.cancel)
                    async for event in live:
                        going.happened(event)
            path = bench.journal.path if bench.journal else None
        runs = tuple(going.runs)
        said = asking.ended(runs) if going.cancelled else [*asking.known, *runs]
        kept = await in_a_thread(_kept, home, session.path, judging, said)
        return await in_a_thread(_judgement, session, kept, Round(runs, session=path))

    return JudgeUnderway(asking.plan.runs, work)


def session_of(judged: Judged, folder: Path) -> Session:
    """The session as it is now; of a round's session, that round alone.

    Raises:
        SessionError: There is none such, or the round was not saved.
    """
    if not isinstance(judged, Round):
        return read_session(saved_session(judged, folder).path)
    if judged.session is None:
        raise SessionError("the round was not saved", hint="Open the workspace with save=True.")
    whole, ids = read_session(judged.session), {run.round_id for run in judged}
    return replace(whole, rounds=tuple(one for one in whole.rounds if one.info.round_id in ids))


def _kept(home: Workbench, path: Path, judging: Judging, said: Sequence[Run]) -> Kept:
    if (journal := home.writer_of(path)) is None:
        return judging.keep(said, saying(path))
    kept = judging.keep(said, lambda told, of: journal.annotate(told, of=of))
    journal.flush()
    return kept


def _told(review: Review) -> list[str]:
    """What there is to say of a review; on which two variants it is, where there are others."""
    verdict, *more = review.told
    return [f"{review.b} against {review.a}: " * bool(review.rivals) + verdict, *more]


def _judgement(before: Session, kept: Kept, asked: Round) -> Judgement:
    ids = {saved.info.round_id for saved in before.rounds}
    now = read_session(before.path)
    now = replace(now, rounds=tuple(one for one in now.rounds if one.info.round_id in ids))
    results = results_of(now)
    reviews = kept.reviews(now) if kept.baseline else []
    baseline = kept.baseline or next(iter(results.variants), stem_of(now.path))
    rows = tuple(as_json(results, baseline, reviews=reviews))
    told = tuple(line for review in reviews for line in _told(review))
    return Judgement(Comparison(rows), told, asked, kept.lacking, kept.unread)
