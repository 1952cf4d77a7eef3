"""Request and answer of one run, as they went over the wire."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from textual.app import App

from tests.answers import start, stop, text
from tests.tui.runs import happenings, painted, run
from workbench.run import Closed, RunEvent, Sent
from workbench.tui.inspect_screen import NOT_KEPT, InspectScreen, Page
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest
from workbench.workbench.exchange import Exchange

pytestmark = pytest.mark.anyio

SAID = (Sent(), Head(200, {"request-id": "req_1"}), start(), text("Hi"), stop(), Closed("eof"))
REQUEST = MessagesRequest.of({"model": "m", "system": "[b]no markup[/b]", "messages": []})
EVENTS = [RunEvent("r1-base", at / 10, what) for at, what in enumerate(happenings(*SAID))]
WHOLE = Exchange(run(*SAID), REQUEST, "http://x/v1/messages", {"x-api-key": "[secret]"}, EVENTS)


def seen(screen: InspectScreen) -> str:
    """What is painted of the page that is seen."""
    (page,) = [page for page in screen.query(Page) if page.display]
    assert page is screen.page
    return "\n".join(painted(page))


async def test_three_pages_are_gone_through() -> None:
    """By the brackets, round the end, and by a click on a tab."""
    app, screen = App[None](), InspectScreen(WHOLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen)
        await pilot.pause()
        assert "POST http://x/v1/messages" in seen(screen)
        assert "[b]no markup[/b]" in seen(screen)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "request-id: req_1" in seen(screen)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "0.700 s  message_stop" in seen(screen)
        await pilot.press("right_square_bracket", "left_square_bracket", "left_square_bracket")
        await pilot.pause()
        assert screen.page.id == "answer"
        await pilot.click("Tabs", offset=(2, 0))
        await pilot.pause()
        assert screen.page.id == "request"


async def test_pages_are_searched_and_copied() -> None:
    """Copied is what went over the wire: the exact body, the message, the events as JSON lines."""
    app, screen = App[None](), InspectScreen(WHOLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen)
        await pilot.pause()
        await pilot.press("y")
        assert app.clipboard == REQUEST.to_json()
        await pilot.press("right_square_bracket", "y")
        assert json.loads(app.clipboard)["content"] == [{"type": "text", "text": "Hi"}]
        await pilot.press("right_square_bracket", "y")
        assert len(app.clipboard.splitlines()) == len(EVENTS)
        await pilot.press("slash", *"text_delta", "enter")
        await pilot.pause()
        assert screen.page.finding
        await pilot.press("escape")
        assert not screen.page.finding
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not screen


async def test_what_is_not_there_is_said() -> None:
    """Events that nobody kept, a request that is damaged, an answer that has not come."""
    app = App[None]()
    screen = InspectScreen(replace(WHOLE, run=run(Sent()), request=None, events=None))
    async with app.run_test(size=(100, 24)) as pilot:
        await app.push_screen(screen)
        await pilot.pause()
        assert "damaged" in seen(screen)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "No answer yet." in seen(screen)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert NOT_KEPT in seen(screen)
        await pilot.press("y")
        assert [*app._notifications][-1].message == "There is nothing to copy yet."
