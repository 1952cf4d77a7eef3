"""A judge asked about a session, whichever way: what that takes, and how what it says is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.compare.review import Review
from workbench.documents.prompt import Prompt
from workbench.run import Run
from workbench.sessions.session import Session
from workbench.workbench import judge, pairwise
from workbench.workbench.asking import Asking, Choice, Say, judge_prompt
from workbench.workbench.bench import Workbench
from workbench.workbench.reviews import reviews_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What a judge has come to, once it is kept.

    Args:
        lacking: How many answers, or pairs, have not been judged.
        unread: What could not be understood of what it said, a line each.
        judges: Who voted on pairs, as a review names it.
        baseline: Of pairs, the variant that the others are held against.
        variants: Those.
    """

    lacking: int
    unread: tuple[str, ...] = ()
    judges: frozenset[str] = frozenset()
    baseline: str = ""
    variants: tuple[str, ...] = ()

    def reviews(self, session: Session) -> list[Review]:
        """What the judge's votes on pairs have come to, those from before among them."""
        found = reviews_of(session, self.baseline, self.variants)
        return [review for review in found if review.judge in self.judges]


@dataclass(frozen=True, slots=True)
class Judging:
    """A judge's round before it is sent.

    Args:
        asking: What is asked.
        many: How many answers, or pairs, that is, in words.
        words: That, and what it costs.
        keep: Keeps what the judge has said, given its runs and what writes it down.
        comparisons: Of pairs, how many two variants are compared; else 0.
    """

    asking: Asking[Any]
    many: str
    words: str
    keep: Callable[[Sequence[Run], Say], Kept]
    comparisons: int = 0


def own_judge(file: Path, *, pairs: bool) -> Prompt:
    """The user's own prompt for a judge; raises what `judge_prompt` raises."""
    name, needs = (pairwise.NAME, pairwise.NEEDS) if pairs else (judge.NAME, judge.NEEDS)
    return judge_prompt(file, name, needs)


def judging_of(
    bench: Workbench,
    session: Session,
    rubric: str | Prompt,
    variants: Sequence[str] | None = None,
    *,
    file: Path | None = None,
    chosen: Choice | None = None,
) -> Judging:
    """What asks a judge about the answers of a session; nothing is sent yet.

    Args:
        bench: Where the judge is asked, and its round is saved.
        session: Whose answers are judged.
        rubric: What a good answer does; or the prompt whose cases say so, by `llm-rubric`.
        variants: Of pairs, the two that are compared; the first against each other where empty.
            Every answer is judged alone where None.
        file: The user's own prompt for the judge.
        chosen: Who judges, and what it may cost.

    Raises what `plan_judging` and `plan_pairs` raise.
    """
    own = own_judge(file, pairs=variants is not None) if file is not None else None
    if variants is None:
        return _each(session, judge.plan_judging(bench, session, own, rubric, chosen))
    return _pairs(session, pairwise.plan_pairs(bench, session, own, rubric, variants, chosen))


def _each(session: Session, judged: judge.Graded) -> Judging:
    def kept(runs: Sequence[Run], say: Say) -> Kept:
        found = judge.keep(session, judged, runs, say)
        unread = dict.fromkeys(result.why for result in found if result.passed is None)
        understood = sum(result.passed is not None for result in found)
        return Kept(len(judged.of) - understood, tuple(unread))

    many = "1 answer" if len(judged.of) == 1 else f"{len(judged.of):,} answers"
    return Judging(judged, many, f"{many}: {judged.words}", kept)


def _pairs(session: Session, pairing: pairwise.Pairing) -> Judging:
    baseline, others = pairing.reviews[0].a, tuple(review.b for review in pairing.reviews)

    def kept(runs: Sequence[Run], say: Say) -> Kept:
        ruling = pairwise.keep_pairs(pairing, runs, say)
        return Kept(ruling.unanswered, ruling.unread, ruling.judges, baseline, others)

    return Judging(pairing.asking, pairing.many, pairing.words, kept, len(others))
