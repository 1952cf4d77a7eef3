"""A unified diff, to be read: what was, what is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.telling.plain import plain

_STYLES = {"+": "$text-success", "-": "$text-error", "@": "$text-accent"}


class DiffScreen(ModalScreen[None]):
    """Shows it until a key closes it.

    Args:
        title: What is compared.
        diff: Lines as `difflib.unified_diff` writes them.
    """

    DEFAULT_CSS = """
    DiffScreen { align: center middle; }
    DiffScreen > VerticalScroll {
        width: 90%; max-width: 120; height: auto; max-height: 90%;
        padding: 0 1; border: round $accent; background: $surface; scrollbar-size: 1 1;
    }
    DiffScreen Static { width: 100%; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,space", "dismiss", show=False, priority=True)
    ]

    def __init__(self, title: str, diff: str) -> None:
        super().__init__()
        self._title, self._diff = title, diff

    def compose(self) -> ComposeResult:
        """Every line, coloured by what became of it."""
        with VerticalScroll() as box:
            box.border_title = Content(plain(self._title))
            box.border_subtitle = "esc closes"
            yield Static(Content("\n").join(map(_line, self._diff.splitlines())))


def _line(text: str) -> Content:
    if text.startswith(("+++", "---")):
        return Content.styled(plain(text), "bold")
    return Content.styled(plain(text), _STYLES.get(text[:1], ""))
