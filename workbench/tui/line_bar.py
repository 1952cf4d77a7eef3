"""Go to a line of an editor: `LINE`, or `LINE:COLUMN`."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from workbench.tui.bar import Bar
from workbench.tui.needle import place_in


class LineBar(Bar):
    """Enter goes there; a line beyond the last one is the last one."""

    def compose(self) -> ComposeResult:
        """The place, and how many lines there are."""
        with Horizontal():
            yield Static("line")
            yield Input(compact=True, placeholder="LINE or LINE:COLUMN")
            yield Static("", classes="said", markup=False)

    def open(self) -> None:
        """Ask for a line."""
        self.say(f"of {self.editor.document.line_count:,}")
        self.show()

    @on(Input.Submitted)
    def _entered(self, submitted: Input.Submitted) -> None:
        submitted.stop()
        place = place_in(submitted.value)
        if place is None:
            self.say("a line is a number: 12, or 12:5", wrong=True)
            return
        self.editor.go_to(*place)
        self.close()
