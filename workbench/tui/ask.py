"""A question that is answered by typing a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from workbench.errors import WorkbenchError
from workbench.telling.plain import plain


class Ask(ModalScreen[str | None]):
    """Asks; ends with what was typed, or with None where the user backs out.

    Args:
        title: What it is about.
        question: What to type.
        answer: What stands there to begin with.
        check: Raises a WorkbenchError where an answer will not do; it is said, and asked again.
    """

    DEFAULT_CSS = """
    Ask { align: center middle; }
    Ask > Vertical {
        width: 60; max-width: 95%; height: auto; padding: 0 2;
        border: round $accent; background: $surface;
    }
    Ask Static { height: auto; }
    Ask Input { margin: 0 0 1 0; background: $foreground 8%; }
    Ask .wrong { color: $text-error; display: none; }
    Ask .keys { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(
        self, title: str, question: str, answer: str, check: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._title, self._question, self._answer, self._check = title, question, answer, check

    def compose(self) -> ComposeResult:
        """The question over the line, and the keys."""
        with Vertical() as box:
            box.border_title = plain(self._title).replace("[", r"\[")
            yield Static(self._question, markup=False)
            yield Input(self._answer, compact=True, select_on_focus=True)
            yield Static(classes="wrong", markup=False)
            yield Static("enter takes it   esc back", classes="keys", markup=False)

    @on(Input.Submitted)
    def _take(self, submitted: Input.Submitted) -> None:
        try:
            self._check(submitted.value)
        except WorkbenchError as error:
            wrong = self.query_one(".wrong", Static)
            wrong.update(" ".join(filter(None, (f"{error.problem}.", error.hint))))
            wrong.display = True
        else:
            self.dismiss(submitted.value)
