"""Saved sessions from Python: all that `workbench sessions` does, by method."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench as wb
from tests.sessions.foreign.files import result, results
from workbench.errors import SessionError, WorkbenchError
from workbench.run import Closed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wb.Workspace]:
    """A copy of the examples and their sessions, on a fast simulator."""
    for name in ("prompts", "sessions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with wb.open(provider="simulator", speed=100) as opened:
        yield opened


def test_what_is_said_of_a_session_is_found(workspace: wb.Workspace) -> None:
    """Title, tags, note and archive; of a session at rest and of the one being written."""
    workspace["triage"].run_sync(variants="terse")
    for session in (wb.session("example-triage"), wb.session("last")):
        session.say(title="Lost tents", tags=["good", "tent"], note="see r1-2")
        session.say(note="the best one", run=session.rounds[0][0].run_id)
        assert (session.about.title, session.about.tags) == ("Lost tents", ("good", "tent"))
        assert session.saved.abouts["r1-1"].note == "the best one"
        with pytest.raises(SessionError, match="is no tag"):
            session.say(tags=["two words"])
        with pytest.raises(SessionError, match="no round or run 'r9'"):
            session.say(note="", run="r9")
        with pytest.raises(SessionError, match="6 is no rating"):
            session.say(rating=6, run="r1-1")
        with pytest.raises(SessionError, match="no run is named to rate"):
            session.say(good=True)
        assert session.name in [one.name for one in wb.sessions("tag:tent lost")]

        session.say(archived=True)
        assert session.name not in [one.name for one in wb.sessions()]
        assert session.name in [one.name for one in wb.sessions(archived=True)]
    with pytest.raises(SessionError, match="names no day"):
        wb.sessions("since:yesterday")


def test_ratings_are_weighed_where_variants_are_compared(workspace: wb.Workspace) -> None:
    """In the session and in its rounds, with a mean for each variant; what is taken back is not."""
    round = workspace["triage"].run_sync(variants=["base", "terse"], repeat=2)
    session = wb.session("last")
    assert session.compare()["terse"]["ratings"] is None
    for run in round:
        session.say(run=run.run_id, rating=5 if run.variant == "terse" else 2, good=True)
    for found in (session.compare(), round.compare()):
        terse = found["terse"]
        assert (terse["ratings"]["mean"], terse["ratings"]["difference"]) == (5.0, 3.0)
        assert (terse["p"], terse["test"]) == (None, "evidence by case")
        assert found.verdicts[0] == "neither ahead so far: 2 tied"
        assert found.verdicts[1].startswith("by ratings: terse ahead by 3.0 stars in 2 pairs, evid")
        assert "rated 5.0 of 5" in repr(found)
    for run in round:
        session.say(run=run.run_id, unrate=True)
    assert session.compare()["terse"]["ratings"] is None


def test_what_is_thrown_away_comes_back(workspace: wb.Workspace) -> None:
    """By the session, or by its name; the session of this sitting is let go of first."""
    workspace["triage"].run_sync(variants="terse")
    (newest,) = workspace.sessions(limit=1)
    known = len(wb.sessions())
    newest.trash()
    assert len(wb.sessions()) == known - 1
    newest.restore()
    assert newest.rounds[0]["terse"].text
    wb.session(newest.name).trash()
    assert wb.restore().path == newest.path
    assert len(wb.sessions()) == known

    newest.say(note="later")  # its journal has ended by now
    assert wb.session("last").about.note == "later"


def test_a_fork_is_a_folder_to_be_opened(workspace: wb.Workspace) -> None:
    """As the documents were, whatever has become of them; a conversation goes on as a prompt."""
    session = wb.session("example-triage")
    changed = workspace.folder / "triage-terse.system.yaml"
    changed.write_text("system: Other words.\n")
    fork = session.fork("r1-2")
    assert "+system: Other words." in fork.differences("prompts")
    fork.write("again")
    with wb.open("again", provider="simulator", speed=100) as again:
        (run,) = again["triage"].run_sync(variants=fork.variant, values=fork.values)
    assert run.text == session.rounds[0]["terse"].text

    on = wb.session("example-orders").go_on("r1-1", model="claude-opus-4-6")
    on.write("on")
    with wb.open("on", provider="simulator", speed=100) as further:
        (answer,) = further[further.names[0]].run_sync(values=dict.fromkeys(on.unfilled, "And?"))
    assert (answer.model, answer.end_state) == ("claude-opus-4-6", "complete")


def test_a_round_is_sent_again_elsewhere(workspace: wb.Workspace) -> None:
    """On another model, all of it or a run; what would be refused is not sent."""
    again = workspace.rerun("example-orders", model="claude-opus-4-6").wait()
    assert {run.model for run in again} == {"claude-opus-4-6"}
    assert [run.variant for run in again] == [
        run.variant for run in wb.session("example-orders").rounds[0]
    ]
    assert workspace.sessions(limit=1)[0].saved.rounds[0].info.origin == "example-orders r1"
    assert [run.variant for run in workspace.rerun("example-triage", runs="r1-3").wait()] == [
        "warm"
    ]
    with pytest.raises(WorkbenchError, match="would refuse temperature"):
        workspace.rerun("example-triage", model="claude-haiku-5-5")
    with pytest.raises(SessionError, match="no such round"):
        workspace.rerun("example-triage", round="r9")


def test_sessions_go_out_and_come_in(workspace: wb.Workspace, tmp_path: Path) -> None:
    """Every form by its suffix, masked where that is wanted; another program's file, once."""
    session = wb.session("example-triage")
    for form in ("md", "csv", "html", "cast"):
        assert session.export(f"out.{form}", redact="ticket").stat().st_size
        assert "tent last weekend" not in Path(f"out.{form}").read_text()
    rows = session.export("rows.jsonl", runs=["r1-2"]).read_text().splitlines()
    assert [json.loads(row)["variant"] for row in rows] == ["terse"]
    with pytest.raises(SessionError, match="there already"):
        session.export("out.md")
    with pytest.raises(WorkbenchError, match="which form"):
        session.export(tmp_path)

    (new,) = wb.import_sessions(results(tmp_path / "results.json", result()))
    assert new.rounds[0][0].text == "Hi, Ana!"
    assert wb.import_sessions(tmp_path / "results.json") == ()


def test_damage_is_told_and_repaired(workspace: wb.Workspace) -> None:
    """What is whole stands under the old name, the damaged file is in the trash."""
    session = wb.session("example-triage")
    assert session.verify().sound
    assert session.repair() is None
    with session.path.open("ab") as file:
        file.write(b'{"r":1,"at":')
    torn = wb.session("example-triage")
    assert not torn.verify().sound
    assert "cut short" in torn.notes[0]
    damaged = torn.repair()
    assert damaged is not None
    assert damaged.read_bytes().endswith(b'"at":')
    assert torn.notes == ()
    assert torn.verify().sound


def test_a_replay_begins_where_it_is_wanted(workspace: wb.Workspace) -> None:
    """At a moment of the round, at any speed: every event comes all the same."""
    session = wb.session("example-triage")
    all_of_it = session.saved.rounds[0].events
    for start in (all_of_it[-1].at_s, "0:01.5"):
        again = wb.replay(session, start=start, speed=100)
        assert again.wait().runs == session.rounds[0].runs
        assert [*again.runs] == [*session.rounds[0].runs]
    assert sum(isinstance(event.what, Closed) for event in all_of_it) == 3
