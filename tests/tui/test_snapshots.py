"""Whole screens as text, at three sizes: what changes in how the app looks is seen in a diff.

`UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest tests/tui/test_snapshots.py` writes them anew; look
at the diff before it is kept. What depends on what counts tokens, on the year or on the moment is
painted over with `#`. `python -m tests.pictures.screens FOLDER` makes pictures in colour.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.pictures.stages import SIZES, Camera, front, judging, looking_back, stage

FOLDER = Path(__file__).parent / "snapshots"
_COSTS = re.compile(r"\$[\d.]+")
_TOKENS = re.compile(r"(?:≈[\d,]+|about [\d,]+ ±\d+%) tokens +")
_DAYS = re.compile(r"\d\d-\d\d \d\d:\d\d|\d{4}-\d\d-\d\d (?=  )")  # both are as wide
_SPINNER = re.compile("[⠁-⣿]")

pytestmark = pytest.mark.anyio


def painted_over(text: str) -> str:
    """The screen without what differs from one machine or year to the next."""
    text = _TOKENS.sub("# tokens ", text)  # how many, and what is said of them, varies in length
    for varies in (_COSTS, _DAYS, _SPINNER):
        text = varies.sub(lambda found: "#" * len(found[0]), text)
    return text + "\n"


def looks(camera: Camera, kept: str) -> bool:
    """Whether the screen is as it was kept."""
    return painted_over(camera.text) == kept


async def check(camera: Camera, name: str, holds: Callable[[], bool]) -> None:
    """Wait until the screen is as it was kept, at every size; or keep it."""
    for width, height in SIZES:
        path = FOLDER / f"{name}-{width}x{height}.txt"
        await camera.pilot.resize_terminal(width, height)
        if os.environ.get("UPDATE_SNAPSHOTS"):
            await camera.until(holds)
            await camera.still()
            FOLDER.mkdir(exist_ok=True)
            path.write_text(painted_over(camera.text), "utf-8")
        kept = path.read_text("utf-8")
        with suppress(AssertionError):
            await camera.until(partial(looks, camera, kept))
        assert painted_over(camera.text) == kept, f"{path.name} differs: see the top of this file"


async def test_screens_look_as_they_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbench, what is one key away, and all that looks back at what is saved."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_SESSIONS", "sessions")  # a path that is shown, so a short one
    async with stage(tmp_path, check) as camera:
        for scene in (front, looking_back, judging):
            await scene(camera)
