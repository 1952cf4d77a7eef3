"""Acts where answers are looked at: results, compare, inspect, review."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from tests.tui.every.doing import Ready, Row, Sitting, changes, leaves, more, opens
from tests.tui.every.stage import idle, on_top, over_it, reading, top
from workbench.tui.ask import Ask
from workbench.tui.choice import Choice
from workbench.tui.compare_screen import CompareScreen
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.inspect_screen import InspectScreen
from workbench.tui.picker import Picker
from workbench.tui.results.cell_screen import CellScreen
from workbench.tui.results.charts_screen import ChartsScreen
from workbench.tui.results.groups_screen import GroupsScreen
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.results.table import FILTERS
from workbench.tui.review.review_screen import ReviewScreen


async def results(s: Sitting) -> None:
    """The results of the last round, all of its cases."""

    async def opened(s: Sitting) -> None:
        await idle(s)
        s.app.front.action_want("results")

    await over_it(s, ResultsScreen, opened)
    screen = top(s, ResultsScreen)
    while screen._filter != FILTERS[0]:
        screen.action_filter_next()
    await s.until(lambda: screen._stands is not None and screen.grid.chosen is not None)
    screen.input.value = ""
    screen._find(False)
    await s.pilot.pause()


async def other(s: Sitting) -> None:
    """The answer of a variant that changes something is chosen."""
    await results(s)
    top(s, ResultsScreen).grid.action_sideways(1)


async def searched(s: Sitting) -> None:
    """Cases are looked for."""
    await results(s)
    top(s, ResultsScreen).action_filter_words()
    await s.pilot.pause()


def in_results(screen: type[Screen[Any]], act: str) -> Ready:
    """A screen that the results open."""

    async def opened(s: Sitting) -> None:
        await results(s)
        await s.screen.run_action(act)

    async def ready(s: Sitting) -> None:
        await over_it(s, screen, opened)

    return ready


cell, grouped = in_results(CellScreen, "open_cell"), in_results(GroupsScreen, "groups")
charted = in_results(ChartsScreen, "charts")


async def rated(s: Sitting) -> None:
    """An answer is rated, so that it may be otherwise."""
    await cell(s)
    before = kept(s)
    await s.screen.run_action("want('rate_3')")
    await s.until(lambda: kept(s) != before)


def from_pane(screen: type[Screen[Any]], act: str) -> Ready:
    """A screen that a pane opens."""

    async def opened(s: Sitting) -> None:
        await reading(s)
        await s.pane.run_action(act)

    async def ready(s: Sitting) -> None:
        await over_it(s, screen, opened)

    return ready


inspecting = from_pane(InspectScreen, "want('inspect')")


async def comparing(s: Sitting) -> None:
    """Two answers side by side, with a rating that may be taken back."""
    await from_pane(CompareScreen, "want('compare_next')")(s)
    screen = top(s, CompareScreen)
    await s.until(lambda: screen._told is not None and screen._changes)


async def marked(s: Sitting) -> None:
    """And one of them is rated."""
    await comparing(s)
    before = kept(s)
    await s.screen.run_action("want('rate_good')")
    await s.until(lambda: kept(s) != before)


async def reviewing(s: Sitting) -> None:
    """A pair to vote on, after none."""

    async def opened(s: Sitting) -> None:
        await idle(s)
        s.app.front.action_want("review")
        await s.until(lambda: isinstance(s.screen, Picker))
        await s.pilot.press("enter")

    await over_it(s, ReviewScreen, opened)
    screen = top(s, ReviewScreen)
    while screen.review.votes:
        screen.action_vote_undo()
    screen._go_to(screen.review.next([]))
    await s.pilot.pause()


async def voted(s: Sitting) -> None:
    """A pair after another one was voted on."""
    await reviewing(s)
    top(s, ReviewScreen).action_vote_tie()
    await s.pilot.pause()


def kept(s: Sitting) -> int:
    """How much has been written about the answers."""
    assert s.app.desk is not None
    path = s.app.desk.rounds.sheet.path
    return path.stat().st_size if path is not None else 0


LOOKS = {
    "open_cell": Row(results, opens(CellScreen)),
    "filter_next": Row(results, changes(on_top("_filter"))),
    "filter_words": Row(results, changes(on_top("input.has_focus"))),
    "judge": Row(results, opens(Choice)),
    "export_results": Row(results, opens(Ask)),
    "groups": Row(results, opens(GroupsScreen)),
    "charts": Row(results, opens(ChartsScreen)),
    "promote": Row(other, opens(DiffScreen)),
    "results_leave": Row(searched, changes(lambda s: s.screen.query_one("#finder").display)),
    "rate_good": Row(cell, more(kept)),
    "rate_bad": Row(cell, more(kept)),
    **{f"rate_{n}": Row(cell, more(kept)) for n in range(1, 6)},
    "rate_note": Row(cell, opens(Ask)),
    "rate_undo": Row(rated, more(kept)),
    "inspect_answer": Row(cell, opens(InspectScreen)),
    "compare_answers": Row(cell, opens(CompareScreen)),
    "answer_next": Row(cell, changes(on_top("_shown"))),
    "answer_before": Row(cell, changes(on_top("_shown"))),
    "cell_leave": Row(cell, leaves),
    "group_next": Row(grouped, changes(on_top("_variant"))),
    "group_before": Row(grouped, changes(on_top("_variant"))),
    "groups_leave": Row(grouped, leaves),
    "chart_next": Row(charted, changes(on_top("_at"))),
    "chart_before": Row(charted, changes(on_top("_at"))),
    "charts_leave": Row(charted, leaves),
    # Compare
    "swap": Row(comparing, changes(on_top("_pair"))),
    "unify": Row(comparing, changes(on_top("classes"))),
    "by_lines": Row(comparing, changes(on_top("_grain"))),
    "by_fields": Row(comparing, changes(on_top("_what"))),
    "by_prompts": Row(comparing, changes(on_top("_what"))),
    "change_next": Row(comparing, changes(on_top("_change"))),
    "change_before": Row(comparing, changes(on_top("_change"))),
    "pair_next": Row(comparing, changes(on_top("_pair"))),
    "pair_before": Row(comparing, changes(on_top("_pair"))),
    "unrate": Row(marked, more(kept)),
    "compare_leave": Row(comparing, leaves),
    # Request and answer
    "page_next": Row(inspecting, changes(on_top("_tabs.shown"))),
    "page_before": Row(inspecting, changes(on_top("_tabs.shown"))),
    "inspect_leave": Row(inspecting, leaves),
    # Review
    "vote_left": Row(reviewing, changes(on_top("review.votes"))),
    "vote_right": Row(reviewing, changes(on_top("review.votes"))),
    "vote_tie": Row(reviewing, changes(on_top("review.votes"))),
    "vote_bad": Row(reviewing, changes(on_top("review.votes"))),
    "vote_skip": Row(reviewing, more(lambda s: len(top(s, ReviewScreen)._skipped))),
    "vote_undo": Row(voted, changes(on_top("review.votes"))),
    "vote_asked": Row(reviewing, changes(on_top("classes"))),
    "vote_note": Row(reviewing, opens(Ask)),
    "reveal": Row(voted, changes(on_top("_revealed"))),
    "review_result": Row(reviewing, changes(on_top("classes"))),
    "review_leave": Row(reviewing, leaves),
}
