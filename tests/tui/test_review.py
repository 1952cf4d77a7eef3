"""Blind review on the screen: nothing tells who wrote what, every vote is kept, one may go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.sessions.helpers import INFO
from tests.tui.app import notices, opened, until
from tests.tui.next_round import own
from tests.tui.provider import provider
from tests.tui.reviewed import CASES, OWN, recorded
from tests.tui.runs import whole
from workbench.compare.results import Entry
from workbench.compare.verdict import Votes
from workbench.sessions.file import lock
from workbench.tui.app import WorkbenchApp
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.results.table import Sheet
from workbench.tui.review.review_screen import ReviewScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.workbench.bench import open_workbench
from workbench.workbench.library import About
from workbench.workbench.saved import SavedRound, read_session

pytestmark = pytest.mark.anyio


async def review(app: WorkbenchApp, pilot: Pilot[None]) -> ReviewScreen:
    """The review, once it shows something."""
    await until(pilot, lambda: isinstance(app.screen, ReviewScreen))
    screen = app.screen
    assert isinstance(screen, ReviewScreen)
    await until(pilot, lambda: screen.has_class("-result") or bool(screen._left.text))
    return screen


def shown(screen: ReviewScreen) -> str:
    """All that stands on the screen."""
    return "\n".join("".join(s.text for s in strip) for strip in screen._compositor.render_strips())


def won(path: Path) -> list[str]:
    """What is voted, by the file."""
    return [vote["won"] for vote in read_session(path).abouts["r1"].votes]


def test_a_round_that_was_resumed_is_reviewed_as_one() -> None:
    """What was sent to complete it is paired with what it had."""
    first, second = whole("One.", name="base"), whole("Two.", name="warm")
    second = replace(second, round_id="r2", run_id="r2-warm")
    runs = {run.run_id: run for run in (first, second)}
    infos = {"r1": replace(INFO, round_id="r1"), "r2": replace(INFO, round_id="r2", resumes="r1")}
    saved = SavedRound(INFO, (), {}, {})
    sheet = Sheet("own", runs, {each: Entry(run) for each, run in runs.items()})
    sheet.infos, sheet.rounds = infos, (saved,)
    sheet.abouts["r1"] = About(votes=({"a": first.run_id, "b": second.run_id, "won": "b"},))

    assert sheet.by_round() == {"r1": [first, second]}
    (review,) = sheet.reviews("base", ["warm"])
    assert review.tally == Votes(0, 1, 0)


async def test_every_vote_is_kept_and_nothing_tells_who_wrote_what(tmp_path: Path) -> None:
    """From the sessions, undone, put off, noted; left and opened again it goes on there."""
    path = recorded(tmp_path / "sessions")
    async with opened(own(tmp_path, OWN), prompt="own", size=(80, 24)) as (app, pilot):
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await pilot.press("alt+q")
        screen = await review(app, pilot)
        first = screen.pair
        assert first is not None
        await until(pilot, lambda: "Ticket" in shown(screen))
        text = shown(screen)
        assert f"case {first.a.case}" in text
        assert "Ticket" in text
        assert "In short" in text
        assert "[" in text
        for tells in ("base", "warm", "haiku", "$", "tokens", "end_turn", " s "):
            assert tells not in text

        await pilot.press("1")
        await until(pilot, lambda: bool(won(path)))
        assert won(path) == [first.won_by("left")]
        assert "one ahead, 100% of 1 decided pair, " in str(screen._said.content)
        await pilot.press("r")
        assert f"left {first.sides[0].variant} (" in str(screen._said.content)
        await pilot.press("u")
        await until(pilot, lambda: not won(path))
        assert screen.pair == first

        await pilot.press("a")
        await until(pilot, lambda: screen.focused is screen._request)
        await pilot.press("a", "space")
        second = screen.pair
        assert second != first
        await pilot.press("e", *"kind", "enter", "3", "4", "right")
        await until(pilot, lambda: len(won(path)) == 3)
        votes = read_session(path).abouts["r1"].votes
        assert second is not None
        assert [v["won"] for v in votes[:2]] == ["tie", "bad"]
        assert (votes[0]["a"], votes[0]["b"], votes[0]["left"]) == (*second.ids, second.left)
        assert [v.get("note") for v in votes] == ["kind", None, None]

        with path.open("r+b") as other:
            assert lock(other.fileno())
            await pilot.press("1")
            await until(pilot, lambda: "being written" in notices(app))
        await until(pilot, lambda: len(screen.review.votes) == 3)
        assert len(won(path)) == 3

        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await pilot.press("alt+p")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        grid = app.screen
        assert isinstance(grid, ResultsScreen)
        await until(pilot, lambda: grid.grid.chosen is not None)
        await pilot.press("alt+q")
        again = await review(app, pilot)
        assert (again.review.votes, again.pair) == (votes, first)


async def test_at_the_end_it_says_by_name_what_it_came_to(tmp_path: Path) -> None:
    """Who is better, how far one agrees with oneself, what to do; promoting shows the diff.

    Its table is as wide as there is room for."""
    path = recorded(tmp_path / "sessions")
    async with opened(own(tmp_path, OWN), prompt="own", size=(80, 24)) as (app, pilot):
        await pilot.press("alt+q")
        await until(pilot, lambda: "no round to review" in notices(app))
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await pilot.press("alt+q")
        screen = await review(app, pilot)
        while screen.pair is not None:
            await pilot.press("1" if screen.pair.sides[0].variant == "warm" else "2")
        await until(
            pilot, lambda: "--repeat" in screen._result.text or "P makes" in screen._result.text
        )

        said = screen._result.text
        assert said.startswith("warm is better: 100% of 12 decided pairs, evidence ")
        assert "pairs: base won 0, warm won 12, 0 ties" in said
        assert "the same vote on 1 of 1 pair shown twice" in said
        assert "P makes warm the base of its file." in said
        assert "$0.0" in said
        assert "100 %" not in said
        await pilot.resize_terminal(120, 24)
        await until(pilot, lambda: "100 %" in screen._result.text)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: screen._result.text == said)
        await until(pilot, lambda: len(won(path)) == CASES + 1)
        await pilot.press("escape", "alt+p")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        grid = app.screen
        assert isinstance(grid, ResultsScreen)
        await until(
            pilot, lambda: "by people's votes: warm is better" in str(grid._verdict.content)
        )
        await pilot.press("alt+q")
        screen = await review(app, pilot)
        await until(pilot, lambda: screen._result.text == said)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        await pilot.press("escape", "u")
        await until(pilot, lambda: len(won(path)) == CASES)
        assert screen.pair is not None


async def test_where_there_is_nothing_to_vote_on_it_says_why(tmp_path: Path) -> None:
    """A round of this sitting whose variants say the same."""
    async with (
        provider() as made,
        opened(own(tmp_path, OWN), prompt="own", base_url=made.url) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.front.shows_round and not app.front.running)
        await pilot.press("alt+q")
        await until(pilot, lambda: "base and warm have no pair to vote on" in notices(app))
        assert "1 pair with the same answer twice" in notices(app)


async def test_alone_it_is_the_whole_app(tmp_path: Path) -> None:
    """As the command line opens it: these two, and once it is left there is nothing more."""
    path = recorded(tmp_path / "sessions")
    session = read_session(path)
    async with open_workbench(own(tmp_path, OWN), provider="simulator") as bench:
        app = WorkbenchApp(
            bench, alone=lambda desk: desk.reviews.review_saved(session, "r1", ("warm", "base"), 7)
        )
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await review(app, pilot)
            assert (screen.review.a, screen.review.b) == ("warm", "base")
            for _ in range(4):
                screen.action_vote_tie()
            screen.action_vote_undo()
            screen.action_review_leave()  # at once: what is still to be kept is waited for
            await until(pilot, lambda: app._exit)
    assert app.problem is None
    assert won(path) == ["tie"] * 3
