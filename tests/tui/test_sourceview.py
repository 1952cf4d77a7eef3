"""Colours, marks and underlines: where they stand, and what painting costs."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from rich.text import Text

from tests.tui.app import until
from tests.tui.editor_stage import PROMPT, rows, staged, style_at
from workbench.errors import Problem

pytestmark = pytest.mark.anyio


async def test_a_problem_is_underlined_at_its_place() -> None:
    """The word at line and column is underlined, its line marked; both go with the problem."""
    async with staged(PROMPT) as (editor, _):
        editor.show_problems([Problem(Path("p"), 5, 15, "ticket has no value")])

        assert style_at(editor, 4, "{{ticket").underline
        assert not style_at(editor, 4, "<ticket>").underline
        assert rows(editor)[4].startswith("!5")

        editor.show_problems([])
        assert not style_at(editor, 4, "{{ticket").underline
        assert rows(editor)[4].startswith(" 5")


@pytest.mark.parametrize(
    ("line", "column", "marked"),
    [("a: word, b", 4, "word"), ("a: b", 99, "b"), ("a:   ", 4, ":"), ("a: b", 0, "a")],
)
async def test_a_problem_past_its_word_is_still_seen(line: str, column: int, marked: str) -> None:
    """A column at a line's end or in its blanks marks the last thing that stands there."""
    async with staged(line) as (editor, _):
        editor.show_problems([Problem(Path("p"), 1, column, "wrong")])

        assert style_at(editor, 0, marked).underline


async def test_a_problem_beyond_the_text_does_no_harm() -> None:
    """A place that is no longer there, or an empty line, is no reason to fail."""
    async with staged("\n") as (editor, pilot):
        editor.show_problems([Problem(Path("p"), line, 7, "wrong") for line in (1, 2, 99)])
        await pilot.pause()

        assert [row[:2] for row in rows(editor)[:3]] == ["!1", "!2", ""]


async def test_warnings_look_other_than_errors() -> None:
    """What stops a run and what only warns differ in colour; both are underlined."""
    async with staged("a: 1\na: 1\n-\n") as (editor, _):
        editor.show_problems(
            [Problem(Path("p"), 1, 1, "x"), Problem(Path("p"), 2, 1, "x", severity="warning")]
        )
        editor.move_cursor((3, 0))
        error, warning = style_at(editor, 0, "a"), style_at(editor, 1, "a")

        assert error.underline
        assert warning.underline
        assert error.color != warning.color


async def test_cached_lines_carry_a_bar_on_every_row() -> None:
    """The prefix to be cached is one bar in the gutter, wrapped lines included."""
    async with staged("a: 1\nb: " + "word " * 20 + "\nc: 1") as (editor, _):
        editor.show_cached({1, 2})

        assert [row[:1] for row in rows(editor)[:5]] == ["▌", "▌", "▌", " ", ""]


async def test_marks_move_with_their_lines() -> None:
    """Until the file is checked again, an underline stays on its word, a bar on its line."""
    async with staged("a: 1\nb: 2\nc: 3\n") as (editor, pilot):
        editor.show_problems([Problem(Path("p"), 2, 1, "wrong")])
        editor.show_cached({3})

        async def marks() -> list[str]:
            await pilot.pause()
            return [row[:2].strip() + row[3:4] for row in rows(editor)[:6]]

        await pilot.press("enter")
        assert await marks() == ["1", "2a", "!3b", "▌4c", "5", ""]
        await pilot.press("ctrl+z")
        assert await marks() == ["1a", "!2b", "▌3c", "4", "", ""]
        await pilot.press("down", "end", "enter")
        assert (await marks())[1:4] == ["!2b", "3", "▌4c"]
        await pilot.press("backspace", "home", "backspace")
        assert (await marks())[:2] == ["!1a", "▌2c"]
        assert style_at(editor, 0, "1").underline is None


async def test_without_line_numbers_the_text_stands_alone() -> None:
    """Numbers can be put away; nothing of the text goes with them."""
    async with staged("  a: " + "word " * 20 + "\nb: 2", (40, 8)) as (editor, pilot):
        editor.show_line_numbers = False
        editor.show_problems([Problem(Path("p"), 1, 3, "wrong")])
        await pilot.pause()

        assert [row[:6] for row in rows(editor)[:2]] == ["  a: w", "  word"]
        assert {editor.render_line(y).cell_length for y in range(8)} == {40}


async def test_colours_follow_the_theme_and_the_cursor_keeps_them() -> None:
    """A key has the theme's colour, on the cursor's line as on any other, in any theme."""
    async with staged("a: 1\nb: 2") as (editor, pilot):
        await pilot.press("end")
        colours = []
        for theme in ("textual-dark", "textual-light", "gruvbox"):
            pilot.app.theme = theme
            await pilot.pause()
            assert style_at(editor, 0, "a").color == style_at(editor, 1, "b").color
            assert style_at(editor, 1, "b").color != style_at(editor, 1, ":").color
            colours.append(style_at(editor, 1, "b").color)

        assert len(set(colours)) == 3


async def test_colours_below_an_edit_change_with_it() -> None:
    """Opening a block scalar turns the lines below into text, and closing it turns them back."""
    async with staged("a: \n  b: 1\nc: 1") as (editor, pilot):
        key = style_at(editor, 1, "b").color
        await pilot.press("end", "|")
        assert style_at(editor, 1, "b").color != key
        assert style_at(editor, 2, "c").color == key
        await pilot.press("backspace")
        assert style_at(editor, 1, "b").color == key


async def test_variables_without_a_value_are_told_apart() -> None:
    """Once the names with values are known, the others are underlined."""
    async with staged("a: '{{b}} {{c}}'\n-") as (editor, _):
        assert not style_at(editor, 0, "{{c").underline
        editor.show_known({"b"})
        assert style_at(editor, 0, "{{c").underline
        assert not style_at(editor, 0, "{{b").underline


async def test_a_key_in_a_long_file_paints_the_rows_that_it_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In 10,000 lines a letter colours one line, and a scroll the lines that came into view."""
    asked: list[int] = []
    async with staged(PROMPT * 1_429, (60, 12)) as (editor, pilot):
        editor.move_cursor((5_000, 0), center=True)
        await pilot.pause()
        colour = editor.get_line

        def counted(line_index: int) -> Text:
            asked.append(line_index)
            return colour(line_index)

        monkeypatch.setattr(editor, "get_line", counted)

        await pilot.press("x")
        await pilot.pause()
        assert set(asked) == {5_000}

        asked.clear()
        await pilot.press("pagedown")
        await pilot.pause()
        assert len(set(asked)) <= 2 * 12 + 2


async def test_the_cursor_stays_in_view_however_small_it_becomes() -> None:
    """While one types, and while one looks for words in a line under it."""
    async with staged("line\n" * 40, size=(60, 24)) as (editor, pilot):
        editor.move_cursor((20, 0))
        await pilot.resize_terminal(60, 6)
        await until(pilot, lambda: editor.size.height == 6)
        await pilot.pause()
        assert editor.scroll_offset.y <= 20 < editor.scroll_offset.y + 6

        editor.show_found(re.compile("line"))
        editor.screen.set_focus(None)
        await pilot.resize_terminal(60, 3)
        await until(pilot, lambda: editor.size.height == 3)
        await pilot.pause()
        assert editor.scroll_offset.y <= 20 < editor.scroll_offset.y + 3


async def test_rows_that_are_not_painted_anew_are_as_they_should_be() -> None:
    """Whatever is typed or taken back, the screen is the one that painting it all would give."""
    keys = ("x", "enter", "up", "down", "{", '"', "shift+down", "delete", "end", "ctrl+z", "ctrl+y")
    dice = Random(7)
    text = (
        PROMPT * 3
        + "  a: |\n    b: {{c}}\n    a line that is too long for the width of this\nd: [1]\n"
    )
    async with staged(text, size=(36, 12)) as (editor, pilot):
        for _ in range(12):
            await pilot.press(*dice.choices(keys, k=3))
            await pilot.pause()
            seen = editor.app.screen._compositor.render_strips()
            editor.repaint()
            await pilot.pause()
            assert editor.app.screen._compositor.render_strips() == seen
