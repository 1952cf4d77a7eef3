"""A question with a few answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.events import Key

from tests.tui.app import opened, own_prompts, until
from workbench.tui.choice import Choice
from workbench.tui.settings_screen import SettingsScreen

pytestmark = pytest.mark.anyio


class Asking(App[None]):
    """Asks at once, and keeps the answer."""

    answer: str | None = "not yet"

    def __init__(self, question: str, answers: dict[str, str]) -> None:
        super().__init__()
        self.asks = question, answers

    def on_mount(self) -> None:
        """Ask."""
        self.push_screen(Choice(*self.asks), self.take)

    def take(self, answer: str | None) -> None:
        """Keep the answer."""
        self.answer = answer


ANSWERS = {"s": "save and leave", "d": "drop the changes and leave"}


@pytest.mark.parametrize(
    ("key", "answer"),
    [("s", "s"), ("d", "d"), ("escape", ""), ("x", "not yet"), ("enter", "not yet")],
)
async def test_a_letter_answers_and_escape_backs_out(key: str, answer: str) -> None:
    """Any other key leaves the question standing: nothing is dropped by mistake."""
    app = Asking("Unsaved: a.prompt.yaml", ANSWERS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()

        assert app.answer == answer


@pytest.mark.parametrize(("nth", "answer"), [(0, "s"), (1, "d"), (2, "")])
async def test_a_click_on_an_answer_is_that_answer(nth: int, answer: str) -> None:
    """The last one is the way back."""
    app = Asking("Unsaved: a.prompt.yaml", ANSWERS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(list(app.screen.query(".answer"))[nth])
        await pilot.pause()

        assert app.answer == answer


async def test_a_click_beside_the_question_backs_out() -> None:
    """One on the question does nothing."""
    app = Asking("Unsaved: a.prompt.yaml", ANSWERS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(".question")
        await pilot.pause()
        assert app.answer == "not yet"

        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert app.answer == ""


async def test_eighteen_answers_can_all_be_seen_at_24_lines() -> None:
    """As many as there are acts in a pane's menu."""
    answers = {letter: f"variant {letter}" for letter in "pst123456789abcdef"}
    app = Asking("", answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        regions = [answer.region for answer in app.screen.query(".answer")]

        assert all(0 <= region.y < 24 and region.height == 1 for region in regions)
        assert len({region.y for region in regions}) == len(answers) + 1


async def test_names_in_a_question_are_text() -> None:
    """A file may be called anything."""
    app = Asking("Unsaved: [b]odd[/b]", {"s": "[red]x[/red]"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        texts = [str(static.render()) for static in app.screen.query("Static")]

        assert "Unsaved: [b]odd[/b]" in texts
        assert "s  [red]x[/red]" in texts


async def test_a_dialog_that_is_closed_twice_takes_nothing_else_away(tmp_path: Path) -> None:
    """A second key or click that is on its way to it finds nothing to close.

    One that is closed before it stands goes once it does.
    """
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        dialog = Choice("Sure?", {"y": "yes"})
        app.push_screen(dialog)
        await until(pilot, lambda: app.screen is dialog)
        for _ in range(3):
            dialog.post_message(Key("y", "y"))
        await until(pilot, lambda: not dialog.is_attached)

        assert app.screen is app.front

        early = SettingsScreen(app.choices, [])
        app.push_screen(early)
        app.show_front()
        await until(pilot, lambda: early.is_mounted and not early.is_attached)

        assert app._exception is None
        assert app.screen is app.front


async def test_a_dialog_is_answered_under_what_opened_above_it(tmp_path: Path) -> None:
    """Its key was on the way already: it goes, with its answer, and what is on top stays."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        answers: list[str | None] = []
        dialog, above = Choice("Sure?", {"y": "yes"}), Choice("And this?", {"n": "no"})
        app.push_screen(dialog, answers.append)
        await until(pilot, lambda: app.screen is dialog)
        app.push_screen(above)
        await until(pilot, lambda: app.screen is above)
        for _ in range(2):
            dialog.post_message(Key("y", "y"))
        await until(pilot, lambda: not dialog.is_attached)

        assert answers == ["y"]
        assert app.screen is above


async def test_leaving_while_a_dialog_is_being_opened_is_no_crash(tmp_path: Path) -> None:
    """Nothing is put into it any more, which it does not mind."""
    async with opened(own_prompts(tmp_path)) as (app, _):
        app.push_screen(SettingsScreen(app.choices, []))
        app.exit()
    assert app._exception is None
    assert app.return_code == 0
