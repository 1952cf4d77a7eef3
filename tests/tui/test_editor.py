"""The editor on a screen: typing, acts on lines, marks, and a text that is kept to the letter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.document._document import Selection
from textual.events import Paste
from textual.geometry import Offset
from textual.pilot import Pilot

from workbench.errors import Problem
from workbench.tui.editor import YamlEditor
from workbench.tui.source import SourceDocument, SourceWrap, visible

pytestmark = pytest.mark.anyio

PROMPT = """\
model: claude-haiku-4-5
messages:
  - role: user
    content: |-
      <ticket>{{ticket}}</ticket>
      key: not a key
limits: {}
"""
APP_KEYS = ("ctrl+r,ctrl+p,ctrl+f,ctrl+o,ctrl+t,ctrl+n,ctrl+g,ctrl+q,escape,"
            "f1,f2,f3,f4,f5,f6,f7,f8,f9,f10,f11,f12")  # fmt: skip


class Stage(App[None]):
    """An app with one editor, that writes down which keys reach it."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"heard('{key}')", priority=False) for key in APP_KEYS.split(",")
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.editor = YamlEditor(text)
        self.heard: list[str] = []
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.editor

    def action_heard(self, key: str) -> None:
        self.heard.append(key)

    def notify(self, message: str, **_: object) -> None:
        self.told.append(message)


@asynccontextmanager
async def staged(
    text: str, size: tuple[int, int] = (60, 12)
) -> AsyncIterator[tuple[YamlEditor, Pilot[None]]]:
    app = Stage(text)
    async with app.run_test(size=size) as pilot:
        app.editor.focus()
        app.editor.cursor_blink = False
        await pilot.pause()
        yield app.editor, pilot


def rows(editor: YamlEditor) -> list[str]:
    """What is painted, row by row."""
    return [editor.render_line(y).text.rstrip() for y in range(editor.size.height)]


def style_at(editor: YamlEditor, y: int, word: str) -> Style:
    """The style in which the first character of `word` is painted in row `y`."""
    strip = editor.render_line(y)
    at = strip.text.index(word)
    for segment in strip:
        if at < len(segment.text):
            return segment.style or Style()
        at -= len(segment.text)
    raise AssertionError(word)


# The text is kept to the letter


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1",
        "a: 1\n",
        "a: 1\n\n\n",
        "a: 1  \n\t\n  ",
        "a: 1\r\nb: 2\r\n",
        "a: 1\r\nb: 2\nc: 3\r\n",
        "a: 1\rb: 2\r",
        "a: \x1b[31m\x00\x0b\x0c\x85\u2028\u2029\u202e\ufeff",
        "\ufeffa: 日本 👩‍👩‍👧\r\n",
    ],
)
async def test_a_text_comes_back_as_it_was_loaded(text: str) -> None:
    """Newline style, blanks at the end, a missing last newline, odd characters: all are kept."""
    async with staged(text) as (editor, pilot):
        assert editor.text == text
        await pilot.press("x", "ctrl+z")
        assert editor.text == text


@given(st.text("ab\r\n\t \x0b\x0c\x85\u2028\x1b日"), st.data())
def test_any_edit_and_its_undo_give_the_text_back(text: str, data: st.DataObject) -> None:
    """What a document says it replaced is what stood there, for any text and any range."""
    document = SourceDocument(text)
    place = st.integers(0, document.line_count - 1).flatmap(
        lambda row: st.tuples(st.just(row), st.integers(0, len(document.get_line(row))))
    )
    start, end = data.draw(place), data.draw(place)
    result = document.replace_range(start, end, data.draw(st.text("x\n", max_size=5)))

    document.replace_range(min(start, end), result.end_location, result.replaced_text)

    assert document.text == text
    assert document.lines == [visible(line) for line in document.raw_lines]


async def test_a_new_line_ends_as_the_others_do() -> None:
    """Enter and a paste in a file of Windows lines make Windows lines."""
    async with staged("a: 1\r\nb: 2\r\n") as (editor, pilot):
        await pilot.press("end", "enter")
        pilot.app.post_message(Paste("c: 3\rd: 4\n"))
        await pilot.pause()

        assert editor.text == "a: 1\r\nc: 3\r\nd: 4\r\n\r\nb: 2\r\n"


async def test_control_characters_are_shown_and_each_is_one_cell() -> None:
    """An escape sequence in a prompt reaches the screen as signs; wrapping counts them."""
    async with staged("a: \x1b[31m\u202e" + "\x07" * 60) as (editor, _):
        painted = "".join(rows(editor))

        assert "\x1b" not in painted
        assert "␛[31m�␇␇" in painted
        assert painted.count("␇") == 60


async def test_what_is_copied_is_what_stands_there() -> None:
    """The clipboard gets the real characters, not their stand-ins."""
    async with staged("a\x1b\u2028b\n") as (editor, pilot):
        editor.selection = Selection((0, 0), (0, 4))
        await pilot.press("ctrl+c")

        assert editor.app.clipboard == "a\x1b\u2028b"


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


# Marks


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


async def test_wide_characters_tabs_and_wrapping_keep_the_frame() -> None:
    """Every row is as wide as the editor, whatever stands in it; toggling wrap loses nothing."""
    text = "日本語" * 30 + "\n\tx: 1\t# y\n" + "e\u0301👍🏽" * 40
    async with staged(text, (40, 30)) as (editor, pilot):
        assert {editor.render_line(y).cell_length for y in range(20)} == {40}
        wrapped = editor.wrapped_document.height

        await pilot.press("alt+z")
        assert editor.wrapped_document.height == 3 < wrapped
        assert editor.text == text


async def test_wrapped_prose_hangs_under_its_indent() -> None:
    """Rows that continue a line stand where it began; cursor and mouse know where that is."""
    line = "    - " + "word 日本 " * 12 + "end"
    async with staged(f"{line}\nx: 1", (40, 12)) as (editor, pilot):
        wrapped, gutter = editor.wrapped_document, editor.gutter_width
        assert all(row[gutter:].startswith(" " * 6) for row in rows(editor)[1 : wrapped.height - 1])
        for column in range(len(line)):
            x, y = wrapped.location_to_offset((0, column))
            assert wrapped.offset_to_location(Offset(x, y)) == (0, column)
            row = editor.render_line(y).crop(gutter + x)
            assert row.text[0] == line[column]

        await pilot.press("down")
        assert editor.cursor_location == (0, wrapped.get_offsets(0)[0])
        await pilot.press("down", "up", "up")
        assert editor.cursor_location == (0, 0)
        await pilot.click(offset=(gutter + 6, 1))
        assert editor.cursor_location == (0, wrapped.get_offsets(0)[0])


@given(st.text("ab- 日\t", max_size=60), st.integers(2, 30))
def test_any_line_wraps_into_its_width(line: str, width: int) -> None:
    """No row is wider than the view, no character is lost, every place has one cell."""
    wrap = SourceWrap(SourceDocument(line), width, 2)

    assert "".join(wrap.get_sections(0)) == line
    for section, text in enumerate(wrap.get_sections(0)):
        hang = wrap.hang(0) if section else 0
        assert "\t" in line or hang + cell_len(text) <= width
    for column in range(len(line)):
        assert wrap.offset_to_location(wrap.location_to_offset((0, column))) == (0, column)


# Keys and cost


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
