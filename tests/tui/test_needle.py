"""What is looked for: where it stands, and what it becomes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.tui.needle import MOST, Needle, nearest, place_in

LINES = st.lists(st.text(alphabet="aAbß.\\{} ", max_size=8), max_size=5)
WORD = st.text(alphabet="aAb.\\{", min_size=1, max_size=3)


def test_words_are_found_whatever_their_case() -> None:
    """Unless that is asked for; a sign means itself; nothing is found of nothing."""
    lines = ["Ticket ticket", "", "{{ticket}}"]

    assert Needle("TICKET").spots(lines) == [(0, 0, 6), (0, 7, 13), (2, 2, 8)]
    assert Needle("Ticket", case=True).spots(lines) == [(0, 0, 6)]
    assert Needle("{t").spots(lines) == [(2, 1, 3)]
    assert Needle(".").spots(lines) == []
    assert Needle("").spots(lines) == []


def test_a_regular_expression_is_one_of_each_line() -> None:
    """`^` and `$` are a line's ends; what matches nothing is no match."""
    lines = ["ab: 1", "b: 22"]

    assert Needle(r"^\w+(?=:)", regex=True).spots(lines) == [(0, 0, 2), (1, 0, 1)]
    assert Needle(r"\d*$", regex=True).spots(lines) == [(0, 4, 5), (1, 3, 5)]


def test_one_that_cannot_be_read_says_why() -> None:
    """In a line, with the place; nothing is found by it."""
    needle = Needle("a(b", regex=True)

    assert needle.problem == "missing ), unterminated subpattern, at 2"
    assert needle.spots(["a(b"]) == []
    assert Needle("a{99999999999}", regex=True).problem
    assert Needle("a(b").problem == ""


def test_groups_are_put_in_and_signs_stay_signs() -> None:
    """Only a regular expression has groups; one that there is not is said."""
    assert Needle("(a)(b)", regex=True).replaced("ab ab", r"\2\1") == ("ba ba", 2)
    assert Needle("ab").replaced("ab", r"\1") == (r"\1", 1)
    for wrong in (r"\1", r"\g<name>", "\\"):
        with pytest.raises(ValueError, match=r"group|escape"):
            Needle("a", regex=True).replaced("a", wrong)


@given(LINES, WORD, WORD)
def test_replacing_one_by_one_is_replacing_all(lines: list[str], word: str, by: str) -> None:
    """From the right, so that what was put in is not looked at again."""
    needle = Needle(word, case=True)
    for row, line in enumerate(lines):
        one_by_one = line
        for at, start, _ in reversed(needle.spots(lines)):
            if at == row:
                one_by_one = one_by_one[:start] + by + one_by_one[start + len(word) :]
        assert needle.replaced(line, by) == (one_by_one, line.count(word))
        assert one_by_one == line.replace(word, by)


@given(LINES, WORD)
def test_every_spot_is_what_was_looked_for(lines: list[str], word: str) -> None:
    """And from spot to spot one comes to each of them, forwards and backwards."""
    spots = Needle(word).spots(lines)

    assert all(re.fullmatch(re.escape(word), lines[r][a:b], re.I) for r, a, b in spots)
    for step in (1, -1):
        at, seen = nearest(spots, 0, 0, 0), []
        while at is not None and at not in seen:
            seen.append(at)
            at = nearest(spots, *spots[at][:2], step)
        assert sorted(seen) == list(range(len(spots)))


def test_more_than_can_be_walked_through_is_still_replaced() -> None:
    """The count ends at its limit, the replacing does not."""
    line = "a" * (MOST + 5)

    assert len(Needle("a").spots([line, line])) == MOST
    assert Needle("a").replaced(line, "b") == ("b" * (MOST + 5), MOST + 5)


@pytest.mark.parametrize(
    ("words", "place"),
    [("12", (12, 1)), (" 12 : 5 ", (12, 5)), ("12,5", (12, 5)), ("0:0", (1, 1)), ("007", (7, 1))]
    + [(words, None) for words in ("", "x", "12:", ":5", "-1", "1:2:3", "1.5", "9" * 10)],
)
def test_a_place_is_a_line_and_perhaps_a_column(words: str, place: tuple[int, int] | None) -> None:
    """Anything else is no place."""
    assert place_in(words) == place
