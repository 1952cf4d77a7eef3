"""Blind review: pairs of answers, in an order and on sides that chance decides. Pure.

Whoever votes does not know which variant wrote which answer. Chance is drawn from a seed and from
the pair alone, so that a review goes on where it stopped, and a pair that comes later moves none.
Now and then a pair comes a second time: its vote counts for nothing but how far one agrees with
oneself.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from workbench.compare.coins import as_uneven
from workbench.compare.evidence import corrected, evidence
from workbench.compare.groups import groups
from workbench.compare.planner import Bought, enough_for
from workbench.compare.verdict import Verdict, Votes, verdict_of_votes
from workbench.compare.words import differences
from workbench.run import Run
from workbench.wire.request import text_of

Side = Literal["a", "b"]
Vote = Mapping[str, Any]
"""As a session keeps it: `a`, `b`, `won`, and what else `About` says of votes."""
Ids = tuple[str, str]

_EVERY = 8
"""One in so many pairs is one that was voted on before."""
_AGO = 4
"""So many votes ago at least: one does not remember it word for word."""
_SURE = 0.05


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to the same request, but for the variant.

    Args:
        a: The answer of the first variant.
        b: That of the other.
        left: Which of them is shown at the left.
        again: Whether it was voted on before.
    """

    a: Run
    b: Run
    left: Side = "a"
    again: bool = False

    @property
    def ids(self) -> Ids:
        """Its runs by their ids."""
        return self.a.run_id, self.b.run_id

    @property
    def sides(self) -> tuple[Run, Run]:
        """The answers as they are shown, left and right."""
        return (self.a, self.b) if self.left == "a" else (self.b, self.a)

    def won_by(self, side: Literal["left", "right"]) -> Side:
        """Which variant a vote for the left or the right is for."""
        return self.left if (side == "left") else ("b" if self.left == "a" else "a")

    def vote(self, won: str, note: str = "") -> dict[str, Any]:
        """The vote on it: that "a" has won, or "b", or "tie", or "bad" (both)."""
        told: dict[str, Any] = {"a": self.a.run_id, "b": self.b.run_id, "won": won}
        told |= {"left": self.left}
        if self.again:
            told["again"] = True
        return told | ({"note": note} if note else {})


@dataclass(frozen=True)
class Review:
    """A review of two variants, as far as it has come.

    Args:
        a: The name of the first variant.
        b: That of the other.
        pairs: All that can be voted on.
        votes: The votes of people on them, or of one judge, in their order.
        alike: How many pairs say the same on both sides; nobody is asked about those.
        lacking: How many lack a whole answer on one side.
        seed: What chance is drawn from.
        judge: The judge that votes, as `judge_of` tells it; empty where people do.
        rivals: The evidence of the other reviews of the same voters, each by itself; verdicts are
            corrected for those.
    """

    a: str
    b: str
    pairs: tuple[Pair, ...]
    votes: tuple[Vote, ...] = ()
    alike: int = 0
    lacking: int = 0
    seed: str = ""
    judge: str = ""
    rivals: tuple[float, ...] = ()

    # How far it has come

    @cached_property
    def done(self) -> frozenset[Ids]:
        """The pairs that have been voted on."""
        return frozenset(_ids(vote) for vote in self.votes)

    @property
    def left_over(self) -> int:
        """How many have not."""
        return len(self.pairs) - len(self.done)

    @property
    def progress(self) -> str:
        """How many pairs have been voted on, of how many."""
        return f"{len(self.done):,} of {_pairs(len(self.pairs))} voted on"

    def next(self, skipped: Sequence[Pair] = ()) -> Pair | None:
        """The pair that comes now; None where all have been voted on.

        Args:
            skipped: What was put off, in that order: it comes after all others.
        """
        off = {(pair.ids, pair.again): n for n, pair in enumerate(skipped)}
        waiting = sorted(
            (pair for pair in self.pairs if pair.ids not in self.done),
            key=lambda pair: off.get((pair.ids, False), -1),
        )
        if waiting and len(self.votes) % _EVERY == _EVERY - 1:
            again = (pair for pair in self._repeatable() if (pair.ids, True) not in off)
            return next(again, waiting[0])
        return waiting[0] if waiting else None

    def _repeatable(self) -> Iterator[Pair]:
        """Pairs to be shown a second time, drawn from those that were voted on a while ago."""
        twice = {_ids(vote) for vote in self.votes if vote.get("again")}
        ago = {_ids(vote) for vote in self.votes[:-_AGO]} - twice
        found = (pair for pair in self.pairs if pair.ids in ago)
        for pair in sorted(found, key=lambda pair: _drawn(self.seed, "repeat", *pair.ids)):
            yield replace(pair, left=_side(self.seed, pair.ids, "again"), again=True)

    def after(self, vote: Vote) -> Review:
        """The review with one vote more."""
        return replace(self, votes=(*self.votes, vote))

    def undone(self) -> Review:
        """The review without its last vote."""
        return replace(self, votes=self.votes[:-1])

    def shown(self, vote: Vote) -> Pair:
        """The pair of a vote, as it was shown then."""
        pair = next(pair for pair in self.pairs if pair.ids == _ids(vote))
        return replace(pair, left=vote.get("left", "a"), again=bool(vote.get("again")))

    # What has come of it

    @property
    def tally(self) -> Votes:
        """The votes by case: repeats of one case resemble each other and count as one.

        Where there is only one case, each of its pairs counts. That looking after every vote
        misleads no more often then, either, is shown by simulation in `tests/bench/evidence.py`.
        """
        leads: dict[object, int] = {}
        for vote in self._counted:
            where = self._where(vote)
            leads[where] = leads.get(where, 0) + {"a": -1, "b": 1}.get(vote["won"], 0)
        a, b = (sum(way * lead > 0 for lead in leads.values()) for way in (-1, 1))
        return Votes(a, b, len(leads) - a - b)

    @property
    def each(self) -> str:
        """What is counted, in a word."""
        return "cases" if self._clustered else "pairs"

    @property
    def verdict(self) -> Verdict:
        """Who is ahead, by name."""
        return verdict_of_votes(self.tally, self.a, self.b, each=self.each, others=self.rivals)

    @property
    def blind(self) -> Verdict:
        """The same, but for who it is: it may be read between votes and sways nobody."""
        return verdict_of_votes(self.tally, "one", "one", each=self.each, others=self.rivals)

    @property
    def alone(self) -> float:
        """The evidence against neither being better, by itself; 1 says nothing."""
        return evidence(self.tally.differences)

    @property
    def evidence(self) -> float:
        """The same, corrected for the other reviews of the same voters."""
        return corrected(self.alone, self.rivals)

    @property
    def among(self) -> int:
        """For how many comparisons it is corrected, itself among them."""
        return 1 + len(self.rivals)

    @property
    def enough(self) -> Bought:
        """What all its pairs, once each is decided, are enough to see."""
        return enough_for(len({self._case(p) for p in self.pairs}), self.each, self.among)

    @property
    def bad(self) -> int:
        """On how many pairs neither answer was any good."""
        return sum(vote["won"] == "bad" for vote in self._counted)

    @property
    def _counted(self) -> list[Vote]:
        return [vote for vote in self.votes if not vote.get("again")]

    @cached_property
    def _clustered(self) -> bool:
        cases = [pair.a.case for pair in self.pairs]
        return 1 < len(set(cases)) < len(cases)

    @cached_property
    def _cases(self) -> Mapping[Ids, object]:
        return {pair.ids: self._case(pair) for pair in self.pairs}

    def _case(self, pair: Pair) -> object:
        return pair.a.case if self._clustered else pair.ids

    def _where(self, vote: Vote) -> object:
        return self._cases[_ids(vote)]

    @property
    def told(self) -> list[str]:
        """All that there is to say of it, a line each; the verdict first."""
        tally = self.tally
        lines = [self.verdict.words]
        if self.votes:
            ties = "1 tie" if tally.tied == 1 else f"{tally.tied} ties"
            counted = f"{self.each}: {self.a} won {tally.a}, {self.b} won {tally.b}, {ties}"
            bad = f"; neither was any good on {_pairs(self.bad)}" if self.bad else ""
            lines += [counted + bad, self.agreement, self.leaning, *self.orders]
        if self.left_over:
            lines.append(f"{_pairs(self.left_over)} of {len(self.pairs)} not voted on yet")
        if self.alike:
            lines.append(f"{_pairs(self.alike)} with the same answer twice: nobody is asked")
        if self.lacking:
            lines.append(f"{_pairs(self.lacking)} without two whole answers: left out")
        return [line for line in lines if line]

    # Whether the votes are to be trusted

    @property
    def consistency(self) -> tuple[int, int]:
        """On how many of the pairs that came twice both votes are the same; on how many of all."""
        first = {_ids(vote): vote["won"] for vote in reversed(self._counted)}
        twice = [vote for vote in self.votes if vote.get("again") and _ids(vote) in first]
        return sum(first[_ids(vote)] == vote["won"] for vote in twice), len(twice)

    @property
    def agreement(self) -> str:
        """That in words; empty where no pair came twice."""
        same, twice = self.consistency
        if not twice:
            return ""
        return f"the same vote on {same} of {_pairs(twice)} shown twice"

    @property
    def leaning(self) -> str:
        """How often the left answer won, and whether that is more than chance; or empty."""
        told = [vote for vote in self.votes if vote["won"] in ("a", "b") and "left" in vote]
        if not told:
            return ""
        left = sum(vote["left"] == vote["won"] for vote in told)
        chance = as_uneven(left, len(told) - left)
        words = f"the left answer won {left} of {len(told)}"
        if chance > _SURE:
            return f"{words}, as chance may have it"
        side = "left" if left * 2 > len(told) else "right"
        return f"{words}: votes lean to the {side} (p = {chance:.2g})"

    @property
    def swayed(self) -> int:
        """On how many pairs a judge said something else once the order was the other."""
        return sum(len({*vote["orders"]}) > 1 for vote in self._both_ways)

    @property
    def first(self) -> tuple[int, int]:
        """How often a judge preferred the answer that came first; of how many preferences."""
        won = [(vote["orders"][0], vote["orders"][1]) for vote in self._both_ways]
        first = sum((one == "a") + (other == "b") for one, other in won)
        return first, sum(said in ("a", "b") for both in won for said in both)

    @property
    def orders(self) -> list[str]:
        """Whether it mattered to a judge which answer came first; nothing where nobody says.

        Where its place gains an answer nothing, the pairs that the order decided go to the first
        answer as often as to the second.
        """
        if not (judged := self._both_ways):
            return []
        order = "the order decided, which counts as a tie"
        lines = [f"in {self.swayed} of {_pairs(len(judged))} {order}"]
        first, told = self.first
        if not told:
            return lines
        always = [sum(vote["orders"] == [*both] for vote in judged) for both in ("ab", "ba")]
        chance = as_uneven(*always)
        words = f"the first answer was preferred in {first / told:.0%} of {told} choices"
        if chance > _SURE:
            return [*lines, f"{words}, as chance may have it"]
        place = "first" if always[0] > always[1] else "second"
        return [*lines, f"{words}: the judge leans to the {place} (p = {chance:.2g})"]

    @property
    def _both_ways(self) -> list[Vote]:
        return [vote for vote in self.votes if _is_both(vote.get("orders"))]


def review_of(
    rounds: Iterable[Iterable[Run]],
    a: str,
    b: str,
    votes: Iterable[Vote] = (),
    *,
    seed: str = "",
    judge: str = "",
) -> Review:
    """The review of two variants, with the votes of people so far, or of one judge.

    Answers are paired by case and repeat, those of a round with each other; where one was sent
    again, the newest. What was voted on stays a pair.

    Args:
        rounds: The runs of each round, in the order in which they were sent.
        a: The name of the first variant.
        b: That of the other.
        votes: All that there are; those of others, and on other pairs, are left alone. A judge
            has one vote a pair: its last.
        seed: What order and sides are drawn from.
        judge: Whose votes are meant, as `judge_of` tells it; people's where empty.
    """
    found, alike, lacking = list[Pair](), 0, 0
    known_runs = [[*runs] for runs in rounds]
    for runs in known_runs:
        for one, other in _paired(runs, a, b):
            said = groups((one, other))  # of whole answers alone
            if sum(len(group.runs) for group in said) < 2:
                lacking += 1
            elif len(said) == 1:
                alike += 1
            else:
                pair = Pair(one, other)
                found.append(replace(pair, left=_side(seed, pair.ids)))
    own = [vote for vote in votes if judge_of(vote) == judge]
    found += _voted_on(own, known_runs, (a, b), {pair.ids for pair in found})
    pairs = tuple(_in_order(found, seed))
    known = {pair.ids for pair in pairs}
    told = [turned for vote in own if _ids(turned := _turned(vote, known)) in known]
    if judge:
        told = [*{_ids(vote): vote for vote in told}.values()]
    return Review(a, b, pairs, tuple(told), alike, lacking, seed, judge)


def judge_of(vote: Vote) -> str:
    """Which judge voted: its model, and whether it was simulated; empty where a person did."""
    judge: str = vote.get("judge", "")
    return f"{judge} (simulated)" if judge and vote.get("simulated") else judge


def _paired(runs: Iterable[Run], a: str, b: str) -> Iterator[tuple[Run, Run]]:
    places: dict[tuple[str | None, int], dict[str, Run]] = {}
    for run in runs:
        if run.variant in (a, b):
            places.setdefault((run.case, run.repeat), {})[run.variant] = run
    return ((both[a], both[b]) for both in places.values() if len(both) == 2)


def _voted_on(
    votes: Iterable[Vote], rounds: Iterable[Iterable[Run]], names: Ids, known: set[Ids]
) -> list[Pair]:
    """Pairs of answers to a case that were voted on, and of which one was sent again since."""
    runs = {run.run_id: run for each in rounds for run in each}
    found = dict[Ids, Pair]()
    for vote in votes:
        sides = {run.variant: run for each in _ids(vote) if (run := runs.get(each)) is not None}
        if names[0] == names[1] or {*sides} != {*names}:
            continue
        pair = Pair(sides[names[0]], sides[names[1]])
        if pair.ids not in known and pair.a.case == pair.b.case:
            found[pair.ids] = pair
    return [*found.values()]


def _in_order(pairs: Iterable[Pair], seed: str) -> list[Pair]:
    """As chance has it; but every case comes once before any comes a second time."""
    drawn = sorted(pairs, key=lambda pair: _drawn(seed, *pair.ids))
    times: dict[str | None, int] = {}
    ranked = []
    for pair in drawn:
        times[pair.a.case] = times.get(pair.a.case, 0) + 1
        ranked.append((times[pair.a.case], pair))
    return [pair for _, pair in sorted(ranked, key=lambda one: one[0])]


def _side(seed: str, ids: Ids, *what: str) -> Side:
    return "a" if _drawn(seed, "side", *ids, *what) < 0.5 else "b"


def _drawn(*what: object) -> float:
    return random.Random("\n".join(map(str, what))).random()


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count:,} pairs"


def _ids(vote: Vote) -> Ids:
    return vote["a"], vote["b"]


def _turned(vote: Vote, known: Iterable[Ids]) -> Vote:
    """The vote as it reads with these pairs: one on (b, a) is one on (a, b)."""
    a, b = _ids(vote)
    if (b, a) not in known:
        return vote
    other = {"a": "b", "b": "a"}
    named = [name for name in ("won", "left") if name in vote]
    sides: dict[str, Any] = {name: other.get(vote[name], vote[name]) for name in named}
    if _is_both(vote.get("orders")):
        sides["orders"] = [other.get(said, said) for said in reversed(vote["orders"])]
    return {**vote, "a": b, "b": a, **sides}


def _is_both(orders: object) -> bool:
    """Whether this is what a judge said in both orders."""
    if not isinstance(orders, list) or len(orders) != 2:
        return False
    return all(isinstance(said, str) for said in orders)


def asked(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What two requests ask, as far as they ask the same: the last words of a user in both.

    Args:
        one: The body of a request.
        other: That of the other.
    """
    texts = [_last_asked(body) for body in (one, other)]
    if texts[0] == texts[1]:
        return texts[0]
    same = (span.text.strip() for span in differences(*texts) if span.kind == "equal")
    return " … ".join(filter(None, same))


def _last_asked(body: Mapping[str, Any]) -> str:
    messages = body.get("messages")
    for message in reversed(messages) if isinstance(messages, list) else ():
        if isinstance(message, Mapping) and message.get("role") == "user":
            return text_of(message.get("content")).strip()
    return ""
