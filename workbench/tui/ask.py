"""A question that is answered by typing a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from workbench.errors import WorkbenchError
from workbench.telling.plain import plain
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import ASK_ACTS, KeysLine, dialog_bindings
from workbench.tui.spoken import in_keys


class Ask(Dialog[str | None]):
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
    Ask KeysLine { margin: 0; }
    """
    acts = ASK_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(ASK_ACTS)]

    def __init__(
        self, title: str, question: str, answer: str, check: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._title, self._question, self._answer, self._check = title, question, answer, check

    def compose(self) -> ComposeResult:
        """The question over the line, and the keys."""
        with Vertical() as box:
            box.border_title = Content(plain(self._title))
            yield Static(self._question, markup=False)
            yield Input(self._answer, compact=True, select_on_focus=True)
            yield Static(classes="wrong", markup=False)
            yield KeysLine(ASK_ACTS)

    def action_take(self) -> None:
        """Take what is typed, or say what is wrong with it."""
        typed = self.query_one(Input).value
        try:
            self._check(typed)
        except WorkbenchError as error:
            wrong = self.query_one(".wrong", Static)
            wrong.update(" ".join(filter(None, (f"{error.problem}.", in_keys(error.hint)))))
            wrong.display = True
        else:
            self.dismiss(typed)
