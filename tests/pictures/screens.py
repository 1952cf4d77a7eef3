"""A picture of every screen, in two themes and three sizes, to be looked at.

    python -m tests.pictures.screens FOLDER [--sizes 80x24] [--themes workbench] [--only SCENE]

The app works on copies of the examples and of what is kept here, with the simulator; a scene is
walked through once, and at every stop pictures are taken in all themes and sizes. Each picture is
FOLDER/STOP-THEME-SIZE.svg; with chromium on the machine there is a PNG beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser import CHROMIUM
from tests.pictures import stages
from tests.pictures.darkroom import develop
from tests.pictures.stages import Camera, stage
from workbench.cli.demo import for_the_page

Scene = Callable[[Camera], Awaitable[None]]
NOBODY = "http://127.0.0.1:9"
WALKS: Sequence[tuple[dict[str, Any], Sequence[Scene]]] = (
    ({}, (stages.front, stages.dialogs, stages.looking_back, stages.judging)),
    ({}, (stages.more_of_those, stages.edits)),
    ({"speed": 0.4}, (stages.one_round,)),
    ({"prompt": "queues"}, (stages.cases,)),
    ({"prompt": "ends"}, (stages.ends,)),
    ({"remembers": True}, (stages.tour,)),
    ({"base_url": NOBODY}, (stages.no_provider,)),
)
"""How the app is opened, and what is walked through then."""


@dataclass
class Album:
    """Keeps pictures of every stop, in all themes and sizes.

    Args:
        folder: Where they are kept.
        themes: The names of the themes.
        sizes: Columns and rows.
    """

    folder: Path
    themes: Sequence[str]
    sizes: Sequence[tuple[int, int]]
    made: list[Path] = field(default_factory=list)

    async def keep(self, camera: Camera, name: str, holds: Callable[[], bool]) -> None:
        """Take the pictures of a stop."""
        number = len(self.made) // (len(self.themes) * len(self.sizes))
        for theme in self.themes:
            camera.app.theme = theme
            await camera.pilot.pause()
            camera.app.stylesheet.update(camera.app.screen)  # Textual leaves its palette out
            for width, height in self.sizes:
                await camera.pilot.resize_terminal(width, height)
                await camera.until(holds)
                if not camera.app.front.running:
                    await camera.still()
                path = self.folder / f"{number:02}-{name}-{theme}-{width}x{height}.svg"
                path.write_text(for_the_page(camera.app.export_screenshot()), encoding="utf-8")
                self.made.append(path)
        sys.stdout.write(f"{number:02} {name}\n")


async def walk(album: Album, only: Sequence[str]) -> None:
    """Walk through the scenes; through those named only, where some are."""
    for given, scenes in WALKS:
        wanted = [scene for scene in scenes if not only or scene.__name__ in only]
        if not wanted:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            os.environ["WORKBENCH_STATE_DIR"] = str(folder / "state")
            os.environ["WORKBENCH_CONFIG_DIR"] = str(folder / "config")
            given = {"size": album.sizes[0], "notifications": True, **given}
            async with stage(folder, album.keep, **given) as camera:
                for scene in wanted:
                    await scene(camera)


def size_of(words: str) -> tuple[int, int]:
    """Columns and rows of words such as 80x24."""
    width, _, height = words.partition("x")
    return int(width), int(height)


def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", nargs="+", type=size_of, default=stages.SIZES)
    parser.add_argument("--themes", nargs="+", default=["workbench", "textual-light"])
    parser.add_argument("--only", nargs="+", default=[], metavar="SCENE")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    album = Album(args.folder.resolve(), args.themes, args.sizes)
    asyncio.run(walk(album, args.only))
    if CHROMIUM is not None:
        develop(album.made)
    sys.stdout.write(f"{len(album.made)} pictures\n")


if __name__ == "__main__":
    main()
