"""The workbench from Python: the same rounds, sessions and figures, in scripts and in loops."""

from __future__ import annotations

import asyncio
import doctest
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import workbench as wb
from workbench.errors import DocumentError, SettingsError
from workbench.run import Closed
from workbench.sessions.session import read_session
from workbench.wire.blocks import Block
from workbench.workbench import judgement, prompt, saved_session
from workbench.workbench import workspace as room
from workbench.workbench.bench import Workbench

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[wb.Workspace]:
    """A copy of the examples, on a fast simulator."""
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    cases = "cases:\n" + "".join(
        f"  - id: {which}\n    vars: {{ticket: {which} is late}}\n"
        "    assert: [{type: contains, value: e}]\n"
        for which in ("one", "two")
    )
    (tmp_path / "prompts" / "triage.cases.yaml").write_text(cases)
    with (tmp_path / "prompts" / "triage.prompt.yaml").open("a") as prompt:
        prompt.write("cases: file://triage.cases.yaml\n")
    with wb.open(tmp_path / "prompts", provider="simulator", speed=100) as opened:
        yield opened


def test_the_examples_of_the_docstrings_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown there is what happens."""
    monkeypatch.chdir(ROOT)
    attempted = 0
    for module in (room, saved_session, prompt, judgement, sys.modules["workbench"]):
        found = doctest.testmod(module)
        assert found.failed == 0
        attempted += found.attempted
    assert attempted > 15


@pytest.mark.anyio
async def test_a_round_is_awaited_and_its_events_seen_live(workspace: wb.Workspace) -> None:
    """Every event, to whoever iterates; the round, its session, its table and its comparison."""
    going = workspace["triage"].run(values={"channel": "chat"}, cases=True, repeat=2)

    ends = [event async for event in going if isinstance(event.what, Closed)]
    again = [event.run_id async for event in going if isinstance(event.what, Closed)]
    round = await going

    assert going.done
    assert repr(going).startswith("<over: 12 of 12 runs complete, $")
    assert "12 of 12 runs complete" in going._repr_mimebundle_()["text/html"]
    assert [event.run_id for event in ends] == again
    assert len(round) == len(ends) == len(going.runs)
    assert len({run.case for run in round}) > 1
    assert workspace.session is not None
    assert round.session == workspace.session
    compared = round.compare("terse")
    assert [row["variant"] for row in compared] == ["base", "terse", "warm"]
    assert compared["warm"]["baseline"] == "terse"
    assert [words.partition(":")[0] for words in compared.verdicts] == [
        "base against terse",
        "warm against terse",
    ]
    with pytest.raises(SettingsError, match="no variant 'gone'"):
        round.compare("gone")
    assert {span.kind for span in round.differences("base", "terse")} > {"added"}


def test_a_round_is_a_table() -> None:
    """A row a run with flat figures, a row a variant; any library of tables takes it."""
    pytest.importorskip("pandas", reason="pandas is not installed")
    round = wb.sessions(folder=ROOT / "sessions")[0].rounds[0]

    frame = round.to_frame()
    assert list(frame["variant"]) == [run.variant for run in round]
    assert frame["output_tokens"].sum() == sum(run.usage.output_tokens or 0 for run in round)
    assert frame["cost_usd"].sum() == pytest.approx(float(round.cost.usd or 0))
    assert list(round.compare().to_frame()["runs"]) == [1] * len(round)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas would rather have Arrow's protocol
        assert round.__dataframe__().num_rows() == len(round)


def test_rounds_share_a_session_that_can_be_found_and_replayed(workspace: wb.Workspace) -> None:
    """Two begun at once are two rounds; what replays is what was sent, to the event."""
    first = workspace["triage"].run(variants="base")
    second = workspace["orders"].run(variants=["auto"])
    rounds = first.wait(), second.wait()
    workspace.close()

    (session,) = workspace.sessions()
    assert [[run.text for run in one] for one in session.rounds] == [
        [run.text for run in one] for one in rounds
    ]
    assert [found.path for found in workspace.sessions("name:triage")] == [session.path]
    assert workspace.sessions("xyzzy") == []
    again = wb.replay(session, round="r1", speed=0)
    assert again.wait().runs == rounds[0].runs == tuple(again.runs)
    assert again.wait().replayed


@pytest.mark.anyio
async def test_whoever_stops_waiting_cancels_and_keeps_what_arrived(
    workspace: wb.Workspace,
) -> None:
    """An interrupted cell, and `cancel`: the runs end as aborted, saved with their words."""
    slow = wb.open(workspace.folder, provider="simulator", speed=0.2)
    going = slow["triage"].run()
    waiting = asyncio.ensure_future(going._ended())
    async for _ in going:
        if any(run.text for run in going.runs):
            break
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    round = await going
    slow.close()

    assert {run.end_state for run in round} == {"aborted"}
    assert any(run.text for run in round)
    assert round.session is not None
    (saved,) = read_session(round.session).rounds
    assert saved.finished() == round.runs


def test_what_is_wrong_is_said_before_anything_is_sent(workspace: wb.Workspace) -> None:
    """A name that is not there, a value that no text uses, a file that would be refused."""
    with pytest.raises(SettingsError, match="no prompt 'triag'") as error:
        workspace["triag"]
    assert error.value.hint == "Did you mean `triage`?"
    assert error.value.__notes__ == [error.value.hint]  # what a script's traceback ends with
    with pytest.raises(SettingsError, match=r"uses \{\{locales"):
        workspace["triage"].run(values={"locales": "de"})
    with pytest.raises(SettingsError, match="repeat=0 is no number"):
        workspace["triage"].run(repeat=0)
    with pytest.raises(SettingsError, match="is no folder"):
        wb.open(workspace.folder / "none")
    wrong = workspace.prompt("model: claude-haiku-4-5\nmax_tokens: 0\nmessages: []\n")
    with pytest.raises(DocumentError):
        wrong.run()
    assert workspace.session is None


@pytest.mark.anyio
async def test_a_script_needs_no_loop_and_a_loop_does_not_hinder(workspace: wb.Workspace) -> None:
    """`run_sync` inside a running loop, twice, and text instead of a file."""
    text = (
        "model: claude-haiku-4-5\nmax_tokens: 50\nmessages: [{role: user, content: 'Hi {{who}}'}]"
    )
    for who in ("Ada", 7):
        (run,) = workspace.prompt(text).run_sync(values={"who": who})
        assert run.end_state == "complete"
        assert run.text


def test_a_script_leaves_nothing_open(workspace: wb.Workspace) -> None:
    """It need not close anything: what it sent is on the disk when it has ended."""
    code = "import workbench as wb; print(len(wb.open('prompts', speed=99)['triage'].run_sync()))"
    folder = workspace.folder.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, text=True, capture_output=True, check=False
    )

    assert (done.stdout, done.stderr, done.returncode) == ("3\n", "", 0)
    (session,) = workspace.sessions()
    assert not session.saved.notes


def test_a_script_that_ends_in_mid_round_says_nothing(workspace: wb.Workspace) -> None:
    """What it did not wait for is cancelled; what arrived is on the disk, with how it ended."""
    code = (
        "import workbench as wb\ngoing = wb.open('prompts', speed=0.5)['triage'].run()\n"
        "while not all(run.sent_s is not None for run in going.runs): pass"
    )
    folder = workspace.folder.parent
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )

    assert (ended.stdout, ended.stderr) == ("", "")
    (session,) = workspace.sessions()
    (saved,) = session.saved.rounds
    assert {run.end_state for run in saved.finished()} == {"aborted"}


def test_closing_goes_on_after_one_that_fails(
    workspace: wb.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are closed too, and what went wrong is told afterwards."""
    wb.open(workspace.folder, provider="simulator")
    tried: list[Workbench] = []

    def broken(bench: Workbench, *_: object) -> None:
        tried.append(bench)
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(Workbench, "__aexit__", broken)
        with pytest.raises(RuntimeError, match="a bug"):
            room._close_all()

    assert len(tried) == 2


def test_hostile_words_stay_words(workspace: wb.Workspace) -> None:
    """In a cell, model text is escaped and controls are shown; nothing of it is markup."""
    hostile = "<img src=x onerror=alert(1)></pre><script>\x1b[31m\u202e"
    run = wb.Run("r1-1", variant=hostile, blocks={0: Block({"type": "text", "text": hostile})})
    bundle = wb.Round((run,))._repr_mimebundle_()

    for text in bundle.values():
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "<img" not in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    assert "&lt;script&gt;" in bundle["text/html"]


def test_sessions_is_a_room_and_a_call(tmp_path: Path) -> None:
    """`wb.sessions(...)` lists, and `workbench.sessions` is still the package it is."""
    assert isinstance(wb.sessions, ModuleType)
    found = wb.sessions(folder=ROOT / "sessions")
    assert len(found) >= 3
    assert found[0].rounds[0].runs


def test_cases_are_chosen_as_on_the_command_line(workspace: wb.Workspace) -> None:
    """By id, by tag, by chance; what nobody reads is refused, and not left out in silence."""
    rows = "id,ticket,tags\n" + "".join(f"c{n},x,t{n % 2}\n" for n in range(8))
    (workspace.folder / "many.csv").write_text(rows)
    file = workspace.folder / "triage.prompt.yaml"
    file.write_text(file.read_text().replace("triage.cases.yaml", "many.csv"))

    def cases(**chosen: Any) -> int:
        return workspace["triage"].plan(**chosen).size.cases

    assert cases(cases=True) == 8
    assert cases(tags="t1") == 4
    assert cases(tags=["t1"], sample=3) == 3
    assert cases(sample=2, cases=["c0", "c1", "c2"]) in (3, 4, 5)
    for wrong in ({"tags": "t2"}, {"sample": 0}, {"repeat": "3"}, {"concurrency": 0}):
        with pytest.raises(wb.WorkbenchError):
            cases(**wrong)
    with pytest.raises(TypeError, match="samples"):
        cases(samples=3)
