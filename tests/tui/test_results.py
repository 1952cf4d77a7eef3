"""The grid of results: filled in while a round runs, filtered, looked into, rated for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from rich.text import Text
from textual.app import App
from textual.color import Color
from textual.widgets import Input
from textual_plotext.plot import Plot

from tests.tui.app import opened, until
from tests.tui.next_round import PROMPT, own
from tests.tui.provider import provider
from tests.tui.runs import painted, whole
from workbench.compare.checks import Grade
from workbench.compare.figures import pass_rate
from workbench.compare.groups import groups
from workbench.compare.results import Entry, Results
from workbench.costs import Cost
from workbench.tui.ask import Ask
from workbench.tui.readable import ReadableText
from workbench.tui.results.cell_screen import CellScreen
from workbench.tui.results.charts_screen import (
    Charted,
    ChartsScreen,
    charted,
    draw_quality,
    draw_total,
)
from workbench.tui.results.groups_screen import GroupsScreen, told_groups
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.results.summary import bar, verdict_lines
from workbench.tui.results.summary import rows as stand_rows
from workbench.tui.results.table import Sheet, Table
from workbench.workbench.grading import results_of
from workbench.workbench.library import About
from workbench.workbench.saved import newest_in, read_session
from workbench.workbench.standings import stands

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
    made = sheet({"one": (True, False, None, None, None, None, False)})
    made.abouts["one-v1"] = About(good=True, rating=4)
    made.send("one-v2")
    for waits in ("one-v2", "one-v3"):
        del made.entries[waits]
    cut = made.entries["one-v4"]
    made.entries["one-v4"] = replace(cut, run=replace(cut.run, end_state="broken"))
    marks = [Table(made).mark("one", f"v{n}") for n in range(7)]

    assert [(mark.sign, mark.role) for mark in marks] == [
        *(("✓", "pass"), ("✓", "pass"), ("◐", "live"), ("○", "quiet"), ("!", "cut")),
        *(("·", "quiet"), ("✗", "fail")),
    ]
    assert marks[1].words.startswith("4★")
    assert marks[2].words == "answering"


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


def drawn(draw: Callable[[Plot, Sequence[Charted]], str], made: Results) -> list[str]:
    """A chart, line by line."""
    plot = Plot()
    plot.plotsize(60, 16)
    plot.theme("clear")
    assert draw(plot, charted(made, [made.standing(name) for name in made.variants])) == ""
    return Text.from_ansi(plot.build()).plain.splitlines()


def test_cheaper_stands_left_and_better_above() -> None:
    """A letter for each variant, on its interval; without any rating that is said instead."""
    made = Results()
    for name, usd, passes in (("dear", "0.004", 9), ("cheap", "0.001", 2)):
        for n in range(10):
            ended = replace(whole("Yes.", name=name), run_id=f"{name}-{n}", case=str(n))
            made.add(Entry(ended, Grade(n < passes, float(n < passes)), Cost(Decimal(usd))))
    lines = drawn(draw_quality, made)
    places = {c: (line.index(c), y) for y, line in enumerate(lines) for c in "AB" if c in line}

    assert places["B"][0] < places["A"][0]
    assert places["B"][1] > places["A"][1]
    assert sum("│" in line[places["B"][0] : places["B"][0] + 1] for line in lines) > 2
    unasked = Results([Entry(whole("Yes."))])
    assert "nothing was checked" in draw_quality(
        Plot(), charted(unasked, [unasked.standing("base")])
    )


def test_costs_are_measured_in_figures_of_one_length() -> None:
    """As money is written, however little it is."""
    grade = Grade(True, 1.0)
    lines = drawn(draw_quality, Results([Entry(whole("Yes."), grade, Cost(Decimal("0.0002")))]))

    assert lines[-2].split() == ["0", "0.00005", "0.00010", "0.00015", "0.00020"]


def test_latency_is_drawn_with_its_middle_half() -> None:
    """The median on the middle half, on all of it; of one answer the median alone."""
    made = Results()
    for name, seconds in (("many", (1.0, 2.0, 3.0, 4.0, 9.0)), ("one", (5.0,))):
        for n, took in enumerate(seconds):
            ended = replace(whole("Yes.", name=name), run_id=f"{name}-{n}", case=str(n))
            made.add(Entry(replace(ended, ended_at_s=(ended.sent_s or 0.0) + took)))
    lines = drawn(draw_total, made)
    (many,) = (line.partition("A┤")[2] for line in lines if "A┤" in line)
    (one,) = (line.partition("B┤")[2] for line in lines if "B┤" in line)

    assert many.index("─") < many.index("━") < many.index("●") < many.rindex("━") < many.rindex("─")
    assert one.strip("│ ") == "●"
    assert many.index("●") < one.index("●") < many.rindex("─")


async def test_each_outcome_has_its_colour() -> None:
    """Success, error, warning, as the theme has them; what is under way stands out."""
    made = sheet({"one": (True, False, None, None)})
    cut = made.entries["one-v2"]
    made.entries["one-v2"] = replace(cut, run=replace(cut.run, end_state="broken"))
    del made.entries["one-v3"]
    made.send("one-v3")
    screen = ResultsScreen("triage")
    async with App[None]().run_test(size=(100, 24)) as pilot:
        await pilot.app.push_screen(screen)
        screen.show(Table(made))
        await until(pilot, lambda: screen.grid.chosen is not None)
        signs = [*screen.grid.line(0)][1::2]
        named = [pilot.app.theme_variables[f"text-{n}"] for n in _COLOURS]
        assert [sign.text.strip() for sign in signs] == ["✓", "✗", "!", "◐"]
        told = [
            s.style.color.get_truecolor().hex.upper() for s in signs if s.style and s.style.color
        ]
        assert told == [Color.parse(name).hex for name in named]
        assert len(set(told)) == len(told)


_COLOURS = ("success", "error", "warning", "primary")


def test_ratings_are_told_where_there_are_any() -> None:
    """A column of their own and a verdict; while runs are to come, checks are not told as final."""
    made = sheet({f"case {n}": (False, True) for n in range(12)})
    unrated = stands(Table(made).results, over=False)
    assert "rated" not in stand_rows(unrated, 80).plain
    assert str(verdict_lines(unrated)).endswith("so far, not final until the round is over")

    for name, run in made.runs.items():
        made.abouts[name] = About(rating=2 if run.variant == "v0" else 5)
    rated = stands(Table(made).results)
    heads, first, second = stand_rows(rated, 80).plain.splitlines()
    assert [line[heads.index("rated") - 3 :][:8] for line in (first, second)] == [
        *("2.0 of 5", "5.0 of 5")
    ]
    checks, stars = str(verdict_lines(rated)).splitlines()
    assert checks.startswith("v1 is better by 100 points")
    assert stars.startswith("by ratings: v1 is better by 3.0 stars in 12 cases, evidence ")


async def test_figures_have_their_room_before_they_are_there() -> None:
    """Nothing moves when they come; a chart that was asked for meanwhile comes with them."""
    table = Table(sheet({"one": (True, False), "two": (True, True)}))
    screen = ResultsScreen("triage")
    async with App[None]().run_test(size=(80, 24)) as pilot:
        await pilot.app.push_screen(screen)
        screen.show(table)
        heads, variants, gap = 3, 2, 1
        await until(pilot, lambda: screen.grid.region.y == heads + variants + gap)
        await pilot.press("v")
        assert pilot.app.screen is screen
        screen.show_stands(stands(table.results))
        await until(pilot, lambda: isinstance(pilot.app.screen, ChartsScreen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.pause()
        assert screen.grid.region.y == heads + variants + gap
        screen.action_filter_words()
        assert screen.focused is screen.input  # a key that follows at once is no rating


async def test_a_click_chooses_what_is_under_the_pointer() -> None:
    """A cell; in the heads a variant, and by their signs those that have no room."""
    table = Table(sheet({case: (True,) * 9 for case in ("one", "two")}))
    screen = ResultsScreen("triage")
    async with App[None]().run_test(size=(80, 24)) as pilot:
        await pilot.app.push_screen(screen)
        screen.show(table)
        await until(pilot, lambda: screen.grid.chosen is not None)
        await pilot.pause()
        for words, line, chosen in (
            *(("v2", 0, ("one", "v2")), ("›", 0, ("one", "v4")), ("‹", 0, ("one", "v0"))),
            *(("To two", 2, ("two", "v0")), ("v3", 0, ("two", "v3"))),
        ):
            at = painted(screen.grid)[line].index(words)
            await pilot.click(screen.grid, offset=(at, line))
            assert screen.grid.chosen == chosen


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
        await until(pilot, lambda: "◐ answering" in painted(screen.grid)[1])

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
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        page = tmp_path / "page.html"
        app.screen.query_one(Input).value = str(page)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert "An answer of two pieces." in page.read_text("utf-8")
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ChartsScreen))
        charts = app.screen
        assert isinstance(charts, ChartsScreen)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "● median" in "\n".join(painted(charts.plot)))
        await pilot.press("escape")
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
