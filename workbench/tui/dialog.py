"""What dialogs have in common: a click beside the box does what escape does."""

from __future__ import annotations

from textual.events import Click
from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A screen over another one; it binds escape to its way back."""

    def on_click(self, event: Click) -> None:  # beside a dialog's own: Textual calls both
        """Back out, where nothing of the dialog is under the pointer."""
        if event.widget is self and (back := self.active_bindings.get("escape")):
            self.call_next(self.run_action, back.binding.action)
