"""A question with a few answers, each under a letter: save, reload, leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.screen import ModalScreen
from textual.widgets import Static


class Choice(ModalScreen[str]):
    """Asks; ends with the chosen answer's letter, or "" where the user backs out.

    Args:
        question: What is asked, in a line or two.
        answers: Letter to words.
        keys: Other keys that answer, to the letter that each stands for.
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
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", show=False)]

    def __init__(
        self, question: str, answers: Mapping[str, str], *, keys: Mapping[str, str] = {}
    ) -> None:
        super().__init__()
        self._question, self._answers, self._keys = question, answers, keys

    def compose(self) -> ComposeResult:
        """The question over its answers."""
        with Vertical():
            yield Static(self._question, classes="question", markup=False)
            for letter, words in self._answers.items():
                line = Content.assemble((letter, "bold $text-accent"), f"  {words}")
                yield Static(line, classes="answer", name=letter)
            yield Static(Content.assemble(("esc", "bold $text-accent"), "  back"), classes="answer")

    def on_key(self, event: Key) -> None:
        """A letter answers, and so does a key that stands for one."""
        letter = self._keys.get(event.key, event.character)
        if letter and letter in self._answers:
            event.stop()
            self.dismiss(letter)

    def on_click(self, event: Click) -> None:
        """So does a click on an answer; one beside the question backs out."""
        if isinstance(event.widget, Static) and event.widget.has_class("answer"):
            self.dismiss(event.widget.name or "")
        elif event.widget is self:
            self.dismiss("")
