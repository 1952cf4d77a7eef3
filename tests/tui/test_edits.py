"""What editing keys do to lines, without a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.tui.edits import commented, dedented, indent_after, indented, pair_for, steps_over

ENTERS = [
    ("model: x", ""),
    ("  role: user", "  "),
    ("messages:", "  "),
    ("messages:  # all: of them", "  "),
    ("  - role: user", "    "),
    ("  - one item", "  "),
    ("  - content: |-", "      "),
    ("  - |", "    "),
    ("  -", "    "),
    ("  - ", "    "),
    ("- - a: 1", "    "),
    ("content: >2+", "  "),
    ("inputs: {", "  "),
    ("a: b | c", ""),
    ('- "role": "user"', "  "),
    ("", ""),
    ("  ", "  "),
]


@pytest.mark.parametrize(("before", "expected"), ENTERS)
def test_a_new_line_begins_where_yaml_goes_on(before: str, expected: str) -> None:
    """After a key that opens something one level deeper, after a list's key under that key."""
    assert indent_after(before, literal=False) == expected


def test_a_new_line_in_text_only_keeps_its_indent() -> None:
    """In a prompt's text a colon or a dash opens nothing."""
    assert indent_after("    and so:", literal=True) == "    "
    assert indent_after("    - a: b", literal=True) == "    "


def test_comments_stand_in_one_column_and_come_off_again() -> None:
    """Commenting is undone by commenting; blank lines and what stands behind are kept."""
    lines = ["  a: 1", "", "    b: 2 # why"]
    off = ["  # a: 1", "", "  #   b: 2 # why"]

    assert commented(lines) == off
    assert commented(off) == lines
    assert commented(["#tight"]) == ["tight"]
    assert commented(["# a", "b"]) == ["# # a", "# b"]
    assert commented(["", "  "]) == ["", "  "]


@given(st.lists(st.text("ab #:-\t", max_size=12)))
def test_an_act_and_its_counterpart_give_the_text_back(lines: list[str]) -> None:
    """Indent then dedent, and comment twice, change nothing."""
    assert dedented(indented(lines)) == [
        line if line.strip() else dedented([line])[0] for line in lines
    ]
    if any(line.strip() and not line.lstrip().startswith("#") for line in lines):
        assert commented(commented(lines)) == lines


def test_dedent_takes_what_there_is() -> None:
    """A line gives up to one level, a tab counts as one, and text is never eaten."""
    assert dedented(["    a", "  a", " a", "a", "\ta"]) == ["  a", "a", "a", "a", "a"]


@pytest.mark.parametrize(
    ("typed", "before", "behind", "partner"),
    [
        ("{", "x: ", "", "}"),
        ("{", "x: {", "}", "}"),
        ("(", "", "word", None),
        ('"', "x: ", "", '"'),
        ("'", "don", "", None),
        ('"', '"a', "", None),
        ("'", "x: ", ", b]", "'"),
        ("a", "", "", None),
        ("", "", "", None),
    ],
)
def test_a_pair_is_made_only_where_it_helps(
    typed: str, before: str, behind: str, partner: str | None
) -> None:
    """No partner before a word, none for an apostrophe or a closing quote."""
    assert pair_for(typed, before, behind) == partner


def test_typing_the_partner_that_is_there_steps_over_it() -> None:
    """A closing sign is not doubled, unless it really is a second one."""
    assert steps_over("}", "x: {{a", "}}")
    assert steps_over('"', 'x: "a', '"')
    assert not steps_over("}", "x: ", "}")
    assert not steps_over('"', "x: ", '"')
    assert not steps_over("a", "", "a")
