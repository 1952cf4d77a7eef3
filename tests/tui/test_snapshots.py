"""Whole screens as text, at three sizes: what changes in how the app looks is seen in a diff.

`UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest tests/tui/test_snapshots.py` writes them anew; look
at the diff before it is kept. Costs and token counts are painted over with `#`: they
depend on what counts them. `python -m tests.pictures.screens FOLDER` makes pictures in colour.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.tui.app import opened, own_prompts, until
from workbench.tui.app import WorkbenchApp

FOLDER = Path(__file__).parent / "snapshots"
SIZES = [(80, 24), (120, 40), (200, 60)]
_COSTS = re.compile(r"\$[\d.]+")
_TOKENS = re.compile(r"(?:≈[\d,]+|about [\d,]+ ±\d+%) tokens +")

pytestmark = pytest.mark.anyio


def text_of(app: WorkbenchApp) -> str:
    """The screen, a line for each of its rows."""
    rows = app.screen._compositor.render_strips()
    text = "\n".join("".join(segment.text for segment in row).rstrip() for row in rows)
    text = _TOKENS.sub("# tokens ", text)  # how many, and what is said of them, varies in length
    return _COSTS.sub(lambda found: "#" * len(found[0]), text) + "\n"


def check(name: str, app: WorkbenchApp) -> None:
    """Compare what is on the screen with what was kept, or keep it."""
    path = FOLDER / f"{name}-{app.size.width}x{app.size.height}.txt"
    shown = text_of(app)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8"), f"{path.name} differs: see the top of this file"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens_look_as_they_did(tmp_path: Path, size: tuple[int, int]) -> None:
    """The workbench before a round, its variants, its settings and its keys."""
    async with opened(own_prompts(tmp_path), size=size) as (app, pilot):
        front = app.front
        await until(pilot, lambda: "next round" in str(front.variants.side))
        await until(pilot, lambda: bool(front.header.day))
        await pilot.pause(0.1)
        check("workbench", app)
        for name, key in (("variants", "alt+v"), ("settings", "f12"), ("keys", "f1")):
            await pilot.press(key)
            await until(pilot, lambda: app.screen is not front)
            await pilot.pause(0.1)
            check(name, app)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is front)
