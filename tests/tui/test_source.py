"""A text is kept to the letter, whatever it holds, and wrapped into the view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.events import Paste
from textual.geometry import Offset
from textual.widgets.text_area import Selection

from tests.tui.editor_stage import rows, staged
from workbench.tui.highlight import Contexts
from workbench.tui.source import SourceDocument, SourceWrap, visible

pytestmark = pytest.mark.anyio


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


@given(st.text("ab- 日\t", max_size=60), st.integers(4, 30))
def test_any_line_wraps_into_its_width(line: str, width: int) -> None:
    """No row is wider than the view, no character is lost, every place has one cell."""
    wrap = SourceWrap(SourceDocument(line), width, 2)

    assert "".join(wrap.get_sections(0)) == line
    for section, text in enumerate(wrap.get_sections(0)):
        hang = wrap.hang(0) if section else 0
        assert "\t" in line or hang + cell_len(text) <= width
    for column in range(len(line)):
        assert wrap.offset_to_location(wrap.location_to_offset((0, column))) == (0, column)


@given(st.text("ab- 日\t\n", max_size=90), st.integers(0, 20), st.data())
def test_an_edit_leaves_what_reading_all_anew_would_find(
    text: str, width: int, data: st.DataObject
) -> None:
    """Wrapped lines, rows and block scalars after any edits are those of the text as it is now."""
    document = SourceDocument(text + "\nkey: |\n  text\n  and more text that wraps\nx: 1")
    wrap = SourceWrap(document, width, 2)
    for _ in range(3):
        rows_ = st.integers(0, document.line_count - 1)
        start, end = sorted(
            (row, data.draw(st.integers(0, len(document[row]))))
            for row in (data.draw(rows_), data.draw(rows_))
        )
        document.contexts.at(document.line_count - 1)
        result = document.replace_range(start, end, data.draw(st.text("x\n |-:", max_size=6)))
        wrap.wrap_range(start, end, result.end_location)

        lines, anew = range(document.line_count), SourceWrap(document, width, 2)
        assert list(map(wrap.get_sections, lines)) == list(map(anew.get_sections, lines))
        assert wrap.height == anew.height
        assert all(wrap.line_at(y) == anew.line_at(y) for y in range(anew.height))
        for row in lines:
            assert wrap.location_to_offset((row, 0)) == anew.location_to_offset((row, 0))
            assert document.contexts.at(row) == Contexts(document.lines).at(row)


async def test_undo_may_leave_the_cursor_beyond_the_text() -> None:
    """A text that shrinks so far that its scrollbar goes is painted, not a crash."""
    async with staged("a: 1", (40, 4)) as (editor, pilot):
        pilot.app.post_message(Paste("\n".join("bcdefgh")))
        await pilot.pause()
        assert editor.show_vertical_scrollbar

        await pilot.press("ctrl+z")

        assert editor.text == "a: 1"
        assert not editor.show_vertical_scrollbar
        assert editor.cursor_location == (0, 0)
