"""Whatever is pressed or clicked, and whatever the window is made, while eight streams run."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.message_pump import MessagePump

from tests.tui.app import opened, own_prompts, until
from workbench.tui import acts, dialog_acts, editor_acts, look_acts, pane_acts
from workbench.tui.app import WorkbenchApp

EIGHT = "variants: {" + ", ".join(f"v{n}: {{temperature: 0.{n}}}" for n in range(8)) + "}\n"
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


@seed(20261128)
@settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_nothing_raises(number: int) -> None:
    """A thousand keys, clicks and resizes: the app is still there, and whatever failed was told."""
    came_from = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # what is exported on the way is written beside the prompts
        try:
            asyncio.run(pressed(Path(folder), Random(number)))
        finally:
            os.chdir(came_from)


async def pressed(folder: Path, dice: Random) -> None:
    """The app with 250 keys, clicks and sizes; what it raises, this raises."""
    prompts = own_prompts(folder)
    prompt = prompts / "triage.prompt.yaml"
    head, _, _ = prompt.read_text("utf-8").partition("variants:")
    prompt.write_text(head + EIGHT, "utf-8")
    async with opened(prompts, speed=2) as (app, pilot):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: len(app.front.grid.panes) == 8)
        for _ in range(250):
            await one(app, dice)
            assert app._exception is None
        assert app.is_running


async def one(app: WorkbenchApp, dice: Random) -> None:
    """A key mostly, now and then a click or another size; taken in before the next one comes."""
    what = dice.random()
    if what < 0.03:
        size = Size(*dice.choice(SIZES))
        assert isinstance(app._driver, HeadlessDriver)
        app._driver._size = size
        app.post_message(events.Resize(size, size))
    elif what < 0.08:
        x, y = dice.randrange(app.size.width), dice.randrange(app.size.height)
        for kind in (events.MouseDown, events.MouseUp):
            app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
    else:
        key = "escape" if what < 0.16 else dice.choice(KEYS)  # else one dialog takes all the rest
        app.post_message(events.Key(key, key if len(key) == 1 else None))
    await taken_in(app)


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
