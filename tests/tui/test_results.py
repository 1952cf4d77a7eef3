"""The grid of results: filled in while a round runs, filtered, looked into, rated for good."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.app import opened, until
from tests.tui.next_round import PROMPT, own
from tests.tui.provider import provider
from tests.tui.runs import painted, whole
from workbench.compare.checks import Grade
from workbench.compare.figures import pass_rate
from workbench.compare.groups import groups
from workbench.compare.results import Entry
from workbench.tui.readable import ReadableText
from workbench.tui.results.cell_screen import CellScreen
from workbench.tui.results.groups_screen import GroupsScreen, told_groups
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.results.summary import bar
from workbench.tui.results.table import Sheet, Table
from workbench.workbench.grading import results_of
from workbench.workbench.library import About
from workbench.workbench.saved import newest_in, read_session

pytestmark = pytest.mark.anyio


def sheet(outcomes: dict[str, tuple[bool | None, ...]]) -> Sheet:
    """By case, whether the first variant passes, the second, and so on."""
    made = Sheet("triage")
    for case, passes in outcomes.items():
        for number, passed in enumerate(passes):
            name = f"v{number}"
            ended = replace(whole(f"To {case}.", name=name), run_id=f"{case}-{name}", case=case)
            made.runs[ended.run_id] = ended
            grade = Grade(passed, None if passed is None else float(passed))
            made.entries[ended.run_id] = Entry(ended, grade)
    return made


def test_cases_are_filtered_by_what_they_came_to() -> None:
    """All, where variants differ, where one fails; and by words of case, answer and note."""
    made = sheet({"one": (True, True), "two": (True, False), "three": (False, False)})
    made.abouts["one-v0"] = About(note="Kind enough")
    table = Table(made)

    assert table.rows("all", "") == ["one", "two", "three"]
    assert table.rows("differs", "") == ["two"]
    assert table.rows("fails", "") == ["two", "three"]
    assert table.rows("all", "to TWO") == ["two"]
    assert table.rows("all", "kind") == ["one"]
    assert table.rows("fails", "kind") == []


def test_a_cell_says_more_than_a_colour() -> None:
    """A sign for each outcome; a person's word comes before that of the checks."""
    made = sheet({"one": (True, False, None)})
    made.abouts["one-v1"] = About(good=True, rating=4)
    del made.entries["one-v2"]
    marks = [Table(made).mark("one", f"v{n}") for n in range(3)]

    assert [mark.sign for mark in marks] == ["✓", "✓", "○"]
    assert marks[1].words.startswith("4★")


def test_a_rate_is_drawn_with_its_interval() -> None:
    """The dot stands between the ends, and a sure zero at the left."""
    drawn = bar(pass_rate(5, 10), 21)

    assert drawn.index("├") < drawn.index("●") < drawn.index("┤")
    assert drawn.index("●") == 10
    assert bar(pass_rate(0, 10), 21).startswith("●")
    assert not bar(None, 21).strip()


def test_the_same_answers_are_told_once() -> None:
    """The most common first and whole; of the others what they have otherwise, by field of JSON."""
    texts = ("Late, so billing.", "Late,  so billing.", "Late, so returns.", "No idea.")
    runs = [replace(whole(text), run_id=f"r1-{n}") for n, text in enumerate(texts)]
    told = [*told_groups(groups(runs))]

    assert told[:2] == [("strong", "2 of 4 say\n"), ("", "Late, so billing.")]
    assert told[2:6] == [
        *(("strong", "\n\n1 of 4 says\n"), ("text", "Late, so ")),
        *(("struck", "billing"), ("added", " returns")),
    ]
    assert told[-1] == ("added", "No idea.")

    told = [*told_groups(groups(map(whole, ('{"q": 1, "x": 2}', '{"x": 3, "q": 1}'))))]
    assert told[2:] == [
        *(("strong", "\n\n1 of 2 says\n"), ("label", "$.x: "), ("struck", "2"), ("", " ")),
        *(("added", "3"), ("", "\n")),
    ]


async def test_a_round_fills_the_grid_and_is_rated(tmp_path: Path) -> None:
    """Open while it runs; a rating stands in the session, is taken back by undo, and read again."""
    text = PROMPT.replace("cases: file://own.cases.yaml\n", "")
    folder = own(tmp_path, text.replace("required: true", "default: a"))
    async with (
        provider(holds=True) as made,
        opened(folder, prompt="own", base_url=made.url, size=(80, 24)) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.front.running)
        await pilot.press("alt+p")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        screen = app.screen
        assert isinstance(screen, ResultsScreen)
        await until(pilot, lambda: screen.grid.chosen is not None)
        assert "○" in painted(screen.grid)[1]

        made.go.set()
        await until(pilot, lambda: "An answer of" in "\n".join(painted(screen.grid)))
        await until(pilot, lambda: not app.front.running)
        assert app.desk is not None
        now = app.desk.rounds.sheet

        await pilot.press("minus", "3")
        await until(pilot, lambda: "✗ 3★" in "\n".join(painted(screen.grid)))
        await pilot.press("u", "g")
        await until(pilot, lambda: isinstance(app.screen, GroupsScreen))
        told = app.screen.query_one(ReadableText)
        await until(pilot, lambda: told.text == "The only answer\nAn answer of two pieces.")
        await pilot.press("right_square_bracket", "escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CellScreen))
        (first,) = (each for each, about in now.abouts.items() if about.good is False)
        await until(pilot, lambda: now.abouts[first].rating is None)
        cell = app.screen
        assert isinstance(cell, CellScreen)
        await until(pilot, lambda: "you let it fail" in "\n".join(painted(cell._text)))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.front)

        journal = app.bench.journal
        assert journal is not None
        journal.flush()
        saved = newest_in(app.bench.sessions)
        assert saved is not None
        session = read_session(saved.path)
        assert session.abouts[first].good is False
        assert session.abouts[first].rating is None
        results = results_of(session)
        assert any(results.fails(case) for case in results.cases)

        await pilot.press("ctrl+g", "alt+p")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        again = app.screen
        assert isinstance(again, ResultsScreen)
        await until(pilot, lambda: "✗" in "\n".join(painted(again.grid)))
