"""What the next rounds may cost: a question with two amounts."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from workbench.costs import read_usd
from workbench.errors import SettingsError
from workbench.tui.caps import Caps
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import CAPS_ACTS, KeysLine, dialog_bindings


class CapsScreen(Dialog[Caps | None]):
    """Asks for both; ends with None where the user backs out.

    Args:
        caps: What holds now.
        limits: What the prompt's file says, which holds where a field is empty.
        note: What is to be said of what was spent, if anything.
    """

    DEFAULT_CSS = """
    CapsScreen { align: center middle; }
    CapsScreen > Vertical {
        width: 60; max-width: 95%; height: auto; padding: 0 2;
        border: round $accent; background: $surface;
    }
    CapsScreen Input { margin: 0 0 1 0; background: $foreground 8%; }
    CapsScreen .wrong { color: $text-error; height: auto; display: none; }
    CapsScreen .note { color: $text-muted; height: auto; }
    CapsScreen KeysLine { margin: 0; }
    """
    acts = CAPS_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [
        *dialog_bindings(CAPS_ACTS),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, caps: Caps, limits: Caps, note: str = "") -> None:
        super().__init__()
        self._caps, self._limits, self._note = caps, limits, note

    def compose(self) -> ComposeResult:
        """Two amounts, what is wrong with them, and the keys."""
        with Vertical() as box:
            box.border_title = "cost limit"
            yield Static("What a round may cost, in USD", markup=False)
            yield _amount("round", self._caps.round_usd, self._limits.round_usd)
            yield Static("What each of its runs may cost", markup=False)
            yield _amount("run", self._caps.run_usd, self._limits.run_usd)
            if self._note:
                yield Static(self._note, classes="note", markup=False)
            yield Static(classes="wrong", markup=False)
            yield KeysLine(CAPS_ACTS)

    def action_take(self) -> None:
        """Take both amounts, or say what is wrong with them."""
        try:
            caps = Caps(
                self._read("round", "The round's limit"), self._read("run", "The runs' limit")
            )
        except SettingsError as error:
            wrong = self.query_one(".wrong", Static)
            wrong.update(f"{error.problem}. {error.hint}")
            wrong.display = True
        else:
            self.dismiss(caps)

    def _read(self, name: str, what: str) -> Decimal | None:
        field = self.query_one(f"#{name}", Input)
        try:
            return read_usd(field.value, what) if field.value.strip() else None
        except SettingsError:
            field.focus()
            raise


def _amount(name: str, now: Decimal | None, file: Decimal | None) -> Input:
    empty = "no limit" if file is None else f"{file:f}, as the file says"
    return Input("" if now is None else f"{now:f}", placeholder=empty, compact=True, id=name)
