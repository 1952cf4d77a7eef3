"""From Python: what a round takes, judging it, taking it up again, two runs, promotion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import DocumentError, SessionError, SettingsError, SimulatorError
from workbench.run import Closed
from workbench.sessions.content import pack
from workbench.workbench.bench import Workbench
from workbench.workbench.round import Comparison

PROMPT = """\
model: claude-haiku-4-5
max_tokens: 60
messages: [{role: user, content: "Name {{what}}."}]  # whatever it is
cases: file://own.csv
variants: {base: {}, terse: {max_tokens: 5}}
"""
CASES = "id,what,__expected\na,x,grade: Names it\nb,y,max-tokens-out: 9\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[wb.Workspace]:
    """Two variants and two cases, on a fast simulator."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "own.csv").write_text(CASES)
    (folder / "own.prompt.yaml").write_text(PROMPT)
    with wb.open(folder, provider="simulator", speed=100) as opened:
        yield opened


def test_what_a_round_takes_is_known_before(workspace: wb.Workspace) -> None:
    """By the same arguments that send it; nothing is sent, and what is wrong is said."""
    ahead = workspace["own"].plan(cases=True, repeat=10, max_cost="5c")

    assert (ahead.size.runs, ahead.budget_usd) == (40, Decimal("0.05"))
    assert ahead.forecast.usd_at_most is not None
    assert ahead.pairs is not None
    assert repr(ahead).startswith("40 runs (2 variants, 2 cases, 10 times each), 4 at a time, $")
    assert workspace.session is None
    with pytest.raises(DocumentError, match="has no value"):
        workspace["own"].plan()
    with pytest.raises(SettingsError, match="repeat=0"):
        workspace["own"].plan(cases=True, repeat=0)


def test_answers_are_judged_alone_and_in_pairs(workspace: wb.Workspace) -> None:
    """Into the session that is still open; the bill apart; twice is not paid for twice."""
    round = workspace["own"].run_sync(cases=True)
    ahead = workspace.plan_judge(round)
    assert ahead.size.runs == 2  # only case a asks for a judge

    alone = round.judge(model="claude-haiku-4-5").wait()
    assert (alone.lacking, len(alone.asked), alone.told) == (0, 2, ())
    assert alone.asked.session not in (None, round.session)
    assert (alone.asked.cost.usd or 0) > 0
    assert alone.comparison["base"]["score"] is not None
    *_, session = workspace.sessions("name:own")
    assert round.session == session.path

    pairs = round.judge("Names it", pairs=["terse", "base"]).wait()
    assert pairs.told[0].startswith("neither ahead so far")  # the simulator says the first, always
    assert "in 2 of 2 pairs the order decided, which counts as a tie" in pairs.told
    assert "neither ahead" in repr(pairs)
    (told,) = session.compare("terse")["base"]["judged"]
    assert (told["tied"], told["simulated"]) == (2, True)
    compared = round.compare("terse")
    assert compared["base"]["judged"] == [told]
    assert compared["base"]["score"] == session.compare("terse")["base"]["score"]
    assert f"by the votes of claude-haiku-4-5 (simulated): {told['verdict']}" in compared.verdicts
    known = workspace.judge(session, "Names it", pairs=["terse", "base"], resume=True).wait()
    assert (len(known.asked), known.lacking, known.told) == (0, 0, pairs.told)

    with pytest.raises(SettingsError, match="no variant 'bas'"):
        round.judge("Names it", pairs=["bas", "terse"])
    with pytest.raises(SettingsError, match="belongs to no workspace"):
        session.rounds[0].judge("Names it")

    compared = round.compare("terse")
    workspace.close()
    pack(session.path)
    assert round.compare("terse") == compared  # a large session is packed once it is closed


def test_two_orders_of_a_pair_are_one_comparison(workspace: wb.Workspace) -> None:
    """Two variants against a third are two, though four kinds of question are asked."""
    third = PROMPT.replace("terse: {", "long: {max_tokens: 90}, terse: {")
    (workspace.folder / "own.prompt.yaml").write_text(third)
    round = workspace["own"].run_sync(cases=True)
    ahead = workspace.plan_judge(round, "Names it", pairs=True)

    assert ahead.size.variants == 4
    assert ahead.pairs is not None
    assert (ahead.pairs.pairs, ahead.pairs.among) == (2, 2)


def test_votes_say_on_which_two_variants_they_are() -> None:
    """Where there are more: a verdict by itself would not tell."""
    told = {"judge": "j", "simulated": True, "among": 2, "verdict": "no end in sight"}
    row = {"variant": "b", "baseline": "a", "votes": None, "judged": [told]}

    (words,) = Comparison((row,)).verdicts
    assert words == "by the votes of j (simulated), b against a: no end in sight"


@pytest.mark.anyio
async def test_a_judge_that_is_cancelled_keeps_what_it_said(workspace: wb.Workspace) -> None:
    """In a running loop; what is missing is counted, and asked on resuming."""
    round = await workspace["own"].run(cases=True, repeat=3)
    going = round.judge("Names it", concurrency=1)
    async for event in going:
        if isinstance(event.what, Closed):
            going.cancel()
    judgement = await going

    whole = [run for run in judgement.asked if run.end_state == "complete"]
    assert 0 < len(whole) < 12
    rest = await round.judge("Names it", resume=True)
    assert len(rest.asked) == 12 - len(whole)
    assert rest.lacking == 0


@pytest.mark.anyio
async def test_an_interrupted_round_is_taken_up_again(
    workspace: wb.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the session that is open, however it is named, and after an attempt that failed.

    It comes to the whole round, which was paid for once.
    """
    going = workspace["own"].run(cases=True, repeat=3, concurrency=1)
    async for event in going:
        if isinstance(event.what, Closed):
            going.cancel()
    cut = await going
    whole = [run for run in cut if run.end_state == "complete"]
    assert 0 < len(whole) < len(cut) == 12

    def failing(_: Workbench) -> None:
        raise SimulatorError("no port is free", hint="")

    assert cut.session is not None
    otherwise = cut.session.parent / ".." / "sessions" / cut.session.name
    with monkeypatch.context() as patch:
        patch.setattr(Workbench, "ready", failing)
        with pytest.raises(SimulatorError):
            await workspace.resume(otherwise)
    again = workspace.resume()
    round = await again
    assert len(again.runs) == 12 - len(whole)
    assert len(round) == 12
    assert {run.end_state for run in round} == {"complete"}
    assert {run.run_id for run in whole} < {run.run_id for run in round}
    assert round.session is not None
    assert round.session.samefile(cut.session)
    assert set(round.grades) == {run.run_id for run in round}
    with pytest.raises(SessionError, match="nothing is missing"):
        workspace.resume()
    later = await workspace["own"].run(cases="a")
    assert later.session != round.session


def test_two_runs_are_compared_and_one_promoted(workspace: wb.Workspace) -> None:
    """Figures, fields and words of two; a file is written once one says so, with its comments."""
    round = workspace["own"].run_sync(cases=True)
    told = round.compare_runs("base", "terse")
    assert told["deltas"]["output_tokens"] == -55
    assert told["a"]["variant"] == "base"

    promotion = round.promote("terse", baseline="base")
    assert "+max_tokens: 5" in promotion.diff
    assert promotion.path.read_text() == PROMPT
    promotion.write()
    assert "max_tokens: 5\n" in promotion.path.read_text()
    assert "# whatever it is" in promotion.path.read_text()
    with pytest.raises(SettingsError, match="no variant 'gone'"):
        workspace.promote(round, "gone")
    unsaved = replace(round, session=None)
    with pytest.raises(SessionError, match="was not saved"):
        unsaved.promote("terse")
