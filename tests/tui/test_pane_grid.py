"""Panes side by side."""

from __future__ import annotations

from functools import partial

import pytest
from textual.pilot import Pilot

from tests.tui.app import until
from tests.tui.runs import whole
from tests.tui.stage import Stage
from workbench.run import Run
from workbench.telling.columns import columns_for
from workbench.tui.pane_grid import PaneGrid

pytestmark = pytest.mark.anyio


def planned(count: int, round_id: str = "r1") -> list[Run]:
    """So many runs not yet sent."""
    return [Run(f"{round_id}-{at}", round_id, f"v{at}", model="m") for at in range(count)]


async def shown(grid: PaneGrid, pilot: Pilot[None], count: int) -> None:
    """Show so many panes."""
    grid.show(planned(count))
    await pilot.pause()


@pytest.mark.parametrize(
    ("count", "width", "across"),
    [
        (1, 80, 1),
        (3, 160, 3),
        (4, 160, 4),
        (8, 160, 4),
        (5, 160, 5),
        (8, 200, 4),
        (12, 80, 2),
        (3, 100, 3),
    ],
)
def test_as_many_across_as_fit_in_even_rows(count: int, width: int, across: int) -> None:
    """None narrower than can be read."""
    assert columns_for(count, width) == across


@pytest.mark.parametrize("count", range(1, 13))
async def test_all_panes_have_room_and_none_overlaps(count: int) -> None:
    """At 160 columns; what does not fit on the screen is reached by scrolling."""
    grid = PaneGrid()
    async with Stage(grid).run_test(size=(160, 24)) as pilot:
        await shown(grid, pilot, count)
        regions = [pane.virtual_region for pane in grid.panes]

        assert len({(region.x, region.y) for region in regions}) == count
        assert all(region.width >= 32 and region.height >= 7 for region in regions)
        assert max(region.right for region in regions) <= 160


async def test_fewer_runs_leave_fewer_panes_and_one_is_chosen() -> None:
    """Also where the chosen one has gone."""
    grid = PaneGrid()
    async with Stage(grid).run_test(size=(160, 24)) as pilot:
        await shown(grid, pilot, 8)
        grid.choose(7)
        await shown(grid, pilot, 2)

        assert len(grid.panes) == len(grid.query("RunPane")) == 2
        assert grid.chosen == 0
        assert [pane.has_class("-chosen") for pane in grid.panes] == [True, False]


async def test_panes_serve_again() -> None:
    """The next round's runs take the same panes, without what stood in them."""
    grid = PaneGrid()
    async with Stage(grid).run_test(size=(160, 24)) as pilot:
        grid.show([whole("an answer", name="base")])
        await pilot.pause()
        (pane,) = grid.panes
        grid.show(planned(1, "r2"))
        await pilot.pause()

        assert grid.panes == [pane]
        assert "an answer" not in painted_text(pane)


async def test_a_run_planned_anew_under_another_name_shows_that_name() -> None:
    """While a variant's name is being typed."""
    grid = PaneGrid()
    async with Stage(grid).run_test(size=(60, 12)) as pilot:
        for name in ("bas", "base"):
            grid.show([Run("r1-1", "r1", name, model="m")])
            await pilot.pause()

        assert " base " in painted_text(grid.panes[0])


async def test_where_there_is_room_for_one_the_chosen_one_is_seen() -> None:
    """And no other."""
    grid = PaneGrid()
    grid.add_class("-single")
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        await shown(grid, pilot, 3)
        grid.choose(1)
        await pilot.pause()

        assert [pane.display for pane in grid.panes] == [False, True, False]
        assert grid.panes[1].size.height == 24


async def test_panes_stand_as_the_user_wants_and_none_is_out_of_reach() -> None:
    """Round by round through all that look otherwise; what has no room is scrolled to."""
    grid = PaneGrid()

    def shape() -> tuple[int, int]:
        places = [pane.virtual_region for pane in grid.panes]
        return len({place.x for place in places}), len({place.y for place in places})

    def stands(wanted: tuple[int, int]) -> bool:
        return shape() == wanted

    def last_is_seen() -> bool:
        return grid.region.contains_region(grid.panes[-1].region)

    async with Stage(grid).run_test(size=(160, 24)) as pilot:
        for count, shapes in (
            (8, [(4, 2), (8, 1), (3, 3), (1, 8), (4, 2)]),
            (3, [(3, 1), (2, 2), (1, 3), (3, 1)]),
            (2, [(2, 1), (1, 2), (2, 1)]),
            (1, [(1, 1)]),
        ):
            await shown(grid, pilot, count)
            for before, now in zip(shapes, [*shapes[1:], None], strict=True):
                assert shape() == before
                grid.choose(count - 1)
                grid.panes[-1].focus()
                await until(pilot, last_is_seen)
                if now is not None:
                    grid.arranged = grid.next_arranged
                    await until(pilot, partial(stands, now))
            assert grid.arranged == "auto"
        assert grid.next_arranged == "auto"
        assert grid.sign == ""


async def test_in_a_row_each_pane_can_be_read_and_the_row_is_scrolled() -> None:
    """Also those that came while another stood there, and after the screen has grown."""
    grid = PaneGrid()
    grid.arranged = "row"
    async with Stage(grid).run_test(size=(160, 24)) as pilot:
        await shown(grid, pilot, 2)
        assert {pane.outer_size.width for pane in grid.panes} == {80}
        await shown(grid, pilot, 10)
        await until(pilot, lambda: {pane.outer_size.width for pane in grid.panes} == {24})
        assert grid.max_scroll_x == 80
        await pilot.resize_terminal(240, 24)
        await until(pilot, lambda: grid.max_scroll_x == 0)


def painted_text(pane: object) -> str:
    """All that a pane paints."""
    lines = [pane.render_line(y) for y in range(pane.size.height)]  # type: ignore[attr-defined]
    return "\n".join(line.text for line in lines)


async def test_panes_of_a_grid_look_alike_though_some_are_a_cell_larger() -> None:
    """Where the room is odd, their meters have the same lines, with a rule over all or none."""
    grid = PaneGrid()
    async with Stage(grid).run_test(size=(111, 17)) as pilot:
        await shown(grid, pilot, 2)
        assert {pane.outer_size.width for pane in grid.panes} == {55, 56}
        assert {len(pane._meter) for pane in grid.panes} == {2}
        await pilot.resize_terminal(112, 17)
        await until(pilot, lambda: {len(pane._meter) for pane in grid.panes} == {1})

        await pilot.resize_terminal(80, 17)
        await shown(grid, pilot, 4)
        await until(pilot, lambda: {pane.outer_size.height for pane in grid.panes} == {8, 9})
        assert {pane._ruled for pane in grid.panes} == {False}
