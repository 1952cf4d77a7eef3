"""The list beside the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.app import opened, own_prompts, until
from workbench.tui.app import WorkbenchApp
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.suggestions import Suggestions

pytestmark = pytest.mark.anyio


def of_prompt(app: WorkbenchApp) -> tuple[EditorPanel, Suggestions]:
    panel = app.front.panels["prompt"]
    panel.editor.cursor_blink = False
    return panel, panel.query_one(Suggestions)


async def at_end(panel: EditorPanel, pilot: Pilot[None], text: str) -> None:
    """This is the text, the cursor at its end."""
    panel.replace_text(text)
    panel.editor.action_text_end()
    await pilot.pause()


async def test_the_list_follows_what_is_typed(tmp_path: Path) -> None:
    """It opens by itself, narrows, is gone by Esc, and Enter breaks the line unless one is chosen;
    Tab takes the first, the arrows and Enter another; each is one step of undo.
    """
    async with opened(own_prompts(tmp_path), size=(80, 24)) as (app, pilot):
        panel, found = of_prompt(app)
        await until(pilot, lambda: bool(panel.completes.models))

        await at_end(panel, pilot, "")
        await pilot.press(*"mo")
        await until(pilot, lambda: found.display)
        assert "model" in found.render().plain.split("\n")[0]
        await pilot.press("escape")
        assert not found.display
        assert panel.editor.has_focus

        await pilot.press("d")
        await until(pilot, lambda: found.display)
        await pilot.press("enter")
        assert panel.text == "mod\n"
        await until(pilot, lambda: not found.display)

        await at_end(panel, pilot, "mo")
        await pilot.press("d")
        await until(pilot, lambda: found.display)
        await pilot.press("tab")
        assert panel.text == "model: "
        await until(pilot, lambda: found.display)  # a name was taken: its values come
        await pilot.press("down", "down", "up", "enter")
        assert panel.text == f"model: {panel.completes.models[0]}"
        assert not found.display
        await pilot.press("ctrl+z")
        assert panel.text == "model: "

        await at_end(panel, pilot, "model: x\nsystem: ")
        await pilot.press(*"fi{", "down")  # nothing completes here: down is down
        assert not found.display


async def test_the_list_is_asked_for_by_a_key_and_taken_by_a_click(tmp_path: Path) -> None:
    """It stands within the screen wherever the cursor is; where nothing completes it says so."""
    async with opened(own_prompts(tmp_path), prompt="orders", size=(100, 30)) as (app, pilot):
        panel, found = of_prompt(app)
        await until(pilot, lambda: bool(panel.completes.tools))

        await at_end(panel, pilot, "model: x\n" * 60)
        for key in ("ctrl+@", "ctrl+space", "alt+u"):
            await pilot.press(key)
            await until(pilot, lambda: found.display and found.region.height > 2)
            assert app.screen.region.contains_region(found.region)
            assert found.region.y > panel.editor.cursor_screen_offset.y or (
                found.region.bottom <= panel.editor.cursor_screen_offset.y
            )
            await pilot.press("escape")

        await at_end(panel, pilot, "tool_choice: {type: tool, name: ")
        await pilot.press("ctrl+@")
        await until(pilot, lambda: found.display and found.region.height > 2)
        await pilot.click(found, offset=(3, 1))
        assert panel.text == f"tool_choice: {{type: tool, name: {panel.completes.tools[0]}"
        assert panel.editor.has_focus

        await at_end(panel, pilot, "max_tokens: ")
        await pilot.press("ctrl+@")
        assert "Nothing completes" in "".join(n.message for n in app._notifications)

        await at_end(panel, pilot, "system: file://pol")
        await pilot.press("ctrl+@")
        await until(pilot, lambda: found.display)
        await pilot.press("f6")  # the focus goes elsewhere
        await until(pilot, lambda: not found.display)
