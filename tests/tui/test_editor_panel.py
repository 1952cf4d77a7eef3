"""The panel around an editor: what is open, what is unsaved, what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button

from workbench.errors import Problem
from workbench.tokens import Estimate
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.stretch import Stretch

pytestmark = pytest.mark.anyio

PATH = Path("triage.prompt.yaml")


class Stage(App[None]):
    """An app with one panel, that writes down what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = EditorPanel("prompt")
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.panel
        yield Button("elsewhere")

    def on_editor_panel_edited(self, edited: EditorPanel.Edited) -> None:
        assert edited.panel is self.panel is edited.control
        self.heard.append(edited.text)


@asynccontextmanager
async def staged(
    width: int = 60, height: int = 12
) -> AsyncIterator[tuple[EditorPanel, Stage, Pilot[None]]]:
    app = Stage()
    async with app.run_test(size=(width, height)) as pilot:
        app.panel.editor.cursor_blink = False
        yield app.panel, app, pilot


async def opened(panel: EditorPanel, pilot: Pilot[None], text: str = "a: 1\n") -> None:
    panel.open(PATH, text)
    panel.editor.focus()
    await pilot.pause()


def screen(app: App[None]) -> list[str]:
    """What is painted, row by row, for a reader."""
    return [
        "".join(segment.text for segment in strip)
        for strip in app.screen._compositor.render_strips()
    ]


async def test_typing_makes_it_unsaved_and_saving_keeps_undo() -> None:
    """The dot comes with a change and goes with a save; undo reaches behind the save."""
    async with staged() as (panel, app, pilot):
        await opened(panel, pilot)
        assert "prompt  triage.prompt.yaml ━" in screen(app)[0]
        assert not panel.dirty

        await pilot.press("x")
        assert panel.dirty
        assert "prompt  triage.prompt.yaml ● ━" in screen(app)[0]

        panel.mark_saved("xa: 1\n")
        await pilot.press("y")
        assert panel.dirty
        await pilot.press("ctrl+z")
        assert not panel.dirty
        await pilot.press("ctrl+z")
        assert panel.text == "a: 1\n"
        assert panel.dirty
        await pilot.press("ctrl+y")
        assert not panel.dirty
        assert "●" not in screen(app)[0]


async def test_every_change_is_told_and_opening_is_none() -> None:
    """The screen hears each text once; a file that was opened or replaced the same says nothing."""
    async with staged() as (panel, app, pilot):
        await opened(panel, pilot)
        assert app.heard == []
        await pilot.press("x", "down", "y")
        assert app.heard == ["xa: 1\n", "xa: 1\ny"]
        panel.replace_text("b: 2\n")
        await pilot.pause()
        assert app.heard[2:] == ["b: 2\n"]
        panel.replace_text("b: 2\n")
        await pilot.pause()
        assert len(app.heard) == 3


async def test_unsaved_text_can_be_opened_and_saved_late() -> None:
    """A panel may come up with newer text than the disk; a save says which text it wrote."""
    async with staged() as (panel, _, pilot):
        panel.open(PATH, "new\n", "old\n")
        assert panel.dirty
        panel.mark_saved("new\n")
        assert not panel.dirty
        panel.editor.focus()
        await pilot.press("x")
        panel.mark_saved("new\n")  # the write began before the key
        assert panel.dirty


async def test_without_a_file_it_says_so_calmly() -> None:
    """No editor, no status, nothing to focus: one sentence, and never unsaved."""
    async with staged(80) as (panel, app, pilot):
        await opened(panel, pilot)
        panel.open(None)
        await pilot.pause()

        shown = "\n".join(screen(app))
        assert "no prompt by file:// — it stands in the prompt file" in shown
        assert "triage" not in shown
        assert not panel.dirty
        assert not panel.editor.has_focus
        assert panel.text == ""


async def test_the_status_line_says_cost_problem_and_place() -> None:
    """Estimate at the left, the first error before a warning, the cursor at the right.

    By which rule it is wrong, and how to mend it, stands in the frame below.
    """
    async with staged(76) as (panel, app, pilot):
        await opened(panel, pilot)
        panel.set_estimate("≈312 tokens")
        panel.set_note("1 tool, 2 mocks")
        await pilot.pause()
        assert screen(app)[-5].startswith("┃ ≈312 tokens  1 tool, 2 mocks  ")
        assert screen(app)[-5].endswith("  1:1 ┃")

        panel.show_problems(
            [
                Problem(PATH, 1, 1, "odd", severity="warning"),
                Problem(PATH, 1, 4, "ticket has no [value]", "Give it [one].", rule="required"),
            ]
        )
        await pilot.pause()
        assert "┃ ≈312 tokens  1:4 ticket has no [value]  and 1 more  " in screen(app)[-5]
        assert "━ [required]  Give it [one]. ━" in screen(app)[-4]
        assert "mocks" not in screen(app)[-5]

        panel.show_problems([])
        app.query_one(Button).focus()
        await pilot.pause()
        assert "mocks" in screen(app)[-5]
        assert "1:1" not in screen(app)[-5]
        assert "Give it" not in screen(app)[-4]


async def test_what_does_not_fit_has_a_second_line_then_an_ellipsis() -> None:
    """At any width the frame stays whole; the dot of an unsaved file and the problem are seen."""
    for width in (12, 18, 30, 44):
        async with staged(width) as (panel, app, pilot):
            panel.open(Path("a-very-long-name-of-a-[b]file[/b].prompt.yaml"), "a: 1\n", "")
            panel.editor.focus()
            panel.set_estimate("≈312 tokens")
            panel.show_problems([Problem(PATH, 6, 27, "ticket has no value", "日本" * 40)])
            await pilot.pause()

            shown = screen(app)
            assert {row[-1] for row in shown[1:-4]} == {"┃"}
            assert {len(row) for row in shown[:-4]} == {width}
            assert "●" in shown[0]
            below = shown[-6:-4] if width < 25 else shown[-5:-4]
            told = "".join(row.strip("┃ ") for row in below)
            assert ("value" in told) == (width > 12)
            assert ("…" in told) == (width == 12)
            assert "6:2" in below[0]


async def test_what_to_do_is_told_where_the_frame_is_too_narrow_for_it() -> None:
    """Above the frame where the text can spare the lines; else the rule's name gives way."""
    said, hint = "sonnet thinks, and 300 may leave no text", "Give it 2048 or more, or turn it off."
    async with staged(38, 20) as (panel, app, pilot):
        await opened(panel, pilot)
        panel.show_problems([Problem(PATH, 1, 1, said, hint, rule="room-to-think")])
        await pilot.pause()
        told = [row.strip("┃ ") for row in screen(app)[-8:-4]]
        assert told == [
            "1:1 sonnet thinks, and 300 may",
            "leave no text",
            "Give it 2048 or more, or turn it",
            "off.",
        ]
        assert screen(app)[-4].startswith("┗━ [room-to-think] ━")

        await pilot.resize_terminal(38, 16)
        await pilot.pause()
        assert screen(app)[-4].startswith("┗━ Give it 2048 or more, or turn i… ")
        assert "leave no text" in screen(app)[-5]

        await pilot.resize_terminal(43, 20)
        await pilot.pause()
        assert screen(app)[-4].startswith(f"┗━ {hint} ━")


async def test_a_click_on_the_problem_goes_to_its_place() -> None:
    """The problem's words are a way to its line and column."""
    async with staged() as (panel, app, pilot):
        panel.open(PATH, "a: 1\nb: 2\n")
        app.query_one(Button).focus()
        panel.show_problems([Problem(PATH, 2, 4, "too big")])
        await pilot.pause()

        await pilot.click("EditorStatus")

        assert panel.editor.has_focus
        assert panel.editor.cursor_location == (1, 3)


async def test_a_markdown_file_is_prose() -> None:
    """A policy is no YAML: its signs are words, its headings headings."""
    async with staged() as (panel, _, pilot):
        panel.open(Path("policy.md"), "# Refunds: yes\n")
        await pilot.pause()
        grammars: list[str] = [panel.editor.grammar]
        panel.open(PATH, "a: 1\n")

        assert [*grammars, panel.editor.grammar] == ["prose", "yaml"]


async def test_another_file_brings_nothing_of_the_last() -> None:
    """Problems, notes, marks and undo belong to the file that was open."""
    async with staged() as (panel, app, pilot):
        await opened(panel, pilot)
        await pilot.press("x")
        panel.set_estimate("≈312 tokens")
        panel.show_problems([Problem(PATH, 1, 1, "wrong")])
        panel.show_stretches([Stretch(1, 1, "message 1", Estimate(7), True)])
        panel.open(Path("other.prompt.yaml"), "b: 2\n")
        await pilot.press("ctrl+z")
        await pilot.pause()

        assert panel.text == "b: 2\n"
        shown = "\n".join(screen(app))
        assert "wrong" not in shown
        assert "tokens" not in shown
        assert "!1" not in shown
        assert "▌" not in shown
