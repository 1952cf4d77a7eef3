"""A question with a few answers, each under a letter: save, reload, leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.widgets import Static

from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import BACK, back_binding


class Answering(Dialog[str]):
    """A dialog that ends with an answer's letter, or "" where the user backs out.

    Args:
        answers: Letter to words.
        keys: Other keys that answer, to the letter that each stands for.
    """

    def __init__(
        self, answers: Mapping[str, str], keys: Mapping[str, str] = {}, *, classes: str = ""
    ) -> None:
        super().__init__(classes=classes)
        self._answers, self._keys = answers, keys

    def answer_lines(self) -> Iterator[Static]:
        """The answers, each a line that can be clicked."""
        return (answer_line(letter, words) for letter, words in self._answers.items())

    def on_key(self, event: Key) -> None:
        """A letter answers, and so does a key that stands for one."""
        letter = self._keys.get(event.key, event.character)
        if letter and letter in self._answers:
            event.stop()
            self.dismiss(letter)

    def on_click(self, event: Click) -> None:
        """So does a click on an answer."""
        if isinstance(event.widget, Static) and event.widget.has_class("answer"):
            self.dismiss(event.widget.name or "")


def answer_line(letter: str, words: str, *, key: str = "") -> Static:
    """An answer, or with no letter the way back, under its key."""
    line = Content.assemble((letter or key, "bold $text-accent"), f"  {words}")
    return Static(line, classes="answer", name=letter)


class Choice(Answering):
    """Asks.

    Args:
        question: What is asked, in a line or two; nothing where the title says it all.
        answers: Letter to words.
        keys: Other keys that answer, to the letter that each stands for.
        title: What it is about, set into the frame.
    """

    DEFAULT_CSS = """
    Choice { align: center middle; }
    Choice > Vertical {
        width: auto; min-width: 40; max-width: 90%; height: auto; max-height: 95%;
        overflow-y: auto; scrollbar-size: 1 1; padding: 0 2;
        border: round $accent; background: $surface;
    }
    Choice .question { width: auto; max-width: 66; margin-bottom: 1; }
    Choice .answer { width: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*back_binding()]

    def __init__(
        self,
        question: str,
        answers: Mapping[str, str],
        *,
        keys: Mapping[str, str] = {},
        title: str = "",
    ) -> None:
        super().__init__(answers, keys)
        self._question, self._title = question, title

    def compose(self) -> ComposeResult:
        """The question over its answers."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            if self._question:
                yield Static(self._question, classes="question", markup=False)
            yield from self.answer_lines()
            yield answer_line("", "back", key=BACK.shown_key)
