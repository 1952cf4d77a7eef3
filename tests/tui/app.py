"""What tests of the whole app share: a folder of the examples, an app on it, waiting."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from tests.tui.stage import said
from workbench.settings.user_settings import UserSettings
from workbench.tui.app import WorkbenchApp
from workbench.tui.caps import Caps
from workbench.tui.editor_status import EditorStatus
from workbench.tui.footer import Footer
from workbench.workbench.bench import open_workbench

EXAMPLES = Path(__file__).parents[2] / "prompts"
PATIENCE_S = 30.0


def own_prompts(folder: Path) -> Path:
    """A copy of the example prompts, free to be changed."""
    shutil.copytree(EXAMPLES, folder / "prompts")
    return folder / "prompts"


@asynccontextmanager
async def opened(
    prompts: Path,
    *,
    prompt: str | None = "triage",
    size: tuple[int, int] = (120, 36),
    speed: float = 20.0,
    base_url: str | None = None,
    save: bool = True,
    caps: Caps | None = None,
    settings: UserSettings | None = None,
    remembers: bool = False,
    notifications: bool = False,
) -> AsyncIterator[tuple[WorkbenchApp, Pilot[None]]]:
    """The app on a prompt, ready to be typed into."""
    async with open_workbench(prompts, speed=speed, base_url=base_url, save=save) as bench:
        first = prompts / f"{prompt}.prompt.yaml" if prompt else None
        app = WorkbenchApp(bench, first=first, caps=caps, settings=settings, remembers=remembers)
        async with app.run_test(size=size, notifications=notifications) as pilot:
            await until(pilot, lambda: bool(app.front.grid.panes) or bool(problems(app)))
            yield app, pilot


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the app work until `holds`; fail where it never does."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await pilot.pause(0.01)


def problems(app: WorkbenchApp) -> list[str]:
    """The problems shown under the editors."""
    panels = app.front.panels.values()
    return [p.problem for panel in panels for p in panel.query_one(EditorStatus).problems]


def states(app: WorkbenchApp) -> list[str]:
    """How each pane's run stands."""
    return [pane.run.state for pane in app.front.grid.panes if pane.run]


def notices(app: WorkbenchApp) -> str:
    """All that was said in notifications."""
    return "\n".join(notification.message for notification in app._notifications)


async def click_footer(app: WorkbenchApp, pilot: Pilot[None], words: str) -> None:
    """Click a key of the footer."""
    footer = app.screen.query_one(Footer)
    await pilot.click(footer, offset=(said(footer).index(words) + 1, 0))
    await pilot.pause()
