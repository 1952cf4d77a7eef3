"""One line to type what is looked for, with how much of it was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message as Notice
from textual.widget import Widget
from textual.widgets import Input, Label

from workbench.tui.bar import Buttons
from workbench.tui.bindings import bindings_of
from workbench.tui.pane_acts import FIND_CLOSE

_ROOMY = 26


class FindLine(Widget):
    """Says what is typed, and when the user leaves it. What stands in `words` is its own.

    Its buttons give way in a narrow pane to what is typed.

    Args:
        words: What is looked for already.
    """

    @dataclass
    class Typed(Notice):
        """Other words are looked for."""

        words: str

    @dataclass
    class Moved(Notice):
        """The user wants the next match (1) or the one before (-1)."""

        by: int

    class Entered(Notice):
        """The user goes back to the text; the matches stay marked."""

    class Closed(Notice):
        """The user has done with it."""

    DEFAULT_CSS = """
    FindLine { dock: bottom; layout: horizontal; height: 1; background: $foreground 8%; }
    FindLine Label { width: auto; color: $text-muted; }
    FindLine Input { width: 1fr; background: transparent; }
    FindLine .none { color: $text-warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of((replace(FIND_CLOSE, does="close"),), first=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self._input = Input(words, compact=True, placeholder="find")
        self._count = Label("", markup=False)
        self._buttons = Buttons({"back": "↑", "on": "↓", "close": FIND_CLOSE.shown_key})
        self._buttons.set_reactive(Buttons.tight, True)

    def compose(self) -> ComposeResult:
        """Sign, words, count, buttons."""
        yield Label("/", markup=False)
        yield self._input
        yield self._count
        yield self._buttons

    def on_mount(self) -> None:
        """Type at once."""
        self.take_focus()

    def take_focus(self) -> None:
        """Type over what stands there."""
        self.screen.set_focus(self._input)  # at once: the next key is for it
        self._input.action_select_all()

    def show_count(self, at: int | None, count: int) -> None:
        """Say which of how many matches is shown; `at` counts from 0."""
        words = f" {at + 1} of {count:,} " if at is not None else " none "
        self._count.update(words if self._input.value else "")
        self._count.set_class(not count, "none")

    @on(Input.Changed)
    def _changed(self, changed: Input.Changed) -> None:
        changed.stop()
        self.post_message(self.Typed(changed.value))

    @on(Input.Submitted)
    def _submitted(self, submitted: Input.Submitted) -> None:
        submitted.stop()
        self.post_message(self.Entered())

    def on_resize(self) -> None:
        """Buttons only where there is room."""
        self._buttons.display = self.size.width >= _ROOMY

    @on(Buttons.Pressed)
    def _pressed(self, pressed: Buttons.Pressed) -> None:
        pressed.stop()
        if pressed.name == "close":
            self.action_close()
        else:
            self.action_move(-1 if pressed.name == "back" else 1)

    def action_move(self, by: int) -> None:
        """To the next match, or back to the one before."""
        self.post_message(self.Moved(by))

    def action_close(self) -> None:
        """Done."""
        self.post_message(self.Closed())
