"""Blind reviews of saved rounds: which runs are paired, what people have voted, where it is kept.

A round that was resumed is one round. Votes are kept with the round that is reviewed, so that a
session that is mailed takes them along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.compare.review import Review, Vote, judge_of, review_of
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.session import SavedRound, Session
from workbench.workbench.resume import as_one


def chains(rounds: Iterable[SavedRound]) -> list[list[SavedRound]]:
    """The rounds, each together with those that completed it."""
    found: dict[str, list[SavedRound]] = {}
    for saved in rounds:
        found.setdefault(saved.info.resumes or saved.info.round_id, []).append(saved)
    return [*found.values()]


def votes_in(abouts: Mapping[str, About]) -> list[Vote]:
    """All votes that there are."""
    return [vote for about in abouts.values() for vote in about.votes]


def reviews_of(
    session: Session, baseline: str, variants: Iterable[str], *, prompt: str = ""
) -> list[Review]:
    """What was voted in a session: every variant against the baseline that has votes.

    Args:
        session: The session.
        baseline: The variant that the others are held against.
        variants: The others.
        prompt: Of rounds of this prompt alone; of all where empty.
    """
    its = (saved for saved in session.rounds if prompt in ("", saved.info.prompt))
    return voted((as_one(chain) for chain in chains(its)), baseline, variants, session.abouts)


def voted(
    rounds: Iterable[Iterable[Run]],
    baseline: str,
    variants: Iterable[str],
    abouts: Mapping[str, About],
) -> list[Review]:
    """The same of some rounds, by their runs. People's votes come first, then each judge's."""
    votes = votes_in(abouts)
    if not votes:
        return []
    known = [*rounds]
    others = [variant for variant in variants if variant != baseline]
    judges = sorted({judge_of(vote) for vote in votes})
    found = (
        review_of(known, baseline, other, votes, judge=judge)
        for judge in judges
        for other in others
    )
    return [review for review in found if review.votes]


def whose(review: Review) -> str:
    """Whose votes they are, in words."""
    return f"the votes of {review.judge}" if review.judge else "people's votes"


def seed_of(session: str, round_id: str, seed: int = 0) -> str:
    """What a review draws from: another round, another order. A session by its file's stem."""
    return f"{seed} {session} {round_id}"


def as_json(review: Review) -> dict[str, Any]:
    """What votes came to, as `workbench compare --json` prints it of a variant.

    Of people's, how often they agree with themselves; of a judge's, how often the order decided.
    """
    tally, verdict = review.tally, review.verdict
    told = {
        "counted": review.each,
        "won": tally.b,
        "lost": tally.a,
        "tied": tally.tied,
        "both_bad": review.bad,
        "votes": sum(not vote.get("again") for vote in review.votes),
        "pairs": len(review.pairs),
        "evidence": round(review.evidence, 3),
        "sure": verdict.sure,
        "verdict": verdict.words,
    }
    if not review.judge:
        same, twice = review.consistency
        return told | {"repeats": twice, "repeats_same": same}
    first, of = review.first
    last = review.votes[-1]
    judge = {"judge": last["judge"], "simulated": bool(last.get("simulated"))}
    return {**judge, **told, "order_decided": review.swayed, "first": first, "preferred": of}
