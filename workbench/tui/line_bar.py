"""Go to a line of an editor: `LINE`, or `LINE:COLUMN`; with vim's modes, what stands after `:`."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from workbench.tui.bar import Bar
from workbench.tui.keymap import every_act
from workbench.tui.needle import place_in

_COLON: Mapping[str, str] = {
    **dict.fromkeys(("w", "wa"), "save"),
    **dict.fromkeys(("q", "qa", "wq", "wqa", "x"), "quit"),
    **dict.fromkeys(("e", "e!"), "reload"),
}
"""What hands that know vim type, and the act that they mean. Each asks where it drops something."""


class LineBar(Bar):
    """Enter goes there; a line beyond the last one is the last one."""

    def compose(self) -> ComposeResult:
        """The place, and how many lines there are."""
        with Horizontal():
            yield Static("line")
            yield Input(compact=True)
            yield Static("", classes="said", markup=False)

    def open(self) -> None:
        """Ask for a line."""
        modal = self.editor.modal is not None
        words = "LINE, w saves, q leaves, e! reloads" if modal else "LINE or LINE:COLUMN"
        self.query_one(Input).placeholder = words
        self.say(f"of {self.editor.document.line_count:,}")
        self.show()

    @on(Input.Submitted)
    async def _entered(self, submitted: Input.Submitted) -> None:
        submitted.stop()
        act = _COLON.get(submitted.value.strip()) if self.editor.modal is not None else None
        if act is not None:
            self.close()
            await self.screen.run_action(every_act()[act].action)
            return
        place = place_in(submitted.value)
        if place is None:
            self.say("a line is a number: 12, or 12:5", wrong=True)
            return
        self.editor.go_to(*place)
        self.close()
