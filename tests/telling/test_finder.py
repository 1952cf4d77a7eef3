"""Words are found in text that grows as they would be in the whole of it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.telling.finder import Finder
from workbench.telling.flow import Flow

TEXTS = st.lists(st.text("aAb\nß", max_size=8), max_size=10)


def found(words: str, *pieces: str) -> list[str]:
    """What is found in a text that comes in pieces."""
    flow, finder = Flow(), Finder(words)
    for piece in pieces:
        flow.append("text", piece)
        finder.look(flow.lines)
    return [flow.lines[line].text[start:end] for line, start, end in finder.matches]


@given(TEXTS, st.text("aAb", min_size=1, max_size=3))
def test_pieces_make_no_difference(pieces: list[str], words: str) -> None:
    """However the text comes, the matches are those of the whole, each told as new once."""
    flow, finder, told = Flow(), Finder(words), []
    for piece in pieces:
        flow.append("text", piece)
        told += finder.look(flow.lines)

    flags = re.IGNORECASE if words == words.lower() else 0
    whole = [
        (number, *match.span())
        for number, line in enumerate(flow.lines)
        for match in re.finditer(re.escape(words), line.text, flags)
    ]
    assert finder.matches == told == whole


def test_capitals_count_only_where_some_are_typed() -> None:
    """Typed small, capitals are found too; typed with a capital, only that."""
    assert found("late", "Late and LATE and late") == ["Late", "LATE", "late"]
    assert found("Late", "Late and LATE and late") == ["Late"]


def test_signs_are_looked_for_as_they_are() -> None:
    """What would be a pattern elsewhere is not one here."""
    assert found("(.*)", "a (.*) b (x)") == ["(.*)"]


def test_what_touches_a_row_is_known() -> None:
    """Matches that reach into a stretch of a line, those over its edges too, and no others."""
    flow, finder = Flow(), Finder("aa")
    flow.append("text", "aa-aa-aa\naa")
    finder.look(flow.lines)

    assert finder.within(0, 4, 7) == [1, 2]
    assert finder.within(0, 2, 3) == []
    assert finder.within(1, 0, 9) == [3]


def test_the_next_match_is_the_one_after_a_place() -> None:
    """Behind the last one it is the first again; without any there is none."""
    flow, finder = Flow(), Finder("a")
    flow.append("text", "a\na\n")
    finder.look(flow.lines)

    assert [finder.after(0, 0), finder.after(0, 1), finder.after(2, 0)] == [0, 1, 0]
    assert Finder("a").after(0, 0) is None
