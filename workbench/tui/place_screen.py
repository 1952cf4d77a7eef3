"""Where to save a session instead: a question with a folder or a file for an answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import PLACE_ACTS, KeysLine, dialog_bindings


class PlaceScreen(Dialog[str]):
    """Ends with the path, or "" where the user backs out.

    Args:
        why: Why the question is asked, or what was wrong with the last answer.
        path: What stands in the field at first.
    """

    DEFAULT_CSS = """
    PlaceScreen { align: center middle; }
    PlaceScreen > Vertical {
        width: 80; max-width: 95%; height: auto; padding: 0 2;
        border: round $accent; background: $surface;
    }
    PlaceScreen Input { margin: 1 0; background: $foreground 8%; }
    PlaceScreen .why { color: $text-error; height: auto; }
    PlaceScreen KeysLine { margin: 0; }
    """
    acts = PLACE_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(PLACE_ACTS)]

    def __init__(self, why: str, path: str) -> None:
        super().__init__()
        self._why, self._path = why, path

    def compose(self) -> ComposeResult:
        """Why, the path, and the keys."""
        with Vertical() as box:
            box.border_title = "save the session elsewhere"
            yield Static(self._why, classes="why", markup=False)
            yield Input(self._path, placeholder="a folder, or a new file", compact=True)
            yield KeysLine(PLACE_ACTS)

    def action_take(self) -> None:
        """Save it there, if anything is typed."""
        if path := self.query_one(Input).value.strip():
            self.dismiss(path)
