"""Where an export goes, and in which form."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.widgets import Input, Static

from workbench.telling.plain import plain
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import EXPORT_ACTS, KeysLine, dialog_bindings
from workbench.tui.tabs import Tab, Tabs

FORMS = {
    "html": "one file that replays in any browser, without network",
    "md": "to read, in a diff or on a page",
    "csv": "one row a run, for a spreadsheet",
    "jsonl": "one object a run, with its request",
    "cast": "a recording for asciinema",
}
"""The forms, by a file's ending, and what each is for."""

_MASKED = "no variable is masked; name those that are to be"
_TOOLS = "what tools were given and gave is masked"


class Answer(NamedTuple):
    """Where an export goes, and what is masked in it: variables, what tools were given and gave."""

    file: str
    masked: tuple[str, ...] = ()
    tools: bool = False


class ExportScreen(Dialog[Answer | None]):
    """Asks for a file, whose ending says in which form; ends with None where the user backs out.

    Args:
        name: What the session is called.
        proposed: What to propose.
        problem: What was wrong with the last answer.
    """

    DEFAULT_CSS = """
    ExportScreen { align: center middle; }
    ExportScreen > Vertical {
        width: 90; max-width: 95%; height: auto; padding: 0 2;
        border: round $accent; background: $surface;
    }
    ExportScreen Tabs { background: $surface; padding: 0; }
    ExportScreen Input { margin: 1 0 0 0; background: $foreground 8%; }
    ExportScreen .use { color: $text-muted; }
    ExportScreen .tools { margin: 1 0 0 0; width: auto; }
    ExportScreen .wrong { color: $text-error; height: auto; margin: 1 0 0 0; }
    """
    acts = EXPORT_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(EXPORT_ACTS)]

    def __init__(self, name: str, proposed: Answer, problem: str = "") -> None:
        super().__init__()
        self._called, self._proposed, self._problem = name, proposed, problem
        self._tools = proposed.tools
        self._forms = Tabs()
        self._forms.tabs = tuple(Tab(form, form) for form in FORMS)

    def compose(self) -> ComposeResult:
        """The forms, the file, what was wrong, the keys."""
        with Vertical() as box:
            box.border_title = Content(f"export {plain(self._called)}")
            yield self._forms
            yield Static(classes="use", markup=False)
            yield Input(self._proposed.file, compact=True, select_on_focus=False, id="file")
            masked = " ".join(self._proposed.masked)
            yield Input(masked, placeholder=_MASKED, compact=True, id="masked")
            yield Static(self._ticked, classes="tools", markup=False)
            wrong = Static(self._problem, classes="wrong", markup=False)
            wrong.display = bool(self._problem)
            yield wrong
            yield KeysLine(EXPORT_ACTS)

    @property
    def _line(self) -> Input:
        return self.query_one("#file", Input)

    @property
    def _form(self) -> str:
        form = Path(self._line.value).suffix.removeprefix(".")
        return form if form in FORMS else ""

    @on(Input.Changed, "#file")
    def _typed(self) -> None:
        self._forms.shown = self._form
        use = FORMS.get(self._form, f"the ending says the form: .{', .'.join(FORMS)}")
        self.query_one(".use", Static).update(use)

    def action_take(self) -> None:
        """Write it, if a file is named."""
        masked = self.query_one("#masked", Input).value
        if file := self._line.value.strip():
            self.dismiss(Answer(file, tuple(masked.replace(",", " ").split()), self._tools))

    @property
    def _ticked(self) -> str:
        return f"{'●' if self._tools else '○'} {_TOOLS}"

    @on(Click, ".tools")
    def action_mask_tools(self) -> None:
        """Mask what tools were given and gave, or let it stand."""
        self._tools = not self._tools
        self.query_one(".tools", Static).update(self._ticked)

    @on(Tabs.Chosen)
    def _chosen(self, chosen: Tabs.Chosen) -> None:
        self._turn_to(chosen.name)

    def action_turn(self, by: int) -> None:
        """The next form, or the one before."""
        forms = [*FORMS]
        place = forms.index(self._form) + by if self._form else 0
        self._turn_to(forms[place % len(forms)])

    def _turn_to(self, form: str) -> None:
        line = self._line
        stem = line.value.removesuffix(f".{self._form}") if self._form else line.value
        line.value = f"{stem.rstrip('.')}.{form}"
        line.cursor_position = len(line.value)
