"""The line over the panes: variants, values, the next round."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from textual.message import Message as Notice

from tests.tui.stage import Stage, said
from workbench.costs import Cost
from workbench.run import Closed, Run, RunEvent, Sent
from workbench.tui.listed import Listed
from workbench.tui.tabs import Tab, Tabs
from workbench.tui.variants_line import VariantsLine, shortened, tabs_of
from workbench.workbench.progress import Progress
from workbench.workbench.tally import Tally

pytestmark = pytest.mark.anyio

LISTED = (Listed("base", "base"), Listed("warm", "warm", "temperature 0.7"))
PROGRESS = Progress(37, 200, 2, 62.0, Cost(Decimal("0.12")), Decimal("0.25"))
TALLY = Tally(3, 3, 593, 233, False, 2.1, Cost(Decimal("0.0018")))


def line(*labels: str, shown: str = "0", side: str = "", values: str = "") -> VariantsLine:
    """A line with tabs of these labels, named by their number."""
    made = VariantsLine()
    made.tabs = tuple(Tab(str(at), label) for at, label in enumerate(labels))
    made.shown, made.side, made.values = shown, side, values
    return made


def run(variant: str, *, number: int = 1, state: str = "waiting") -> Run:
    """A run that stands so."""
    made = Run(f"r1-{variant}{number}", "r1", variant)
    if state != "waiting":
        made = made.after(RunEvent(made.run_id, 0.1, Sent()))
    if state == "failed":
        made = made.after(RunEvent(made.run_id, 0.2, Closed("failed")))
    if state == "complete":
        made = replace(made, end_state="complete")
    return made


def labels(*runs: Run, off: tuple[str, ...] = ()) -> list[str]:
    """What the tabs say of these runs."""
    return [tab.label for tab in tabs_of(runs, LISTED, off)]


# What a variant's tab says


def test_before_a_round_a_variant_is_on_or_off() -> None:
    """In the list's order, whether or not a run is planned for it."""
    assert labels(run("base"), off=("warm",)) == ["● base", "○ warm"]
    assert labels() == ["● base", "● warm"]


def test_a_variant_says_how_its_run_stands() -> None:
    """One that waits for its turn is on, not off."""
    assert labels(run("base", state="complete"), run("warm", state="sent")) == ["✓ base", "⠋ warm"]
    assert labels(run("base", state="failed"), run("warm")) == ["✗ base", "● warm"]


def test_of_several_runs_the_worst_is_told_and_how_many_have_ended() -> None:
    """While one is under way, that."""
    two = (run("base", state="failed"), run("base", number=2, state="complete"))

    assert labels(*two) == ["✗ base 2/2", "● warm"]
    assert labels(*two, run("base", number=3, state="sent")) == ["⠋ base 2/3", "● warm"]


def test_a_variant_that_is_off_says_so_once_its_run_has_ended() -> None:
    """While the round goes on, it tells of the round."""
    ended, under_way = run("base", state="complete"), run("warm", state="sent")

    assert labels(ended, off=("base",)) == ["○ base", "● warm"]
    assert labels(ended, under_way, off=("base",)) == ["✓ base", "⠋ warm"]


def test_a_variant_that_the_prompt_no_longer_has_is_told_too() -> None:
    """Its pane is still there."""
    assert labels(run("gone", state="complete")) == ["● base", "● warm", "✓ gone"]


# What stands where


async def test_variants_stand_left_values_and_the_next_round_right() -> None:
    """With the last word at the very edge, and what a variant does where there is room."""
    made = line("● base", "● warm", side="next round: 2 runs", values='ticket "Hello"')
    made.tabs = (made.tabs[0], replace(made.tabs[1], more="temperature 0.7"))
    async with Stage(made).run_test(size=(90, 3)):
        assert said(made).strip().startswith("● base   ● warm temperature 0.7   ")
        assert said(made).endswith('ticket "Hello"   next round: 2 runs')


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (64, '● base   ● warm         ticket "Order-A-1"   next round: 2 runs'),
        (58, '● base   ● warm   ticket "Order-A-…   next round: 2 runs'),
        (40, "● base   ● warm     next round: 2 runs"),
        (30, "● base   ● warm          2 runs"),
        (20, "● base   ● warm"),
        (8, "● base"),
    ],
)
async def test_words_go_before_a_variant_is_cut(width: int, shown: str) -> None:
    """First what a value says, then what leads the next round."""
    made = line("● base", "● warm", side="next round: 2 runs", values='ticket "Order-A-1"')
    async with Stage(made).run_test(size=(width, 3)):
        assert said(made).strip().removesuffix("…").split() == shown.split()


@pytest.mark.parametrize("width", [200, 80, 40])
async def test_how_far_a_long_round_has_come_is_never_pushed_out(width: int) -> None:
    """However many variants there are, the shown one is in sight beside it."""
    made = line(*(f"✓ v{at:02}" for at in range(40)), shown="33", side="next", values="v")
    made.progress = PROGRESS
    async with Stage(made).run_test(size=(width, 3)):
        assert "✓ v33" in said(made).replace("…", " ")
        assert "37 of 200" in said(made)
        assert "next" not in said(made)


@pytest.mark.parametrize(
    ("width", "words"), [(100, "next round: 2 runs"), (30, "next: 2 runs"), (20, "2 runs")]
)
async def test_where_not_all_variants_fit_the_next_round_is_told_all_the_same(
    width: int, words: str
) -> None:
    """They scroll in what room is left."""
    made = line(*(f"✓ v{at:02}" for at in range(40)), shown="33", side="next round: 2 runs")
    async with Stage(made).run_test(size=(width, 3)):
        assert "✓ v33" in said(made)
        assert said(made).endswith(f" {words}")


async def test_variants_that_just_fit_leave_the_next_round_its_room() -> None:
    """They stand closer where that is enough, else they scroll to the shown one."""
    names = ("base", "terse", *(f"variant-{number}" for number in range(1, 5)))
    side = "next round: 6 runs, $0.0002 to $0.0050"
    made = line(*(f"● {name}" for name in names), shown="5", side=side)
    made.sign = "▦"
    async with Stage(made).run_test(size=(80, 3)):
        scrolled = said(made)
        made.tabs, made.shown = made.tabs[:5], "0"
        closer = said(made)

    assert scrolled.startswith("… ● variant-3  ● variant-4   ")
    assert scrolled.endswith("   next: 6 runs, $0.0002 to $0.0050   ▦")
    assert closer.startswith("● base  ● terse  ● variant-1  ● variant-2  ● variant-3  ")
    assert closer.endswith("  $0.0002 to $0.0050   ▦")


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (120, '"A"   next round: 2 runs   3 of 3 complete    593 → 233       2.1 s    $0.0018'),
        (80, "● warm        next round: 2 runs   3/3   593→233     2.1 s    $0.0018"),
        (70, "● warm           next round: 2 runs    593→233      $0.0018"),
        (60, "● warm               next round: 2 runs   $0.0018"),
        (44, "● warm         next round: 2 runs"),
        (24, "● base   ● warm"),
    ],
)
async def test_what_the_round_comes_to_stands_at_the_very_end(width: int, shown: str) -> None:
    """After the next round's costs, which it leaves some room; values go for it."""
    made = line("● base", "● warm", side="next round: 2 runs", values='ticket "A"')
    made.tally = TALLY
    async with Stage(made).run_test(size=(width, 3)):
        assert said(made).strip().endswith(shown)
        assert said(made).strip().startswith("● base")


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (160, "next round: 2 runs   3 of 3 complete    593 → 233       2.1 s    $0.0018"),
        (80, "next round: 2 runs   3/3   593→233     2.1 s    $0.0018"),
        (50, "next round: 2 runs   $0.0018"),
    ],
)
async def test_where_not_all_variants_fit_the_round_is_told_all_the_same(
    width: int, told: str
) -> None:
    """They scroll in what room the next round leaves; a round of many cost most."""
    made = line(*(f"✓ v{at:02}" for at in range(40)), shown="33", side="next round: 2 runs")
    made.tally = TALLY
    async with Stage(made).run_test(size=(width, 3)):
        assert "✓ v33" in said(made)
        assert said(made).endswith(told)


# Clicks


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [
        ("● warm", VariantsLine.Switched, {"name": "1"}),
        ("warm", Tabs.Chosen, {"name": "1"}),
        ("ticket", VariantsLine.Asked, {"act": "values"}),
        ("next", VariantsLine.Asked, {"act": "cost_limit"}),
        ("   ticket", VariantsLine.Asked, {"act": "variants"}),
    ],
)
async def test_a_click_asks_for_what_is_under_the_pointer(
    words: str, kind: type[Notice], told: dict[str, str]
) -> None:
    """A variant's sign switches it, its name chooses it; the rest is for acts; once each."""
    made = line("● base", "● warm", side="next round: 2 runs", values='ticket "A"')
    app = Stage(made, hears=Notice)
    async with app.run_test(size=(80, 3)) as pilot:
        await pilot.click(made, offset=(said(made).index(words) + 1, 0))
        await pilot.pause()
        kinds = (Tabs.Chosen, VariantsLine.Switched, VariantsLine.Asked)
        (heard,) = [notice for notice in app.heard if isinstance(notice, kinds)]

    assert type(heard) is kind
    assert {name: getattr(heard, name) for name in told} == told


async def test_markup_in_a_value_is_text() -> None:
    """A value may hold anything."""
    made = line("● [b]a[/b]", side="[red]x[/red]", values="[i]v[/i] and more")
    async with Stage(made).run_test(size=(80, 3)):
        assert "[b]a[/b]" in said(made)
        assert "[i]v[/i] and more   [red]x[/red]" in said(made)


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (40, "next round: 3 runs, $0.0002 to $0.0050"),
        (34, "next: 3 runs, $0.0002 to $0.0050"),
        (30, "next: $0.0002 to $0.0050"),
        (20, "$0.0002 to $0.0050"),
        (10, ""),
    ],
)
def test_what_says_least_of_the_next_round_goes_first(room: int, said: str) -> None:
    """That it is the next one's is said as long as there is room."""
    assert shortened("next round: 3 runs, $0.0002 to $0.0050", room).plain == said
    assert shortened("no prompt is open", 40).plain == "no prompt is open"
