"""Two texts word by word: nothing is lost, as much as can be is the same, changes read well."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.compare import words
from workbench.compare.words import Grain, Span, Tally, differences, tally

TEXTS = st.lists(st.sampled_from(["a", "b", "late", " ", "  ", "\n", ".", "日", "é"])).map("".join)
GRAINS = st.sampled_from(["word", "line"])


def written(before: str, after: str, by: Grain = "word") -> str:
    """The differences on one line: -what was removed-, +what was added+."""
    signs = {"equal": "", "removed": "-", "added": "+"}
    spans = differences(before, after, by=by)
    return "".join(f"{signs[span.kind]}{span.text}{signs[span.kind]}" for span in spans)


def assert_whole(spans: list[Span], before: str, after: str) -> None:
    """Both texts are in the spans, in an order that can be read."""
    assert "".join(span.text for span in spans if span.kind != "added") == before
    assert "".join(span.text for span in spans if span.kind != "removed") == after
    kinds = [span.kind for span in spans]
    assert all(span.text for span in spans)
    for one, other in pairwise(kinds):
        assert one != other
        assert (one, other) != ("added", "removed")


@given(TEXTS, TEXTS, GRAINS)
def test_nothing_is_lost(before: str, after: str, by: Grain) -> None:
    """Whatever the texts, both can be put together again from what is told."""
    assert_whole(differences(before, after, by=by), before, after)


@given(TEXTS, TEXTS)
def test_long_texts_are_compared_by_lines_first(before: str, after: str) -> None:
    """Nothing is lost there either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_MOST_CELLS", 20)
        assert_whole(differences(before, after), before, after)


@given(
    st.lists(st.sampled_from("abcd"), max_size=14), st.lists(st.sampled_from("abcd"), max_size=14)
)
def test_as_much_as_can_be_is_the_same(a: list[str], b: list[str]) -> None:
    """As much as the textbook's table finds, and in the order of both."""
    best = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            longer = best[i][j] + 1 if one == other else 0
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], longer)

    pairs = words._common(a, b)

    assert len(pairs) == best[-1][-1]
    assert all(a[i] == b[j] for i, j in pairs)
    assert pairs == sorted(set(pairs))
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("The cat sat.", "The cat lay.", "The cat -sat-+lay+."),
        ("one two", "one  two", "one- -+  +two"),
        ("", "all new", "+all new+"),
        ("gone", "", "-gone-"),
        ("same", "same", "same"),
        ("Don't go", "Do go", "-Don't-+Do+ go"),
        ("日本語です", "日本です", "日本-語-です"),
        # Not "It +slept. It +purred."
        ("Hi. It purred.", "Hi. It slept. It purred.", "Hi.+ It slept.+ It purred."),
        ("a\n\nb", "a\n\nx\n\nb", "a+\n\nx+\n\nb"),
        # A full stop or a lone word in common is no ground to stand on between rewritten parts.
        (
            "one two three. four the five six seven eight",
            "eins zwei drei. vier the fünf sechs sieben acht",
            "-one two three. four the five six seven eight-"
            "+eins zwei drei. vier the fünf sechs sieben acht+",
        ),
    ],
)
def test_changes_read_as_a_reader_would_tell_them(before: str, after: str, shown: str) -> None:
    """By words and signs, wide scripts by the character; sentences whole where they may be."""
    assert written(before, after) == shown


def test_lines_are_compared_whole() -> None:
    """A line with one other word is another line."""
    assert written("a\nb x\nc", "a\nb y\nc\nd", by="line") == "a\n-b x\nc-+b y\nc\nd+"
    assert written("a\nb x\nc\n", "a\nb y\nc\n", by="line") == "a\n-b x\n-+b y\n+c\n"


def test_the_tally_counts_words() -> None:
    """Not signs and blanks; what is shared counts for both."""
    spans = differences("One, two three.", "One, two four five.")
    assert tally(spans) == Tally(equal=2, removed=1, added=2)
    assert tally(spans).same == pytest.approx(4 / 7)
    assert tally([]).same == 1.0
