"""Typing, acts on lines, and which keys are whose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets.text_area import Selection

from tests.tui.editor_stage import APP_KEYS, PROMPT, Stage, staged
from workbench.tui.editor import YamlEditor

pytestmark = pytest.mark.anyio


# Typing


async def test_enter_knows_where_yaml_goes_on() -> None:
    """A message typed by hand needs no blank typed."""
    async with staged("") as (editor, pilot):
        for line in ("messages:", "- role: user", "content: |-", "Hi: there", "again"):
            await pilot.press(*line, "enter")

        assert editor.text == (
            "messages:\n  - role: user\n    content: |-\n      Hi: there\n      again\n      "
        )


async def test_enter_on_a_blank_line_leaves_no_blanks_behind() -> None:
    """The blanks that Enter brought go when nothing came of them."""
    async with staged("a: |\n  b\n\n  c\n") as (editor, pilot):
        editor.move_cursor((1, 3))
        await pilot.press("enter", "enter", "x")
        assert editor.text == "a: |\n  b\n\n  x\n\n  c\n"

        editor.move_cursor((4, 0))
        await pilot.press("enter", "y")
        assert editor.text == "a: |\n  b\n\n  x\n\n  y\n  c\n"


async def test_enter_between_brackets_opens_them() -> None:
    """The closing bracket goes to a line of its own, under the one that it closes."""
    async with staged("") as (editor, pilot):
        await pilot.press(*"a: {", "enter", "b")

        assert editor.text == "a: {\n  b\n}"
        assert editor.cursor_location == (1, 3)


async def test_the_cursor_comes_to_rest() -> None:
    """Where nothing is typed for long it stays in sight, and nothing is painted any more."""
    async with staged("a") as (editor, pilot):
        editor.cursor_blink = True
        for _ in range(61):
            editor._toggle_cursor_blink_visible()
        assert editor._cursor_visible
        assert not editor.blink_timer._active.is_set()
        await pilot.press("x")
        assert editor.blink_timer._active.is_set()


async def test_brackets_and_quotes_come_in_pairs() -> None:
    """Partner brought, stepped over, taken back; a selection is put between the two."""
    async with staged("") as (editor, pilot):
        await pilot.press(*'a: "{{x}}"')
        assert editor.text == 'a: "{{x}}"'
        await pilot.press("enter", *"it's", "left_parenthesis")
        assert editor.text == 'a: "{{x}}"\nit\'s()'
        await pilot.press("backspace")
        assert editor.text.endswith("it's")
        await pilot.press("ctrl+shift+left", '"')
        assert editor.text.endswith('it\'"s"')
        assert editor.selected_text == "s"


async def test_tab_indents_and_shift_tab_goes_back() -> None:
    """To the next even column at the cursor; whole lines where several are selected."""
    async with staged("a: 1\n\nb: 2\nc: 3\n") as (editor, pilot):
        await pilot.press("right", "tab")
        assert editor.text.startswith("a : 1")
        await pilot.press("ctrl+z")

        editor.selection = Selection((0, 0), (3, 0))
        await pilot.press("tab", "tab", "shift+tab")

        assert editor.text == "  a: 1\n\n  b: 2\nc: 3\n"
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.text == "a: 1\n\nb: 2\nc: 3\n"


async def test_all_of_a_file_is_a_key_away() -> None:
    """Its start, its end, and all of it selected."""
    async with staged("a: 1\nb: 2\n") as (editor, pilot):
        await pilot.press("ctrl+end", "x", "ctrl+home", "y", "ctrl+shift+end")
        assert editor.selected_text == "a: 1\nb: 2\nx"
        await pilot.press("alt+a")
        assert editor.selected_text == "ya: 1\nb: 2\nx"


async def test_enter_between_quotes_is_only_a_new_line() -> None:
    """What opens a level is a bracket, not a quote."""
    async with staged("") as (editor, pilot):
        await pilot.press(*'a: "', "enter")

        assert editor.text == 'a: "\n"'


# Acts on lines


async def test_comment_toggles_in_one_step() -> None:
    """Selected lines become comments and lines again; the cursor stays on its character."""
    async with staged(PROMPT) as (editor, pilot):
        editor.selection = Selection((1, 3), (5, 8))
        await pilot.press("ctrl+underscore")
        assert editor.text.split("\n")[1:3] == ["# messages:", "#   - role: user"]
        assert editor.selection == Selection((1, 5), (5, 10))

        await pilot.press("ctrl+underscore")
        assert editor.text == PROMPT
        await pilot.press("ctrl+z", "ctrl+z")
        assert editor.text == PROMPT


async def test_text_for_the_model_is_not_commented() -> None:
    """In a block scalar a # would be sent: the editor says so and leaves the line."""
    async with staged(PROMPT) as (editor, pilot):
        editor.move_cursor((5, 0))
        await pilot.press("ctrl+underscore")

        assert editor.text == PROMPT
        assert isinstance(pilot.app, Stage)
        assert "sent" in pilot.app.told[0]


async def test_lines_move_and_are_repeated() -> None:
    """The cursor goes with its line; the ends of the file stop it; each is one undo."""
    async with staged("a\nb\nc\n") as (editor, pilot):
        await pilot.press("alt+up", "alt+down", "alt+down", "alt+down")
        assert editor.text == "b\nc\na\n"
        assert editor.cursor_location == (2, 0)
        await pilot.press("alt+shift+down", "Z")
        assert editor.text == "b\nc\na\nZa\n"
        await pilot.press(*["ctrl+z"] * 4)
        assert editor.text == "a\nb\nc\n"


async def test_moving_lines_keeps_what_cannot_be_shown() -> None:
    """Acts on lines work on the real text, not on what stands in for it."""
    async with staged("a\x1b\nb\u2028c\n") as (editor, pilot):
        await pilot.press("alt+down", "tab", "shift+tab", "ctrl+underscore")

        assert editor.text == "b\u2028c\n# a\x1b\n"


async def test_replacing_the_text_keeps_cursor_and_undo() -> None:
    """A file changed outside comes in as one step; the cursor stays on its line."""
    async with staged("a: 1\nb: 2\nc: 3\n") as (editor, pilot):
        editor.move_cursor((2, 3))
        await pilot.press("9")

        editor.replace_text("# new\na: 1\nb: 2\nc: 93\nd: 4\n")
        assert editor.text == "# new\na: 1\nb: 2\nc: 93\nd: 4\n"
        assert editor.cursor_location == (3, 4)

        await pilot.press("ctrl+z")
        assert editor.text == "a: 1\nb: 2\nc: 93\n"
        await pilot.press("ctrl+z")
        assert editor.text == "a: 1\nb: 2\nc: 3\n"


LINES = st.lists(st.sampled_from("abc"), max_size=6).map("\n".join)


@given(LINES, LINES, st.sampled_from(["\n", "\r\n"]))
def test_replacing_any_text_by_any_other(old: str, new: str, newline: str) -> None:
    """Whatever lines came or went, the new text is there to the letter."""
    editor = YamlEditor(old)
    new = new.replace("\n", newline)

    editor.replace_text(new)

    assert editor.text == new


# Keys


async def test_what_the_app_needs_reaches_it() -> None:
    """Run, palette, find, jump, Escape and the F-keys go through a focused editor."""
    async with staged(PROMPT) as (editor, pilot):
        for key in APP_KEYS.split(","):
            await pilot.press(key)

        assert isinstance(pilot.app, Stage)
        assert pilot.app.heard == APP_KEYS.split(",")
        assert editor.has_focus
        assert editor.text == PROMPT


def test_no_key_is_bound_that_does_not_arrive_or_belongs_to_others() -> None:
    """Terminals and multiplexers own these (ctrl+k is Textual's own, and kept)."""
    never = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+b", "ctrl+j", "ctrl+l", "alt+enter"}
    bound = YamlEditor("")._bindings.key_to_bindings

    assert not never & set(bound)
    assert not any(key.startswith("alt+") and key[4:].isdigit() for key in bound)
    assert {"up", "ctrl+z", "ctrl+k", "ctrl+c", "pagedown", "shift+end"} <= set(bound)


async def test_two_clicks_select_a_word_and_three_its_line() -> None:
    """A word goes as far as its letters; the line with its end, so that it can be cut."""
    async with staged(PROMPT) as (editor, pilot):
        left = editor.gutter_width
        await pilot.click(editor, offset=(left + 9, 0), times=2)
        await pilot.pause()
        assert editor.selected_text == "claude"
        await pilot.click(editor, offset=(left + 18, 4), times=2)
        await pilot.pause()
        assert editor.selected_text == "ticket"
        await pilot.click(editor, offset=(left + 3, 0), times=3)
        await pilot.pause()
        assert editor.selected_text.rstrip() == "model: claude-haiku-4-5"
