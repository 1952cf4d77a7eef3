"""Results: cells, standings, what differs, who is ahead."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from tests.compare.test_checks import answered
from workbench.compare.checks import Grade, Result
from workbench.compare.evidence import Interval
from workbench.compare.fields import ABSENT, Change, changes, fields_of
from workbench.compare.groups import groups, stability
from workbench.compare.results import Entry, Results
from workbench.costs import Cost
from workbench.documents.checks import Check
from workbench.run import Run
from workbench.tui.results.summary import rows
from workbench.workbench.junit import as_junit
from workbench.workbench.standings import Stands


def entry(
    case: str, variant: str, passed: bool | None, words: str = "x", usd: str | None = "0.001"
) -> Entry:
    """A run of this variant on this case."""
    run = replace(answered(words), case=case or None, variant=variant)
    score = None if passed is None else float(passed)
    return Entry(run, Grade(passed, score), Cost(None if usd is None else Decimal(usd)))


def judged(score: float) -> Grade:
    """A grade by one judge."""
    return Grade(False, score, (Result(Check("llm-rubric", "x"), False, score, ""),))


def results() -> Results:
    """Forty cases; `b` passes ten more of them than `a`, `c` the same ones as `a`."""
    return Results(
        entry(f"case {n}", variant, n < (20 if variant != "b" else 30))
        for n in range(40)
        for variant in ("a", "b", "c")
    )


def test_cells_know_how_they_came_out() -> None:
    """And the grid what differs, and what fails."""
    grid = results()

    assert (len(grid.cases), grid.variants) == (40, ["a", "b", "c"])
    assert grid.cell("case 25", "a").passed is False
    assert grid.cell("case 25", "z").passed is None
    assert [grid.differs(f"case {n}") for n in (0, 25, 35)] == [False, True, False]
    assert [grid.fails(f"case {n}") for n in (0, 25, 35)] == [False, True, True]


def test_a_standing_has_figures_with_their_ranges() -> None:
    """What is not known is None, never 0."""
    grid = Results([entry("", "a", None, usd=None), entry("", "a", True)])
    standing, full = grid.standing("a"), results().standing("b")

    assert full.passed is not None
    assert (full.runs, full.passed.value, full.spent.usd) == (40, 0.75, Decimal("0.040"))
    assert (standing.passed and standing.passed.of, standing.spent.usd) == (1, None)
    guessed = replace(entry("", "a", True), cost=Cost(Decimal("0.002"), is_estimate=True))
    both = Results([guessed, entry("", "a", True)]).standing("a")
    assert both.spent == Cost(Decimal("0.003"), is_estimate=True)
    assert standing.total_s is not None
    assert (standing.total_s.value, standing.total_s.between) == (1.0, None)
    assert results().standing("z").runs == 0


def test_medians_count_each_case_once_and_have_a_range() -> None:
    """Ten repeats of the slowest, dearest case make nobody slower or dearer."""
    grid = Results(
        replace(
            entry(f"case {case}", "a", True),
            run=replace(answered("x"), variant="a", case=f"case {case}", first_token_at_s=case / 8),
            cost=Cost(Decimal(case) / 1000),
        )
        for case in range(1, 8)
        for _ in range(10 if case == 7 else 1)
    )
    standing = grid.standing("a")
    first, usd = standing.first_token_s, standing.usd

    assert first is not None
    assert usd is not None
    assert (first.value, first.of, first.between) == (0.5, 7, Interval(1 / 8, 7 / 8))
    assert (usd.value, usd.of, usd.between) == (0.004, 7, Interval(0.001, 0.007))
    wide, narrow = (rows(Stands([standing], ()), width).plain for width in (120, 80))
    assert "0.50 s (0.12 to 0.88)  $0.00400 ($0.00100 to $0.00700)" in wide
    assert "0.50 s   $0.00400" in narrow
    assert max(map(len, wide.splitlines())) <= 120


def test_every_variant_is_held_against_the_baseline_at_once() -> None:
    """Ten better, none worse, for two comparisons: sure. The other: nothing, and named with it."""
    ahead, same = results().against("a")

    assert (ahead.variant, ahead.difference.better, ahead.verdict.sure) == ("b", 10, True)
    assert ahead.difference.p == pytest.approx(2 * 2 / 2**10)
    assert "corrected for 2 comparisons" in ahead.verdict.words
    assert (same.difference.points, same.difference.p, same.verdict.sure) == (0.0, 1.0, False)
    assert same.words == f"c against a: {same.verdict.words}"


def test_scores_are_compared_as_scores() -> None:
    """Where they say more than passed or failed."""
    grid = Results(
        replace(entry(str(n), variant, False), grade=judged(score + n / 100))
        for n in range(20)
        for variant, score in (("a", 0.2), ("b", 0.5))
    )
    (ahead,) = grid.against("a")

    assert ahead.difference.points == pytest.approx(0.3)
    assert ahead.verdict.sure


def test_a_score_that_is_no_pass_is_a_score() -> None:
    """A judge that gives its worst or its best says more, too, where that is not who passed."""
    grid = Results(
        replace(entry(str(n), variant, False), grade=judged(score))
        for n in range(8)
        for variant, score in (("a", 0.0), ("b", 1.0))
    )
    (ahead,) = grid.against("a")

    assert ahead.difference.points == 1
    assert ahead.verdict.sure


def test_what_ci_reads_is_xml_whatever_was_said() -> None:
    """Of all that text may hold, nothing is in it that XML may not."""
    said = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x10000), 0x1FFFF)))
    data = as_junit(Results([entry(said, "a", False, said)]), said)
    (told,) = Xml.fromstring(data).iter("failure")

    assert "‹U+FFFF›" in str(told.text)


def test_answers_that_say_the_same_are_one_group() -> None:
    """Blanks in text and the order of names mean nothing; failed runs are no answers."""
    runs = [answered(t) for t in ("a  b", "a b\n", "c", '{"x":1,"y":2}', '{"y": 2, "x": 1}')]
    sizes = [len(group.runs) for group in groups([*runs, Run("failed")])]

    assert sizes == [2, 2, 1]
    assert stability([runs[:2], runs[1:3]]) == pytest.approx(0.5)
    assert stability([runs[:1], []]) is None


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ({"x": 1}, {"x": 1}, []),
        ({"x": 1, "y": None}, {"x": 2}, [Change("$.x", 1, 2), Change("$.y", None, ABSENT)]),
        (
            [1, {"z": "a"}],
            [1, {"z": "b"}, 3],
            [Change("$[1].z", "a", "b"), Change("$[2]", ABSENT, 3)],
        ),
        ({"x": True}, {"x": 1}, [Change("$.x", True, 1)]),
    ],
)
def test_json_is_compared_field_by_field(a: Any, b: Any, found: list[Change]) -> None:
    """True is not 1, null is not absent."""
    assert list(changes(a, b)) == found


def test_tool_calls_and_json_have_fields_prose_has_none() -> None:
    """A tool call counts before the text around it."""
    assert fields_of(answered('{"x": 1}')) == {"x": 1}
    assert fields_of(answered("x", tool="refund")) == {"tools": [{"name": "refund", "input": {}}]}
    assert fields_of(answered("prose")) is None
