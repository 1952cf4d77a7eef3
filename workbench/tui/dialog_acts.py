"""What can be done in the dialogs: keys, and the line that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.style import Style
from textual.widget import Widget

from workbench.tui.acts import Act
from workbench.tui.bindings import bound

_LIST, _FORM, _TICKS = "In the variants' list", "In the values' form", "Where several are chosen"
_SETTINGS, _TOUR, _CAPS = "In the settings", "In the tour", "About the cost limit"
_PLACE, _ASK = "Where a session is saved elsewhere", "Where a line is asked for"
_ABOUT, _EXPORT = "What is said of a session", "Where a session is exported"
_DIALOGS = "In dialogs"

_GAP = 2


def _back(tells: str, group: str, label: str = "back", does: str = "dismiss(None)") -> Act:
    return Act("dialog_back", ("escape",), label, tells, group, does=does)


def _take(label: str, tells: str, group: str) -> Act:
    return Act("dialog_take", ("enter",), label, tells, group, does="take_typed")


def _of_variant(name: str, keys: tuple[str, ...], label: str, tells: str, does: str = "") -> Act:
    does = does or f"wish('{name}')"
    return Act(f"variant_{name}", keys, label, tells, _LIST, does=does)


BACK = _back("Out of a list, a question or a text.", _DIALOGS)
"""In dialogs that show no line of keys; in all others the act of this name is theirs."""

LIST_ACTS = (
    _of_variant("switch", ("space",), "on/off", "Switch the variant for the next round.", "switch"),
    _of_variant("switch_all", ("a",), "all", "All of them on, or all off.", "switch_all"),
    _of_variant("copy", ("n",), "copy", "A copy of the variant, after it."),
    _of_variant("temperature", ("t",), "temperature", "Copies with other temperatures."),
    _of_variant("model", ("m",), "model", "Copies on other models."),
    _of_variant("effort", ("e",), "effort", "Copies with other efforts."),
    _of_variant("rename", ("r",), "rename", "Give the variant another name."),
    _of_variant("delete", ("d", "delete"), "delete", "Delete the variant."),
    _of_variant("undo", ("u",), "undo", "Undo the last change of the prompt's text."),
    _of_variant("go_to", ("enter",), "go to", "To the variant's line in the editor."),
    _back("Back to the editors.", _LIST),
)

FORM_ACTS = (
    _take("take", "Take the values for the next rounds.", _FORM),
    Act(
        "value_line",
        ("ctrl+n", "shift+enter"),
        "new line",
        "A new line in the value.",
        _FORM,
        does="new_line",
    ),
    Act(
        "value_case",
        ("ctrl+t",),
        "from a case",
        "Take the values of a case.",
        _FORM,
        does="case",
    ),
    Act(
        "values_clear",
        ("f8",),
        "clear",
        "Take all values away: the defaults hold.",
        _FORM,
        does="clear",
    ),
    _back("Back; the values stay as they were.", _FORM),
)

TICKS_ACTS = (
    Act("tick", ("tab",), "tick", "Tick it, or do not; typing narrows the list.", _TICKS),
    Act("tick_all", ("ctrl+t",), "all", "Tick all that are listed, or none.", _TICKS),
    _take("take", "Take what is ticked.", _TICKS),
    _back("Back; nothing is changed.", _TICKS),
)

SAMPLE = Act(
    "tick_sample",
    ("ctrl+n",),
    "sample",
    "Tick some of those listed, by chance.",
    _TICKS,
    does="sample",
)
CASES_ACTS = (*TICKS_ACTS[:2], SAMPLE, *TICKS_ACTS[2:])

SETTINGS_ACTS = (
    Act(
        "setting_before",
        ("left",),
        "before",
        "The value before; it holds at once.",
        _SETTINGS,
        does="turn(-1)",
    ),
    Act("setting_next", ("right",), "next", "The next value.", _SETTINGS, does="turn(1)"),
    Act(
        "setting_take",
        ("enter",),
        "type, or next",
        "Type a value, or take the next one.",
        _SETTINGS,
        does="enter",
    ),
    _back("Back; what was chosen holds and is kept.", _SETTINGS, does="back"),
)

TOUR_ACTS = (
    Act("tour_on", ("enter",), "go on", "To the next step, where nothing is typed.", _TOUR),
    Act("tour_off", ("escape",), "leave", "Leave the tour.", _TOUR),
)
"""The first is a key of typing; the other is done by what cancels."""

CAPS_ACTS = (
    _take("take", "Take both; empty, what the prompt's file says holds.", _CAPS),
    _back("Back; what held still holds.", _CAPS),
)

PLACE_ACTS = (
    _take("save there", "Save it there, and go on there.", _PLACE),
    _back("Back; it stays in memory.", _PLACE, does="dismiss('')"),
)

ASK_ACTS = (
    _take("take", "Take what is typed.", _ASK),
    _back("Back; nothing is done.", _ASK),
)

ABOUT_ACTS = (
    _take("save", "Save all three.", _ABOUT),
    Act(
        "field_before",
        ("up",),
        "before",
        "The line before.",
        _ABOUT,
        does="app.focus_previous",
    ),
    Act("field_next", ("down",), "next", "The next line.", _ABOUT, does="app.focus_next"),
    _back("Back; what was said still holds.", _ABOUT),
)

EXPORT_ACTS = (
    _take("write", "Write it; asks where the file is there already.", _EXPORT),
    Act("form_before", ("up",), "before", "The form before.", _EXPORT, does="turn(-1)"),
    Act("form_next", ("down",), "next form", "The next form.", _EXPORT, does="turn(1)"),
    Act(
        "mask_variables",
        ("tab",),
        "mask variables",
        "To what is masked, and back.",
        _EXPORT,
        does="app.focus_next",
    ),
    Act("mask_tools", ("ctrl+t",), "mask tools", "Mask what tools were given and gave.", _EXPORT),
    _back("Back; nothing is written.", _EXPORT),
)

DIALOGS: Mapping[str, tuple[Act, ...]] = {
    "dialogs": (BACK,),
    "question": ASK_ACTS,
    "variants": LIST_ACTS,
    "values": FORM_ACTS,
    "ticks": CASES_ACTS,
    "settings": SETTINGS_ACTS,
    "cost limit": CAPS_ACTS,
    "save elsewhere": PLACE_ACTS,
    "title, tags": ABOUT_ACTS,
    "export": EXPORT_ACTS,
}
"""What each dialog does, by what it is called; one name means the same in all of them."""
DIALOG_ACTS = (*(act for acts in DIALOGS.values() for act in acts), *TOUR_ACTS)
"""All of them, for the help."""


def dialog_bindings(acts: Sequence[Act]) -> list[Binding]:
    """Textual's bindings; in a dialog they come before what a focused widget binds."""
    return [
        Binding(",".join(keys), act.action, act.label, show=False, priority=True, id=name)
        for act in acts
        for name, keys, _ in bound(act.name, act.keys)
    ]


def back_binding(action: str = "dismiss('')") -> list[Binding]:
    """The one of a dialog whose only act of this kind is its way back."""
    return dialog_bindings([replace(BACK, does=action)])


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
