"""What somebody says of a session: its title, its tags, a note."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from workbench.telling.plain import plain
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import ABOUT_ACTS, KeysLine, dialog_bindings
from workbench.workbench.library import About

_FIELDS = {"title": "Title", "tags": "Tags, apart by blanks", "note": "Note"}


class AboutScreen(Dialog[About | None]):
    """Asks for all three; ends with None where the user backs out.

    Args:
        name: What the session is called.
        about: What has been said of it.
        field: Where to begin: `title`, `tags` or `note`.
    """

    DEFAULT_CSS = """
    AboutScreen { align: center middle; }
    AboutScreen > Vertical {
        width: 70; max-width: 95%; height: auto; padding: 0 2;
        border: round $accent; background: $surface;
    }
    AboutScreen Input { margin: 0 0 1 0; background: $foreground 8%; }
    AboutScreen KeysLine { margin: 0; }
    """
    acts = ABOUT_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(ABOUT_ACTS)]

    def __init__(self, name: str, about: About, field: str = "title") -> None:
        super().__init__()
        self._called, self._about, self._field = name, about, field

    def compose(self) -> ComposeResult:
        """Three lines to type in, and the keys."""
        now = {
            "title": self._about.title,
            "tags": " ".join(self._about.tags),
            "note": self._about.note,
        }
        with Vertical() as box:
            box.border_title = Content(plain(self._called))
            for field, words in _FIELDS.items():
                yield Static(words, markup=False)
                # A line of input shows no second line; what it shows is what is saved.
                yield Input(now[field].replace("\n", " "), compact=True, id=field)
            yield KeysLine(ABOUT_ACTS)

    def on_mount(self) -> None:
        """Begin where the user wants to."""
        self.query_one(f"#{self._field}", Input).focus()

    def action_take(self) -> None:
        """Take all three as they stand."""
        title, tags, note = (self.query_one(f"#{field}", Input).value.strip() for field in _FIELDS)
        words = tuple(dict.fromkeys(filter(None, (tag.lstrip("#") for tag in tags.split()))))
        if note == self._about.note.replace("\n", " ").strip():
            note = self._about.note
        self.dismiss(replace(self._about, title=title, tags=words, note=note))
