"""Text of any script, at any size: the frame holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.strip import Strip

from tests.tui.app import opened, states, until
from tests.tui.next_round import PROMPT, own
from tests.tui.provider import provider
from workbench.tui.app import WorkbenchApp
from workbench.tui.ascii import to_ascii

pytestmark = pytest.mark.anyio

ODD = (
    "\u0301begins with a mark; \u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd and "
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643 run from right to left, \u202eturned\u202c; "
    "e\u0301\u0302\u0303 is piled up, \u0e01\u0e33\u0e49 too; \u65e5\u672c\u8a9e\u306e is wide; "
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 are joined, \U0001f1e9\U0001f1ea a flag, "
    "\u2764\ufe0f chooses its looks, a\u200bb hides a gap; \x1b[2J\x07\x9b31m is obeyed by nobody. "
)
TEXT = PROMPT.replace("cases: file://own.cases.yaml\n", "").replace("required: true", "default: a")
NAMED = TEXT.replace("warm:", "\u05d7\u05dd e\u0301\u65e5:").replace("in {{locale}}", ODD[:160])
SIZES = ((300, 100), (80, 24), (200, 60), (60, 20))
EDGES = set(
    "\u2502\u2503\u2590\u256d\u2570\u256e\u256f\u250f\u2517\u2513\u251b\u251c\u2524\u2523\u252b"
)


async def test_no_text_breaks_the_frame_while_it_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 60 to 300 columns, resized in mid-answer, in editors, names and answers: each row is as
    wide as the screen, in ASCII too, each frame stands upright; with NO_COLOR all of it is grey."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with (
        provider(holds=True, says=lambda _: (ODD * 3, "The end.")) as made,
        opened(own(tmp_path, NAMED), prompt="own", base_url=made.url, size=SIZES[0]) as (
            app,
            pilot,
        ),
    ):
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 2 runs"))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["streaming"] * 2)
        for size in SIZES[1:]:
            await pilot.resize_terminal(*size)
            await upright(app, pilot, size)
        made.go.set()
        await until(pilot, lambda: states(app) == ["complete"] * 2)
        await pilot.resize_terminal(*SIZES[0])
        await upright(app, pilot, SIZES[0])


async def upright(app: WorkbenchApp, pilot: Pilot[None], size: tuple[int, int]) -> None:
    """Wait for the screen of this size, and look at each of its rows and frames."""
    framed = [pane for pane in app.front.grid.panes]
    await until(pilot, lambda: app.screen.size == size and len(rows(app)) == size[1])
    await until(pilot, lambda: all(pane.flow.text or not pane.region for pane in framed))
    await pilot.pause()
    shown = rows(app)
    for row in shown:
        assert {cell_len(line) for line in (row.text, to_ascii(row.text))} == {size[0]}
        colours = [s.style.color for s in row if s.style is not None and s.style.color is not None]
        assert all(len(set(colour.get_truecolor())) == 1 for colour in colours)
    assert not any(character in row.text for row in shown for character in "\x1b\x07\x9b\u202e")
    for region in [pane.region for pane in framed if pane.region.area and pane.is_on_screen]:
        for row in shown[region.y : region.bottom]:
            sides = (
                row.crop(region.x, region.x + 1).text,
                row.crop(region.right - 1, region.right).text,
            )
            assert set(sides) <= EDGES, row.text


def rows(app: WorkbenchApp) -> list[Strip]:
    """The rows of the screen."""
    return app.screen._compositor.render_strips()
