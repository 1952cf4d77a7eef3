"""An app with one editor, for the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot

from workbench.tui.editor import YamlEditor

PROMPT = """\
model: claude-haiku-4-5
messages:
  - role: user
    content: |-
      <ticket>{{ticket}}</ticket>
      key: not a key
limits: {}
"""
APP_KEYS = ("ctrl+r,ctrl+p,ctrl+f,ctrl+o,ctrl+t,ctrl+n,ctrl+g,ctrl+q,escape,"
            "f1,f2,f3,f4,f5,f6,f7,f8,f9,f10,f11,f12")  # fmt: skip


class Stage(App[None]):
    """An app with one editor, that writes down which keys reach it."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"heard('{key}')", priority=False) for key in APP_KEYS.split(",")
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.editor = YamlEditor(text)
        self.heard: list[str] = []
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.editor

    def action_heard(self, key: str) -> None:
        self.heard.append(key)

    def notify(self, message: str, **_: object) -> None:
        self.told.append(message)


@asynccontextmanager
async def staged(
    text: str, size: tuple[int, int] = (60, 12)
) -> AsyncIterator[tuple[YamlEditor, Pilot[None]]]:
    app = Stage(text)
    async with app.run_test(size=size) as pilot:
        app.editor.focus()
        app.editor.cursor_blink = False
        await pilot.pause()
        yield app.editor, pilot


def rows(editor: YamlEditor) -> list[str]:
    """What is painted, row by row."""
    return [editor.render_line(y).text.rstrip() for y in range(editor.size.height)]


def style_at(editor: YamlEditor, y: int, word: str) -> Style:
    """The style in which the first character of `word` is painted in row `y`."""
    strip = editor.render_line(y)
    at = strip.text.index(word)
    for segment in strip:
        if at < len(segment.text):
            return segment.style or Style()
        at -= len(segment.text)
    raise AssertionError(word)
