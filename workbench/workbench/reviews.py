"""Reviews of rounds: which runs are paired, what people and judges have voted, where it is kept.

A round that was resumed, or of which a run was sent again, is one round. Votes are kept with the
round whose answers they are on, so that a session that is mailed takes them along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.compare.review import Ids, Review, Vote, judge_of, review_of
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import SavedRound, Session


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
    rounds = runs_by_round(session.rounds, prompt).values()
    return voted(rounds, baseline, variants, session.abouts)


def chains(rounds: Iterable[SavedRound]) -> list[list[SavedRound]]:
    """The rounds, each together with those that are part of it."""
    found: dict[str, list[SavedRound]] = {}
    for saved in rounds:
        found.setdefault(saved.info.root, []).append(saved)
    return [*found.values()]


def runs_by_round(saved: Iterable[SavedRound], prompt: str = "") -> dict[str, list[Run]]:
    """The runs of saved rounds as they ended, by round; of one prompt, where one is named."""
    its = (one for one in saved if prompt in ("", one.info.prompt))
    return {
        chain[0].info.root: [run for one in chain for run in one.finished()]
        for chain in chains(its)
    }


def by_round(runs: Iterable[Run], infos: Mapping[str, RoundInfo]) -> dict[str, list[Run]]:
    """Runs by the rounds that they are part of; a round of which nothing is known is its own.

    Args:
        runs: In the order in which they were sent.
        infos: What is known of their rounds, by id.
    """
    found: dict[str, list[Run]] = {}
    for run in runs:
        info = infos.get(run.round_id)
        found.setdefault(info.root if info is not None else run.round_id, []).append(run)
    return found


def voted(
    rounds: Iterable[Iterable[Run]],
    baseline: str,
    variants: Iterable[str],
    abouts: Mapping[str, About],
) -> list[Review]:
    """The same of some rounds, by their runs. People's votes come first, then each judge's."""
    if not (votes := votes_in(abouts)):
        return []
    known, found = [[*runs] for runs in rounds], list[Review]()
    others = [variant for variant in variants if variant != baseline]
    for judge in sorted({judge_of(vote) for vote in votes}):
        every = _alone(known, votes, judge)
        made = (review_of(known, baseline, other, votes, judge=judge) for other in others)
        found += [_among(one, every) for one in made if one.votes]
    return found


def review(
    rounds: Iterable[Iterable[Run]], a: str, b: str, abouts: Mapping[str, About], *, seed: str = ""
) -> Review:
    """The review of two variants by people, with all that there is to correct it for.

    Who looks at several pairs of variants finds one of them better sooner, by chance: whatever else
    the same people, or the same judge, have voted on in these rounds is counted, wherever a verdict
    is told. Arguments are those of `review_of`.
    """
    known, votes = [[*runs] for runs in rounds], votes_in(abouts)
    return _among(review_of(known, a, b, votes, seed=seed), _alone(known, votes, ""))


def _alone(rounds: Sequence[Sequence[Run]], votes: Sequence[Vote], judge: str) -> dict[Ids, float]:
    """The evidence on any two variants that somebody has voted on, each by itself."""
    names = {run.run_id: run.variant for runs in rounds for run in runs}
    sides = ((names.get(v["a"]), names.get(v["b"])) for v in votes if judge_of(v) == judge)
    two = {(min(a, b), max(a, b)) for a, b in sides if a is not None and b is not None and a != b}
    made = {(a, b): review_of(rounds, a, b, votes, judge=judge) for a, b in two}
    return {each: one.alone for each, one in made.items() if one.votes}


def _among(found: Review, every: Mapping[Ids, float]) -> Review:
    """A review that knows of the others."""
    own = min(found.a, found.b), max(found.a, found.b)
    return replace(found, rivals=tuple(sorted(e for two, e in every.items() if two != own)))


def whose(review: Review) -> str:
    """Whose votes they are, in words; on which two, where there are others."""
    voters = f"the votes of {review.judge}" if review.judge else "people's votes"
    return f"{voters}, {review.b} against {review.a}" if review.rivals else voters


def seed_of(session: str, seed: int = 0) -> str:
    """What a review draws from, besides the pairs: a session, by its file's stem."""
    return f"{seed} {session}"


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
        "among": review.among,
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
