"""One line of tabs."""

from __future__ import annotations

import pytest

from tests.tui.stage import Stage, said
from workbench.tui.tabs import Tab, Tabs

pytestmark = pytest.mark.anyio


def line(*labels: str, shown: str = "0") -> Tabs:
    """Tabs with these labels, named by their number."""
    tabs = Tabs()
    tabs.tabs = tuple(Tab(str(at), label) for at, label in enumerate(labels))
    tabs.shown = shown
    return tabs


@pytest.mark.parametrize("shown", range(12))
async def test_the_chosen_tab_is_in_sight(shown: int) -> None:
    """However many there are, at 40 columns."""
    labels = [f"✓ variant-{at}" for at in range(12)]
    tabs = line(*labels, shown=str(shown))
    async with Stage(tabs).run_test(size=(40, 3)):
        assert labels[shown] in said(tabs).replace("…", "  ")


@pytest.mark.parametrize("shown", [0, 7, 11])
async def test_a_click_chooses_the_tab_under_the_pointer(shown: int) -> None:
    """Wherever the line has been moved to."""
    tabs = line(*(f"✓ v{at:02}" for at in range(12)), shown=str(shown))
    app = Stage(tabs, hears=Tabs.Chosen)
    async with app.run_test(size=(40, 3)) as pilot:
        at = said(tabs).index(f"v{shown:02}")
        await pilot.click(tabs, offset=(at, 0))
        await pilot.pause()

        assert [chosen.name for chosen in app.heard] == [str(shown)]


async def test_a_click_between_tabs_chooses_none() -> None:
    """The blanks belong to nobody."""
    tabs = line("a", "b")
    app = Stage(tabs, hears=Tabs.Chosen)
    async with app.run_test(size=(40, 3)) as pilot:
        await pilot.click(tabs, offset=(3, 0))
        await pilot.click(tabs, offset=(30, 0))
        await pilot.pause()

        assert not app.heard


async def test_markup_in_a_label_is_text() -> None:
    """A variant may be called anything."""
    tabs = line("[red]x[/red]")
    async with Stage(tabs).run_test(size=(40, 3)):
        assert "[red]x[/red]" in said(tabs)
