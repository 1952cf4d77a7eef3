"""A saved round again: the same panes, and every way to move in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.app import EXAMPLES, until
from workbench.run import Run
from workbench.sessions.session import Session, read_session
from workbench.telling.transcript import Transcript
from workbench.tui.ask import Ask
from workbench.tui.help import Help
from workbench.tui.replay_bar import ReplayBar
from workbench.tui.replay_screen import ReplayScreen

pytestmark = pytest.mark.anyio

SAVED = EXAMPLES.parent / "sessions" / "example-triage.jsonl"
SIZES = [(80, 24), (160, 45)]

HOLD = "left_square_bracket"
"""Pauses where the space would begin again, were the round over already on a busy machine."""


@pytest.fixture(scope="module")
def session() -> Session:
    """The recorded session of the triage example, its one round twice."""
    read = read_session(SAVED)
    return replace(read, rounds=(read.rounds[0], read.rounds[0]))


@asynccontextmanager
async def replaying(
    session: Session, size: tuple[int, int] = (160, 45)
) -> AsyncIterator[tuple[ReplayScreen, Pilot[None]]]:
    """A replay of the session, on its last round."""
    app = App[None]()
    async with app.run_test(size=size) as pilot:
        screen = ReplayScreen(session)
        app.push_screen(screen)
        await until(pilot, lambda: screen.loaded)
        yield screen, pilot


def painted(screen: ReplayScreen) -> list[Run]:
    """The runs in the panes, as they are painted."""
    return [pane.run for pane in screen.grid.panes if pane.run is not None]


def played(screen: ReplayScreen) -> int:
    """How many events have been played."""
    return screen._player.index


async def settled(screen: ReplayScreen, pilot: Pilot[None]) -> None:
    """Wait until the panes show what the screen has been told, in words as well."""
    await until(pilot, lambda: not screen.clock._due)
    assert painted(screen) == list(screen.runs.values())
    for pane, run in zip(screen.grid.panes, painted(screen), strict=True):
        told = Transcript(pane._told).news(run)
        assert pane.text == "".join(text for _, text in told or [])


def folded(session: Session, events: int) -> list[Run]:
    """The last round's runs after so many events."""
    saved = session.rounds[-1]
    runs = {run.run_id: run for run in saved.runs}
    for event in islice(saved.events, events):
        runs[event.run_id] = runs[event.run_id].after(event)
    return list(runs.values())


async def faster(pilot: Pilot[None]) -> None:
    """Play as fast as can be."""
    await pilot.press(*["greater_than_sign"] * 5)


@pytest.mark.parametrize("size", SIZES)
async def test_a_replay_ends_as_the_round_did(session: Session, size: tuple[int, int]) -> None:
    """Run by run the same, with the files as they were sent; read-only; labelled."""
    async with replaying(session, size) as (screen, pilot):
        await faster(pilot)
        await until(pilot, lambda: screen._player.ended)
        await settled(screen, pilot)

        assert painted(screen) == list(session.rounds[-1].finished())
        assert "variants:" in screen.panels["prompt"].text
        assert screen.panels["system"].path == Path("triage.system.yaml")
        opened = [panel for panel in screen.panels.values() if panel.path is not None]
        assert all(panel.editor.read_only for panel in opened)
        assert screen.header.badge == "SIMULATED"
        assert screen.header.money.startswith("round $0.0")


async def test_steps_go_event_by_event(session: Session) -> None:
    """On and back; the panes show exactly what had happened by then."""
    async with replaying(session) as (screen, pilot):
        await pilot.press(HOLD)
        screen._seek(0.0)
        for _ in range(30):
            screen.action_step()
        await pilot.press("right_square_bracket", "left_square_bracket", "left_square_bracket")
        assert played(screen) == 29
        await settled(screen, pilot)

        assert painted(screen) == folded(session, 29)
        await pilot.press("right_square_bracket")
        await settled(screen, pilot)
        assert painted(screen) == folded(session, 30)


async def test_seeking_back_shows_nothing_from_later(session: Session) -> None:
    """What was due to be painted before the jump is not painted after it."""
    async with replaying(session) as (screen, pilot):
        await pilot.press(HOLD)
        screen._seek(screen._player.length_s)
        screen._seek(0.5)
        await pilot.pause(0.1)
        await settled(screen, pilot)

        assert painted(screen) == folded(session, played(screen))
        assert played(screen) < len(session.rounds[-1].events)


async def test_arrows_and_a_click_on_the_bar_seek(session: Session) -> None:
    """By a twentieth; to the place clicked."""
    async with replaying(session) as (screen, pilot):
        length_s = screen._player.length_s
        await pilot.press(HOLD)
        screen._seek(length_s / 2)
        screen.grid.panes[0].focus()
        await pilot.press("right")
        assert screen._player.at_s(0.0) == pytest.approx(length_s * 0.55)
        await pilot.press("left", "left")
        assert screen._player.at_s(0.0) == pytest.approx(length_s * 0.45)

        bar = screen.query_one(ReplayBar)
        start, width = bar._bar
        await pilot.click(bar, offset=(start + width - 1, 0))
        await until(pilot, lambda: screen._player.ended)
        await pilot.click(bar, offset=(start, 0))
        await until(pilot, lambda: screen._player.at_s(0.0) == 0)


async def test_a_pause_holds_and_the_end_begins_anew(session: Session) -> None:
    """Space pauses, goes on, and after the end plays again from the start."""
    async with replaying(session) as (screen, pilot):
        screen._seek(0.0)
        await pilot.press("space")
        held = played(screen)
        await pilot.pause(0.2)
        assert played(screen) == held
        assert screen.query_one(ReplayBar).paused

        screen._seek(screen._player.length_s)
        await settled(screen, pilot)
        await pilot.press("space")
        assert not screen._player.paused
        assert screen._player.at_s(screen._player._since) == 0
        await until(pilot, lambda: played(screen) > 0)
        assert not all(run.end_state for run in screen.runs.values())


async def test_rounds_before_and_after(session: Session) -> None:
    """p and n; beyond the ends it says so and stays."""
    async with replaying(session) as (screen, pilot):
        bar = screen.query_one(ReplayBar)
        for key, words in (
            ("n", "round 2 of 2"),
            ("p", "round 1 of 2"),
            ("p", "round 1 of 2"),
            ("n", "round 2 of 2"),
        ):
            await pilot.press(key)
            await until(pilot, lambda words=words: bar.round_words == words)  # type: ignore[misc]
        await faster(pilot)
        await until(pilot, lambda: screen._player.ended)
        said = [notice.message for notice in screen.app._notifications]
        assert said == ["This session has no further round that way."] * 2


@pytest.mark.parametrize("size", SIZES)
async def test_the_bar_fits_and_names_its_keys(session: Session, size: tuple[int, int]) -> None:
    """Round, speed, time and the way out, at any width; a key that is named has its word."""
    async with replaying(session, size) as (screen, pilot):
        await pilot.press(HOLD)
        await pilot.pause()
        line = "".join(segment.text for segment in screen.query_one(ReplayBar).render_line(0))

        for words in ("REPLAY", "2 of 2", "1x", "00:0", "─" * 4, "space go on", "esc leave"):
            assert words in line
        assert "…" not in line


async def test_getting_around_works_as_on_the_workbench(session: Session) -> None:
    """Keys for help, the next panel, one thing alone; an editor does not swallow the space."""
    async with replaying(session) as (screen, pilot):
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(screen.app.screen, Help))
        await pilot.press("escape")
        await until(pilot, lambda: screen.app.screen is screen)
        screen.panels["prompt"].editor.focus()
        before = screen.panels["prompt"].text
        await pilot.press("space", "n", "p")
        assert screen._player.paused or screen._at == 0
        assert screen.panels["prompt"].text == before
        screen.grid.panes[0].focus()
        await pilot.press("f9")
        await pilot.pause()
        assert screen.maximized is screen.grid.panes[0]
        await pilot.press("escape")
        await pilot.pause()
        assert screen.maximized is None


async def test_escape_leaves(session: Session) -> None:
    """Back to what was there before, in mid-round as well; no timer of it goes on."""
    async with replaying(session) as (screen, pilot):
        await until(pilot, lambda: screen.clock.running)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is not screen)
        await until(pilot, lambda: "paint" not in {t.get_name() for t in asyncio.all_tasks()})


async def test_a_round_without_events_can_be_looked_at(session: Session) -> None:
    """One whose runs never began."""
    empty = replace(session.rounds[0], story={})
    async with replaying(replace(session, rounds=(empty,))) as (screen, pilot):
        await pilot.press("space", "right", "left", "right_square_bracket", "left_square_bracket")
        await pilot.pause()

        assert {run.state for run in painted(screen)} == {"waiting"}


async def test_a_round_saved_without_documents_shows_its_request(session: Session) -> None:
    """In the editors' own parts, for reading; where that is lost, too, the place says so."""
    saved = session.rounds[0]
    without = replace(saved, info=replace(saved.info, documents={}))
    lost = replace(without, requests={})
    async with replaying(replace(session, rounds=(lost, without))) as (screen, pilot):
        prompt, system = screen.panels["prompt"], screen.panels["system"]
        assert "<ticket c" in prompt.text
        assert "system:" in system.text
        assert "system:" not in prompt.text
        assert prompt.editor.read_only
        await pilot.press("p")
        assert prompt.path is None
        assert "neither documents nor a request" in str(prompt.query_one(".empty", Static).content)


async def test_a_loop_begins_again_at_the_end(session: Session) -> None:
    """At the end at once, and whenever the end is reached again; until it is switched off."""
    async with replaying(session, (80, 24)) as (screen, pilot):
        await faster(pilot)
        await until(pilot, lambda: screen._player.ended)
        await pilot.press("l")
        assert not screen._player.ended
        seen = [0]

        def begun_again() -> bool:
            seen.append(played(screen))
            return seen[-1] < seen[-2]

        await until(pilot, begun_again)
        await pilot.press("space")
        assert "‖↻" in str(screen.query_one(ReplayBar).render())
        await pilot.press("space", "l")
        await until(pilot, lambda: screen._player.ended)
        await settled(screen, pilot)
        assert painted(screen) == list(session.rounds[-1].finished())


async def test_the_mouse_drags_through_the_round(session: Session) -> None:
    """From where it is pressed to where it is let go, not beyond the ends."""
    async with replaying(session) as (screen, pilot):
        await pilot.press(HOLD)
        bar = screen.query_one(ReplayBar)
        start, width = bar._bar
        await pilot.mouse_down(bar, offset=(start, 0))
        await pilot.hover(bar, offset=(start + width // 2, 0))
        await until(pilot, lambda: 0 < played(screen) < len(session.rounds[-1].events))
        await settled(screen, pilot)
        assert painted(screen) == folded(session, played(screen))
        await pilot.hover(bar, offset=(start + width + 5, 0))
        await until(pilot, lambda: screen._player.ended)
        await pilot.mouse_up(bar, offset=(start + width + 5, 0))
        await pilot.hover(bar, offset=(start, 0))
        await pilot.pause()
        assert screen._player.ended


async def test_a_jump_shows_what_telling_from_the_start_shows(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where moments are told ahead: after any jump, and playing on from there."""
    monkeypatch.setattr("workbench.tui.replay_screen._LONG", 3)
    monkeypatch.setattr("workbench.tui.replay_screen._FRAMES", 7)
    async with replaying(session, (80, 24)) as (screen, pilot):
        await pilot.press(HOLD)
        await until(pilot, lambda: not screen._lacking())
        length_s = screen._player.length_s
        for part in (0.9, 0.3, 0.31, 1.0, 0.0, 0.6, 0.2, 0.95):
            screen._seek(part * length_s)
            await settled(screen, pilot)
            assert painted(screen) == folded(session, played(screen))
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: not screen._lacking())
        screen._seek(0.5 * length_s)
        await settled(screen, pilot)
        await pilot.press("space")
        await faster(pilot)
        await until(pilot, lambda: screen._player.ended)
        await settled(screen, pilot)


async def test_a_very_large_round_is_shown_some_runs_at_a_time(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next ones and the ones before by key; of others nothing is read."""
    monkeypatch.setattr("workbench.tui.replay_screen.MOST_PANES", 2)
    async with replaying(session) as (screen, pilot):
        bar = screen.query_one(ReplayBar)
        assert [run.run_id for run in painted(screen)] == ["r1-1", "r1-2"]
        assert bar.round_words == "round 2 of 2, runs 1-2 of 3"
        await pilot.press("full_stop")
        await until(pilot, lambda: screen.loaded)
        assert [run.run_id for run in painted(screen)] == ["r1-3"]
        assert bar.round_words == "round 2 of 2, runs 3-3 of 3"
        await faster(pilot)
        await until(pilot, lambda: screen._player.ended)
        await settled(screen, pilot)
        assert painted(screen) == [session.rounds[-1].finished()[2]]
        await pilot.press("full_stop", "comma")
        await until(pilot, lambda: len(screen.grid.panes) == 2 and screen.loaded)
        said = [notice.message for notice in screen.app._notifications]
        assert said == ["This round has no further run that way."]


async def test_a_moment_can_be_typed(session: Session) -> None:
    """What is no moment is asked for again; backing out stays; beyond the end is the end."""
    async with replaying(session) as (screen, pilot):
        await pilot.press(HOLD, "g")
        await until(pilot, lambda: isinstance(screen.app.screen, Ask))
        await pilot.press(*"soon", "enter")
        assert isinstance(screen.app.screen, Ask)
        await pilot.press("ctrl+u", *"0:00.9", "enter")
        await until(pilot, lambda: screen.app.screen is screen)
        assert screen._player.at_s(0.0) == 0.9
        await settled(screen, pilot)
        assert painted(screen) == folded(session, played(screen))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(screen.app.screen, Ask))
        await pilot.press("escape")
        await until(pilot, lambda: screen.app.screen is screen)
        assert screen._player.at_s(0.0) == 0.9
        await pilot.press("g")
        await until(pilot, lambda: isinstance(screen.app.screen, Ask))
        await pilot.press(*"99", "enter")
        await until(pilot, lambda: screen._player.ended)
