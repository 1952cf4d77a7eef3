"""The workbench plays itself: the main job, by the keys that a user would press.

The same script makes the README's pictures and its recording; on a terminal it is a demonstration
that one may watch, with a word on every step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from workbench.run import Run
from workbench.tui.app import WorkbenchApp
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.board import Board
from workbench.tui.replay_bar import ReplayBar
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.tui.tour import round_of

Keep = Callable[[str, str], None]
"""Is given a scene's name and its picture, as SVG."""

PATIENCE_S = 60.0
_TYPED = "Answer in French.\n"


@dataclass(slots=True)
class Player:
    """Presses the keys of acts, waits until things have happened, and keeps pictures.

    Args:
        app: The workbench.
        pilot: Presses keys.
        pace_s: How long to look at each step; 0 where nobody looks.
        keep: Given every scene.
    """

    app: WorkbenchApp
    pilot: Pilot[Any]
    pace_s: float
    keep: Keep | None = None

    async def act(self, name: str) -> None:
        """Do an act of the screen that is shown, by its key.

        What comes of it is not waited for: a pilot's press ends when all is at rest, and a round
        may be over by then.
        """
        screen = self.app.screen
        acts = screen.acts if isinstance(screen, Board) else ()
        (key,) = [act.keys[0] for act in acts if act.name == name]
        self.app.simulate_key(key)
        await self.pilot.pause(0)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await self.pilot.pause(0.02)

    async def scene(self, name: str, says: str, *, moves: bool = False) -> None:
        """Say what is to be seen, keep it as a picture, and give it time.

        Args:
            name: The picture's name.
            says: What is to be seen.
            moves: Whether it is to be seen as it goes on, and not once all is at rest.
        """
        await self.pilot.pause(0 if moves else None)
        if self.keep is not None:
            self.keep(name, self.app.export_screenshot())
        if self.pace_s:
            self.app.notify(says, title="demo", timeout=self.pace_s, markup=False)
            await asyncio.sleep(self.pace_s)


async def play(player: Player) -> None:
    """Open, run, watch, edit, run again, look back, leave."""
    app, front = player.app, player.app.front
    await player.until(lambda: bool(front.grid.panes) and bool(front.variants.side))
    await app.bench.ready()
    await player.scene("edit", "A prompt, its system prompt and its tools, side by side.")
    await player.act("run")
    await player.until(lambda: _in_the_middle(_seen(front)))
    says = "One key: every variant streams, with its tokens, time and cost."
    await player.scene("run", says, moves=True)
    await player.until(lambda: not front.running)
    await player.scene(
        "figures", "What was billed, read from the cache, how fast; all of it saved."
    )
    front.go_to(front.grid.panes[0])
    await player.act("maximize")
    await player.scene("pane", "Any pane or editor alone, and back.")
    await player.act("maximize")
    front.go_to(front.panels["system"])
    editor = front.panels["system"].editor
    editor.move_cursor(editor.document.end)
    await player.pilot.press("enter", *_TYPED.rstrip("\n"))
    await player.scene("typed", "Edited text is sent as it stands, saved or not.")
    first = round_of(front)
    await player.act("run")
    await player.until(lambda: round_of(front) != first and not front.running)
    await player.scene("again", "The second round is in the same session.")
    await _look_back(player)
    await player.act("help")
    await player.scene("keys", "All keys; the palette finds every act by its name.")
    await player.pilot.press("escape")
    await player.until(lambda: isinstance(app.screen, BenchScreen))


async def _look_back(player: Player) -> None:
    """The list of sessions, and a replay."""
    app = player.app
    await player.act("sessions")
    await player.until(lambda: _listed(app.screen))
    await player.scene("sessions", "Every round is kept, and found again.")
    await player.pilot.press("enter")
    await player.until(lambda: _speaks(app.screen))
    await player.act("step")  # holds it even where it has just ended
    await player.until(lambda: app.screen.query_one(ReplayBar).paused)
    await player.scene("replay", "A replay is the round as it happened: pause, step, jump.")
    await player.act("leave")
    await player.until(lambda: not isinstance(app.screen, ReplayScreen))
    if not isinstance(app.screen, BenchScreen):
        await player.pilot.press("escape")
    await player.until(lambda: isinstance(app.screen, BenchScreen))


def _seen(screen: Board) -> Sequence[Run]:
    """The runs as their panes show them, which may be a frame behind."""
    return [pane.run for pane in screen.grid.panes if pane.run is not None]


def _in_the_middle(runs: Sequence[Run]) -> bool:
    """Whether every run has begun to answer, and one has ended."""
    return all(run.text for run in runs) and any(run.end_state for run in runs)


def _listed(screen: Screen[Any]) -> bool:
    """Whether all sessions stand there, and what came of the chosen one."""
    if not isinstance(screen, SessionsScreen) or screen.reading:
        return False
    return screen.preview.knows(screen.chosen)


def _speaks(screen: Screen[Any]) -> bool:
    """Whether every run of the replay has begun to answer."""
    if not isinstance(screen, ReplayScreen):
        return False
    seen = _seen(screen)
    return bool(seen) and all(run.text for run in seen)


def driver(app: WorkbenchApp, pace_s: float) -> Callable[[Pilot[Any]], Coroutine[Any, Any, None]]:
    """What drives the app on a terminal, and leaves at the end."""

    async def drive(pilot: Pilot[Any]) -> None:
        await play(Player(app, pilot, pace_s))
        app.exit()

    return drive
