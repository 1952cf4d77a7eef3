"""The README's pictures and its recording, made anew.

    python -m tests.pictures.readme

The demonstration plays and is recorded (`run`, `replay`, `demo.cast`); the results and the review
are those of the round that is kept here. With chromium on the machine there is a PNG of each.
`tests/tui/test_demo.py` tells when something here is old.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.browser import CHROMIUM
from tests.pictures.darkroom import develop
from tests.pictures.stages import Camera, judging, stage
from workbench.cli.demo import SIZE, for_the_page, recording, scenes

HERE = Path(__file__).parent
CAST = HERE / "demo.cast"
PLAYED, JUDGED = ("run", "replay"), ("results", "review")
PICTURES = (*PLAYED, *JUDGED)


async def judged(folder: Path) -> dict[str, str]:
    """The pictures of results and review, by name."""
    made: dict[str, str] = {}

    async def keep(camera: Camera, name: str, holds: Callable[[], bool]) -> None:
        await camera.still()
        assert holds()
        made[name] = for_the_page(camera.app.export_screenshot())

    async with stage(folder, keep, size=SIZE) as camera:
        await judging(camera)
    return {name: made[name] for name in JUDGED}


async def all_pictures(folder: Path) -> dict[str, str]:
    """Every picture as it is now, by name."""
    played = dict(await scenes())
    return {**{name: played[name] for name in PLAYED}, **await judged(folder)}


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("STATE", "CONFIG"):
            os.environ[f"WORKBENCH_{name}_DIR"] = str(Path(folder) / name)
        made = asyncio.run(all_pictures(Path(folder)))
        CAST.write_text("".join(recording()), encoding="utf-8")
    paths = {name: HERE / f"{name}.svg" for name in made}
    for name, path in paths.items():
        path.write_text(made[name], encoding="utf-8")
    if CHROMIUM is None:
        sys.exit("there is no chromium here: the PNGs are old now")
    develop(paths.values())


if __name__ == "__main__":
    main()
