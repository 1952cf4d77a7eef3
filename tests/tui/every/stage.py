"""The sitting that every act is proved in, and how things are put for many of them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from textual.screen import Screen
from textual.widgets.text_area import Selection

from tests.tui.app import EXAMPLES, opened, own_prompts
from tests.tui.every.doing import Ready, Sitting
from tests.tui.provider import provider

ROWS = [f'  "row {n}", {n},\n' for n in range(90)]
CASES = """\
cases:
  - {id: late, vars: {ticket: "Order A-1 is late."}}
  - {id: zip, vars: {ticket: "My zip broke."}}
"""
BROKEN = "model: claude-haiku-4-5\nmax_tokens: many\ntemperature: hot\n"


def answer(number: int) -> list[str]:
    """A long answer, with a wide line, that is JSON and unlike any other."""
    return ["[\n", f'  {number}, "{"wide " * 60}",\n', *ROWS, f"  {number}\n]"]


@asynccontextmanager
async def sitting(folder: Path) -> AsyncIterator[Sitting]:
    """The app on the triage example, with two cases, and the example sessions beside it."""
    prompts = own_prompts(folder)
    with (prompts / "triage.prompt.yaml").open("a", encoding="utf-8") as file:
        file.write("cases: file://triage.cases.yaml\n")
    (prompts / "triage.cases.yaml").write_text(CASES)
    (folder / "sessions").mkdir()
    for path in (EXAMPLES.parent / "sessions").glob("*.jsonl"):
        shutil.copy(path, folder / "sessions")
    async with (
        provider(says=answer) as made,
        opened(prompts, base_url=made.url, size=(100, 30)) as (app, pilot),
    ):
        yield Sitting(app, pilot, made)


# How things are put


async def front(s: Sitting) -> None:
    """The workbench as it was at first: all of it seen, no dialog, no bar."""
    s.app.show_front()
    await s.until(lambda: s.screen is s.app.front)
    while s.app.front.backs_out():
        pass
    if s.app.front.maximized is not None:
        s.app.front.minimize()
    if s.app.front.layout_name != "run":
        s.app.front.lay_out("run")
    s.app.front.action_tour_off()
    desk = s.app.desk
    assert desk is not None
    if s.app.front.header.opened != "triage":
        desk.open_prompt(desk.bench.folder / "triage.prompt.yaml")
        await s.until(lambda: desk.insight is not None)
    panel = s.app.front.panels["prompt"]
    if panel.dirty:
        assert panel.path is not None
        panel.replace_text(panel.path.read_text("utf-8"))
    s.screen.clear_selection()
    s.app._clipboard = ""
    await s.pilot.pause()


async def editing(s: Sitting, at: tuple[int, int] = (12, 6), to: tuple[int, int] = (0, 0)) -> None:
    """The cursor in the middle of the prompt, with something selected from there where asked."""
    await front(s)
    s.app.front.go_to(s.app.front.panels["prompt"])
    s.editor.selection = Selection(at, to if to != (0, 0) else at)
    await s.pilot.pause()


async def on_a_word(s: Sitting) -> None:
    """A word is selected."""
    await editing(s, (6, 0), (6, 5))


async def changed(s: Sitting) -> None:
    """Something is unsaved."""
    await editing(s, (0, 0))
    s.editor.insert("#")
    await s.until(lambda: s.app.front.panels["prompt"].dirty)


async def undone(s: Sitting) -> None:
    """And something may be redone."""
    await changed(s)
    s.editor.undo()


async def broken(s: Sitting) -> None:
    """The prompt has two problems."""
    await editing(s, (0, 0))
    s.editor.replace_text(BROKEN)
    panel = s.app.front.panels["prompt"]
    await s.until(lambda: len(panel._status.problems) > 1)
    s.editor.move_cursor((0, 0))


async def idle(s: Sitting) -> None:
    """No round is on its way, and all answers of the last one are there."""
    desk = s.app.desk
    assert desk is not None
    s.made.go.set()
    await front(s)
    await s.until(lambda: not desk.sending.under_way)
    if not whole(s):
        s.app.front.action_want("run")
        await s.until(lambda: whole(s) and not desk.sending.under_way)


def whole(s: Sitting) -> bool:
    """Whether all panes show a whole answer."""
    shown = [pane.run for pane in s.app.front.grid.panes]
    return all(run is not None and run.end_state == "complete" for run in shown)


async def running(s: Sitting) -> None:
    """A round is on its way, and the focus in one of its panes."""
    await idle(s)
    s.made.go.clear()
    s.app.front.action_want("run")
    await s.until(lambda: s.app.front.running and all(run.blocks for run in runs(s)))
    s.app.front.go_to(s.app.front.grid.panes[0])
    await s.pilot.pause()


async def cut_off(s: Sitting) -> None:
    """The last round was cancelled in its middle."""
    await running(s)
    desk = s.app.desk
    assert desk is not None
    desk.do("cancel")
    await s.until(lambda: not desk.sending.under_way)


async def reading(s: Sitting) -> None:
    """The focus in the pane of an answer, in its middle."""
    await idle(s)
    s.app.front.go_to(s.app.front.grid.panes[0])
    await s.until(lambda: s.pane.row_count > 90)
    s.pane.wrap_lines(True)
    s.pane.show_row(40)
    await s.pilot.pause()


def runs(s: Sitting) -> list[Any]:
    """The runs in the panes, as far as they have come."""
    return [s.app.front.runs[each] for each in s.app.front.own]


def text(s: Sitting) -> str:
    """The text of the prompt."""
    return s.app.front.panels["prompt"].text


def cursor(s: Sitting) -> tuple[int, int]:
    """Where the cursor is."""
    return s.editor.cursor_location


async def over_it(s: Sitting, screen: type[Screen[Any]], open_it: Ready) -> None:
    """A screen on top: what stands over it closed, or opened from the workbench."""
    if any(isinstance(one, screen) for one in s.app.screen_stack):
        await s.back_to(screen)
    else:
        await open_it(s)
        await s.until(lambda: isinstance(s.screen, screen))
    await s.pilot.pause()


T = TypeVar("T")


def top(s: Sitting, screen: type[T]) -> T:
    """The screen on top, which is one of these."""
    assert isinstance(s.screen, screen)
    return s.screen


def on_top(name: str) -> Any:
    """Something of the screen on top, by dotted names."""
    return attrgetter(f"app.screen.{name}")
