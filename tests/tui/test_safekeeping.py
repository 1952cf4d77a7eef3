"""A session that cannot be written is told of at once on the screen, and saved elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.app import notices, opened, own_prompts, until
from tests.tui.provider import provider
from workbench.sessions.session import read_session
from workbench.tui.place_screen import PlaceScreen

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("size", "over"), [((80, 24), False), ((160, 45), True)])
async def test_a_session_that_cannot_be_written_is_saved_elsewhere(
    tmp_path: Path, size: tuple[int, int], over: bool
) -> None:
    """Told while the round goes on; a place that is none is asked for again; then all is there.

    In mid-round and when that is over; nothing says then that it is not saved.
    """
    (tmp_path / "sessions").write_text("in the way")
    new = tmp_path / "new" / "place"
    async with (
        provider(holds=True) as made,
        opened(own_prompts(tmp_path), base_url=made.url, size=size) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "kept in memory only" in notices(app))
        assert app.front.running
        await until(pilot, lambda: "NOT SAVED" in app.front.header.badge)

        assert app.desk is not None
        if over:
            made.go.set()
            await until(pilot, lambda: not app.front.running)
        app.desk.do("save_session")
        for answer in (tmp_path / "sessions" / "within", new):
            await until(pilot, lambda: isinstance(app.screen, PlaceScreen))
            app.screen.query_one("Input").value = str(answer)  # type: ignore[attr-defined]
            asked = app.screen
            await pilot.press("enter")
            await until(pilot, lambda asked=asked: app.screen is not asked)  # type: ignore[misc]
        await until(pilot, lambda: "it goes on there" in notices(app))
        made.go.set()
        await until(pilot, lambda: not app.front.running)
        await until(pilot, lambda: "NOT SAVED" not in app.front.header.badge)
        assert "kept in memory only" not in notices(app)
        sheet = app.desk.rounds.sheet.path  # where it is rated from now on

    (path,) = new.iterdir()
    assert sheet == path
    (saved,) = read_session(path).rounds
    assert [run.end_state for run in saved.finished()] == ["complete"] * 3


async def test_a_session_that_is_saved_needs_no_other_place(tmp_path: Path) -> None:
    """The act says where it is, or that there is none yet."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        assert app.desk is not None
        app.desk.do("save_session")
        await until(pilot, lambda: "There is nothing to save yet" in notices(app))
