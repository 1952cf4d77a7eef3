"""CPU per key press: our editor beside Textual's plain TextArea, in one run.

    python -m tests.bench.editor

A key goes the whole way: press, binding, edit, wrap, paint of the rows that changed. A key that
does nothing is measured as well: what it costs is the harness, not the editor. Milliseconds of
CPU (not wall time: the machine may be shared), median of many, the two editors taken in turn.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import TextArea

from workbench.tui.editor import YamlEditor

PIECE = """\
  - role: user
    content: |-
      Locale: {{locale}}
      <ticket>{{ticket}}</ticket>
      Answer with the queue and one reason; where the customer names no order, say so plainly.
  - {role: assistant, content: "billing: refund for a late order"}  # an example
"""
SIZES = (500, 2_000, 10_000)
PRESSES = 20
KEYS = ("f20", "x", "enter", "down", "ctrl+z")


class Bench(App[None]):
    """One editor on the screen, its cursor in the middle of the text."""

    def __init__(self, editor: TextArea) -> None:
        super().__init__()
        self.editor = editor

    def compose(self) -> ComposeResult:
        yield self.editor


def text_of(lines: int) -> str:
    """A prompt file of so many lines."""
    return "messages:\n" + PIECE * ((lines - 1) // PIECE.count("\n"))


def editors(text: str) -> dict[str, TextArea]:
    """The two that are compared, with the same text."""
    return {
        "TextArea": TextArea(text, soft_wrap=True, show_line_numbers=True),
        "YamlEditor": YamlEditor(text),
    }


async def cost(pilot: Pilot[None], key: str) -> float:
    """Milliseconds of CPU of one press."""
    began = time.process_time()
    await pilot.press(key)
    await pilot.pause()
    return (time.process_time() - began) * 1e3


async def measured(editor: TextArea) -> dict[str, list[float]]:
    """Every press of every key, and the opening of the file."""
    began = time.process_time()
    app = Bench(editor)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        figures = {"open": [(time.process_time() - began) * 1e3]}
        editor.focus()
        editor.cursor_blink = False
        editor.move_cursor((editor.document.line_count // 2, 0), center=True)
        await pilot.pause()
        gc.disable()  # a collection that falls on one key is not that key's cost
        try:
            for key in KEYS:
                figures[key] = [await cost(pilot, key) for _ in range(PRESSES)]
        finally:
            gc.enable()
    return figures


async def main() -> None:
    print(f"{'CPU ms, median':18}" + "".join(f"{key:>10}" for key in ("open", *KEYS)))
    for lines in SIZES:
        figures: dict[str, dict[str, list[float]]] = {}
        for _ in range(2):  # in turn, so that a busy moment falls on both
            for name, editor in editors(text_of(lines)).items():
                for key, values in (await measured(editor)).items():
                    figures.setdefault(name, {}).setdefault(key, []).extend(values)
        print(f"{lines:,} lines")
        for name, keys in figures.items():
            row = "".join(f"{statistics.median(values):10.1f}" for values in keys.values())
            print(f"  {name:16}{row}")


if __name__ == "__main__":
    asyncio.run(main())
