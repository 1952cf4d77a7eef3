"""The workbench's screen by key and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseDown
from textual.geometry import Offset
from textual.widgets import Static

from tests.tui.app import click_footer, notices, opened, own_prompts, states, until
from tests.tui.provider import provider
from tests.tui.stage import said
from workbench.tui.choice import Choice
from workbench.tui.help import Help
from workbench.tui.picker import Picker
from workbench.tui.sessions.sessions_screen import SessionsScreen

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (160, 45)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_screen_is_ready_to_type_and_to_run(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """Focus in the prompt; a pane a variant; the forecast; SIMULATED."""
    async with opened(own_prompts(tmp_path), size=size) as (app, pilot):
        front = app.front
        await until(pilot, lambda: front.variants.side.startswith("next round: 3 runs, $"))

        assert front.panels["prompt"].editor.has_focus
        assert [tab.label for tab in front.variants.tabs] == ["● base", "● terse", "● warm"]
        assert "SIMULATED" in said(front.header)
        assert "next round: 3 runs" in said(front.variants)
        await until(
            pilot, lambda: "tokens" in said(front.panels["system"]._status) or size[0] < 100
        )


@pytest.mark.parametrize("size", SIZES)
async def test_the_mouse_reaches_the_acts_of_the_footer(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """Prompts, sessions, keys, and run."""
    async with (
        provider() as made,
        opened(own_prompts(tmp_path), base_url=made.url, size=size) as (app, pilot),
    ):
        for words, screen in (("^t", Picker), ("^g", SessionsScreen), ("F1", Help)):
            await click_footer(app, pilot, words)
            await until(pilot, lambda screen=screen: isinstance(app.screen, screen))  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.front)
        await click_footer(app, pilot, "^r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)


@pytest.mark.parametrize("size", SIZES)
async def test_tabs_choose_what_is_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    """A click on a variant focuses its pane; at 80 columns only that one is seen."""
    async with opened(own_prompts(tmp_path), size=size) as (app, pilot):
        front = app.front
        at = said(front.variants).index("terse")
        await pilot.click(front.variants, offset=(at, 0))
        await until(pilot, lambda: front.grid.panes[1].has_focus)

        assert front.variants.shown == "terse"
        assert [pane.display for pane in front.grid.panes] == (
            [False, True, False] if size[0] < 100 else [True] * 3
        )


async def test_a_click_on_what_was_just_removed_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is still to be seen, but Textual knows no parent of it; what is there can be clicked."""
    async with opened(own_prompts(tmp_path), size=(120, 36)) as (app, pilot):
        gone = Static("gone")
        with monkeypatch.context() as patched:
            there = (gone, Offset(0, 0))
            patched.setattr(type(app.screen), "get_widget_and_offset_at", lambda *_: there)
            app.post_message(MouseDown(None, 9, 9, 0, 0, 1, False, False, False, 9, 9))
            await pilot.pause()
        assert app.is_running

        await pilot.click(app.front.panels["system"].editor)
        await until(pilot, lambda: app.front.panels["system"].editor.has_focus)


async def test_at_80_columns_the_editors_are_tabs(tmp_path: Path) -> None:
    """One is seen; a click on a tab or F6 shows another, a dot marks what is unsaved."""
    async with opened(own_prompts(tmp_path), size=(80, 24)) as (app, pilot):
        panels = app.front.panels
        await until(pilot, lambda: panels["system"].path is not None)
        await pilot.press("#")
        await pilot.click(app.front.kinds, offset=(said(app.front.kinds).index("system"), 0))
        await until(pilot, lambda: panels["system"].editor.has_focus)

        assert [panel.display for panel in panels.values()] == [False, True, False]
        assert "● prompt" in said(app.front.kinds)
        await pilot.press("f6")
        assert app.front.grid.panes[0].has_focus
        assert panels["system"].display


async def test_a_wider_terminal_shows_all(tmp_path: Path) -> None:
    """And a narrower one the chosen ones again, while an answer streams."""
    async with (
        provider(holds=True) as made,
        opened(own_prompts(tmp_path), base_url=made.url, size=(80, 24)) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "streaming" in states(app))
        for width, seen in ((200, 3), (80, 1), (120, 3), (30, 1)):
            await pilot.resize_terminal(width, 40)
            await until(pilot, lambda w=width: app.front.size.width == w)  # type: ignore[misc]
            await pilot.pause()

            assert sum(pane.display for pane in app.front.grid.panes) == seen
            assert sum(panel.display for panel in app.front.panels.values()) == seen
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not app.front.running)


async def test_jump_goes_by_one_letter(tmp_path: Path) -> None:
    """Editors by their first letter, panes by their number."""
    async with opened(own_prompts(tmp_path), size=(80, 24)) as (app, pilot):
        front = app.front
        await until(pilot, lambda: front.panels["system"].path is not None)
        for letter, there in (
            ("2", front.grid.panes[1]),
            ("s", front.panels["system"].editor),
            ("3", front.grid.panes[2]),
            ("p", front.panels["prompt"].editor),
        ):
            await pilot.press("ctrl+o")
            await until(pilot, lambda: isinstance(app.screen, Choice))
            await pilot.press(letter)
            await until(pilot, lambda there=there: front.focused is there)  # type: ignore[misc]
            assert there.region.height > 1


async def test_layouts_go_round(tmp_path: Path) -> None:
    """Both, editors only, panes only, both; going to what is hidden shows it."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        editors, panes = app.front.query_one("#editors"), app.front.grid
        seen = []
        for _ in range(4):
            seen.append((editors.display, panes.display))
            await pilot.press("f3")
        assert seen == [(True, True), (False, True), (True, False), (True, True)]

        app.front.go_to(app.front.grid.panes[0])
        assert panes.display


@pytest.mark.parametrize("size", SIZES)
async def test_one_thing_alone_and_all_again(tmp_path: Path, size: tuple[int, int]) -> None:
    """F9 on an editor and on a pane; the header with SIMULATED stays; Escape or F9 comes back."""
    async with opened(own_prompts(tmp_path), size=size) as (app, pilot):
        front = app.front
        for alone in (front.panels["prompt"], front.grid.panes[0]):
            front.go_to(alone)
            for back in ("f9", "escape"):
                await pilot.press("f9")
                await pilot.pause()
                assert front.maximized is alone
                assert alone.size.height > size[1] - 8
                assert front.header.region.y == 0
                await pilot.press(back)
                await pilot.pause()
                assert front.maximized is None


async def test_going_elsewhere_ends_being_alone(tmp_path: Path) -> None:
    """What has the focus is what is seen."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("f9", "f6")
        await pilot.pause()

        assert app.front.maximized is None


async def test_the_answer_is_copied(tmp_path: Path) -> None:
    """The focused pane's, to the letter; it says how it was sent, and where there is none yet."""
    async with provider() as made, opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot):
        await pilot.press("f7")
        assert "nothing to copy" in notices(app)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        pane = app.front.grid.panes[1]
        pane.focus()
        await pilot.press("f7")

        assert pane.run is not None
        assert app.clipboard == pane.run.text != ""
        assert "the answer of terse" in notices(app)


async def test_an_event_of_a_round_no_longer_shown_changes_nothing(tmp_path: Path) -> None:
    """Only runs that have a pane are shown."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        run = app.front.grid.panes[0].run
        assert run is not None
        before = dict(app.front.runs)
        from dataclasses import replace

        app.front.show_run(replace(run, run_id="r9-1"))
        await pilot.pause()

        assert app.front.runs == before


async def test_every_theme_paints(tmp_path: Path) -> None:
    """No style is missing in any of Textual's, nor in ours."""
    async with provider() as made, opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        assert {"textual-light", "ansi-dark", "high-contrast"} <= set(app.available_themes)
        for theme in app.available_themes:
            app.theme = theme
            await pilot.pause()
            assert "triage" in said(app.front.header)


async def test_in_a_pane_a_digit_goes_to_the_pane_of_that_number(tmp_path: Path) -> None:
    """In an editor it is typed; a number that no pane has goes nowhere."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        grid = app.front.grid
        await pilot.press("2")
        assert app.front.panels["prompt"].text.startswith("2")
        app.front.go_to(grid.panes[0])
        for key, place in (("3", 2), ("9", 2), ("1", 0)):
            await pilot.press(key)
            await pilot.pause()
            assert grid.pane_of(app.front.focused) is grid.panes[place]
