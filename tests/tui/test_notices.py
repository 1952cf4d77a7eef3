"""Notices: where they stand, and how little they cover."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets._toast import Toast

from tests.tui.app import until
from workbench.tui.app import WorkbenchApp

pytestmark = pytest.mark.anyio


class Telling(App[None]):
    """An app with the workbench's looks."""

    CSS = WorkbenchApp.CSS


async def test_a_notice_covers_few_lines_at_80_columns() -> None:
    """As many as it has, where they fit side by side with the frame; no more than it needs."""
    words = "Sent the request of base as Python to the terminal's clipboard (OSC 52)."
    app = Telling()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.notify(words)
        app.notify("Saved.")
        await until(pilot, lambda: len(app.screen.query(Toast)) == 2)
        await pilot.pause()
        long, short = (toast.region for toast in app.screen.query(Toast))

        assert (long.height, short.height) == (1, 1)
        assert short.width < 12 < len(words) < long.width <= 78


async def test_a_notice_is_seen_to_its_last_word() -> None:
    """However long: neither cut at the right, nor behind the last row of the screen."""
    app = Telling()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        for length in (72, 73, 74, 75, 76, 77, 145, 149, 153):
            app.clear_notifications()
            words = f"{('abcd efg ' * 20)[: length - 4].strip()} END"
            app.notify(words, timeout=60)
            await until(pilot, lambda words=words: words in [str(t.render()) for t in toasts(app)])  # type: ignore[misc]
            await pilot.pause()
            rows = app.screen._compositor.render_strips()[:-1]
            assert any("END" in "".join(part.text for part in row) for row in rows), length


def toasts(app: App[None]) -> list[Toast]:
    """The notices that are shown."""
    return [*app.screen.query(Toast)]
