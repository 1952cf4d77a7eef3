"""One line of tabs."""

from __future__ import annotations

import pytest

from tests.tui.stage import Stage, said
from workbench.tui.tabs import Tab, Tabs

pytestmark = pytest.mark.anyio


def line(*labels: str, shown: str = "0", side: str = "") -> Tabs:
    """Tabs with these labels, named by their number."""
    tabs = Tabs()
    tabs.tabs = tuple(Tab(str(at), label) for at, label in enumerate(labels))
    tabs.shown, tabs.side = shown, side
    return tabs


async def test_tabs_stand_left_and_the_word_right() -> None:
    """With the word at the very edge."""
    tabs = line("✓ base", "⠋ warm", side="next round: 2 runs")
    async with Stage(tabs).run_test(size=(60, 3)):
        assert said(tabs).strip().startswith("✓ base   ⠋ warm   ")
        assert said(tabs).endswith("next round: 2 runs")


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (31, "✓ base   ⠋ warm  2 runs, ≤ $1"),
        (25, "✓ base   ⠋ warm    ≤ $1"),
        (20, "✓ base   ⠋ warm"),
        (8, "✓ bas"),
    ],
)
async def test_the_word_goes_before_a_tab_is_cut(width: int, shown: str) -> None:
    """Where both have no room, the tabs stay; what leads the word goes first."""
    tabs = line("✓ base", "⠋ warm", side="next round: 2 runs, ≤ $1")
    async with Stage(tabs).run_test(size=(width, 3)):
        assert said(tabs).strip().removesuffix("…").strip() == shown


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


@pytest.mark.parametrize(("column", "clicks"), [(22, 0), (23, 1), (38, 1), (39, 0)])
async def test_a_click_on_the_word_is_told(column: int, clicks: int) -> None:
    """Of the word alone, as far as it is shown."""
    tabs = line("a", "b", side="only one is next")
    app = Stage(tabs, hears=Tabs.SideClicked)
    async with app.run_test(size=(40, 3)) as pilot:
        await pilot.click(tabs, offset=(column, 0))
        tabs.side = "far too long for any line of only forty columns"
        await pilot.click(tabs, offset=(38, 0))
        await pilot.pause()

        assert len(app.heard) == clicks


async def test_markup_in_a_label_is_text() -> None:
    """A variant may be called anything."""
    tabs = line("[red]x[/red]")
    async with Stage(tabs).run_test(size=(40, 3)):
        assert "[red]x[/red]" in said(tabs)
