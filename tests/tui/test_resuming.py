"""An interrupted round is resumed by key: what is missing is sent, and the whole is one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.tui.app import notices, opened, states, until
from tests.tui.next_round import own
from tests.tui.provider import provider
from tests.tui.runs import painted
from workbench.tui.caps import Caps
from workbench.tui.choice import Choice
from workbench.tui.results.grid import ResultsGrid
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.sessions.session_list import SessionList
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.workbench.saved import newest_in, read_session

pytestmark = pytest.mark.anyio


async def test_what_a_cancelled_round_lacks_is_sent_into_its_session(tmp_path: Path) -> None:
    """Asked first, with figures; its whole answers stay, on the results too, and are not sent."""
    async with provider(holds=True) as server:
        folder = own(tmp_path)
        async with opened(folder, prompt="own", base_url=server.url) as (app, pilot):
            await pilot.press("alt+s")
            await until(pilot, lambda: app.screen is not app.front)
            await pilot.press("ctrl+t", "enter")
            await until(pilot, lambda: "6 runs" in app.front.variants.side)
            await pilot.press("ctrl+r")
            await until(pilot, lambda: states(app).count("streaming") >= 4)
            app.front.grid.panes[0].focus()
            await pilot.press("escape")
            await until(pilot, lambda: states(app)[0] == "aborted")
            server.go.set()
            await until(pilot, lambda: states(app) == ["aborted", *["complete"] * 5])
            assert app.desk is not None
            desk = app.desk
            await until(pilot, lambda: not desk.sending.under_way)

            await pilot.press("alt+p")
            await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
            results = app.screen
            assert isinstance(results, ResultsScreen)
            await until(pilot, lambda: "1 not whole" in "\n".join(painted(results._title)))
            desk.caps = Caps(Decimal(0))  # a limit, too
            await pilot.press("alt+shift+r")
            await until(pilot, lambda: "its cost limit cannot be kept" in notices(app))
            desk.caps = Caps()
            await pilot.press("alt+shift+r")
            await until(pilot, lambda: isinstance(app.screen, Choice))
            asked = app.screen.query_one(".question")
            await until(pilot, lambda: "1 of 6 runs" in "\n".join(painted(asked)))
            await pilot.press("escape")
            await until(pilot, lambda: not desk.sending.under_way)
            await pilot.press("alt+shift+r")
            await until(pilot, lambda: isinstance(app.screen, Choice))
            await pilot.press("s")
            await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
            await until(pilot, lambda: not desk.sending.under_way)
            sheet = desk.rounds.sheet
            assert len(sheet.runs) == len(sheet.entries) == 6
            assert {entry.run.state for entry in sheet.entries.values()} == {"complete"}
            await until(
                pilot, lambda: "!" not in "\n".join(painted(app.screen.query_one(ResultsGrid)))
            )
            await pilot.press("alt+shift+r")
            await until(pilot, lambda: "nothing is missing" in notices(app))

            app.show_front()
            app.clear_notifications()
            await pilot.press("ctrl+g")
            await until(pilot, lambda: isinstance(app.screen, SessionsScreen))
            await until(pilot, lambda: app.screen.query_one(SessionList).chosen is not None)
            await pilot.press("alt+shift+r")
            await until(pilot, lambda: "nothing is missing" in notices(app))

        found = newest_in(tmp_path / "sessions")
        assert found is not None
        first, second = read_session(found.path).rounds
        assert (len(first.runs), len(second.runs)) == (6, 1)
        assert second.info.resumes == first.info.round_id
