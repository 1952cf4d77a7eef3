"""What tests of the next round's dialogs share: a prompt with cases, ways to look and to click."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui.app import until
from workbench.tui.app import WorkbenchApp
from workbench.tui.dialog_acts import KeysLine

PROMPT = """\
model: claude-haiku-4-5
max_tokens: 20
temperature: 0
messages: [{role: user, content: "{{ticket}} in {{locale}}"}]
cases: file://own.cases.yaml
inputs:
  ticket: {required: true}
  locale: {default: en}
variants:
  base: {} # as it is
  warm: {temperature: 0.7}
"""
CASES = """\
cases:
  - {id: late, vars: {ticket: "Order A-1 is late."}}
  - {id: zip, vars: {ticket: "My zip broke.", locale: nl}}
  - {id: two, vars: {ticket: "One.\\nTwo."}}
"""


def own(folder: Path, text: str = PROMPT, cases: str = CASES) -> Path:
    """A folder with one prompt of the test's own, and its cases."""
    (folder / "prompts").mkdir()
    (folder / "prompts" / "own.prompt.yaml").write_text(text)
    (folder / "prompts" / "own.cases.yaml").write_text(cases)
    return folder / "prompts"


def rows(widget: Widget) -> list[str]:
    """What a widget paints, row by row."""
    return [
        "".join(segment.text for segment in widget.render_line(y)).rstrip()
        for y in range(widget.size.height)
    ]


async def click_key(app: WorkbenchApp, pilot: Pilot[None], label: str) -> None:
    """Click a key in the line of keys of the dialog that is open."""
    keys = app.screen.query_one(KeysLine)
    (place,) = [(line.index(label), y) for y, line in enumerate(rows(keys)) if label in line]
    await pilot.click(keys, offset=place)


async def asks(app: WorkbenchApp, pilot: Pilot[None], screen: type[object]) -> None:
    """Wait until this screen is on top, painted and with the focus in it."""
    await until(pilot, lambda: isinstance(app.screen, screen) and app.screen.focused is not None)
    await pilot.pause()
