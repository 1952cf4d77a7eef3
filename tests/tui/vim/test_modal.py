"""Vim's modes in an editor of the app."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.app import notices, opened, own_prompts, states, until
from workbench.settings.user_settings import UserSettings
from workbench.tui.app import WorkbenchApp
from workbench.tui.editor import YamlEditor
from workbench.tui.editor_status import EditorStatus

pytestmark = pytest.mark.anyio
VIM = UserSettings(vim=True)


def editor_of(app: WorkbenchApp) -> YamlEditor:
    return app.front.panels["prompt"].editor


async def type_keys(pilot: Pilot[None], keys: str) -> None:
    """Each character a key; § is Escape."""
    for key in keys:
        await pilot.press("escape" if key == "§" else key)


async def test_a_sitting_with_vims_modes(tmp_path: Path) -> None:
    """Modes are shown, commands and what is typed are a step of undo each, the app's keys work."""
    async with opened(own_prompts(tmp_path), settings=VIM) as (app, pilot):
        editor, status = editor_of(app), app.front.panels["prompt"].query_one(EditorStatus)
        before = editor.text
        first, second, *_ = before.split("\n")
        await type_keys(pilot, "2")
        assert (status.mode, status.begun) == ("NORMAL", "2")
        await type_keys(pilot, "ddu")
        assert (editor.text, status.begun) == (before, "")

        await type_keys(pilot, 'ofoo: "bar')
        await pilot.press("left", "right", "backspace", "enter", "x")
        assert status.mode == "INSERT"
        await type_keys(pilot, "§")
        assert status.mode == "NORMAL"
        after = editor.text
        assert [line.strip() for line in after.split("\n")[1:3]] == ['foo: "ba', 'x"']
        await type_keys(pilot, "u")
        assert editor.text == before
        await type_keys(pilot, "U")
        assert editor.text == after
        await pilot.press("ctrl+z")
        assert editor.text == before

        await type_keys(pilot, "ggVj")
        assert status.mode == "V-LINE"
        assert editor.selected_text == f"{first}\n{second}"
        await type_keys(pilot, "y")
        assert app.clipboard == f"{first}\n{second}\n"
        await type_keys(pilot, "P")
        assert editor.text == f"{first}\n{second}\n{before}"
        await type_keys(pilot, "uv")
        assert editor.text == before
        await pilot.press("right", "ctrl+c")
        assert app.clipboard == first[:2]
        await type_keys(pilot, "§A")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        assert status.mode == "INSERT"


async def test_find_goes_by_vims_keys(tmp_path: Path) -> None:
    """/ finds as one types and Enter goes back to the text; n and N go on, * takes the word."""
    async with opened(own_prompts(tmp_path), settings=VIM) as (app, pilot):
        editor = editor_of(app)
        editor.replace_text("one two\none\nonetwo one\n")
        await type_keys(pilot, "gg/")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"one", "enter")
        await until(pilot, lambda: app.focused is editor)
        places = []
        for key in "nnnN*nn":
            await pilot.press(key)
            await pilot.pause()
            places.append(editor.cursor_location)
            if key == "N":
                await type_keys(pilot, "gg")
        assert places == [(1, 0), (2, 0), (2, 7), (2, 0), (1, 0), (2, 7), (0, 0)]
        assert editor.selection.is_empty

        await pilot.press(":")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("2", "enter")
        await until(pilot, lambda: app.focused is editor)
        assert editor.cursor_location == (1, 0)
        await type_keys(pilot, "x:")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("w", "enter")
        await until(pilot, lambda: "Saved triage.prompt.yaml" in notices(app))


async def test_the_setting_is_taken_up_at_once_and_brings_vims_keys_to_the_panes(
    tmp_path: Path,
) -> None:
    """On, letters are commands and a pane reads as in vim; off, they are letters again."""
    async with opened(own_prompts(tmp_path), size=(100, 24)) as (app, pilot):
        editor = editor_of(app)
        before = editor.text
        app.choices.change("vim", True)
        await pilot.press("j")
        assert (editor.text, editor.cursor_location) == (before, (1, 0))
        assert app.front.panels["prompt"].query_one(EditorStatus).mode == "NORMAL"
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        pane = app.front.grid.panes[0]
        pane.focus()
        await pilot.press("g")
        await until(pilot, lambda: pane.top == 0)
        await pilot.press("j")
        await until(pilot, lambda: pane.top == 1)

        editor.focus()
        app.choices.change("vim", False)
        await pilot.press("j")
        assert len(editor.text) == len(before) + 1
