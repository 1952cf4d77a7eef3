"""The first and the last line."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import Vertical
from textual.events import MouseDown, MouseEvent, MouseUp

from tests.tui.app import opened, own_prompts, until
from tests.tui.stage import Stage, said
from workbench.tui.footer import Footer
from workbench.tui.header import Header

pytestmark = pytest.mark.anyio


def header(**parts: str) -> Header:
    """A header that says these things."""
    made = Header()
    for name, text in parts.items():
        setattr(made, name, text)
    return made


async def test_the_header_says_what_is_open_where_and_what_it_cost() -> None:
    """All four where there is room."""
    made = header(opened="triage", badge="SIMULATED", where="anthropic", money="session $0.0031")
    async with Stage(made).run_test(size=(100, 3)):
        assert said(made).split() == [
            *("workbench", "triage", "SIMULATED", "anthropic", "session", "$0.0031")
        ]


@pytest.mark.parametrize("width", [80, 60, 40])
async def test_the_badge_and_the_cost_are_never_cut(width: int) -> None:
    """A long name is."""
    made = header(opened="n" * 90, badge="SIMULATED", where="simulator", money="session $0.0031")
    async with Stage(made).run_test(size=(width, 3)):
        assert "SIMULATED" in said(made)
        assert said(made).endswith("session $0.0031")
        assert "…" in said(made)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (160, "998 of 1,000 requests left, resets in 1 s · 1,998,000 input and 399,000 output"),
        (120, "998 of 1,000 requests left, resets in 1 s"),
        (80, "998 of 1,000 requests left"),
        (44, ""),
    ],
)
async def test_the_headroom_is_shown_as_far_as_there_is_room(width: int, shown: str) -> None:
    """First tokens give way, then the reset, then the rest."""
    tokens = "1,998,000 input and 399,000 output tokens left"
    limits = f"998 of 1,000 requests left, resets in 1 s · {tokens}"
    made = header(opened="triage", badge="SIMULATED", where=limits, money="session $0.0018")
    async with Stage(made).run_test(size=(width, 3)):
        line = said(made)

    assert shown in line
    assert ("resets" in line, "tokens" in line) == ("resets" in shown, "input" in shown)
    assert all(words in line for words in ("triage", "SIMULATED", "session $0.0018"))


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (140, "workbench  triage|SIMULATED   3 models   48 of 50 requests left, resets in 1 s"),
        (110, "workbench  triage|SIMULATED   3 models   48 of 50 requests left   session"),
        (90, "triage|SIMULATED   3 models   48 of 50 requests left   session $0.0031   day $0.21"),
        (80, "triage|SIMULATED   3 models   48 of 50 requests left   session $0.0031"),
        (60, "triage|SIMULATED   3 models   session $0.0031   day $0.21"),
        (54, "triage|SIMULATED   3 models   session $0.0031"),
        (44, "triage|SIMULATED   session $0.0031"),
    ],
)
async def test_less_is_said_where_there_is_less_room(width: int, shown: str) -> None:
    """What is left goes before the model; the day before all that is left. The name of the app
    goes by the width alone, so that what is open does not move while costs grow."""
    left = "48 of 50 requests left, resets in 1 s"
    made = header(opened="triage", badge="SIMULATED", model="3 models", where=left)
    made.money, made.day = "session $0.0031", "day $0.21"
    async with Stage(made).run_test(size=(width, 3)):
        line = said(made)

    begin, end = shown.split("|")
    assert line.strip().startswith(begin)
    assert end in line
    assert ("workbench" in line) is ("workbench" in begin)
    assert ("day" in line) is ("day" in end or width > 100)


async def test_the_footer_fits_80_columns() -> None:
    """Every key with its word, none cut."""
    footer = Footer()
    async with Stage(footer).run_test(size=(80, 3)):
        for act in footer.acts:
            assert f"{act.shown_key} {act.label}" in said(footer)


async def test_the_footer_shows_what_counts_where_the_focus_is(tmp_path: Path) -> None:
    """A pane's own keys while a pane has it, whole at 80 columns; a click does them there."""
    async with opened(own_prompts(tmp_path), size=(80, 24)) as (app, pilot):
        bench = app.front
        assert "^r run" in said(bench.footer)
        bench.go_to(bench.grid.panes[1])
        await until(pilot, lambda: "z alone" in said(bench.footer))
        for act in bench.footer.acts:
            assert f"{act.shown_key} {act.label}" in said(bench.footer)
        at = said(bench.footer).index("z alone")
        await pilot.click(bench.footer, offset=(at + 1, 0))
        await until(pilot, lambda: bench.maximized is bench.grid.panes[1])
        bench.go_to(bench.panels["prompt"])
        await until(pilot, lambda: "^r run" in said(bench.footer))


@pytest.mark.parametrize("width", [80, 160])
async def test_a_click_on_a_key_does_what_the_key_does(width: int) -> None:
    """Each of them, where it stands."""
    footer = Footer()
    done: list[str] = []
    app = Stage(footer)
    async with app.run_test(size=(width, 3)) as pilot:

        async def run_action(name: str) -> None:
            done.append(name)

        app.screen.run_action = run_action  # type: ignore[method-assign, assignment]
        for act in footer.acts:
            at = said(footer).index(f"{act.shown_key} {act.label}")
            await pilot.click(footer, offset=(at + 1, 0))
        await pilot.pause()

        assert done == [act.action for act in footer.acts]


async def test_a_click_on_the_words_of_the_header_does_what_belongs_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is open, on which provider, what it cost: each leads to where that is chosen.

    What is let go elsewhere than it was pressed was dragged, and is no click; a wobble is.
    """
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        header = app.front.header
        for words, title in (
            *(("triage", "prompts"), ("SIMU", "send rounds to"), ("claude", "send rounds to")),
            ("session", "cost limit"),
        ):
            await pilot.click(header, offset=(said(header).index(words) + 1, 0))
            await until(pilot, lambda: app.screen is not app.front)
            box = app.screen.query_one(Vertical)
            assert str(box.border_title) == title
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.front)

        asked: list[str] = []
        monkeypatch.setattr(app.front, "action_want", lambda act: asked.append(act))
        name, cost = (said(header).index(words) + 1 for words in ("triage", "session"))
        for x, kind in (
            *((cost, MouseDown), (name, MouseUp)),
            *((cost, MouseDown), (cost + 1, MouseUp)),
        ):
            app.post_message(mouse(kind, x))
        await until(pilot, lambda: bool(asked))
        assert asked == ["cost_limit"]


def mouse(kind: type[MouseDown | MouseUp], x: int) -> MouseEvent:
    """What the terminal reports in the first line."""
    return kind(None, x, 0, 0, 0, 1, False, False, False, x, 0)
