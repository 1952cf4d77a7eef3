"""A unified diff, to be read: what was, what is; and what is to come of it, where that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.telling.plain import plain
from workbench.tui.choice import Answering
from workbench.tui.dialog_acts import BACK, back_binding

_STYLES = {"+": "$text-success", "-": "$text-error", "@": "$text-accent"}


class DiffScreen(Answering):
    """Shows it until a key closes it; ends with an answer's letter, or "" where there is none.

    Args:
        title: What is compared.
        diff: Lines as `difflib.unified_diff` writes them.
        answers: Letter to words, where something is asked.
        above: What has to be known before they are answered to; said above the lines.
        below: What else is said, below them.
    """

    DEFAULT_CSS = """
    DiffScreen { align: center middle; }
    DiffScreen > Vertical {
        width: 90%; max-width: 120; height: auto; max-height: 90%;
        padding: 0 1; border: round $accent; background: $surface;
    }
    DiffScreen VerticalScroll { height: auto; max-height: 82vh; scrollbar-size: 1 1; }
    DiffScreen.-asks VerticalScroll { max-height: 66vh; }
    DiffScreen Static { width: 100%; height: auto; }
    DiffScreen .above { margin: 0 0 1 0; color: $text-warning; }
    DiffScreen .below { margin: 1 0 0 0; color: $text-muted; }
    DiffScreen #answers { height: auto; margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *back_binding(),
        Binding("enter,space", "dismiss('')", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        diff: str,
        *,
        answers: Mapping[str, str] = {},
        above: str = "",
        below: str = "",
    ) -> None:
        super().__init__(answers, classes="-asks" if answers else "")
        self._title, self._diff, self._above, self._below = title, diff, above, below

    def compose(self) -> ComposeResult:
        """Every line, coloured by what became of it; the answers stay in sight."""
        with Vertical() as box:
            box.border_title = Content(plain(self._title))
            what = "writes nothing" if self._answers else "closes"
            box.border_subtitle = Content(f"{BACK.shown_key} {what}")
            with VerticalScroll():
                if self._above:
                    yield Static(Content(self._above), classes="above")
                yield Static(Content("\n").join(map(_line, self._diff.splitlines())))
                if self._below:
                    yield Static(Content(self._below), classes="below")
            if self._answers:
                with Vertical(id="answers"):
                    yield from self.answer_lines()


def _line(text: str) -> Content:
    if text.startswith(("+++", "---")):
        return Content.styled(plain(text), "bold")
    return Content.styled(plain(text), _STYLES.get(text[:1], ""))
