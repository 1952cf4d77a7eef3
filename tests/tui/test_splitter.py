"""Lines between editors, and between editors and panes, that can be moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.app import EXAMPLES, opened, own_prompts, until
from tests.tui.stage import drag
from workbench.settings.folder_state import FolderState, read_folder_state, write_folder_state
from workbench.tui.app import WorkbenchApp
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.splitter import LEAST_HIGH, LEAST_WIDE, Shares
from workbench.workbench.saved import read_session

pytestmark = pytest.mark.anyio


def widths(app: WorkbenchApp) -> list[int]:
    """Of the editors."""
    return [panel.region.width for panel in app.front.panels.values()]


def heights(app: WorkbenchApp) -> tuple[int, int]:
    """Of editors and panes."""
    return app.front.query_one("#editors").region.height, app.front.grid.region.height


async def test_the_frame_between_two_editors_can_be_dragged(tmp_path: Path) -> None:
    """The third keeps its width; neither gets too small."""
    async with opened(own_prompts(tmp_path), size=(160, 45)) as (app, pilot):
        first, second, third = widths(app)
        edge = app.front.panels["prompt"].region.right - 1
        await drag(pilot, (edge, 5), (edge + 4, 5), (edge + 9, 6))
        assert widths(app) == [first + 9, second - 9, third]

        edge += 9
        await drag(pilot, (edge + 1, 8), (edge - 60, 8), (2, 8))
        assert widths(app)[0] == LEAST_WIDE
        assert sum(widths(app)) == first + second + third


async def test_the_line_of_the_variants_can_be_dragged(tmp_path: Path) -> None:
    """And so can the frame under the editors; a click on a tab is still one."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        top, bottom = heights(app)
        y = app.front.variants.region.y
        await drag(pilot, (90, y), (90, y + 3), (91, y + 5))
        assert heights(app) == (top + 5, bottom - 5)

        y = app.front.variants.region.y
        await drag(pilot, (20, y - 1), (20, 0))
        assert heights(app)[0] == LEAST_HIGH

        await pilot.click(app.front.variants, offset=(12, 0))
        await until(pilot, lambda: app.front.grid.panes[1].has_focus)


async def test_twice_on_a_frame_gives_all_the_same_room(tmp_path: Path) -> None:
    """As it comes; on a title it gives all of it to one, which a single click only goes to."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        first = widths(app)
        await pilot.press("alt+right", "alt+right", "ctrl+down")
        assert widths(app) != first
        edge = app.front.panels["prompt"].region.right - 1
        await pilot.click(offset=(edge, 5), times=2)
        await pilot.pause()

        assert widths(app) == first
        assert app.front.splitter.shares == Shares()

        for its in (app.front.panels["system"], app.front.grid.panes[1]):
            x, y = its.region.offset
            await pilot.click(offset=(x + 5, y))
            await pilot.pause()
            assert its.has_focus_within
            await pilot.click(offset=(x + 5, y), times=2)
            await until(pilot, lambda its=its: app.front.maximized is its)  # type: ignore[misc]
            await pilot.click(its, offset=(5, 0), times=2)
            await until(pilot, lambda: app.front.maximized is None)


async def test_keys_give_more_room_to_what_has_the_focus(tmp_path: Path) -> None:
    """An editor in width, the panes in height; the line under the editors goes by itself."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        first, second, third = widths(app)
        await pilot.press("alt+right")
        assert widths(app) == [first + 4, second - 4, third]
        await pilot.press("alt+left", "f6", "alt+right")
        assert widths(app) == [first, second + 4, third - 4]

        top, bottom = heights(app)
        app.front.grid.panes[0].focus()
        await pilot.press("alt+right")
        assert heights(app) == (top - 4, bottom + 4)
        await pilot.press("ctrl+down", "ctrl+down", "ctrl+down", "ctrl+up")
        assert heights(app) == (top, bottom)
        await pilot.press("alt+right", "alt+home")
        assert heights(app) == (top, bottom)
        assert widths(app) == [first, second, third]


async def test_where_one_editor_is_seen_it_grows_in_height(tmp_path: Path) -> None:
    """At 80x24 the line stays where both can be used."""
    async with opened(own_prompts(tmp_path), size=(80, 24)) as (app, pilot):
        top, bottom = heights(app)
        await pilot.press("alt+right")
        assert heights(app) == (top + 4, bottom - 4)
        await pilot.press(*["ctrl+down"] * 20)
        assert heights(app)[1] == LEAST_HIGH


@pytest.mark.parametrize("layout", ["edit", "compare"])
async def test_where_one_side_is_shown_no_line_is_moved(tmp_path: Path, layout: str) -> None:
    """Nor is a division by nothing."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        app.front.lay_out(layout)
        await pilot.pause()
        await pilot.press("ctrl+down", "ctrl+up")
        await drag(pilot, (90, app.front.variants.region.y), (90, 12))

        assert app.front.splitter.shares == Shares()


async def test_the_focus_goes_with_what_is_seen(tmp_path: Path) -> None:
    """To a pane where only panes are left, and back."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("f3")
        await until(pilot, lambda: app.front.grid.panes[0].has_focus)
        await pilot.press("f3")
        await until(pilot, lambda: app.front.panels["prompt"].editor.has_focus)


async def test_a_line_under_the_pointer_is_shown(tmp_path: Path) -> None:
    """And no more once the pointer has gone on."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        panel = app.front.panels["prompt"]
        await pilot.hover(offset=(panel.region.right - 1, 5))
        assert panel.has_class("-grip-right")
        await pilot.hover(offset=(10, 5))
        assert not panel.has_class("-grip-right")


async def test_what_was_arranged_is_there_again(tmp_path: Path) -> None:
    """Sizes, layout, how panes stand, and the open prompt, for this folder."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts, remembers=True) as (app, pilot):
        await until(pilot, lambda: len(app.front.grid.panes) == 3)
        await pilot.press("alt+right", "ctrl+down", "f3", "alt+shift+l")
        await pilot.pause()
        arranged = app.front.splitter.shares
        await until(pilot, lambda: read_folder_state(prompts).layout == "compare")
        assert app.front.grid.arranged == "grid"  # as a row they stand already
        assert app.front.variants.sign == "▦"
        replay = ReplayScreen(read_session(EXAMPLES.parent / "sessions" / "example-triage.jsonl"))
        await app.push_screen(replay)  # arranged for itself
        await until(pilot, lambda: replay.loaded)
        await pilot.press("f3", "alt+right")
        assert replay.layout_name == "edit"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        app.desk.open_prompt(prompts / "policy.prompt.yaml")  # type: ignore[union-attr]
        app.remembered.keep()

    async with opened(prompts, prompt=None, remembers=True) as (app, _):
        assert app.front.layout_name == "compare"
        assert app.front.grid.arranged == "grid"
        assert app.front.splitter.shares == arranged != Shares()
        assert app.front.header.opened == "policy"


async def test_a_replay_shows_panes_whatever_the_workbench_shows(tmp_path: Path) -> None:
    """It begins beside the editors where those were alone; on the workbench they still are."""
    prompts = own_prompts(tmp_path)
    write_folder_state(prompts, FolderState(layout="edit"))
    async with opened(prompts, remembers=True) as (app, pilot):
        assert app.front.layout_name == "edit"
        replay = ReplayScreen(read_session(EXAMPLES.parent / "sessions" / "example-triage.jsonl"))
        await app.push_screen(replay)
        await until(pilot, lambda: replay.loaded)
        assert [pane.region.height > 2 for pane in replay.grid.panes] == [True] * 3
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        app.remembered.keep()
        assert app.front.layout_name == read_folder_state(prompts).layout == "edit"


async def test_what_cannot_be_remembered_stops_nothing(tmp_path: Path, own_home: Path) -> None:
    """It is for comfort only."""
    (own_home / "state").write_text("a file where the folder should be")
    async with opened(own_prompts(tmp_path), remembers=True) as (app, pilot):
        await pilot.press("f3")
        app.remembered.keep()
        assert app.front.layout_name == "compare"
