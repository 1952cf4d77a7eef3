"""What dialogs have in common: a click beside the box leads back, what is typed is taken whole."""

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

    def action_take_typed(self) -> None:
        """Take what is typed, once every key from before has come to its field."""
        (self.focused or self).call_later(self.action_take)

    def action_take(self) -> None:
        """What a dialog does that takes something."""
