"""A diff of two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.tui.hunks import hunks

TEXT = st.text(alphabet="ab\n", max_size=12)


def test_what_differs_is_told_with_what_is_around() -> None:
    """Each stretch with its line; what is far from any change is left out."""
    lines = [f"{at}\n" for at in range(1, 21)]
    new = [*lines[:9], "ten\n", *lines[10:], "more\n"]

    assert hunks("".join(lines), "".join(new)).split("\n") == [
        *("@@ line 7 @@", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13"),
        *("@@ line 18 @@", " 18", " 19", " 20", "+more"),
    ]


def test_a_newline_at_the_end_is_a_difference() -> None:
    """It is one that cannot be seen, so it is said."""
    assert hunks("a\n", "a") == "@@ line 1 @@\n-a\n+a  (no newline at the end)"


def test_lines_end_at_newlines_alone() -> None:
    """Whatever else Unicode takes for a line's end."""
    assert hunks("a\u2028b\nc\n", "a\u2028b\nd\n") == "@@ line 1 @@\n a\u2028b\n-c\n+d"


@given(TEXT, TEXT)
def test_any_two_texts(before: str, after: str) -> None:
    """The same text has no hunks; other ones have, and what is added stands in the second."""
    told = hunks(before, after).split("\n")

    assert (told == [""]) == (before == after)
    added = [line[1:].removesuffix("  (no newline at the end)") for line in told if line[:1] == "+"]
    assert all(line in after.split("\n") for line in added)
