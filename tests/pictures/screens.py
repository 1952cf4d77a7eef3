"""A picture of every screen, in two themes and two sizes, to be looked at.

    python -m tests.pictures.screens FOLDER [--sizes 80x24 200x60] [--themes workbench nord]

The app works on copies of the examples, and on a prompt with cases and checks, with the simulator.
Each picture is FOLDER/THEME-SIZE-SCREEN.svg; with chromium on the machine there is a PNG beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tests.tui.app import opened, own_prompts, until
from workbench.settings.user_settings import UserSettings
from workbench.tui.app import WorkbenchApp

CELL = (12.2, 24.4)
"""A cell of Textual's pictures, in pixels."""
_MARGIN = (20, 70)
CASED = """\
model: claude-haiku-4-5
max_tokens: 200
inputs: {ticket: {required: true}}
messages:
  - role: user
    content: "Which queue is this ticket for? {{ticket}}"
cases: file://cased.cases.yaml
variants:
  base: {}
  warm: {temperature: 0.9}
  short: {max_tokens: 20}
"""
CASES = "cases:\n" + "".join(
    f"""\
  - id: {name}
    vars: {{ticket: "{words}"}}
    assert: [{{type: icontains, value: {has}}}]
"""
    for name, words, has in (
        ("late-parcel", "Order A-1 is nine days late.", "a"),
        ("double-charge", "I was charged twice for order B-2.", "twice"),
        ("log-in", "I cannot log in any more.", "e"),
        ("wrong-size", "The shoes of order C-3 are too small.", "zebra"),
        ("thank-you", "Thank you, all is well with order D-4.", "o"),
        ("lawyer", "My lawyer will write to you.", "i"),
    )
)


@dataclass
class Camera:
    """Takes pictures of one app.

    Args:
        app: What is shown.
        pilot: Presses its keys.
        keep: Is given a screen's name and its picture.
    """

    app: WorkbenchApp
    pilot: Pilot[None]
    keep: Callable[[str, str], None]

    async def press(self, *keys: str) -> None:
        """Press keys, and let come what they lead to."""
        await self.pilot.press(*keys)
        await self.pilot.pause(0.35)

    async def shoot(self, name: str, *keys: str, back: Sequence[str] = ()) -> None:
        """A picture of where these keys lead; then the way back."""
        await self.press(*keys)
        self.keep(name, self.app.export_screenshot())
        await self.press(*back)

    async def finish(self) -> None:
        """Wait until the round is over."""
        front = self.app.front
        await until(self.pilot, lambda: front.shows_round and not front.running)
        await self.pilot.pause(0.3)


async def workbench(camera: Camera) -> None:
    """The workbench itself, what opens over it, one round."""
    front = camera.app.front
    await camera.shoot("01-idle")
    await camera.shoot("02-palette", "ctrl+p", back=("escape",))
    await camera.shoot("03-help", "f1", back=("escape",))
    await camera.shoot("04-settings", "f12", back=("escape",))
    await camera.shoot("05-variants", "alt+v", back=("escape",))
    await camera.shoot("06-values", "alt+i", back=("escape",))
    await camera.shoot("07-cost-limit", "f10", back=("escape",))
    await camera.shoot("08-prompts", "alt+h", back=("escape",))
    await camera.shoot("09-jump", "ctrl+o", back=("escape",))
    panel = front.panels["prompt"]
    front.go_to(panel)
    await camera.shoot("10-find", "ctrl+f", *"ticket", back=("escape",))
    await camera.shoot("11-replace", "alt+r", back=("escape",))
    panel.editor.move_cursor((5, 0))
    await camera.shoot("12-completion", "ctrl+@", back=("escape",))
    await camera.press(*"tempera: 3")
    await camera.shoot("13-problem", "alt+d", back=("escape",))
    await camera.shoot("14-refused", "ctrl+r")
    await camera.press("escape", *["ctrl+z"] * 12)
    camera.app.clear_notifications()
    await camera.press("ctrl+r")
    await until(camera.pilot, lambda: all(r.text for r in front.runs.values()))
    camera.keep("15-streaming", camera.app.export_screenshot())
    await camera.finish()
    front.go_to(front.grid.panes[0])
    await camera.shoot("16-done")
    await camera.shoot("17-pane-menu", "enter", back=("escape",))
    await camera.shoot("18-compare", "c")
    await camera.shoot("19-compare-one-text", "u", back=("escape",))
    await camera.shoot("20-inspector", "i", back=("escape",))
    await camera.shoot("21-code", "e", back=("escape",))
    await camera.shoot("22-maximized", "f9", back=("f9",))


async def sessions(camera: Camera) -> None:
    """Saved sessions and a replay."""
    await camera.shoot("40-sessions", "ctrl+g")
    await camera.shoot("41-about", "e", back=("escape",))
    await camera.shoot("42-export", "x", back=("escape",))
    await camera.press("enter")
    await camera.shoot("43-replay", "space", *["right"] * 8)
    await camera.press("escape", "escape")


async def results(camera: Camera) -> None:
    """Cases by variants, and what follows from them."""
    await camera.shoot("50-cases", "alt+s", "ctrl+t")
    await camera.shoot("51-plan", "enter")
    await camera.press("ctrl+r")
    await camera.finish()
    await camera.shoot("52-results", "alt+p")
    await camera.shoot("53-fails", "f", "f", back=("f",))
    await camera.shoot("54-cell", "enter", back=("escape",))
    await camera.shoot("55-groups", "g", back=("escape",))
    await camera.shoot("56-charts", "v", back=("escape",))
    await camera.shoot("57-promote", "right", "P", back=("escape",))
    await camera.press("escape")
    await camera.shoot("58-review", "alt+q", back=("escape",))


async def of_one(size: tuple[int, int], theme: str, keep: Callable[[str, str], None]) -> None:
    """Every screen at one size and in one theme."""
    parts: dict[str, Sequence[Callable[[Camera], Awaitable[None]]]]
    parts = {"triage": (workbench, sessions), "cased": (results,)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["WORKBENCH_STATE_DIR"] = str(folder / "state")
        os.environ["WORKBENCH_CONFIG_DIR"] = str(folder / "config")
        prompts = own_prompts(folder)
        (prompts / "cased.prompt.yaml").write_text(CASED)
        (prompts / "cased.cases.yaml").write_text(CASES)
        settings = UserSettings(theme=theme)
        for prompt, scenes in parts.items():
            async with opened(prompts, prompt=prompt, size=size, speed=2, settings=settings) as (
                app,
                pilot,
            ):
                for scene in scenes:
                    await scene(Camera(app, pilot, keep))
        async with opened(prompts, size=size, settings=settings, remembers=True) as (app, pilot):
            await Camera(app, pilot, keep).shoot("60-tour")
        async with opened(prompts, size=size, settings=settings, base_url="http://127.0.0.1:9") as (
            app,
            pilot,
        ):
            await Camera(app, pilot, keep).shoot("61-no-provider", "ctrl+r")


def as_png(svg: Path, size: tuple[int, int]) -> None:
    """A PNG beside the picture, by a headless chromium."""
    width, height = (int(n * cell + m) for n, cell, m in zip(size, CELL, _MARGIN, strict=True))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},{height}"]
    command = ["chromium", *flags, f"--screenshot={svg.with_suffix('.png')}", svg.as_uri()]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", nargs="+", default=["80x24", "200x60"])
    parser.add_argument("--themes", nargs="+", default=["workbench", "textual-light"])
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for theme in args.themes:
        for words in args.sizes:
            width, height = map(int, words.split("x"))
            size, made = (width, height), list[Path]()

            def keep(name: str, svg: str, before: str = f"{theme}-{words}") -> None:
                path = args.folder.resolve() / f"{before}-{name}.svg"
                path.write_text(svg, encoding="utf-8")
                made.append(path)  # noqa: B023

            asyncio.run(of_one(size, theme, keep))
            for path in made if shutil.which("chromium") else ():
                as_png(path, size)
            sys.stdout.write(f"{theme} {words}: {len(made)} pictures\n")


if __name__ == "__main__":
    main()
