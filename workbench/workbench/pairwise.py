"""Pairs of saved answers judged by a model: which one is better, asked in both orders.

Models prefer what they read first, or last. A side wins a pair where it wins in both orders; where
the order decides, it is a tie, and counted. What comes of a pair is a vote like a person's, that
names its judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.compare.review import Pair, Review, Side, asked, judge_of, review_of
from workbench.documents.checks import Check
from workbench.documents.expansion import variables_of
from workbench.documents.finding import nearest_hint
from workbench.documents.prompt import Prompt, load_prompt
from workbench.errors import SessionError, SettingsError
from workbench.run import WHOLE, Run
from workbench.sessions.content import stem_of
from workbench.sessions.session import Session
from workbench.wire.request import MessagesRequest, compact
from workbench.workbench.asking import (
    Asking,
    Choice,
    Question,
    Say,
    asked_by_cases,
    judge_prompt,
    nothing_to_ask,
    plan_asking,
    requests_of,
    require_told,
    rubrics_of,
    said,
    unreadable,
)
from workbench.workbench.bench import Workbench
from workbench.workbench.reviews import runs_by_round, seed_of

NAME, NEEDS = "judge-pairs", ("rubric", "asked", "first", "second")
"""The prompt that is ours, and what one of the user's has to use."""

_OTHER: dict[Side, Side] = {"a": "b", "b": "a"}


@dataclass(frozen=True, slots=True)
class Order:
    """One question about a pair: which of its answers comes first."""

    pair: Pair
    first: Side


@dataclass(frozen=True, slots=True)
class Pairing:
    """A round of a judge of pairs, before it is sent.

    Args:
        asking: What is asked.
        reviews: The variants that are held against each other, with all their pairs.
        unasked: How many pairs are left out as their case says nothing of what is good.
        single: How many are asked about by our own prompt, as the one that their case names judges
            one answer alone.
    """

    asking: Asking[Order]
    reviews: tuple[Review, ...]
    unasked: int
    single: int = 0

    @property
    def pairs(self) -> int:
        """How many pairs are judged."""
        return len({order.pair.ids for order in self.asking.of.values()})

    @property
    def many(self) -> str:
        """How many pairs are judged, in words."""
        return "1 pair" if self.pairs == 1 else f"{self.pairs:,} pairs"

    @property
    def words(self) -> str:
        """How many pairs in both orders, what that costs, and what is left out."""
        left_out = _left_out(self.reviews, self.unasked)
        tail = f" ({left_out[0].lower()}{left_out[1:-1]})" if left_out else ""
        if self.single:
            tail += f" ({self.single:,} by the judge that is built in: the one that their case"
            tail += " names does not use {{first}} and {{second}})"
        return f"{self.many} in both orders{tail}: {self.asking.words}"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a judge of pairs has come to.

    Args:
        votes: A vote for every pair that was judged, as it is kept.
        unread: What could not be understood of what it said, a line each.
        unanswered: How many pairs have no vote, those of `unread` among them.
    """

    votes: tuple[dict[str, Any], ...]
    unread: tuple[str, ...]
    unanswered: int

    @property
    def judges(self) -> frozenset[str]:
        """Who has voted, as a review names it."""
        return frozenset(map(judge_of, self.votes))


def plan_pairs(
    bench: Workbench,
    session: Session,
    judge: Prompt | None,
    rubric: str | Prompt,
    variants: Sequence[str] = (),
    chosen: Choice | None = None,
) -> Pairing:
    """What asks a judge about pairs of answers, both ways round; nothing is sent yet.

    Args:
        bench: Where the judge is asked, and its round is saved.
        session: Whose answers are judged.
        judge: The prompt, with the variables `rubric`, `asked`, `first` and `second`; where None,
            that of the case's check, where it has those, or ours.
        rubric: What a good answer does; or the prompt whose cases say so, by `llm-rubric`.
        variants: The two to be compared; the first one against each other where empty.
        chosen: Who judges, and what it may cost.

    Raises:
        SettingsError: There is no such variant, or only one.
        SessionError: There is no pair to judge.
        WorkbenchError: It is certain to cost more than it may.
    """
    require_told(session)
    requests, asks = requests_of(session), asked_by_cases(rubric)
    rounds = [*runs_by_round(session.rounds).values()]
    baseline, others = _variants(rounds, variants)
    seed = seed_of(stem_of(session.path))
    reviews = tuple(review_of(rounds, baseline, other, seed=seed) for other in others)
    prompts, questions, unasked, single = _Prompts(judge), list[Question[Order]](), 0, 0
    for pair in (pair for review in reviews for pair in review.pairs):
        checks = rubrics_of(rubric, pair.a, asks)
        if checks and {*pair.ids} <= requests.keys():
            prompt, own = prompts.of(checks)
            questions += _both_ways(pair, prompt, checks, requests)
            single += not own
        else:
            unasked += 1
    if not questions and unasked:
        raise nothing_to_ask(session, requests)
    if not questions:
        problem = f"{stem_of(session.path)} has no pair of different answers to judge"
        raise SessionError(problem, hint=_left_out(reviews, unasked))
    asking = plan_asking(bench, session, questions, chosen or Choice(), _understood)
    return Pairing(asking, reviews, unasked, single)


def _left_out(reviews: Iterable[Review], unasked: int) -> str:
    """How many pairs are not judged, and why: a sentence; empty where none is."""
    known = [*reviews]
    reasons = (
        (sum(review.alike for review in known), "with the same answer twice"),
        (sum(review.lacking for review in known), "without two whole answers"),
        (unasked, "whose case has no llm-rubric"),
    )
    told = [f"{count:,} {why}" for count, why in reasons if count]
    return f"Left out: {', '.join(told)}." if told else ""


class _Prompts:
    """How a judge is asked about pairs, by what a case asks for.

    Args:
        judge: The user's own prompt for all of them, if any.
    """

    def __init__(self, judge: Prompt | None) -> None:
        self._judge = judge
        self._read: dict[str, Prompt] = {}

    def of(self, checks: Sequence[Check]) -> tuple[Prompt, bool]:
        """The prompt, and whether it is the one that is wanted: one for one answer will not do."""
        if self._judge is not None:
            return self._judge, True
        named = [check.rubric for check in checks if check.rubric]
        for name in named:
            if {*NEEDS} <= {*variables_of(self._of(name))}:
                return self._of(name), True
        return self._of(""), not named

    def _of(self, name: str) -> Prompt:
        if name not in self._read:
            self._read[name] = load_prompt(Path(name)) if name else judge_prompt(None, NAME, NEEDS)
        return self._read[name]


def _variants(rounds: Iterable[Sequence[Run]], chosen: Sequence[str]) -> tuple[str, list[str]]:
    """The variant that others are held against, and those."""
    known = list(dict.fromkeys(run.variant for runs in rounds for run in runs))
    for name in chosen:
        if name not in known:
            hint = nearest_hint(name, known)
            raise SettingsError(f"the session has no variant {name!r}", hint=hint)
    baseline, *others = chosen or known or [""]
    if not others or baseline in others:
        problem = "two variants make a pair, and here is only one"
        raise SettingsError(problem, hint="Name two, or judge each answer alone, without `pairs=`.")
    return baseline, others


def _both_ways(
    pair: Pair, judge: Prompt, checks: Sequence[Check], requests: dict[str, MessagesRequest]
) -> list[Question[Order]]:
    bodies = [requests[run_id].body for run_id in pair.ids]
    messages = [body.get("messages") for body in bodies]
    same = messages[0] == messages[1]
    values = {
        "rubric": "\n".join(f"{'Not: ' * check.negated}{check.value}" for check in checks),
        "asked": compact(messages[0]) if same else asked(*bodies),
    }
    sides: dict[Side, Run] = {"a": pair.a, "b": pair.b}
    model = next((check.model for check in checks if check.model), "")
    return [
        Question(
            Order(pair, first),
            judge,
            {**values, "first": said(sides[first]), "second": said(sides[_OTHER[first]])},
            f"{sides[first].variant} before {sides[_OTHER[first]].variant}",
            pair.a.case,
            pair.a.repeat,
            model,
        )
        for first in _OTHER
    ]


def keep_pairs(pairing: Pairing, runs: Sequence[Run], say: Say) -> Ruling:
    """Keep with the session what a judge has said of its pairs; that.

    A pair has a vote once both its questions have been answered, and understood.

    Args:
        pairing: The round.
        runs: The judge's runs, before and now, as they ended.
        say: Writes it down; what that raises is not caught.
    """
    told, unread = dict[tuple[str, str], dict[Side, tuple[str, str, Run]]](), list[str]()
    for run in runs:
        if run.end_state not in WHOLE:
            continue
        order = pairing.asking.of[run.run_id]
        better, why = _read(run)
        if better:
            won = _won(better, order.first)
            told.setdefault(order.pair.ids, {})[order.first] = (won, why, run)
        else:
            unread.append(why)
    pairs = {order.pair.ids: order.pair for order in pairing.asking.of.values()}
    votes = []
    for ids, both in told.items():
        if len(both) == len(_OTHER):
            votes.append(_vote(pairs[ids], both))
            say({"vote": votes[-1]}, pairs[ids].a.round_id)
    return Ruling(tuple(votes), tuple(unread), len(pairs) - len(votes))


def _vote(pair: Pair, both: dict[Side, tuple[str, str, Run]]) -> dict[str, Any]:
    (first, why, run), (second, _, _) = both["a"], both["b"]
    vote: dict[str, Any] = {"a": pair.a.run_id, "b": pair.b.run_id}
    vote |= {"won": first if first == second else "tie", "judge": run.model}
    vote |= {"orders": [first, second], "note": why}
    return vote | ({"simulated": True} if run.simulated else {})


def _won(better: str, first: Side) -> str:
    """What was said of the order as it is of the sides."""
    sides = {"first": first, "second": _OTHER[first], "neither": "bad"}
    return sides.get(better, better)


def _understood(run: Run) -> bool:
    return bool(_read(run)[0])


def _read(run: Run) -> tuple[str, str]:
    """Which answer is better, and why; an empty text, and what was said, where that is unclear."""
    try:
        told = json.loads(run.text)
        better, reason = told["better"], str(told.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", unreadable(run)
    if better not in ("first", "second", "tie", "neither"):
        said = str(better)[:80]
        return "", f"the judge's `better` is not first, second, tie or neither: {said!r}"
    return better, reason
