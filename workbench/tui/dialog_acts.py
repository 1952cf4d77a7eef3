"""What can be done in the dialogs: keys, and the line that shows them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.style import Style
from textual.widget import Widget

from workbench.tui.acts import Act

_LIST, _FORM, _TICKS = "In the variants' list", "In the values' form", "Where several are chosen"
_SETTINGS, _TOUR, _CAPS = "In the settings", "In the tour", "About the cost limit"
_PLACE, _ASK = "Where a session is saved elsewhere", "Where a line is asked for"
_ABOUT, _EXPORT = "What is said of a session", "Where a session is exported"

_GAP = 2

LIST_ACTS = (
    Act("switch", ("space",), "on/off", "Switch the variant for the next round.", _LIST),
    Act("switch_all", ("a",), "all", "All of them on, or all off.", _LIST),
    Act("wish('copy')", ("n",), "copy", "A copy of the variant, after it.", _LIST),
    Act("wish('temperature')", ("t",), "temperature", "Copies with other temperatures.", _LIST),
    Act("wish('model')", ("m",), "model", "Copies on other models.", _LIST),
    Act("wish('effort')", ("e",), "effort", "Copies with other efforts.", _LIST),
    Act("wish('rename')", ("r",), "rename", "Give the variant another name.", _LIST),
    Act("wish('delete')", ("d", "delete"), "delete", "Delete the variant.", _LIST),
    Act("wish('undo')", ("u",), "undo", "Undo the last change of the prompt's text.", _LIST),
    Act("wish('go_to')", ("enter",), "go to", "To the variant's line in the editor.", _LIST),
    Act("dismiss(None)", ("escape",), "back", "Back to the editors.", _LIST),
)

FORM_ACTS = (
    Act("take", ("enter",), "take", "Take the values for the next rounds.", _FORM),
    Act("new_line", ("ctrl+n", "shift+enter"), "new line", "A new line in the value.", _FORM),
    Act("case", ("ctrl+t",), "from a case", "Take the values of a case.", _FORM),
    Act("clear", ("f8",), "clear", "Take all values away: the defaults hold.", _FORM),
    Act("dismiss(None)", ("escape",), "back", "Back; the values stay as they were.", _FORM),
)

TICKS_ACTS = (
    Act("tick", ("tab",), "tick", "Tick it, or do not; typing narrows the list.", _TICKS),
    Act("tick_all", ("ctrl+t",), "all", "Tick all that are listed, or none.", _TICKS),
    Act("take", ("enter",), "take", "Take what is ticked.", _TICKS),
    Act("dismiss(None)", ("escape",), "back", "Back; nothing is changed.", _TICKS),
)

SAMPLE = Act("sample", ("ctrl+n",), "sample", "Tick some of those listed, by chance.", _TICKS)
CASES_ACTS = (*TICKS_ACTS[:2], SAMPLE, *TICKS_ACTS[2:])

SETTINGS_ACTS = (
    Act("turn(-1)", ("left",), "before", "The value before; it holds at once.", _SETTINGS),
    Act("turn(1)", ("right",), "next", "The next value.", _SETTINGS),
    Act("enter", ("enter",), "type, or next", "Type a value, or take the next one.", _SETTINGS),
    Act("back", ("escape",), "back", "Back; what was chosen holds and is kept.", _SETTINGS),
)

TOUR_ACTS = (
    Act("tour_on", ("enter",), "go on", "To the next step, where nothing is typed.", _TOUR),
    Act("tour_off", ("escape",), "leave", "Leave the tour.", _TOUR),
)

CAPS_ACTS = (
    Act("take", ("enter",), "take", "Take both; empty, what the prompt's file says holds.", _CAPS),
    Act("dismiss(None)", ("escape",), "back", "Back; what held still holds.", _CAPS),
)

PLACE_ACTS = (
    Act("take", ("enter",), "save there", "Save it there, and go on there.", _PLACE),
    Act("dismiss('')", ("escape",), "back", "Back; it stays in memory.", _PLACE),
)

ASK_ACTS = (
    Act("take", ("enter",), "take", "Take what is typed.", _ASK),
    Act("dismiss(None)", ("escape",), "back", "Back; nothing is done.", _ASK),
)

ABOUT_ACTS = (
    Act("take", ("enter",), "save", "Save all three.", _ABOUT),
    Act("app.focus_previous", ("up",), "before", "The line before.", _ABOUT),
    Act("app.focus_next", ("down",), "next", "The next line.", _ABOUT),
    Act("dismiss(None)", ("escape",), "back", "Back; what was said still holds.", _ABOUT),
)

EXPORT_ACTS = (
    Act("take", ("enter",), "write", "Write it; asks where the file is there already.", _EXPORT),
    Act("turn(-1)", ("up",), "before", "The form before.", _EXPORT),
    Act("turn(1)", ("down",), "next form", "The next form.", _EXPORT),
    Act("app.focus_next", ("tab",), "mask variables", "To what is masked, and back.", _EXPORT),
    Act("mask_tools", ("ctrl+t",), "mask tools", "Mask what tools were given and gave.", _EXPORT),
    Act("dismiss(None)", ("escape",), "back", "Back; nothing is written.", _EXPORT),
)

DIALOG_ACTS = (
    *(*LIST_ACTS, *FORM_ACTS, *CASES_ACTS, *SETTINGS_ACTS),
    *(*TOUR_ACTS, *CAPS_ACTS, *PLACE_ACTS, *ASK_ACTS, *ABOUT_ACTS, *EXPORT_ACTS),
)
"""All of them, for the help."""


def dialog_bindings(acts: Sequence[Act]) -> list[Binding]:
    """Textual's bindings; in a dialog they come before what a focused widget binds."""
    return [
        Binding(key, act.action, act.label, show=False, priority=True)
        for act in acts
        for key in act.keys
    ]


class KeysLine(Widget):
    """The keys of a dialog with their words, each of them a button, on as few lines as fit."""

    DEFAULT_CSS = "KeysLine { height: auto; color: $text-muted; margin: 1 0 0 0; }"

    def __init__(self, acts: Sequence[Act]) -> None:
        super().__init__()
        self._acts = acts

    def render(self) -> Content:
        """All of them."""
        return self._lines(self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes."""
        return self._lines(width).plain.count("\n") + 1

    def show(self, acts: Sequence[Act]) -> None:
        """These from now on."""
        if acts != self._acts:
            self._acts = acts
            self.refresh(layout=True)

    def _lines(self, width: int) -> Content:
        lines = [Content()]
        for act in self._acts:
            key = f"{act.shown_key} " if act.keys else ""
            words = Content.assemble((key, "bold $text-accent"), act.label)
            button = words.stylize(Style.from_meta({"act": act.action}))
            if lines[-1] and lines[-1].cell_length + _GAP + button.cell_length > width:
                lines.append(Content())
            gap = " " * _GAP if lines[-1] else ""
            lines[-1] = Content.assemble(lines[-1], gap, button)
        return Content("\n").join(lines)

    async def on_click(self, event: Click) -> None:
        """Do what stands under the pointer."""
        if (act := event.style.meta.get("act")) and self.is_attached:
            await self.screen.run_action(act)
