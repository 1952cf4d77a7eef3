"""However wide a terminal shows a character, what stands to the right of it stays where it is."""

from __future__ import annotations

import re
from itertools import takewhile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.columns import in_columns

AT = "\x1b[3;5H"
CURSOR = re.compile(r"\x1b\[(?:\d+;)?(\d+)[GH]|(.)", re.DOTALL)


@pytest.mark.parametrize("wide", [0, 1, 2, 3])
@given(
    st.lists(
        st.sampled_from(
            ["a", "日", "e\u0301", "👍\U0001f3fd", "⚠\ufe0f", "1\ufe0f\u20e3", "🇩🇪", "👩\u200d🚀"]
        )
    )
)
@example(["👩\u200d👩\u200d👧", "\U0001f3fd"])
def test_the_frame_is_where_it_was_meant(wide: int, row: list[str]) -> None:
    """Be all that makes a character doubtful nothing wide, one cell, two or three."""
    text = "".join(row)
    assert last_column(in_columns(f"{AT}{text}│"), wide) == 5 + cell_len(text)


def last_column(data: str, wide: int) -> int:
    """Where a terminal that takes doubtful characters for so wide puts the frame at the end."""
    column = 0
    for match in takewhile(lambda match: match[2] != "│", CURSOR.finditer(data)):
        doubtful = match[2] is not None and in_columns(f"{AT}{match[2]}") != f"{AT}{match[2]}"
        column = int(match[1]) if match[1] else column + (wide if doubtful else cell_len(match[2]))
    return column


def test_nothing_is_left_of_what_stood_there() -> None:
    """A terminal that shows it in one cell has the other one blank."""
    assert in_columns(f"{AT}a⚠\ufe0f!") == f"{AT}a  \x1b[6G⚠\ufe0f\x1b[8G!"


@pytest.mark.parametrize(
    "data",
    [
        "",
        f"{AT}\x1b[31m日本語\x1b[0m\n",
        "🇩🇪",  # nobody knows where
        "\x1b]0;🇩🇪 title\x07\x1b]52;c;8J+HqQ==\x1b\\",
        f"{AT}\x1b]8;;http://🇩🇪\x1b\\here\x1b]8;;\x1b\\",
    ],
)
def test_what_is_certain_is_written_as_it_is(data: str) -> None:
    """No more is written than has to be."""
    assert in_columns(data) == data


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    """Whatever is written, all of it is."""
    kept = in_columns(f"{AT}\x1b[1m{text}")
    assert re.sub(r" *\x1b\[\d+G", "", kept).replace(" ", "") == f"{AT}\x1b[1m{text}".replace(
        " ", ""
    )
