"""Blind reviews of saved rounds: which runs are paired, what people have voted, where it is kept.

A round that was resumed is one round. Votes are kept with the round that is reviewed, so that a
session that is mailed takes them along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.compare.review import Review, Vote, review_of
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


def reviews_of(session: Session, variants: Sequence[str], baseline: str) -> list[Review]:
    """What people have voted in a session: every variant against the baseline that has votes."""
    votes = votes_in(session.abouts)
    if all("judge" in vote for vote in votes):
        return []
    rounds = [as_one(chain) for chain in chains(session.rounds)]
    others = (variant for variant in variants if variant != baseline)
    found = (review_of(rounds, baseline, other, votes) for other in others)
    return [review for review in found if review.votes]


def seed_of(session: str, round_id: str, seed: int = 0) -> str:
    """What a review draws from: another round, another order. A session by its file's stem."""
    return f"{seed} {session} {round_id}"


def as_json(review: Review) -> dict[str, Any]:
    """What people's votes came to, as `workbench compare --json` prints it of a variant."""
    tally, verdict = review.tally, review.verdict
    same, twice = review.consistency
    return {
        "counted": review.each,
        "won": tally.b,
        "lost": tally.a,
        "tied": tally.tied,
        "both_bad": review.bad,
        "votes": len(review.votes) - twice,
        "pairs": len(review.pairs),
        "evidence": round(review.evidence, 3),
        "sure": verdict.sure,
        "verdict": verdict.words,
        "repeats": twice,
        "repeats_same": same,
    }
