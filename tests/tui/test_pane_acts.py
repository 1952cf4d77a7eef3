"""What can be done with a pane: pinned, compared, sent again, cancelled, looked into, as code."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.app import notices, opened, own_prompts, states, until
from tests.tui.provider import Provider, provider
from tests.tui.runs import painted
from workbench.documents.checks import Check
from workbench.run import Run
from workbench.sessions.redactor import Redaction
from workbench.tui.app import WorkbenchApp
from workbench.tui.choice import Choice
from workbench.tui.compare_screen import Compared, CompareScreen
from workbench.tui.doable import doable
from workbench.tui.inspect_screen import InspectScreen, Page
from workbench.tui.pane import MENU, RunPane
from workbench.tui.pane_acts import IN_MENU, PANE_ACTS, SENDING
from workbench.tui.pane_desk import again_alone
from workbench.tui.replay_screen import ReplayScreen
from workbench.workbench.reviews import runs_by_round
from workbench.workbench.saved import read_session

pytestmark = pytest.mark.anyio

Opened = tuple[WorkbenchApp, Pilot[None]]


@asynccontextmanager
async def ran(tmp_path: Path, *, holds: bool = False, save: bool = True) -> AsyncIterator[Opened]:
    """The app after a round of triage, the second pane focused; with `holds`, in mid-answer."""
    async with (
        provider(holds=holds) as made,
        opened(own_prompts(tmp_path), base_url=made.url, save=save) as (app, pilot),
    ):
        app.provider = made  # type: ignore[attr-defined]
        await pilot.press("ctrl+r")
        wanted = ["streaming" if holds else "complete"] * 3
        await until(pilot, lambda: states(app) == wanted)
        if not holds:
            await until(pilot, lambda: not app.front.running)
        await focus(app, pilot, 1)
        yield app, pilot


def panes(app: WorkbenchApp) -> list[RunPane]:
    """The panes, in order."""
    return app.front.grid.panes


def ids(app: WorkbenchApp) -> list[str]:
    """The runs in the panes, in order; the panes stand in that order on the screen, too."""
    assert [*app.front.grid.children] == panes(app)
    return [pane.run.run_id for pane in panes(app) if pane.run]


async def focus(app: WorkbenchApp, pilot: Pilot[None], at: int) -> None:
    """Go to a pane."""
    panes(app)[at].focus()
    await until(pilot, lambda: panes(app)[at].has_focus)


async def test_a_pinned_pane_comes_first_and_stays(tmp_path: Path) -> None:
    """It stands beside the runs of the next round, frozen, until it is let go."""
    async with ran(tmp_path) as (app, pilot):
        await pilot.press("b")
        assert ids(app) == ["r1-2", "r1-1", "r1-3"]
        pinned = panes(app)[0]
        assert pinned.pinned
        assert pinned.has_focus
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 4 and not app.front.running)
        assert ids(app) == ["r1-2", "r2-1", "r2-2", "r2-3"]
        assert panes(app)[0] is pinned
        await focus(app, pilot, 0)
        await pilot.press("plus")
        await until(pilot, lambda: pinned.mark == "✓ pass")
        await pilot.press("b")
        assert ids(app) == ["r2-1", "r2-2", "r2-3"]
        assert not any(pane.pinned for pane in panes(app))


async def test_another_baseline_takes_the_place_of_the_first(tmp_path: Path) -> None:
    """There is one; the one before goes back to where it stood."""
    async with ran(tmp_path) as (app, pilot):
        await pilot.press("b")
        await focus(app, pilot, 2)
        await pilot.press("b")
        assert ids(app) == ["r1-3", "r1-1", "r1-2"]
        assert [pane.pinned for pane in panes(app)] == [True, False, False]


async def test_of_what_was_not_sent_the_prompts_are_compared(tmp_path: Path) -> None:
    """What will be sent for both; it cannot be pinned or rated, and that is said."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await focus(app, pilot, 1)
        await pilot.press("b", "plus")
        await until(pilot, lambda: "no whole answer to rate yet" in notices(app))
        assert "nothing to pin yet" in notices(app)
        assert ids(app) == ["r1-1", "r1-2", "r1-3"]
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        right = app.screen.query_one("#right", Compared)
        await until(pilot, lambda: "temperature: 0.7" in right.text)
        assert "system:" in right.text


async def test_answers_are_rated_where_they_stand(tmp_path: Path) -> None:
    """In a pane and among two: shown at once, kept in the session, taken back; a replay has it."""
    async with ran(tmp_path) as (app, pilot):
        pane = panes(app)[1]
        await pilot.press("minus")
        await until(pilot, lambda: pane.mark == "✗ fail")
        assert "✗ fail" in painted(pane)[0]
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("4")
        await until(pilot, lambda: pane.mark == "✗ fail 4★")

        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        frame = screen.query_one("#left-side")
        await until(pilot, lambda: "✗ fail 4★" in str(frame.border_subtitle))
        await pilot.press("plus")
        await until(pilot, lambda: "✓ pass 4★" in str(frame.border_subtitle))
        await until(pilot, lambda: "passed" in str(screen.query_one("#figures", Static).content))
        await pilot.press("U", "U")
        await until(pilot, lambda: pane.mark == "✗ fail")
        await pilot.press("escape", "ctrl+g", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        replay = app.screen
        assert isinstance(replay, ReplayScreen)
        await until(pilot, lambda: [p.mark for p in replay.grid.panes] == ["", "✗ fail", ""])
        replay.grid.panes[0].focus()
        await pilot.press("plus")
        await until(pilot, lambda: replay.grid.panes[0].mark == "✓ pass")
        assert app.desk is not None
        assert app.desk.rounds.sheet.abouts["r1-1"].good is True  # the grid has it, too
    (path,) = (tmp_path / "sessions").glob("*.jsonl*")
    abouts = read_session(path).abouts
    assert (abouts["r1-2"].good, abouts["r1-2"].rating) == (False, None)
    assert abouts["r1-1"].good is True


async def test_a_pane_is_compared_with_the_next_and_with_the_baseline(tmp_path: Path) -> None:
    """c puts this at the left; d begins with one text, the pinned or first pane as what was."""
    async with ran(tmp_path) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        assert [run.run_id for run in shown_pair(app)] == ["r1-2", "r1-3"]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        assert [run.run_id for run in shown_pair(app)] == ["r1-1", "r1-2"]
        assert app.screen.has_class("-unified")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        await focus(app, pilot, 0)
        await pilot.press("d")
        assert "This is the baseline" in notices(app)


def shown_pair(app: WorkbenchApp) -> tuple[Run, Run]:
    """What is compared."""
    assert isinstance(app.screen, CompareScreen)
    return app.screen.pair


async def test_one_run_is_sent_again_alone(tmp_path: Path) -> None:
    """The same request to the byte, as a round of its own, saved; the others stay."""
    async with ran(tmp_path) as (app, pilot):
        before = [pane.run for pane in panes(app)]
        await pilot.press("r")
        await until(pilot, lambda: ids(app)[1] == "r2-1" and not app.front.running)
        assert [panes(app)[0].run, panes(app)[2].run] == [before[0], before[2]]
        assert panes(app)[1].has_focus
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        await pilot.press("r")
        await until(pilot, lambda: ids(app)[1] == "r3-1" and not app.front.running)

        assert app.bench.journal is not None
        assert app.bench.journal.path is not None
        session = read_session(app.bench.journal.path)
        first, second, third = session.rounds
        assert [len(saved.runs) for saved in session.rounds] == [3, 1, 1]
        assert second.requests["r2-1"] == first.requests["r1-2"] == third.requests["r3-1"]
        assert second.info.origin.endswith(" r1")

        assert app.desk is not None  # here and in its file, both are one round
        for rounds in (app.desk.rounds.sheet.by_round(), runs_by_round(session.rounds)):
            assert [*rounds] == ["r1"]
            assert {run.run_id for run in rounds["r1"]} == {"r1-1", "r1-2", "r1-3", "r2-1", "r3-1"}
        assert [*app.desk.rounds.sheet.runs] == ["r1-1", "r3-1", "r1-3"]
        plan = app.desk.rounds.plan_of("r3-1")
        assert plan is not None
        asked = {"r3-1": (Check("contains", "x"),)}
        masked = Redaction({}, tools=True)
        again = again_alone(app.bench, replace(plan, checks=asked, redaction=masked), "r3-1")
        assert (again.checks, again.redaction) == ({"r4-1": asked["r3-1"]}, masked)


async def test_one_of_the_next_round_is_sent_alone(tmp_path: Path) -> None:
    """Before anything was sent; the others keep their panes and can be sent after it."""
    async with (
        provider() as made,
        opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot),
    ):
        await focus(app, pilot, 1)
        await pilot.press("r")
        await until(pilot, lambda: states(app) == ["waiting", "complete", "waiting"])
        await until(pilot, lambda: not app.front.running)
        await focus(app, pilot, 2)
        await pilot.press("r")
        await until(pilot, lambda: states(app) == ["waiting", "complete", "complete"])
        assert ids(app) == ["r1-1", "r1-2", "r2-1"]
        await until(pilot, lambda: not app.front.running)
        assert app.desk is not None
        assert [*app.desk.rounds.sheet.by_round()] == ["r1"]


async def test_one_run_is_cancelled_and_no_second_round_begins(tmp_path: Path) -> None:
    """x ends this run only; sending again has to wait for the others."""
    async with ran(tmp_path, holds=True) as (app, pilot):
        await pilot.press("r")
        assert "A round is on its way" in notices(app)
        await pilot.press("x")
        await until(pilot, lambda: states(app)[1] == "aborted")
        assert states(app) == ["streaming", "aborted", "streaming"]
        made: Provider = app.provider  # type: ignore[attr-defined]
        made.go.set()
        await until(pilot, lambda: states(app) == ["complete", "aborted", "complete"])


@pytest.mark.parametrize(
    ("letter", "words"), [("c", "curl -N"), ("p", "from anthropic"), ("t", "@anthropic-ai/sdk")]
)
async def test_a_request_is_copied_as_code(letter: str, words: str, tmp_path: Path) -> None:
    """In the language that is picked."""
    async with ran(tmp_path) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press(letter)
        await until(pilot, lambda: words in app.clipboard)
        assert "the request of terse as" in notices(app)


async def test_a_run_is_looked_into(tmp_path: Path) -> None:
    """From the session's file: the request as it was sent, the key masked, every event."""
    async with ran(tmp_path) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InspectScreen))
        pages = {page.id: page.text for page in app.screen.query(Page)}
        assert "user-agent: workbench" in pages["request"]
        assert "x-api-key: [secret]" in pages["request"]
        assert "request-id: req_1" in pages["answer"]
        assert pages["events"].count("content_block_delta") == 2
        await pilot.press("y")
        assert json.loads(app.clipboard)["model"] == "claude-haiku-4-5"


async def test_without_saving_events_are_not_kept(tmp_path: Path) -> None:
    """The request and the answer are known all the same."""
    async with ran(tmp_path, save=False) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InspectScreen))
        pages = {page.id: page.text for page in app.screen.query(Page)}
        assert '"model": "claude-haiku-4-5"' in pages["request"]
        assert "An answer of two pieces." in pages["answer"]
        assert "--no-save" in pages["events"]


async def test_the_menu_lists_what_can_be_done(tmp_path: Path) -> None:
    """By enter, by its sign, and by the other button; a click or a letter there does it."""
    async with ran(tmp_path) as (app, pilot):
        pane = panes(app)[1]
        width = pane.outer_size.width
        for opening in ("key", "sign", "button"):
            if opening == "key":
                await pilot.press("enter")
            elif opening == "sign":
                await pilot.click(pane, offset=(width - 4, 0))
            else:
                await pilot.click(pane, offset=(3, 3), button=3)
            await until(pilot, lambda: isinstance(app.screen, Choice))
            told = "\n".join(str(line.content) for line in app.screen.query(Static))
            assert all(act.tells in told for act in IN_MENU if act.name != "menu")
            await pilot.press("z")
            await until(pilot, lambda: app.front.maximized is pane)
            await pilot.press("z")
            await until(pilot, lambda: app.front.maximized is None)
        assert MENU in pane.render_lines(pane.outer_size.region)[0].text


async def test_a_replay_compares_and_looks_but_sends_nothing(tmp_path: Path) -> None:
    """Pinned there, a run stays beside those of the session's other rounds."""
    async with ran(tmp_path) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: ids(app)[1] == "r2-1" and not app.front.running)
        await pilot.press("ctrl+g")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        replay = app.screen
        assert isinstance(replay, ReplayScreen)
        await until(pilot, lambda: bool(replay.grid.panes) and replay.grid.panes[0].has_focus)
        await pilot.press("x", "r")
        assert notices(app).count("A replay sends nothing") == 2
        await until(pilot, lambda: all(run.end_state for run in replay.runs.values()))
        await pilot.press("b", "p")
        await until(pilot, lambda: len(replay.grid.panes) == 4)
        assert [*replay.runs] == ["r2-1", "r1-1", "r1-2", "r1-3"]
        replay.grid.panes[1].focus()
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InspectScreen))


def test_the_menu_and_the_replay_leave_out_what_makes_no_sense_there() -> None:
    """Named acts exist."""
    names = {act.name for act in PANE_ACTS}
    assert set(SENDING) < names
    assert {act.name for act in IN_MENU} < names


async def test_what_was_asked_of_a_pane_that_has_gone_is_let_be(tmp_path: Path) -> None:
    """Another round may take its place while menu, palette or jump stand open."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        front, gone = app.front, panes(app)[2]
        select = next(each for each in doable(front) if each.act.name == "select_whole")
        front.begin([front.runs[each] for each in front.own[:2]])
        await until(pilot, lambda: not gone.is_attached)
        await replace(select, on=gone).do()
        front.go_to(gone)
        for to in (app, front):
            to.post_message(RunPane.Wanted(gone, "inspect"))
            to.post_message(RunPane.Wanted(gone, "compare_next"))
        await pilot.pause()
        assert app.screen is front
