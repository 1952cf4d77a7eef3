"""A blind review: order and sides by chance, votes by case, how far one agrees with oneself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tests.compare.test_checks import answered
from workbench.compare.review import Pair, Review, Vote, asked, review_of
from workbench.compare.verdict import Votes
from workbench.run import Run
from workbench.sessions.about import About
from workbench.workbench.reviews import as_json, votes_in, whose
from workbench.workbench.reviews import voted as reviewed


def runs(cases: int, repeats: int = 1) -> Iterator[Run]:
    """Runs of the variants a, b and c on these cases."""
    for number in range(cases):
        for repeat in range(1, repeats + 1):
            for variant in "abc":
                run = answered(f"{variant} says {number} {repeat}")
                made = replace(run, variant=variant, case=f"case {number}", repeat=repeat)
                yield replace(made, run_id=f"{variant}{number}.{repeat}")


def voted(review: Review, *won: str) -> Review:
    """The review after these votes, each on the pair that comes then."""
    for each in won:
        pair = review.next()
        assert pair is not None
        review = review.after(pair.vote(each))
    return review


def test_answers_to_the_same_are_paired() -> None:
    """By case and repeat within a round; the same words need no vote, half a pair gets none."""
    one, other = [*runs(4, 2)], [*runs(1)]
    one[0] = replace(one[0], blocks=one[1].blocks)
    cut = next(n for n, run in enumerate(one) if run.run_id == "b2.1")
    one[cut] = replace(one[cut], end_state="broken")
    other = [replace(run, run_id=f"later {run.run_id}") for run in other]
    review = review_of([one, other], "a", "b")

    assert (len(review.pairs), review.alike, review.lacking) == (7, 1, 1)
    assert all(pair.a.case == pair.b.case for pair in review.pairs)
    assert all(pair.a.repeat == pair.b.repeat for pair in review.pairs)
    assert ("later a0.1", "later b0.1") in {pair.ids for pair in review.pairs}


def test_chance_decides_order_and_sides() -> None:
    """The same seed, the same review, also with more pairs; no side and no case is preferred."""
    first, again, other = (review_of([runs(200)], "a", "b", seed=seed) for seed in "112")
    more = review_of([runs(220)], "a", "b", seed="1")
    known = {pair.ids for pair in first.pairs}

    assert first.pairs == again.pairs != other.pairs
    assert [pair for pair in more.pairs if pair.ids in known] == [*first.pairs]
    assert 70 < Counter(pair.left for pair in first.pairs)["a"] < 130
    assert [pair.ids for pair in first.pairs] != sorted(known)
    repeated = review_of([runs(10, 3)], "a", "b", seed="1")
    assert len({pair.a.case for pair in repeated.pairs[:10]}) == 10


def test_a_review_goes_on_where_it_stopped() -> None:
    """From votes as they are saved, also where they name the sides the other way round."""
    review = voted(review_of([runs(6)], "a", "b"), "a", "b", "tie")
    turn = {"a": "b", "b": "a", "tie": "tie"}
    turned: list[Vote] = [
        {**vote, "a": vote["b"], "b": vote["a"], "won": turn[vote["won"]]} for vote in review.votes
    ]
    judge: Vote = {**review.votes[0], "judge": "claude-haiku-4-5"}
    strange: Vote = {"a": "c1.1", "b": "a1.1", "won": "a"}
    again = review_of([runs(6)], "a", "b", [*turned, judge, strange])

    assert (again.left_over, again.next()) == (3, review.next())
    assert again.tally == review.tally == Votes(1, 1, 1)
    assert voted(review, "bad").undone() == review


def test_what_is_skipped_comes_last() -> None:
    """In the order in which it was put off; where all was, it begins again."""
    review = review_of([runs(3)], "a", "b")
    skipped = list[Pair]()
    for _ in range(4):
        pair = review.next(skipped)
        assert pair is not None
        skipped.append(pair)

    assert [pair.ids for pair in skipped[:3]] == [pair.ids for pair in review.pairs]
    assert skipped[3] == skipped[0]


def test_repeats_of_a_case_count_once() -> None:
    """By what most of its votes say; with one case alone every pair counts."""
    review = voted(review_of([runs(2, 3)], "a", "b"), *"aaaaaa")
    alone = voted(review_of([runs(1, 3)], "a", "b"), *"bbb")
    split = [
        p.vote("a" if p.a.repeat == 1 else "b" if p.a.repeat == 2 else "tie")
        for p in review_of([runs(2, 3)], "a", "b").pairs
    ]

    assert review.tally == Votes(2, 0, 0)
    assert alone.tally == Votes(0, 3, 0)
    assert review_of([runs(2, 3)], "a", "b", split).tally == Votes(0, 0, 2)
    assert "decided cases" in review.verdict.words
    assert "decided pairs" in alone.verdict.words


def test_pairs_come_twice_to_see_how_one_agrees_with_oneself() -> None:
    """One in eight, of those seen a while ago, each once; it counts for nothing else."""
    review = review_of([runs(40)], "a", "b", seed="3")
    repeats = list[Pair]()
    while (pair := review.next()) is not None:
        if pair.again:
            repeats.append(pair)
        review = review.after(pair.vote("b" if pair.again and len(repeats) == 1 else "a"))

    assert len(repeats) == 5
    assert len({pair.ids for pair in repeats}) == 5
    assert review.tally == Votes(40, 0, 0)
    assert review.consistency == (4, 5)
    assert review.agreement == "the same vote on 4 of 5 pairs shown twice"
    for n, vote in enumerate(review.votes):
        if vote.get("again"):
            own = [each["a"] for each in review.votes[: n - 3]]
            assert vote["a"] in own


def test_what_is_read_between_votes_tells_no_name() -> None:
    """How sure it is, and what it would still take, but not of whom."""
    review = voted(review_of([runs(30)], "a", "b"), *"aaabaaa")

    assert review.verdict.words.startswith("a ahead, 86% of 7 decided pairs, evidence ")
    assert review.blind.words == review.verdict.words.replace("a ahead", "one ahead")
    assert review.enough.words == "30 pairs, enough to see 85/15, not 80/20"


def test_somebody_who_always_votes_left_is_told() -> None:
    """More often than chance has it; a few votes say nothing yet."""
    review = review_of([runs(30)], "a", "b")
    while (pair := review.next()) is not None and len(review.votes) < 20:
        review = review.after(pair.vote(pair.won_by("left")))

    few = replace(review, votes=review.votes[:3])
    assert few.leaning == "the left answer won 3 of 3, as chance may have it"
    assert review.leaning.startswith("the left answer won 20 of 20: votes lean to the left (p = ")


def test_a_judge_that_goes_by_the_order_is_told() -> None:
    """Its last vote on a pair counts; a judge apart from others, and from its own simulation."""
    made = [*runs(30)]
    pairs = review_of([made], "a", "b").pairs
    said = [["a", "b"]] * 8 + [["a", "a"]] * 10 + [["b", "b"]] * 2
    votes: list[Vote] = [
        {"a": pair.b.run_id, "b": pair.a.run_id, "won": "tie", "judge": "j", "orders": ["b", "b"]}
        for pair in pairs[:8]
    ]
    for pair, orders in zip(pairs, said, strict=False):
        won = orders[0] if len({*orders}) == 1 else "tie"
        votes.append({**pair.vote(won), "judge": "j", "orders": orders})
        votes.append({**pair.vote("b"), "judge": "j", "simulated": True})
    review = review_of([made], "a", "b", votes, judge="j")

    assert (review.tally, review.swayed) == (Votes(10, 2, 8), 8)
    order, first = review.orders
    assert order == "in 8 of 20 pairs the order decided, which counts as a tie"
    words = "the first answer was preferred in 70% of 40 choices: the judge leans to the first (p ="
    assert first.startswith(words)
    assert review_of([made], "a", "b", votes, judge="j (simulated)").tally == Votes(0, 20, 0)
    turned = review_of([made], "b", "a", votes, judge="j")
    assert (turned.tally, turned.swayed, turned.first) == (Votes(2, 10, 8), 8, review.first)


def test_what_is_asked_is_told_as_far_as_both_ask_it() -> None:
    """Whole where it is the same; else what is the same in both."""

    def body(text: str) -> dict[str, object]:
        return {"messages": [{"role": "user", "content": text}]}

    plain = body("Sort: <ticket>It is late.</ticket>")
    polite = body("Please be kind. <ticket>It is late.</ticket> Thanks")

    assert asked(plain, plain) == "Sort: <ticket>It is late.</ticket>"
    assert asked(plain, polite) == "<ticket>It is late.</ticket>"
    assert asked({}, plain) == ""


def test_an_answer_that_was_sent_again_is_paired_and_what_was_voted_on_stays() -> None:
    """The newest answer is voted on; a vote on the one before it still counts."""
    sent = [*runs(2)]
    again = replace(sent[1], run_id="again", round_id="r2")
    before = voted(review_of([sent], "a", "b"), "b", "a").votes
    review = review_of([[*sent, again]], "a", "b", before)
    split = review_of([sent, [again]], "a", "b", [{"a": "again", "b": "a0.1", "won": "a"}])

    assert {pair.ids for pair in review_of([[*sent, again]], "a", "b").pairs} == {
        ("a0.1", "again"),
        ("a1.1", "b1.1"),
    }
    assert ("a0.1", "b0.1") in review.done
    assert (len(review.pairs), review.left_over) == (3, 1)
    assert (len(split.pairs), split.tally) == (3, Votes(0, 1, 0))


def test_verdicts_are_corrected_for_what_else_was_voted_on() -> None:
    """Of several comparisons the lucky one needs more evidence, and its words say so."""
    abouts = {"r1": About()}
    for other, wins in (("b", 12), ("c", 3)):
        for number, pair in enumerate(review_of([runs(12)], "a", other).pairs):
            vote = pair.vote("b" if number < wins else "a" if number < 6 else "tie")
            abouts["r1"] = abouts["r1"].updated({"vote": vote})
    one, two = reviewed([runs(12)], "a", ["b", "c"], abouts)
    alone = review_of([runs(12)], "a", "b", votes_in(abouts))

    assert (one.among, two.among, alone.among) == (2, 2, 1)
    assert one.rivals == (two.alone,)
    assert one.evidence == (one.alone + two.alone) / 2 < alone.evidence
    assert "corrected for 2 comparisons" in one.verdict.words
    assert "corrected" not in alone.verdict.words
    assert as_json(one)["among"] == 2
    assert whose(one) == "people's votes, b against a"
