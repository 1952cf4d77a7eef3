"""Lists and the palette where there is no room for a line of theirs."""

from __future__ import annotations

import pytest
from textual.widgets.option_list import Option

from tests.tui.app import until
from tests.tui.stage import Stage
from workbench.tui.options import Options

pytestmark = pytest.mark.anyio


async def test_a_page_key_without_room_ends_nothing() -> None:
    """The list has options, but nothing is laid out yet; once it is, keys page."""
    async with Stage().run_test(size=(20, 8)) as pilot:
        options = Options(*(Option(str(number)) for number in range(40)))
        options.display = False
        await pilot.app.mount(options)
        assert not options.size
        await options.run_action("page_down")
        options.display = True
        await until(pilot, lambda: options.size.height > 0)
        await options.run_action("page_down")
        assert options.highlighted
