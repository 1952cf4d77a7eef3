"""The keys, as they are: generated from the same list as footer and palette."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.tui.acts import ACTS, REPLAY_ACTS, SESSION_ACTS
from workbench.tui.dialog_acts import DIALOG_ACTS
from workbench.tui.editor_acts import EDITOR_ACTS, GROUP, MOVE_ACTS
from workbench.tui.look_acts import COMPARE_ACTS, INSPECT_ACTS
from workbench.tui.pane_acts import PANE_ACTS

EDITOR_KEYS = (
    ("enter  ↓  ↑", "In find: the next one, the one before."),
    ("alt+c  alt+x", "In find: capitals count; regular expression."),
    ("enter  alt+a", "In replace: this one; all of them."),
)


def help_lines() -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings, each with its keys and what they do."""
    groups: dict[str, list[tuple[str, str]]] = {}
    looking = (act for act in (*COMPARE_ACTS, *INSPECT_ACTS) if act not in ACTS)
    on_screens = (*ACTS, *PANE_ACTS, *looking, *SESSION_ACTS, *REPLAY_ACTS)
    for act in (*on_screens, *DIALOG_ACTS, *EDITOR_ACTS, *MOVE_ACTS):
        groups.setdefault(act.group, []).append((act.shown_keys, act.tells))
    groups[GROUP] += EDITOR_KEYS
    return [*groups.items()]


class Help(ModalScreen[None]):
    """All keys, by group."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > VerticalScroll {
        width: 76; max-width: 95%; height: auto; max-height: 90%;
        padding: 0 2; border: round $accent; background: $surface;
        scrollbar-size: 1 1;
    }
    Help Static { width: 100%; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q", "dismiss", show=False)
    ]

    def compose(self) -> ComposeResult:
        """One text, scrolled as a whole."""
        with VerticalScroll() as box:
            box.border_title = "keys"
            box.border_subtitle = "esc closes"
            parts: list[Content] = []
            for heading, keys in help_lines():
                parts.append(Content(f"\n{heading}").stylize("bold $accent"))
                parts += [Content.assemble((f"  {key:<18}", "bold"), tells) for key, tells in keys]
            yield Static(Content("\n").join(parts))

    def on_mount(self) -> None:
        """Scroll with the arrows at once."""
        self.query_one(VerticalScroll).focus()
