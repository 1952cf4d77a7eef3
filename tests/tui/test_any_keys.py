"""Whatever is pressed or clicked, and whatever the window is made, while eight streams run."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import ModalScreen

from tests.tui.app import notices, opened, own_prompts, until
from tests.tui.endless import Endless, endless
from tests.tui.overheard import overheard
from workbench.run import Run
from workbench.telling.plain import plain
from workbench.tui import acts, dialog_acts, editor_acts, look_acts, pane_acts
from workbench.tui.app import WorkbenchApp
from workbench.tui.caps import Caps

EIGHT, OTHERS = 8, 2
"""So many streams go on all the while; beside them are others that end, break off, are refused."""
VARIANTS = "variants:\n" + "".join(
    f"  v{n}: {{temperature: 0.{n}}}\n" for n in range(EIGHT + OTHERS)
)
VARIANTS += f"limits: {{concurrency: {EIGHT + OTHERS}}}\n"
PRESSES = 250
SIZES = ((80, 24), (200, 60), (100, 30), (60, 15), (300, 100), (20, 5))
LEAVING = ("quit", "suspend", "editor")  # another program's turn, or nobody's
_BOUND = {
    key
    for module in (acts, dialog_acts, editor_acts, look_acts, pane_acts)
    for name in dir(module)
    if name.endswith("ACTS")
    for act in getattr(module, name)
    if act.name not in LEAVING
    for key in act.keys
}
_TYPED = ("a", "x", "{", '"', ":", "1", "é", "宽", "enter", "tab", "backspace", "shift+tab")
_MOVED = ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "ctrl+z", "ctrl+y")
KEYS = sorted({*_BOUND, *_TYPED, *_MOVED, "escape", "ctrl+r"})


@settings(
    max_examples=int(os.environ.get("ANY_KEYS", "4")),
    derandomize="CI" in os.environ,
    database=None,
    phases=(Phase.generate,),  # the same keys meet other streams the next time: nothing to shrink
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(0, 2**32))
def test_nothing_raises(number: int) -> None:
    """A thousand keys, clicks and resizes: the app is still there, and whatever failed was told.

    Nothing went wrong out of sight either: in a task or a thread, in a log, in what is not awaited.

    Four sittings of 250 each; `ANY_KEYS=1000` has as many sittings as one has time for.
    """
    came_from = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # what is exported on the way is written beside the prompts
        try:
            asyncio.run(Sitting(Random(number)).spent(Path(folder)))
        finally:
            os.chdir(came_from)


class Sitting:
    """Somebody who presses and clicks whatever there is, while eight streams run.

    Args:
        dice: Draws what is done, and what the provider does.
    """

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.done: list[str] = []
        """What was pressed and clicked."""
        self.streaming: list[int] = []
        """At each of these, how many answers were coming."""

    async def spent(self, folder: Path) -> None:
        """The app with so many keys, clicks and sizes; what it raises, this raises."""
        prompts = own_prompts(folder)
        prompt = prompts / "triage.prompt.yaml"
        head, _, _ = prompt.read_text("utf-8").partition("variants:")
        prompt.write_text(head + VARIANTS, "utf-8")
        files = {path: path.read_text("utf-8") for path in prompts.iterdir() if path.is_file()}
        with overheard() as heard:
            async with (
                endless(self.dice) as made,
                opened(prompts, base_url=made.url) as (app, pilot),
            ):
                try:
                    for _ in range(PRESSES):
                        await self._keep_streaming(app, pilot, made, files)
                        self.streaming.append(len(under_way(app)))
                        await self._one(app)
                        assert app._exception is None
                        assert not heard, heard
                        assert_told(app)
                    assert app.is_running
                finally:
                    note(f"last of all: {self.done[-40:]}")
        assert not heard, heard
        assert min(self.streaming) >= EIGHT, self.streaming

    async def _keep_streaming(
        self, app: WorkbenchApp, pilot: Pilot[None], made: Endless, files: dict[Path, str]
    ) -> None:
        """Where one of the eight was cancelled, the files as they were, and another round."""
        for _ in range(5):  # what was being done may still get in the way
            if len(under_way(app)) >= EIGHT:
                return
            made.steady = EIGHT
            await self._begin_again(app, pilot, files)
        assert len(under_way(app)) >= EIGHT, notices(app)

    async def _begin_again(
        self, app: WorkbenchApp, pilot: Pilot[None], files: dict[Path, str]
    ) -> None:
        desk = app.desk
        assert desk is not None
        app.show_front()
        desk.do("cancel")
        await until(pilot, lambda: not desk.sending.under_way)
        for path, text in files.items():
            path.write_text(text, "utf-8")
            desk.files.take_up(path, text)  # in the editors, too: what is there would be typed
        desk.next_round._chosen.clear()
        desk.caps = Caps()
        desk.open_prompt(next(iter(files)).with_name("triage.prompt.yaml"))
        desk.do("run")
        await until(
            pilot,
            lambda: (
                len(under_way(app)) >= EIGHT
                or not desk.sending.under_way
                or isinstance(app.screen, ModalScreen)
            ),
        )

    async def _one(self, app: WorkbenchApp) -> None:
        """A key mostly, now and then a click or another size; taken in before the next comes."""
        what = self.dice.random()
        if what < 0.03:
            self._resize(app, Size(*self.dice.choice(SIZES)))
        elif what < 0.13:
            self._mouse(app)
        elif what < 0.23 and app.screen is not app.front:
            self._press(app, "escape")  # else one dialog takes all the rest
        else:
            self._press(app, self.dice.choice(KEYS))
        await taken_in(app)

    def _press(self, app: WorkbenchApp, key: str) -> None:
        self.done.append(key)
        app.post_message(events.Key(key, key if len(key) == 1 else None))

    def _resize(self, app: WorkbenchApp, size: Size) -> None:
        self.done.append(f"{size.width}x{size.height}")
        assert isinstance(app._driver, HeadlessDriver)
        app._driver._size = size
        app.post_message(events.Resize(size, size))

    def _mouse(self, app: WorkbenchApp) -> None:
        """A click, two, one of the other button, the wheel, or a drag to some other place."""
        (x, y), (to_x, to_y) = (
            (self.dice.randrange(app.size.width), self.dice.randrange(app.size.height))
            for _ in range(2)
        )
        click = ((events.MouseDown, x, y), (events.MouseUp, x, y))
        name, ways = self.dice.choice(
            (
                ("click", click),
                ("double click", click * 2),
                ("other click", click),
                ("wheel", ((events.MouseScrollDown, x, y), (events.MouseScrollUp, to_x, to_y))),
                ("drag", (click[0], (events.MouseMove, to_x, to_y), (events.MouseUp, to_x, to_y))),
            )
        )
        self.done.append(f"{name} {x},{y} {to_x},{to_y}")
        button = 3 if name == "other click" else 1
        for kind, at_x, at_y in ways:
            app.post_message(kind(None, at_x, at_y, 0, 0, button, False, False, False, at_x, at_y))


def under_way(app: WorkbenchApp) -> list[Run]:
    """The runs whose answers are coming."""
    assert app.desk is not None
    runs = app.desk.rounds._runs.values()
    return [run for run in runs if run.blocks and run.end_state is None]


def assert_told(app: WorkbenchApp) -> None:
    """What ended otherwise than well says so in its pane: how, and what is wrong."""
    for pane in app.front.grid.panes:
        run = pane.run
        if run is not None and run.end_state not in (None, "complete"):
            assert pane.classes & {"cut", "failed"} or run.end_state == "complete_no_stop"
            assert run.problem is None or plain(run.problem.problem) in pane.text


async def taken_in(app: WorkbenchApp) -> None:
    """Until the app, its screen and what has the focus have done all that was in their queues."""
    pumps: tuple[MessagePump, ...] = (app, app.screen, app.focused or app)
    for pump in pumps:
        done = asyncio.Event()
        if pump.call_later(done.set):
            either = [asyncio.ensure_future(e.wait()) for e in (done, app._exception_event)]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            for waiting in either:
                waiting.cancel()
