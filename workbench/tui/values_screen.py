"""A form for the values of a prompt's variables: typed, pasted, or taken from a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Static
from textual.widgets.text_area import EditResult, Location

from workbench.documents.cases import Case
from workbench.telling.plain import plain
from workbench.tui.chosen import in_a_line
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import FORM_ACTS, KeysLine, dialog_bindings
from workbench.tui.picker import Item, Picker
from workbench.tui.sourceview import SourceView

_HIGHEST = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """One variable of the form.

    Args:
        name: Its name.
        value: What is given now; empty where nothing is.
        instead: What holds while nothing is given.
        needed: Whether nothing does, so that it has to be given.
    """

    name: str
    value: str = ""
    instead: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was taken: what was given; the case that the rest is from, if any."""

    values: Mapping[str, str]
    case: str = ""


class ValueField(SourceView):
    """One value: as high as it needs to be; what is pasted is kept as it is."""

    DEFAULT_CSS = """
    ValueField {
        height: 1; margin: 0 0 1 0; padding: 0 1;
        background: $foreground 8%; scrollbar-background: $foreground 8%;
        &:focus { border: none; background: $foreground 14%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "up_or_before", show=False),
        Binding("down", "down_or_after", show=False),
    ]

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked.value, grammar="prose")
        self.asked = asked
        self.show_line_numbers = False
        self.highlight_cursor_line = False
        self.tab_behavior = "focus"

    def render_line(self, y: int) -> Strip:
        """What holds while nothing is given stands there dimmed."""
        if self.text or y:
            return super().render_line(y)
        first, _, more = self.asked.instead.partition("\n")
        line = Content(plain(first) + "…" * bool(more))
        line = line.truncate(self.content_size.width, ellipsis=True, pad=True)
        line = line.stylize(self.get_visual_style("text-area--placeholder"))
        if self._draw_cursor:
            line = line.stylize("reverse", 0, 1)
        return Strip(line.render_segments(self.visual_style), line.cell_length)

    def _replace_via_keyboard(
        self, insert: str, start: Location, end: Location
    ) -> EditResult | None:
        """Typed or pasted text. Terminals paste carriage returns where lines end."""
        insert = insert.replace("\r\n", "\n").replace("\r", "\n")
        return super()._replace_via_keyboard(insert, start, end)

    def action_up_or_before(self) -> None:
        """A row up; from the first one, to the field before."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y:
            self.action_cursor_up()
        else:
            self.screen.focus_previous(ValueField)

    def action_down_or_after(self) -> None:
        """A row down; from the last one, to the field after."""
        last = self.wrapped_document.height - 1
        if self.wrapped_document.location_to_offset(self.cursor_location).y < last:
            self.action_cursor_down()
        else:
            self.screen.focus_next(ValueField)

    def on_text_area_changed(self) -> None:
        """Grow and shrink with the text."""
        self.fit()

    def on_resize(self) -> None:
        """Another width, other rows."""
        self.fit()

    def put(self, text: str) -> None:
        """Another text in place of all, as one step of undo."""
        self.replace(text, self.document.start, self.document.end, maintain_selection_offset=False)

    def fit(self) -> None:
        """As high as the text, within reason."""
        self.styles.height = max(1, min(_HIGHEST, self.wrapped_document.height))


class ValuesScreen(Dialog[Filled | None]):
    """Ends with the form as it was taken, or with None where the user backs out.

    Args:
        prompt: The prompt's name.
        variables: What to ask for.
        cases: What it may be filled from.
        case: The id of the one that it is filled from to begin with.
    """

    DEFAULT_CSS = """
    ValuesScreen { align: center middle; }
    ValuesScreen > Vertical {
        width: 84; max-width: 95%; height: auto; max-height: 95%;
        padding: 0 1; border: round $accent; background: $surface;
    }
    ValuesScreen VerticalScroll { height: auto; max-height: 100%; scrollbar-size: 1 1; }
    ValuesScreen Static { height: auto; }
    ValuesScreen .case { color: $text-muted; display: none; margin: 0 0 1 0; }
    """
    acts = FORM_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(FORM_ACTS)]
    AUTO_FOCUS = "ValueField"

    def __init__(
        self, prompt: str, variables: Sequence[Asked], cases: Sequence[Case], case: str = ""
    ) -> None:
        super().__init__()
        self._prompt, self._cases = prompt, {one.id: one for one in cases}
        self._case = self._cases.get(case)
        self._fields = [ValueField(asked) for asked in variables]

    def compose(self) -> ComposeResult:
        """A field for each variable over the keys."""
        with Vertical() as box:
            box.border_title = Content(f"values  {plain(self._prompt)}")
            yield Static(classes="case", markup=False)
            with VerticalScroll(can_focus=False):
                for field in self._fields:
                    yield Static(self._label(field))
                    yield field
            if not self._fields:
                yield Static("This prompt has no variable: {{name}} in a text makes one.\n")
            yield KeysLine(FORM_ACTS)

    def _label(self, field: ValueField) -> Content:
        needed = "  needs a value" if field.asked.needed else ""
        return Content.assemble((plain(field.asked.name), "bold"), (needed, "$text-warning"))

    def on_mount(self) -> None:
        """Fill the fields that a case fills."""
        self._take_up(self._case, over=False)

    def action_take(self) -> None:
        """Take what is given; what is as in the case stays the case's."""
        of_case = self._case.values if self._case else {}
        given = {field.asked.name: field.text for field in self._fields if field.text}
        values = {name: text for name, text in given.items() if text != of_case.get(name)}
        self.dismiss(Filled(values, self._case.id if self._case else ""))

    def action_new_line(self) -> None:
        """A new line where the cursor is."""
        if isinstance(self.focused, ValueField):
            start, end = sorted(self.focused.selection)
            self.focused._replace_via_keyboard("\n", start, end)

    def action_clear(self) -> None:
        """Take all values away, and the case."""
        self._case = None
        self._say_case()
        for field in self._fields:
            field.put("")

    def action_case(self) -> None:
        """Ask for a case, and fill the fields from it."""
        items = [Item(one.id, one.id, in_a_line(one)) for one in self._cases.values()]
        empty = "This prompt names no cases: `cases: file://NAME.cases.yaml` does."
        self.app.push_screen(Picker("cases", items, empty=empty), self._case_picked)

    def _case_picked(self, case: str | None) -> None:
        if case:
            self._take_up(self._cases[case], over=True)

    def _take_up(self, case: Case | None, *, over: bool) -> None:
        """Fill the fields that this case fills; over what is given, or only where nothing is."""
        self._case = case
        self._say_case()
        for field in self._fields:
            text = case.values.get(field.asked.name) if case is not None else None
            if text is not None and (over or not field.text):
                field.put(text)

    def _say_case(self) -> None:
        line = self.query_one(".case", Static)
        line.display = self._case is not None
        line.update(f"case {plain(self._case.id)}" if self._case else "")
