"""A line of the editor's panel to type into, over the status line: what bars have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from workbench.tui.editor import YamlEditor

_GAP, _TIGHT_GAP = 2, 1
_ROOMY = 48


class Buttons(Widget):
    """A few words to click on.

    Args:
        words: What each is called, to what it says.
    """

    @dataclass
    class Pressed(Notice):
        """The user clicked a word."""

        name: str

    COMPONENT_CLASSES: ClassVar[set[str]] = {"buttons--on"}
    DEFAULT_CSS = """
    Buttons { width: auto; height: 1; color: $foreground 60%; }
    Buttons > .buttons--on { color: $text-accent; text-style: bold; }
    """

    on: reactive[Collection[str]] = reactive(())
    tight: reactive[bool] = reactive(False, layout=True)
    """Whether they stand closer together."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__()
        self._words = words

    def render(self) -> Content:
        """The words; those that are switched on stand out, and in brackets."""
        style = self.get_visual_style("buttons--on", partial=True)
        return Content(" " * self._gap).join(
            Content(words).stylize(style) if name in self.on else Content(words)
            for name, words in self._words.items()
        )

    def on_click(self, event: Click) -> None:
        """Find the word under the pointer."""
        event.stop()
        start = 0
        for name, words in self._words.items():
            end = start + Content(words).cell_length
            if start <= event.x < end:
                self.post_message(self.Pressed(name))
            start = end + self._gap

    @property
    def _gap(self) -> int:
        return _TIGHT_GAP if self.tight else _GAP


class Bar(Widget):
    """One or two rows over the status line of an editor's panel, closed by Escape.

    Args:
        editor: Whose bar it is.
    """

    DEFAULT_CSS = """
    Bar {
        height: auto; padding: 0 1; background: $foreground 6%;
        & > Horizontal { height: 1; }
        & Input { width: 1fr; min-width: 6; background: $background; }
        & Input:focus { background-tint: $foreground 0%; }
        & Static { width: auto; height: 1; margin-right: 1; color: $foreground 60%; }
        & .said { margin: 0 2; color: $foreground 75%; }
        & .said.-wrong { color: $text-error; }
        &.-tight .said { margin: 0 1; }
    }
    """

    def __init__(self, editor: YamlEditor) -> None:
        super().__init__()
        self.editor = editor
        self.display = False

    def on_resize(self, event: Resize) -> None:
        """In a narrow editor, what is clicked on stands closer together."""
        tight = event.size.width < _ROOMY
        self.set_class(tight, "-tight")
        for buttons in self.query(Buttons):
            buttons.tight = tight

    def say(self, words: str, *, wrong: bool = False) -> None:
        """A word behind what is typed: how many, or what is wrong with it."""
        said = self.query_one(".said", Static)
        said.update(Content(words))
        said.set_class(wrong, "-wrong")

    def show(self) -> None:
        """Open it, with all that was typed selected."""
        self.display = True
        field = self.query(Input).first()
        self.screen.set_focus(field)  # at once: the next key is for it
        field.action_select_all()

    def close(self) -> None:
        """Go back to the text; what is selected there stays so."""
        if self.display:
            self.display = False
            self.screen.set_focus(self.editor)
