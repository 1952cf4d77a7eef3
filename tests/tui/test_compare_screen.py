"""Two answers beside each other: differing words marked, figures between, scrolled as one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.app import until
from tests.tui.runs import cost_of, painted, run, streaming, whole
from workbench.compare.checks import Grade
from workbench.compare.results import Entry
from workbench.compare.words import differences
from workbench.run import Run
from workbench.tui.compare_screen import Compared, CompareScreen
from workbench.tui.marked import pieces
from workbench.tui.results.table import Sheet
from workbench.wire.request import MessagesRequest
from workbench.workbench.library import About

pytestmark = pytest.mark.anyio

SIZE = (120, 30)
ONE = whole("The order is late.\nSend it to billing.", name="base")
TWO = whole("The order is very late.\nSend it to returns.", name="terse")
THREE = whole("Something else.", name="warm")


@asynccontextmanager
async def comparing(
    *runs: Run, size: tuple[int, int] = SIZE, unified: bool = False, **more: Any
) -> AsyncIterator[tuple[CompareScreen, Pilot[None], list[Run]]]:
    """The screen on the first two of these runs, compared; the list may be changed."""
    now = list(runs)
    screen = CompareScreen(lambda: now, (0, 1), cost_of, unified=unified, **more)
    app = App[None]()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(screen)
        await until(pilot, lambda: bool(side(screen, "both").text))
        await pilot.pause()
        yield screen, pilot, now


def side(screen: CompareScreen, name: str) -> Compared:
    """One side."""
    return screen.query_one(f"#{name}", Compared)


def marked(compared: Compared, kind: str) -> list[str]:
    """The words that are marked so."""
    return [
        text
        for line in compared.flow.lines
        for each, text in line.pieces(0, len(line.text))
        if each == kind
    ]


def figures(screen: CompareScreen, at: str = "figures") -> str:
    """The column of figures."""
    return str(screen.query_one(f"#{at}", Static).content)


async def test_words_that_differ_are_marked() -> None:
    """At the left what is only there, at the right what is only there; in one text both."""
    async with comparing(ONE, TWO) as (screen, _, _):
        left, right, both = (side(screen, name) for name in ("left", "right", "both"))
        assert left.text == ONE.text
        assert right.text == TWO.text
        assert marked(left, "removed") == ["billing"]
        assert marked(right, "added") == [" very", "returns"]
        assert marked(both, "struck") == ["billing"]
        assert both.text == "The order is very late.\nSend it to billing returns."


async def test_marks_are_more_than_colour() -> None:
    """Underlined, or struck out."""
    async with comparing(ONE, TWO) as (screen, _, _):
        styles = [
            side(screen, name).style_of(f"streamtext--{kind}")
            for name, kind in (("left", "removed"), ("right", "added"), ("both", "struck"))
        ]
        assert [style.underline or style.strike for style in styles] == [True] * 3


async def test_figures_stand_between() -> None:
    """What is the same, how many differences, and the change of each figure; below if narrow."""
    costly = replace(TWO, usage=TWO.usage.updated({"output_tokens": 9}))
    for size, at in ((SIZE, "figures"), ((80, 24), "below")):
        async with comparing(ONE, costly, size=size) as (screen, _, _):
            assert "3 differences" not in figures(screen, at)
            assert "2 differences" in figures(screen, at)
            assert "out" in figures(screen, at)
            assert "+4" in figures(screen, at)
            shown = [screen.query_one(f"#{name}").display for name in ("figures", "below")]
            assert shown == [at == "figures", at == "below"]


async def test_one_text_or_two() -> None:
    """u changes over and back."""
    async with comparing(ONE, TWO, unified=True) as (screen, pilot, _):
        assert side(screen, "both").has_focus
        await pilot.press("u")
        await pilot.pause()
        assert side(screen, "left").has_focus
        assert not screen.query_one("#both-side").display


async def test_sides_are_swapped_and_runs_gone_through() -> None:
    """s swaps; the brackets put another run at the right, never the left one."""
    async with comparing(ONE, TWO, THREE) as (screen, pilot, _):
        right = side(screen, "right")
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: right.text == THREE.text)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: right.text == TWO.text)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: right.text == THREE.text)
        await pilot.press("s")
        await until(pilot, lambda: right.text == ONE.text)
        assert side(screen, "left").text == THREE.text
        assert "warm" in right.name_shown + side(screen, "left").name_shown


async def test_two_runs_are_all_there_is() -> None:
    """Then that is said."""
    async with comparing(ONE, TWO) as (screen, pilot, _):
        await pilot.press("right_square_bracket")
        assert [note.message for note in pilot.app._notifications] == [
            "There are no other runs to compare."
        ]
        assert screen.pair == (ONE, TWO)


async def test_both_sides_scroll_as_one() -> None:
    """What stands at the top on one side stands there on the other, though the rows differ."""
    lines = [f"line number {n} of the same text" for n in range(100)]
    much = f" {'with many more words ' * 4}"
    more = [line + much * (n % 9 == 0) for n, line in enumerate(lines)]
    async with comparing(whole("\n".join(lines)), whole("\n".join(more), name="b")) as given:
        screen, pilot, _ = given
        left, right = side(screen, "left"), side(screen, "right")
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        assert left.top > 10
        assert right.top > left.top
        assert painted(left)[0].rstrip("▐ ") in painted(right)[0]
        right.focus()
        await pilot.press("end")
        await pilot.pause()
        assert left.follows


async def test_differences_are_gone_through() -> None:
    """n and N bring each into sight on both sides, round the end."""
    text = "same\n" * 60 + "{}\n" + "same\n" * 60 + "{}\n" + "same\n" * 60
    one, two = whole(text.format("a", "b")), whole(text.format("x", "y"), name="b")
    async with comparing(one, two) as (screen, pilot, _):
        left, right = side(screen, "left"), side(screen, "right")
        for key, words in (("n", "ax"), ("n", "by"), ("n", "ax"), ("N", "by")):
            await pilot.press(key)
            seen = [[line.strip("▐ ") for line in painted(each)] for each in (left, right)]
            assert words[0] in seen[0]
            assert words[1] in seen[1]


async def test_whole_lines_may_be_marked() -> None:
    """l changes over; what is looked for is found among them again."""
    async with comparing(ONE, TWO) as (screen, pilot, _):
        left = side(screen, "left")
        await pilot.press("slash", *"billing", "enter", "l")
        await until(pilot, lambda: len(marked(left, "removed")) == 2)
        assert marked(left, "removed") == ONE.text.split("\n")
        assert [match[0] for match in left._finder.matches] == [1] if left._finder else False


async def test_it_goes_on_while_they_stream() -> None:
    """More of an answer is compared as it comes; what is read stays in sight."""
    async with comparing(ONE, streaming("The", name="terse")) as (screen, pilot, now):
        now[1] = TWO
        screen.look()
        await until(pilot, lambda: side(screen, "right").text == TWO.text)
        assert "2 differences" in figures(screen)


async def test_nothing_in_an_answer_is_obeyed() -> None:
    """Markup and controls are shown; a run that made up its answer says so."""
    odd = replace(whole("[b]x[/b]\x1b[2J", name="[red]x"), simulated=True)
    async with comparing(odd, ONE) as (screen, _, _):
        assert "[b]x[/b]␛[2J" in painted(side(screen, "left"))[0]
        frame = screen.query_one("#left-side")
        assert "[red]x  SIMULATED" in str(frame.border_title).replace("\\[", "[")


async def test_escape_leaves_find_first() -> None:
    """Then the screen."""
    async with comparing(ONE, TWO) as (screen, pilot, _):
        await pilot.press("slash", *"late", "enter", "escape")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen


async def test_answers_with_fields_are_compared_by_them() -> None:
    """f shows those that differ, a line each; answers that have none say so."""
    one = whole('{"queue": "billing", "late": true, "days": 9}')
    two = whole('{"late": true, "days": 2, "queue": "returns"}', name="b")
    async with comparing(one, two, ONE) as (screen, pilot, _):
        await pilot.press("f")
        await until(pilot, lambda: side(screen, "left").text == '$.queue: "billing"\n$.days: 9')
        assert side(screen, "right").text == '$.queue: "returns"\n$.days: 2'
        assert marked(side(screen, "right"), "added") == ["returns", "2"]
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: side(screen, "right").text == ONE.text)
        await pilot.press("f")
        assert "they have no fields" in next(iter(pilot.app._notifications)).message


async def test_prompts_are_compared_like_answers() -> None:
    """p shows what was sent for each, and how much of it is the same; lines are marked by l."""
    asked = {"base": "Be brief.\nBe kind.\nSay why.", "terse": "Be brief.\nBe quick.\nSay why."}

    def sent(run: Run) -> MessagesRequest:
        return MessagesRequest.of({"model": "m", "system": asked[run.variant]})

    async with comparing(ONE, TWO, request_of=sent) as (screen, pilot, _):
        left = side(screen, "left")
        await pilot.press("p")
        await until(pilot, lambda: "  Be kind.\n" in left.text)
        assert marked(left, "removed") == ["kind"]
        assert "prompts" in figures(screen)
        await pilot.press("l")
        await until(pilot, lambda: marked(left, "removed") == ["  Be kind."])
        await pilot.press("p")
        await until(pilot, lambda: left.text == ONE.text)


async def test_the_variants_passes_are_among_the_figures() -> None:
    """By the sheet that a run is on; beside an answer stands what is said of it."""
    sheet = Sheet(runs={run.run_id: run for run in (ONE, TWO)})
    for each, passed in ((ONE, True), (TWO, False)):
        sheet.entries[each.run_id] = Entry(each, Grade(passed, float(passed)))
    sheet.abouts[ONE.run_id] = About(rating=2)

    async def sheet_of(run: Run) -> Sheet:
        return sheet

    async with comparing(ONE, TWO, sheet_of=sheet_of) as (screen, pilot, _):
        await until(pilot, lambda: "−100 points" in figures(screen))
        assert "✓ pass 2★" in str(screen.query_one("#left-side").border_subtitle)
        assert "✗ fail" in str(screen.query_one("#right-side").border_subtitle)


async def test_without_an_answer_there_is_nothing_the_same() -> None:
    """One side may be empty yet."""
    async with comparing(ONE, run(name="terse")) as (screen, pilot, _):
        assert "0% the same" in figures(screen)
        await pilot.press("n", "N", "u", "s")


def test_what_takes_another_ones_place_is_apart_from_it() -> None:
    """A word by a blank, lines by a break: without colour, too, one sees where the other begins."""
    assert pieces(differences("so billing.", "so returns."), "both")[1:3] == [
        ("struck", "billing"),
        ("added", " returns"),
    ]
    assert pieces(differences("Late.\nTo billing.", "Nothing"), "both") == [
        ("struck", "Late.\nTo billing."),
        ("added", "\nNothing"),
    ]
