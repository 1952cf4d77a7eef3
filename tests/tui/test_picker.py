"""Picking one of a list."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.containers import Vertical
from textual.widgets import OptionList

from workbench.tui.picker import Item, Picker, matches

pytestmark = pytest.mark.anyio

ITEMS = [
    Item("1", "2026-01-01  triage", "3 runs  claude-haiku-4-5"),
    Item("2", "2026-01-02  policy", "2 runs  cut"),
    Item("3", "2026-01-03  [red]odd[/red]\x1b[31m", ""),
]


class Asking(App[None]):
    """Asks at once, and keeps the answer."""

    answer: str | None = "not yet"

    def __init__(self, items: list[Item]) -> None:
        super().__init__()
        self.items = items

    def on_mount(self) -> None:
        """Ask."""
        self.push_screen(Picker("sessions", self.items, empty="There is none."), self.take)

    def take(self, answer: str | None) -> None:
        """Keep the answer."""
        self.answer = answer


async def test_what_begins_as_typed_comes_first() -> None:
    """Before what has it somewhere else: a number typed is that of its row."""
    app = Asking([Item("4", "4  since 2 October"), Item("2", "2  an answer")])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("2", "enter")
        await pilot.pause()

        assert app.answer == "2"


@pytest.mark.parametrize(
    ("keys", "picked"),
    [
        (["enter"], "1"),
        (["down", "enter"], "2"),
        (["down", "down", "down", "up", "enter"], "2"),
        (["pagedown", "enter"], "3"),
        ([*"POLICY", "enter"], "2"),
        ([*"cut pol", "enter"], "2"),
        (["escape"], ""),
        ([*"triage", "escape"], ""),
    ],
)
async def test_keys_narrow_choose_and_take(keys: list[str], picked: str) -> None:
    """Typing narrows, arrows move, Enter takes, Escape backs out."""
    app = Asking(ITEMS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()

        assert app.answer == picked


async def test_a_click_takes() -> None:
    """The second line is the second item."""
    app = Asking(ITEMS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(OptionList, offset=(4, 1))
        await pilot.pause()

        assert app.answer == "2"


async def test_a_click_beside_it_backs_out() -> None:
    """As escape does; one on its frame does nothing."""
    app = Asking(ITEMS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click("Vertical", offset=(0, 0))
        assert app.answer == "not yet"
        await pilot.click(offset=(0, 0))
        await pilot.pause()
        assert app.answer == ""


@pytest.mark.parametrize(("items", "typed"), [([], ""), (ITEMS, "zzz")])
async def test_nothing_to_pick_says_so(items: list[Item], typed: str) -> None:
    """Enter then takes nothing."""
    app = Asking(items)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*typed, "enter")
        await pilot.pause()

        assert app.screen.query_one(".empty").display
        assert app.answer == "not yet"


async def test_a_thousand_items_stay_on_the_screen() -> None:
    """The list scrolls, the frame does not grow."""
    app = Asking([Item(str(at), f"session {at}") for at in range(1000)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.screen.query_one("Vertical").region.bottom <= 24

        await pilot.press(*"999", "enter")
        await pilot.pause()
        assert app.answer == "999"


async def test_names_of_files_are_shown_not_obeyed() -> None:
    """Neither markup nor control characters."""
    app = Asking(ITEMS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        prompt = app.screen.query_one(OptionList).get_option_at_index(2).prompt

        assert "[red]odd[/red]" in str(prompt)
        assert "\x1b" not in str(prompt)


def test_every_word_typed_has_to_be_there() -> None:
    """In any order and case."""
    assert matches("RUNS tri", "triage 3 runs")
    assert matches("", "anything")
    assert not matches("tri policy", "triage 3 runs")


async def test_quieter_words_stand_below_each_other_and_the_keys_in_the_frame() -> None:
    """Behind the longest of the words; so figures are read down the list."""
    items = [Item("1", "base", "0 of 5"), Item("2", "terse and short", "2 of 6"), Item("3", "x")]
    app = Asking(items)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = [str(option.prompt) for option in app.screen.query_one(OptionList).options]

        assert [line.find(" of ") for line in shown] == [18, 18, -1]
        assert str(app.screen.query_one(Vertical).border_subtitle) == "enter takes it   esc back"
