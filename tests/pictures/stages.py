"""The way to every screen, once: for the pictures, and for the tests that look at whole screens.

A scene is a walk through the app; at every stop it says what must stand on the screen by then, so
that nothing is looked at before it is there, and nobody waits for a clock. Screens that look back
(sessions, replay, compare, results, review) show what is kept in `sessions` and in `queues` here,
a round of four variants for six cases as the simulator answered it: their figures stay the same.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.tui.app import EXAMPLES, PATIENCE_S, opened, own_prompts
from workbench.tui.app import WorkbenchApp
from workbench.tui.place_screen import PlaceScreen
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen

SIZES = ((80, 24), (120, 36), (200, 60))
"""Columns and rows: the smallest that works, one as people have it, a large one."""
QUEUES = Path(__file__).parent / "queues"
ENDS = """\
model: claude-haiku-4-5
max_tokens: 300
temperature: 0
system: file://triage.system.yaml
messages:
  - role: user
    content: "Where is my parcel? Order C-3 has not arrived."
variants:
  short: {max_tokens: 20}
  spent: {model: claude-haiku-4-5+429_spend}
  cut: {model: claude-haiku-4-5+cut_mid:5}
  refused: {model: claude-haiku-4-5+refusal_mid}
"""
Shows = str | Callable[[], bool]
"""Words that stand on the screen, or what else must hold."""
Keep = Callable[["Camera", str, Callable[[], bool]], Awaitable[None]]
"""Is given where the camera stands, the stop's name, and what holds there."""


@dataclass
class Camera:
    """Walks through one app, and stops where there is something to see.

    Args:
        app: What is shown.
        pilot: Presses its keys.
        keep: Keeps what is to be seen at a stop.
    """

    app: WorkbenchApp
    pilot: Pilot[None]
    keep: Keep

    @property
    def text(self) -> str:
        """The screen, a line for each of its rows."""
        rows = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in row).rstrip() for row in rows)

    def holds(self, shows: Shows) -> bool:
        """Whether this stands on the screen, or is so."""
        return shows in self.text if isinstance(shows, str) else shows()

    async def until(self, shows: Shows) -> None:
        """Wait until this stands on the screen, or is so.

        Raises:
            AssertionError: It never is; with the screen as it is instead.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not self.holds(shows):
                    await self.pilot.pause(0.04)  # to read a whole screen takes long
        except TimeoutError:
            raise AssertionError(f"{shows!r} is not to be seen:\n{self.text}") from None

    async def press(self, *keys: str, shows: Shows) -> None:
        """Press keys, and wait for what they lead to."""
        await self.pilot.press(*keys)
        await self.until(shows)

    async def stop(self, name: str, *keys: str, shows: Shows, back: Sequence[str] = ()) -> None:
        """Press keys, keep what they lead to; then the way back, to the screen of before."""
        before = self.app.screen
        await self.press(*keys, shows=shows)
        await self.keep(self, name, lambda: self.holds(shows))
        if back:
            await self.press(*back, shows=lambda: self.app.screen is before)

    async def still(self) -> None:
        """Wait until the screen stays as it is."""
        before = ""
        while before != (now := self.text):
            before = now
            await self.pilot.pause(0.15)  # longer than a frame of a stream, or a timer that lists


async def front(camera: Camera) -> None:
    """The workbench before a round, and the screens that are one key away."""
    app = camera.app
    await app.bench.ready()
    await camera.until(lambda: bool(app.front.header.day))
    await camera.stop("workbench", shows="next round")
    await camera.stop("variants", "alt+v", shows="terse", back=["escape"])
    await camera.stop("settings", "f12", shows="theme", back=["escape"])
    await camera.stop("keys", "f1", shows="type a word, or a key", back=["escape"])


async def dialogs(camera: Camera) -> None:
    """What opens over the workbench."""
    app = camera.app
    await camera.stop("palette", "ctrl+p", shows="$EDITOR", back=["escape"])
    await camera.stop("values", "alt+i", shows="channel", back=["escape"])
    await camera.stop("cost-limit", "f10", shows="round", back=["escape"])
    await camera.stop("new-prompt", "alt+shift+n", shows="name", back=["escape"])
    await camera.stop("prompts", "ctrl+t", shows="queues", back=["escape"])
    await camera.stop("provider", "alt+t", shows="simulator", back=["escape"])
    await camera.stop("jump", "ctrl+o", shows="jump to", back=["escape"])
    await camera.stop("no-review-yet", "alt+q", shows="no round to review")
    app.clear_notifications()
    await camera.stop("no-results-yet", "alt+p", shows="There is no round yet", back=["escape"])


async def edits(camera: Camera) -> None:
    """What editors show; all of it is undone."""
    app = camera.app
    panel = app.front.panels["prompt"]
    app.front.go_to(panel)
    await camera.stop("find", "ctrl+f", *"ticket", shows="of")
    await camera.stop("replace", "alt+r", shows="alt+a all")
    await camera.press("escape", shows=lambda: panel.editor.has_focus)
    await camera.stop("line", "alt+g", shows="LINE", back=["escape"])
    panel.editor.move_cursor((5, 0))
    await camera.stop("completion", "ctrl+@", shows="stop_sequences", back=["escape"])
    await camera.stop("problem", *"tempera: 3", shows="tempera: 3")
    await camera.stop(
        "saved-or-not", "alt+d", shows=lambda: app.screen is not app.front, back=["escape"]
    )
    await camera.stop("unsaved", "ctrl+q", shows="drop the changes and leave", back=["escape"])
    await camera.stop("refused", "ctrl+r", shows="tempera")
    await camera.pilot.press("escape", *["ctrl+z"] * 12)
    await camera.until(lambda: not panel.dirty)
    app.clear_notifications()
    await camera.stop("tools-begun", "alt+shift+o", shows="look_up")
    app.clear_notifications()
    app.push_screen(PlaceScreen("No space left on device", "/tmp/elsewhere"))
    await camera.stop("elsewhere", shows="save the session elsewhere")
    await camera.press("escape", shows=lambda: app.screen is app.front)


async def one_round(camera: Camera) -> None:
    """Three variants stream; their answers are looked at."""
    front = camera.app.front
    await camera.stop("streaming", "ctrl+r", shows=lambda: all(r.text for r in front.runs.values()))
    await camera.until(lambda: front.shows_round and not front.running)
    front.go_to(front.grid.panes[0])
    await camera.stop("done", shows="end_turn")
    await camera.stop("pane-menu", "enter", shows="Send this one again", back=["escape"])
    await camera.stop("code", "e", shows="curl", back=["escape"])
    await camera.stop("maximized", "f9", shows="Next step")
    await camera.press("f9", shows=lambda: front.maximized is None)


async def to_sessions(camera: Camera) -> None:
    """To the list of saved sessions, with `queues` chosen: it is the newest."""
    app = camera.app
    await camera.press("ctrl+g", shows="4 sessions")
    screen = app.screen
    assert isinstance(screen, SessionsScreen)
    await camera.press(
        "pageup",
        shows=lambda: screen.preview.knows(screen.chosen) and "queues.jsonl" in camera.text,
    )


async def looking_back(camera: Camera) -> None:
    """The saved sessions; a replay, two of its answers compared, one looked into."""
    app = camera.app
    await to_sessions(camera)
    await camera.stop("sessions", shows="queues.jsonl")
    await camera.press("down", "enter", shows=lambda: isinstance(app.screen, ReplayScreen))
    screen = app.screen
    assert isinstance(screen, ReplayScreen)
    await camera.until(lambda: screen.loaded)
    await camera.press("left_square_bracket", "g", shows="go to")  # holds, were it over as well
    await camera.pilot.press("ctrl+u", *"1.1", "enter")
    await camera.stop("replay", shows="1.10")
    await camera.press("g", shows="go to")
    await camera.pilot.press("ctrl+u", *"9", "enter")
    await camera.until("end_turn")
    await camera.stop("compare", "c", shows="terse", back=["escape"])
    await camera.stop("inspect", "i", shows="claude-haiku-4-5", back=["escape"])
    await camera.press("escape", shows="began, UTC")
    await camera.press("escape", shows="next round")


async def judging(camera: Camera) -> None:
    """Cases by variants, and two answers side by side, blind."""
    await to_sessions(camera)
    await camera.stop("results", "alt+p", shows="no difference seen", back=["escape"])
    await camera.press("alt+q", shows="review which two")
    await camera.press("down", "enter", shows="left")
    await camera.stop("review", "space", shows="case late-tent")
    await camera.stop("review-voted", "1", shows="one ahead")
    await camera.press("escape", shows="began, UTC")
    await camera.press("escape", shows="next round")


async def more_of_those(camera: Camera) -> None:
    """What opens over sessions and results."""
    await to_sessions(camera)
    await camera.stop("about", "e", shows="title", back=["escape"])
    await camera.stop("export", "x", shows=".html", back=["escape"])
    await camera.press("alt+p", shows="no difference seen")
    await camera.stop("export-results", "x", shows="A file for", back=["escape"])
    await camera.stop("fails", "f", "f", shows="only what fails")
    await camera.press("f", shows="6 of 6 cases")
    await camera.stop("cell", "enter", shows="Queue: billing", back=["escape"])
    await camera.stop("groups", "g", shows="The only answer", back=["escape"])
    await camera.stop("cost-and-quality", "v", shows="A base")
    await camera.stop("latency", "right_square_bracket", shows="median")
    await camera.press("escape", shows="6 of 6 cases")
    await camera.stop("promote", "right", "P", shows="triage-terse", back=["escape"])
    await camera.press("escape", shows="began, UTC")
    await camera.stop("review-which", "alt+q", shows="review which two")
    await camera.press("down", "enter", shows="left")
    await camera.stop(
        "review-result", "enter", shows=lambda: camera.app.screen.has_class("-result")
    )
    await camera.press("escape", "escape", shows="began, UTC")
    await camera.press("escape", shows="next round")


async def cases(camera: Camera) -> None:
    """Which cases are sent, and what a round of them would take."""
    await camera.stop("cases", "alt+s", shows="late-tent")
    await camera.press("ctrl+t", "enter", shows=lambda: camera.app.screen is camera.app.front)
    await camera.stop("many-cases", shows="24 runs")


async def ends(camera: Camera) -> None:
    """How answers end that do not end well."""
    front = camera.app.front
    await camera.press("ctrl+r", shows=lambda: front.shows_round and not front.running)
    for pane in front.grid.panes:
        assert pane.run is not None
        front.go_to(pane)
        await camera.stop(f"ended-{pane.run.variant}", shows=pane.run.variant)


async def tour(camera: Camera) -> None:
    """What stands there the first time."""
    await camera.stop("tour", shows="1 of 5")


async def no_provider(camera: Camera) -> None:
    """A round that reaches nobody."""
    front = camera.app.front
    await camera.press("ctrl+r", shows=lambda: front.shows_round and not front.running)
    await camera.stop("no-provider", shows="base")


@asynccontextmanager
async def stage(
    folder: Path, keep: Keep, *, size: tuple[int, int] = SIZES[0], **given: Any
) -> AsyncIterator[Camera]:
    """The app on copies of the examples and of what is kept here, opened as is `given`."""
    prompts = own_prompts(folder)
    sessions = shutil.copytree(EXAMPLES.parent / "sessions", folder / "sessions")
    for path in QUEUES.iterdir():
        shutil.copy(path, sessions if path.suffix == ".jsonl" else prompts)
    (prompts / "ends.prompt.yaml").write_text(ENDS)
    async with opened(prompts, size=size, **given) as (app, pilot):
        yield Camera(app, pilot, keep)
