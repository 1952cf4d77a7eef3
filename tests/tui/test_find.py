"""Find, replace and go to a line, by key and by mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets.text_area import Selection

from tests.tui.app import opened, own_prompts, until
from tests.tui.editor_stage import style_at
from tests.tui.stage import said
from workbench.tui.bar import Bar, Buttons
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.find_bar import FindBar
from workbench.tui.line_bar import LineBar

pytestmark = pytest.mark.anyio

TEXT = "a: Ticket\nb: ticket, ticket\n" + "# x\n" * 40 + "c: {{ticket}}\n"
FIRST = Selection((0, 3), (0, 9))
SECOND = Selection((1, 3), (1, 9))
LAST = Selection((42, 5), (42, 11))


class Stage(App[None]):
    """An app with one panel, whose find is a key away."""

    BINDINGS = [("ctrl+f", "find"), ("escape", "give_up")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.panel = EditorPanel("prompt")

    def compose(self) -> ComposeResult:
        yield self.panel

    async def action_find(self) -> None:
        await self.panel.find()

    def action_give_up(self) -> None:
        self.panel.back_out()


@asynccontextmanager
async def staged(text: str = TEXT, width: int = 60) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    app = Stage()
    async with app.run_test(size=(width, 16)) as pilot:
        app.panel.open(Path("a.prompt.yaml"), text)
        app.panel.editor.focus()
        await pilot.pause()
        yield app, pilot


def count(app: App[None]) -> str:
    """What the open bar says."""
    (bar,) = [bar for bar in app.query(Bar) if bar.display]
    return said(bar.query_one(".said"))


async def find(app: Stage, pilot: Pilot[None], words: str, key: str = "ctrl+f") -> None:
    """Open the bar and type."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.focused, Input))
    await pilot.press(*keys(words))
    await pilot.pause()


def keys(words: str) -> list[str]:
    """The keys that type these words."""
    return [_character_to_key(character) for character in words]


async def test_typing_goes_to_the_first_and_enter_to_the_next() -> None:
    """The count says where one is; round at the end; Escape keeps the place."""
    async with staged() as (app, pilot):
        editor = app.panel.editor
        await find(app, pilot, "ticket")
        assert (editor.selection, count(app)) == (FIRST, "1 of 4")
        await pilot.press("enter")
        assert (editor.selection, count(app)) == (SECOND, "2 of 4")
        await pilot.press("up", "shift+enter")
        assert (editor.selection, count(app)) == (LAST, "4 of 4")
        top = editor.scroll_offset.y
        assert top < 42 < top + editor.size.height
        await pilot.press("down")
        assert editor.selection == FIRST
        await pilot.press("escape")

        assert editor.has_focus
        assert editor.selection == FIRST
        assert not app.query_one(FindBar).display


async def test_what_is_not_there_says_so_and_goes_nowhere() -> None:
    """A longer word that is not there leaves the cursor where it was."""
    async with staged() as (app, pilot):
        app.panel.editor.move_cursor((1, 4))
        await find(app, pilot, "ticket")
        assert count(app) == "3 of 4"
        await pilot.press("s")
        await pilot.pause()

        assert count(app) == "none"
        assert app.panel.editor.selection == Selection.cursor((1, 4))


async def test_what_is_seen_is_marked_as_long_as_it_is_looked_for() -> None:
    """Each of them stands out, the one at hand is the selection; all of it goes with the bar."""
    async with staged() as (app, pilot):
        editor = app.panel.editor

        def background(y: int, word: str) -> object:
            return (style_at(editor, y, word) or Style()).bgcolor

        plain = background(1, "ticket")
        await find(app, pilot, "tick")
        assert background(1, "ticket") != plain
        assert background(0, "Tick") not in (plain, background(1, "ticket"))
        await pilot.press("escape")
        assert background(1, "ticket") == plain


async def test_case_and_regular_expressions_are_switched() -> None:
    """By key, and by a click; a wrong expression is said in words."""
    async with staged() as (app, pilot):
        await find(app, pilot, "Ticket")
        await pilot.press("alt+c")
        assert count(app) == "1 of 1"
        buttons = app.query(Buttons).first()
        await pilot.click(buttons, offset=(said(buttons).index("Aa"), 0))
        assert count(app) == "1 of 4"
        await pilot.click(buttons, offset=(said(buttons).index(".*"), 0))
        await pilot.press("home", *keys("["))
        await pilot.pause()
        assert count(app) == "unterminated character set, at 1"
        await pilot.press("alt+x")
        assert count(app) == "none"


async def test_what_is_selected_is_looked_for() -> None:
    """And the arrows of the bar go from one to the next."""
    async with staged() as (app, pilot):
        app.panel.editor.selection = SECOND
        await find(app, pilot, "")
        assert count(app) == "2 of 4"
        buttons = app.query(Buttons).first()
        await pilot.click(buttons, offset=(said(buttons).index("↑"), 0))
        assert app.panel.editor.selection == FIRST
        await pilot.click(buttons, offset=(said(buttons).index("esc"), 0))
        assert app.panel.editor.has_focus


async def test_one_is_replaced_at_a_time_each_with_its_undo() -> None:
    """Enter replaces and goes on; nothing else is touched."""
    async with staged() as (app, pilot):
        editor = app.panel.editor
        await find(app, pilot, "ticket", "alt+r")
        await pilot.press("tab", *"it", "enter", "enter")
        assert editor.text.startswith("a: it\nb: it, ticket\n")
        assert count(app) == "1 of 2"
        await pilot.press("escape", "ctrl+z")
        assert editor.text.startswith("a: it\nb: ticket, ticket\n")
        await pilot.press("ctrl+z")
        assert editor.text == TEXT


async def test_all_are_replaced_in_one_step() -> None:
    """With the groups of an expression; one undo brings all of them back."""
    async with staged() as (app, pilot):
        editor = app.panel.editor
        await find(app, pilot, r"(t)icket", "alt+r")
        await pilot.press("alt+x", "tab", *keys(r"\1ag"), "alt+a")
        assert count(app) == "4 replaced"
        assert editor.text == TEXT.replace("Ticket", "Tag").replace("ticket", "tag")
        await pilot.press("escape", "ctrl+z")
        assert editor.text == TEXT


async def test_by_mouse_one_and_all() -> None:
    """The words at the end of the second line."""
    async with staged() as (app, pilot):
        await find(app, pilot, "ticket", "alt+r")
        buttons = app.query(Buttons).last()
        await pilot.click(buttons, offset=(said(buttons).index("one"), 0))
        assert app.panel.text.startswith("a: \nb: ticket")
        await pilot.click(buttons, offset=(said(buttons).index("all", 10), 0))
        assert "ticket" not in app.panel.text


async def test_a_wrong_replacement_is_said_and_changes_nothing() -> None:
    """A group that there is none of."""
    async with staged() as (app, pilot):
        await find(app, pilot, "ticket", "alt+r")
        await pilot.press("alt+x", "tab", *keys(r"\1"), "enter")
        assert "group" in count(app)
        await pilot.press("alt+a")
        assert app.panel.text == TEXT


async def test_what_cannot_be_changed_can_be_searched() -> None:
    """A saved round's documents: find is there, replace is not."""
    async with staged() as (app, pilot):
        app.panel.editor.read_only = True
        await find(app, pilot, "ticket", "alt+r")
        assert count(app) == "1 of 4"
        await pilot.press("tab", "alt+a")
        assert app.panel.text == TEXT


async def test_the_count_follows_the_text() -> None:
    """What is typed while the bar is open counts."""
    async with staged() as (app, pilot):
        await find(app, pilot, "ticket")
        app.panel.editor.focus()
        await pilot.press("ctrl+end", *"ticket")
        assert count(app) == "5"


@pytest.mark.parametrize("width", [30, 53])
async def test_the_bar_fits(width: int) -> None:
    """There is room to type in, and what is said is seen, in the narrowest of three panels."""
    async with staged(width=width) as (app, pilot):
        await find(app, pilot, "ticket", "alt+r")
        for field in app.query(Input):
            assert field.size.width >= 6
            assert field.region.right <= width - 1
        assert app.query_one(FindBar).size.height == 2


@pytest.mark.parametrize(
    ("words", "place"), [("2:4", (1, 3)), ("43", (42, 0)), ("999", (43, 0)), ("2:99", (1, 17))]
)
async def test_a_line_is_a_number_away(words: str, place: tuple[int, int]) -> None:
    """One beyond the end is the last; a column too."""
    async with staged() as (app, pilot):
        await find(app, pilot, words, "alt+g")
        assert count(app) == "of 44"
        await pilot.press("enter")

        assert app.panel.editor.cursor_location == place
        assert app.panel.editor.has_focus
        assert not app.query_one(LineBar).display


async def test_what_is_no_line_is_asked_for_again() -> None:
    """In a word; Escape gives up."""
    async with staged() as (app, pilot):
        await find(app, pilot, "two", "alt+g")
        await pilot.press("enter")
        assert count(app) == "a line is a number: 12, or 12:5"
        await pilot.press("escape")
        assert app.panel.editor.cursor_location == (0, 0)
        assert app.panel.editor.has_focus


async def test_one_bar_at_a_time() -> None:
    """Another one takes its place."""
    async with staged() as (app, pilot):
        await find(app, pilot, "ticket")
        await find(app, pilot, "2", "alt+g")
        assert [type(bar) for bar in app.query(Bar) if bar.display] == [LineBar]
        await pilot.press("enter")
        await find(app, pilot, "", "ctrl+f")
        assert [type(bar) for bar in app.query(Bar) if bar.display] == [FindBar]


@pytest.mark.parametrize(("key", "typed"), [("ctrl+f", "tic"), ("alt+g", "12")])
async def test_letters_that_come_with_the_key_are_looked_for(
    tmp_path: Path, key: str, typed: str
) -> None:
    """A slow line brings them all at once: none is typed into the prompt, the bar's first time."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        text = app.front.panels["prompt"].text
        for each in (key, *typed):
            app.post_message(Key(each, each if len(each) == 1 else None))
        await until(pilot, lambda: isinstance(app.focused, Input) and app.focused.value == typed)
        assert app.front.panels["prompt"].text == text


async def test_letters_that_come_with_the_key_are_no_keys_of_a_pane(tmp_path: Path) -> None:
    """There `w` wraps, and `r` sends again what costs money."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await until(pilot, lambda: len(app.front.grid.panes) > 1)
        pane = app.front.grid.panes[0]
        pane.focus()
        await until(pilot, lambda: pane.has_focus)
        for each in ("slash", *"wow"):
            app.post_message(Key(each, "/" if each == "slash" else each))
        await until(pilot, lambda: isinstance(app.focused, Input) and app.focused.value == "wow")
        assert pane.flow.wraps


async def test_in_the_workbench_escape_closes_the_bar_first(tmp_path: Path) -> None:
    """^f opens it for the editor that has the focus; with nothing typed it opens all the same."""
    async with opened(own_prompts(tmp_path), size=(80, 24)) as (app, pilot):
        await pilot.press("ctrl+f")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"model", "escape")
        await pilot.pause()

        assert app.front.panels["prompt"].editor.has_focus
        assert app.front.panels["prompt"].editor.selected_text == "model"
        await pilot.press("alt+l")
        assert not app.front.panels["prompt"].editor.show_line_numbers
