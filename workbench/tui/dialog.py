"""What dialogs have in common: a click beside the box does what leads back does."""

from __future__ import annotations

from textual.events import Click
from textual.screen import ModalScreen, ScreenResultType

from workbench.tui.dialog_acts import BACK


class Dialog(ModalScreen[ScreenResultType]):
    """A screen over another one; it binds its way back to the act of that name."""

    def on_click(self, event: Click) -> None:  # beside a dialog's own: Textual calls both
        """Back out, where nothing of the dialog is under the pointer."""
        if event.widget is not self:
            return
        for active in self.active_bindings.values():
            if active.binding.id == BACK.name:
                self.call_next(self.run_action, active.binding.action)
                return
