"""Text that only grows: appended in any pieces, it looks as if it had come at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from workbench.telling import flow as flow_file
from workbench.telling.flow import HANGING, TAB, Flow, cells_of, hang_in, visible, wrapped

ALPHABET = "ab  \n\té\u0301日本👍\u200d\ufe0f❤\x1b\u202e—longerword"
PIECES = st.lists(
    st.tuples(st.sampled_from(["text", "thinking"]), st.text(ALPHABET, max_size=30)), max_size=12
)
WIDTHS = st.integers(2, 25)


def rows(flow: Flow) -> list[str]:
    """The rows as they are shown."""
    return [flow.lines[line].text[start:end] for line, start, end in flow.rows]


@given(PIECES, WIDTHS, WIDTHS)
def test_appending_is_wrapping_from_scratch(
    pieces: list[tuple[str, str]], width: int, before: int
) -> None:
    """Wrapped piece by piece, at once, or anew after a resize: the rows are the same."""
    grown, at_once, resized = Flow(width), Flow(width), Flow(before)
    for kind, text in pieces:
        grown.append(kind, text)
        resized.append(kind, text)
    at_once.append("text", "".join(text for _, text in pieces))
    resized.rewrap(width)

    assert grown.rows == at_once.rows == resized.rows
    assert rows(grown) == rows(at_once)


@given(PIECES, WIDTHS)
def test_no_row_is_wider_than_the_pane(pieces: list[tuple[str, str]], width: int) -> None:
    """But for blanks hanging over the edge, every row fits, and nothing is lost or doubled."""
    flow = Flow(width)
    for kind, text in pieces:
        flow.append(kind, text)
    for index, line in enumerate(flow.lines):
        mine = [
            row for row, (owner, _, _) in zip(rows(flow), flow.rows, strict=True) if owner == index
        ]
        assert "".join(mine) == line.text
        assert all(cell_len(row.replace(" ", "")) <= width for row in mine)
        assert all(cell_len(row.rstrip(" ")) <= width for row in mine if " \u0301" not in row)


@given(st.text(ALPHABET.replace("\n", ""), max_size=60), WIDTHS, st.integers(0, 9))
def test_the_quick_way_to_wrap_agrees_with_the_slow_one(text: str, width: int, hang: int) -> None:
    """Text of single-width characters wraps the same by either way."""
    text, inset = text.replace("\t", " "), hang_in(width, hang)
    slowly = flow_file._wrapped_any(text, width, 0, inset)
    assert list(wrapped(text, width, hang=hang)) == list(slowly)


def test_rows_hang_from_a_bullet() -> None:
    """A line that begins with a bullet is set in by it, where there is room for that."""
    flow = Flow(10)
    flow.append(HANGING, "- ")
    flow.append("text", "one two three four")
    assert rows(flow) == ["- one two ", "three ", "four"]
    assert hang_in(10, flow.lines[0].hang) == 2
    assert hang_in(3, 2) == 0


@given(PIECES)
def test_not_wrapped_a_line_is_a_row(pieces: list[tuple[str, str]]) -> None:
    """Grown line by line or changed over later, and wrapped again it is as it was."""
    grown, changed = Flow(9), Flow(9)
    grown.rewrap(9, wraps=False)
    for kind, text in pieces:
        grown.append(kind, text)
        changed.append(kind, text)
    before = list(changed.rows)
    changed.rewrap(9, wraps=False)

    assert grown.rows == changed.rows
    assert rows(grown) == [line.text for line in grown.lines]
    assert grown.reach == max(cells_of(line.text) for line in grown.lines)
    changed.rewrap(9)
    assert changed.rows == before


@given(st.text("ab日\u0301👍", max_size=30), st.integers(0, 30), WIDTHS)
def test_a_window_on_a_row_fits(text: str, left: int, width: int) -> None:
    """What is in sight of a long row takes no more than its cells, and is where it would be."""
    start, end, blanks = visible(text, left, width)
    assert blanks + cells_of(text[start:end]) <= width
    assert cells_of(text[:start]) == min(left + blanks, cells_of(text))
    if end < len(text):
        assert cells_of(text[start : end + 1]) + blanks > width


def test_what_counts_as_single_is_one_cell_wide() -> None:
    """Every character that takes the quick way is one cell wide to Rich."""
    single = (c for c in map(chr, range(0x3000)) if not flow_file._NOT_SINGLE.match(c))
    assert {get_character_cell_size(c) for c in single} == {1}


@given(PIECES)
def test_the_text_is_kept_as_it_came(pieces: list[tuple[str, str]]) -> None:
    """What is shown differs from what came; what came can be had again, line by line."""
    flow = Flow(10)
    for kind, text in pieces:
        flow.append(kind, text)
    assert flow.text == "".join(text for _, text in pieces)
    assert "\n".join(line.raw() for line in flow.lines) == flow.text


def test_a_word_too_long_for_the_row_is_moved_down_and_cut() -> None:
    """Words wrap whole; one wider than the pane starts a row of its own and is cut."""
    flow = Flow(8)
    flow.append("text", "an extraordinarily long word")
    assert rows(flow) == ["an ", "extraord", "inarily ", "long ", "word"]


def test_wide_characters_break_anywhere_and_keep_their_accents() -> None:
    """A row of wide characters is filled; a combining mark stays with its letter."""
    flow = Flow(5)
    flow.append("text", "日本語です abcde")
    flow.append("text", "\u0301f")
    assert rows(flow) == ["日本", "語で", "す ", "abcde\u0301", "f"]


def test_a_tab_reaches_to_the_next_stop() -> None:
    """A tab is as wide as it must be to end at a multiple of four cells."""
    flow = Flow(40)
    flow.append("text", "a\tb\t日\tc")
    assert rows(flow) == ["a   b   日  c"]
    assert cells_of("a   b   日  ") % TAB == 0


def test_a_mark_without_a_letter_gets_one() -> None:
    """A combining mark at the start of a line would sit on the pane's frame."""
    flow = Flow(9)
    flow.append("text", "\u0301a")
    assert rows(flow) == ["◌\u0301a"]
    assert flow.lines[0].raw() == "\u0301a"


@pytest.mark.parametrize("length", [10, 2_000])
def test_an_append_touches_only_the_last_rows(length: int) -> None:
    """However long the text is, a word more leaves all rows but the last as they were."""
    flow = Flow(40)
    flow.append(
        "text", "word and word again\n" * length + "a paragraph that is rather long " * length
    )
    before = list(flow.rows)
    first = flow.append("text", "word ")
    assert first == len(before) - 1
    assert all(now is was for now, was in zip(flow.rows, before[:first], strict=False))
    assert len(flow.rows) - first <= 2


@given(PIECES, WIDTHS)
def test_kinds_stay_with_their_text(pieces: list[tuple[str, str]], width: int) -> None:
    """Each character is painted as the kind it was appended with."""
    flow = Flow(width)
    for kind, text in pieces:
        flow.append(kind, text)
    painted = [
        (kind, character)
        for line, start, end in flow.rows
        for kind, text in flow.lines[line].pieces(start, end)
        for character in text
    ]
    assert "".join(c for _, c in painted) == "".join(line.text for line in flow.lines)
    only = {kind for kind, text in pieces if text}
    if len(only) == 1:
        assert {kind for kind, _ in painted} <= only


def test_a_joiner_is_copied_with_the_character_before_it() -> None:
    """What was left out of the view comes back with the character it stands behind."""
    flow = Flow(20)
    flow.append("text", "a❤\ufe0f\u200db\tc")
    assert flow.lines[0].text == "a❤b c"
    assert flow.lines[0].raw(0, 2) == "a❤\ufe0f\u200d"
    assert flow.lines[0].raw(2) == "b\tc"


def test_a_flood_of_controls_is_taken_in_its_stride() -> None:
    """A line of nothing but tabs and escapes is joined once, not once a character."""
    flow = Flow(40)
    flow.append("text", "\t\x1b" * 20_000)
    assert len(flow.lines[0].text) == 20_000 * TAB + 1
    assert flow.text == flow.lines[0].raw()


def test_a_row_is_found_again_after_a_resize() -> None:
    """The row that shows a given character is found at any width."""
    flow = Flow(12)
    flow.append("text", "one two three four\nfive six seven eight nine")
    for width in (5, 9, 30):
        flow.rewrap(width)
        line, start, end = flow.rows[flow.row_at(1, 9)]
        assert line == 1
        assert start <= 9 < end
