"""`workbench judge`: answers judged alone and in pairs, at a price that is told before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.own import PROMPT, own_prompt
from tests.compare.test_checks import answered
from workbench.cli.main import main
from workbench.errors import SessionError
from workbench.sessions.about import annotate
from workbench.sessions.session import read_session
from workbench.sessions.shelf import find_session
from workbench.workbench.asking import judge_prompt, saying
from workbench.workbench.bench import open_workbench
from workbench.workbench.judge import NEEDS as EACH
from workbench.workbench.judge import plan_judging
from workbench.workbench.pairwise import NAME, NEEDS, keep_pairs, plan_pairs
from workbench.workbench.reviews import reviews_of

CASES = "id,what,__expected\na,x,grade: Names it\nb,y,contains: y\n"
JUDGE = """\
model: claude-haiku-4-5
max_tokens: 20
messages: [{role: user, content: "{{rubric}} {{asked}} {{first}} {{second}}"}]
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Path:
    """A session of two variants and two cases, the working folder being the one above it."""
    own_prompt(tmp_path / "prompts", CASES)
    monkeypatch.chdir(tmp_path)
    main(["run", "own", "--speed", "100", "--cases"])
    capsys.readouterr()
    (path,) = (tmp_path / "sessions").glob("*.jsonl")
    return path


def judged(saved: Path, *options: str) -> int:
    """Have its answers judged by the simulator; the exit code."""
    return main(["judge", saved.name, "--provider", "simulator", "--speed", "100", *options])


def judges(saved: Path) -> list[Path]:
    """The sessions of its judges, oldest first."""
    return sorted(saved.parent.glob("*-judge-*"), key=lambda path: path.stat().st_mtime_ns)


def test_scores_stand_with_the_answers(saved: Path, capsys: Captured) -> None:
    """A second time in the place of the first; each time in a session of its own."""
    for _ in range(2):
        assert judged(saved, "--rubric", "Names a colour", "--json") == 0
        said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        words = {(one["case"], one["variant"]): _told(one) for one in said}
        after = read_session(saved)
        assert len(after.rounds) == 1
        for run in after.rounds[0].finished():
            *checks, result = after.abouts[run.run_id].grade["results"]
            verdict = words[str(run.case), run.variant]
            assert result["check"] == "llm-rubric Names a colour"
            assert result["score"] == (verdict["score"] - 1) / 4
            assert result["passed"] == verdict["pass"]
            assert len(checks) == 1
    assert len(judges(saved)) == 2
    assert find_session(saved.parent, "last") == saved  # and not what was said of it
    main(["compare", saved.name, "--json"])
    base, _ = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert base["score"] is not None


def test_a_judge_goes_by_what_the_cases_ask(saved: Path, capsys: Captured) -> None:
    """Each case by its own rubric, in the place of what could not be judged in the round."""
    assert judged(saved, "--json") == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["case"] for one in said} == {"a"}
    (result,) = read_session(saved).abouts["r1-1"].grade["results"]
    assert result["check"] == "llm-rubric Names it"
    assert result["score"] is not None


def test_the_cases_may_be_elsewhere(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """Who judges from another folder names that of the prompt."""
    (away := tmp_path / "away").mkdir()
    monkeypatch.chdir(away)
    named = ("judge", str(saved), "--provider", "simulator", "--speed", "100")
    assert main(named) == 2
    assert "own.prompt.yaml is not in prompts\n  Name its folder" in capsys.readouterr().err
    assert main([*named, "--prompts", str(tmp_path / "prompts")]) == 0
    (result,) = read_session(saved).abouts["r1-1"].grade["results"]
    assert result["score"] is not None


def test_a_case_has_a_judge_of_its_own(saved: Path, capsys: Captured) -> None:
    """What is good stands in a file, what asks in another; weights count; --judge goes before."""
    folder = saved.parents[1] / "prompts"
    (folder / "good.md").write_text("Names the thing itself.\n")
    own = judge_prompt(None, "judge", EACH).path.read_text()
    (folder / "strict.prompt.yaml").write_text(own.replace("strictly", "without mercy"))
    asks = (
        "cases:\n- id: a\n  vars: {what: x}\n  assert:\n  - {type: max-tokens-out, value: 9}\n"
        "  - {type: llm-rubric, value: file://good.md, rubric: strict.prompt.yaml, weight: 3}\n"
    )
    (folder / "own.cases.yaml").write_text(asks)
    (folder / "own.prompt.yaml").write_text(PROMPT.replace("own.csv", "own.cases.yaml"))
    before = {*saved.parent.iterdir()}
    main(["run", "own", "--speed", "100", "--cases", "--provider", "simulator"])
    (path,) = {*saved.parent.glob("*.jsonl")} - before

    assert judged(path, "--json") == 0
    asked = read_session(judges(path)[-1]).rounds[0]
    assert "Names the thing itself." in asked.requests["r1-1"].text
    assert "without mercy" in asked.requests["r1-1"].text
    assert "strict.prompt.yaml" in asked.info.documents
    grade = read_session(path).abouts["r1-1"].grade
    tokens, result = grade["results"]
    assert result["check"] == "llm-rubric file://good.md"
    assert grade["score"] == (tokens["score"] + 3 * result["score"]) / 4

    assert judged(path, "--pairs", "--plan") == 0  # this one judges an answer alone
    assert "(1 by the judge that is built in: " in capsys.readouterr().out
    both = judge_prompt(None, NAME, NEEDS).path.read_text()
    (folder / "strict.prompt.yaml").write_text(f"{both}\n# for both\n")
    assert judged(path, "--pairs", "--json") == 0
    asked = read_session(judges(path)[-1]).rounds[0]
    assert asked.info.documents["strict.prompt.yaml"].endswith("# for both\n")
    (folder / "strict.prompt.yaml").write_text(own)

    given = ["--judge", str(judge_prompt(None, "judge", EACH).path)]
    assert judged(path, *given, "--json") == 0
    assert "without mercy" not in read_session(judges(path)[-1]).rounds[0].requests["r1-1"].text
    (folder / "good.md").unlink()
    capsys.readouterr()
    assert judged(path) == 2
    err = capsys.readouterr().err
    assert "own.cases.yaml:6:31: `file://good.md` cannot be read" in err
    (folder / "own.cases.yaml").write_text(asks.replace("file://good", "file://../good"))
    assert judged(path) == 2
    assert "`file://../good.md` leads out of" in capsys.readouterr().err


def test_a_judge_out_of_reach_leaves_everything_as_it_was(saved: Path, capsys: Captured) -> None:
    """No run that passed its checks is unsure for it; why is said, and the exit code is 1."""
    before = {r: about.grade for r, about in read_session(saved).abouts.items()}
    asked = ["--rubric", "Names it", "--base-url", "http://127.0.0.1:9"]

    assert main(["judge", saved.name, *asked, "--sessions", str(saved.parent)]) == 1
    assert "no whole answer: cannot reach http://127.0.0.1:9" in capsys.readouterr().err
    assert {r: about.grade for r, about in read_session(saved).abouts.items()} == before


def test_why_there_is_nothing_to_judge(saved: Path, capsys: Captured) -> None:
    """No answer is whole, whatever the rubric; nobody says what is good; the questions are lost."""
    sent = ["run", "own", "--case", "b", "--speed", "100"]
    main([*sent, "--model", "claude-haiku-4-5+cut_mid:5"])
    assert judged(find_session(saved.parent, "last"), "--rubric", "Names it") == 2
    told = capsys.readouterr().err
    assert "has no whole answer to judge: 2 broken\n  Resume it" in told

    main(sent)
    assert judged(find_session(saved.parent, "last")) == 2
    told = capsys.readouterr().err
    assert "nothing says what a good answer does in " in told
    assert "Say what a good one does with --rubric, or in its cases." in told

    session = read_session(saved)
    lost = replace(session, rounds=tuple(replace(each, requests={}) for each in session.rounds))
    bench = open_workbench(Path("prompts"), provider="simulator")
    with pytest.raises(SessionError, match="what was asked is damaged in "):
        plan_judging(bench, lost, None, "Names it")
    with pytest.raises(SessionError, match="what was asked is damaged in "):
        plan_pairs(bench, lost, None, "Names it")


def test_pairs_are_judged_in_both_orders(saved: Path, capsys: Captured) -> None:
    """What it takes is told before; a judge that goes by the order has decided nothing.

    Its votes stand apart from people's. What it has answered once is not asked again.
    """
    asked = ["--pairs", "base", "terse", "--rubric", "Names it"]
    assert judged(saved, *asked, "--plan") == 0
    words = "2 pairs in both orders: asks claude-haiku-4-5 4 times, 4 at a time, $0."
    assert capsys.readouterr().out.startswith(words)
    assert judged(saved, *asked, "--plan", "--model", "nobody-knows-it") == 0
    assert capsys.readouterr().out.endswith("4 at a time, price not known\n")
    assert not judges(saved)

    assert judged(saved, *asked, "--json") == 0  # the simulator says the first, whatever comes
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["variant"] for one in said} == {"base before terse", "terse before base"}
    assert [_told(one)["better"] for one in said] == ["first"] * 4

    both = {"a": "r1-2", "b": "r1-1", "won": "a"}
    annotate(saved, {"vote": both}, of="r1")
    main(["compare", saved.name])
    people, judge = capsys.readouterr().out.split("\nby ")[1:]
    assert people.startswith("people's votes: terse ahead, 100% of 1 decided pair")
    assert judge.startswith("the votes of claude-haiku-4-5 (simulated): neither ahead so far")
    assert "in 2 of 2 pairs the order decided, which counts as a tie" in judge
    assert "the first answer was preferred in 100% of 4 choices, as chance may have it" in judge
    main(["compare", saved.name, "--json"])
    *_, terse = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert terse["votes"]["won"] == 1
    (told,) = terse["judged"]
    assert (told["judge"], told["simulated"]) == ("claude-haiku-4-5", True)
    assert (told["tied"], told["order_decided"], told["first"]) == (2, 2, 4)

    assert judged(saved, *asked, "--resume") == 0
    assert "nothing is left to ask; 4 answered before" in capsys.readouterr().err
    assert len(judges(saved)) == 1
    assert judged(saved, "--pairs", "--plan") == 0
    out = capsys.readouterr().out
    assert out.startswith("1 pair in both orders (left out: 1 whose case has no llm-rubric)")


def test_what_a_judge_has_said_outlives_an_interruption(saved: Path, capsys: Captured) -> None:
    """Where money ran out, what was answered is kept, the rest is counted, and asked later.

    One question after the other, so that the money always runs out before the last one.
    """
    own = saved.parents[1] / "own.yaml"
    ours = judge_prompt(None, NAME, NEEDS).path.read_text()
    own.write_text(f"{ours}\nlimits: {{concurrency: 1}}\n")
    asked = ["--pairs", "--rubric", "Names it", "--judge", str(own)]
    assert judged(saved, *asked, "--max-cost", "0.0018") == 1
    assert "not judged: 1 of 2 pairs; --resume asks the rest" in capsys.readouterr().err
    assert len({vote["a"] for vote in read_session(saved).abouts["r1"].votes}) == 1

    assert judged(saved, *asked, "--resume") == 0
    assert "; 3 answered before" in capsys.readouterr().err
    assert len({vote["a"] for vote in read_session(saved).abouts["r1"].votes}) == 2
    asked_twice = [run for path in judges(saved) for run in read_session(path).rounds[0].finished()]
    assert sum(run.end_state == "complete" for run in asked_twice) == 4


def test_a_judge_is_whom_the_check_names_and_where_the_user_says(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check's own `provider:` is its judge's model; --model wins; another provider is asked."""
    folder = saved.parents[1] / "prompts"
    own = '{"type":"llm-rubric","value":"Names it","provider":"claude-sonnet-4-5"}'
    (folder / "own.jsonl").write_text(f'{{"id":"a","what":"x","assert":[{own}]}}\n')
    (folder / "own.prompt.yaml").write_text(PROMPT.replace("own.csv", "own.jsonl"))
    assert main(["run", "own", "--cases", "--speed", "100"]) == 2  # no judge has been asked yet
    saved = find_session(saved.parent, "last")
    assert judged(saved) == 0
    assert judged(saved, "--model", "claude-haiku-4-5") == 0
    models = [{run.model for run in read_session(p).rounds[0].runs} for p in judges(saved)]
    assert models == [{"claude-sonnet-4-5"}, {"claude-haiku-4-5"}]

    monkeypatch.setenv("BYTESPIKE_API_KEY", "sk-of-the-test")
    bench = open_workbench(folder, provider="bytespike")
    plan = plan_judging(bench, read_session(saved), None, "Names it").plan
    assert plan.info.base_url.startswith("https://llm.bytespike.ai")
    assert {(run.provider, run.simulated) for run in plan.runs} == {("bytespike", False)}


def test_what_cannot_be_read_is_counted_and_no_vote(saved: Path, capsys: Captured) -> None:
    """Nobody guesses what a judge may have meant; a prompt that shows it nothing is refused."""
    own = saved.parents[1] / "own.yaml"
    own.write_text(JUDGE)
    asked = ["--pairs", "--rubric", "Names it", "--judge", str(own)]
    assert judged(saved, *asked) == 1
    err = capsys.readouterr().err
    assert err.count("the judge's answer cannot be read (it ended by max_tokens): ") == 4
    assert "not judged: 2 of 2 pairs" in err
    assert judged(saved, *asked, "--resume", "--plan") == 0  # what says nothing is asked again
    assert "asks claude-haiku-4-5 4 times" in capsys.readouterr().out
    assert not any(about.votes for about in read_session(saved).abouts.values())

    assert judged(saved, "--rubric", "Names it", "--judge", str(own)) == 2
    assert "own.yaml does not use {{answer}}" in capsys.readouterr().err
    ours = judge_prompt(None, "judge", EACH).path.read_text()
    own.write_text(ours.replace("{{answer}}", "it"))  # declared under `inputs`, and not shown
    assert judged(saved, "--rubric", "Names it", "--judge", str(own)) == 2
    assert "own.yaml does not use {{answer}}" in capsys.readouterr().err
    own.write_text(ours.replace("{{answer}}", "{{answer}} in {{tone}}"))
    assert judged(saved, "--rubric", "Names it", "--judge", str(own)) == 2
    err = capsys.readouterr().err
    assert "own.yaml uses {{tone}}, which no judge is told" in err
    assert "--set" not in err
    assert judged(saved, "base", "terse") == 2
    assert judged(saved, "--pairs", "base", "base") == 2
    assert judged(saved, "--pairs", "base", "tersee") == 2
    assert "Did you mean `terse`?" in capsys.readouterr().err


def test_a_side_wins_where_it_wins_in_both_orders(saved: Path) -> None:
    """Whatever the places; else it is a tie, and one that the order has decided is counted."""
    session = read_session(saved)
    bench = open_workbench(Path("prompts"), provider="simulator")
    pairing = plan_pairs(bench, session, judge_prompt(None, NAME, NEEDS), "Names it")
    say = {("a", "a"): "first", ("a", "b"): "second", ("b", "a"): "tie", ("b", "b"): "first"}
    runs = []
    for run in pairing.asking.plan.runs:
        order = pairing.asking.of[run.run_id]
        better = say[str(order.pair.a.case), order.first]
        said = answered(json.dumps({"better": better, "reason": f"{better} is"}))
        runs.append(replace(said, run_id=run.run_id, model="some-judge"))

    assert keep_pairs(pairing, runs[:1], saying(saved)).unanswered == 2
    ruling = keep_pairs(pairing, runs, saying(saved))

    won = {vote["a"]: (vote["won"], vote["orders"]) for vote in ruling.votes}
    assert won == {"r1-1": ("a", ["a", "a"]), "r1-3": ("tie", ["tie", "b"])}
    (review,) = reviews_of(read_session(saved), "terse", ["base"])
    assert (review.judge, review.tally.b, review.tally.tied) == ("some-judge", 1, 1)
    assert (review.swayed, review.first) == (1, (2, 3))


def _told(run: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run["content"][0]["text"])
    return told
