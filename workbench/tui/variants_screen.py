"""The list of a prompt's variants: switch them, add, rename, delete, go to one's line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.telling.plain import plain
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import LIST_ACTS, KeysLine, dialog_bindings
from workbench.tui.listed import Listed
from workbench.tui.options import Options
from workbench.tui.variants_line import OFF, ON, VariantsLine

_WIDEST_NAME = 28


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants done with a variant; `name` is as it is listed."""

    act: str
    name: str


class VariantsScreen(Dialog[Wish | None]):
    """Shows, switches, and ends with a wish; None where the user backs out.

    Switching is posted at once, as `VariantsLine.Switched`.

    Args:
        prompt: The prompt's name.
        variants: What there is.
        off: What is off.
        at: The name of the one to highlight.
        note: What to say below the list.
    """

    DEFAULT_CSS = """
    VariantsScreen { align: center middle; }
    VariantsScreen > Vertical {
        width: 84; max-width: 95%; height: auto; max-height: 90%;
        padding: 0 1; border: round $accent; background: $surface;
    }
    VariantsScreen OptionList {
        border: none; height: auto; max-height: 100%; background: $surface; padding: 0;
        &:focus { border: none; background-tint: $foreground 0%; }
        text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size: 1 1;
    }
    VariantsScreen Static { height: auto; color: $text-muted; }
    """
    acts = LIST_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(LIST_ACTS)]

    def __init__(
        self,
        prompt: str,
        variants: Sequence[Listed],
        off: Collection[str],
        *,
        at: str = "",
        note: str = "",
    ) -> None:
        super().__init__()
        self._prompt, self._variants, self._note = prompt, variants, note
        self._off = {one.name for one in variants if one.name in off}
        names = [one.name for one in variants]
        self._at = names.index(at) if at in names else 0
        self._room = min(_WIDEST_NAME, max((cell_len(plain(name)) for name in names), default=0))

    def compose(self) -> ComposeResult:
        """The list over its keys."""
        with Vertical() as box:
            box.border_title = Content(f"variants  {plain(self._prompt)}")
            yield Options(
                *(Option(self._row(one), str(at)) for at, one in enumerate(self._variants)),
                markup=False,
            )
            if self._note:
                yield Static(self._note, classes="note", markup=False)
            yield KeysLine(LIST_ACTS)

    def on_mount(self) -> None:
        """Begin where the user was."""
        options = self.query_one(OptionList)
        options.highlighted = self._at if self._variants else None
        options.focus()

    @on(OptionList.OptionSelected)
    def _clicked(self, selected: OptionList.OptionSelected) -> None:
        self._switch(selected.option_index)

    def action_switch(self) -> None:
        """Switch the highlighted variant on or off."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._switch(options.highlighted)

    def action_switch_all(self) -> None:
        """All on; if they are, all off."""
        off = not self._off
        for index, one in enumerate(self._variants):
            if (one.name in self._off) != off:
                self._switch(index)

    def action_wish(self, act: str) -> None:
        """End with what is wanted of the highlighted variant."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(Wish(act, self._variants[options.highlighted].name))

    def _switch(self, index: int) -> None:
        one = self._variants[index]
        self._off ^= {one.name}
        self.query_one(OptionList).replace_option_prompt_at_index(index, self._row(one))
        self.post_message(VariantsLine.Switched(one.name))

    def _row(self, one: Listed) -> Content:
        name = set_cell_size(plain(one.name), max(self._room, cell_len(plain(one.name))))
        sign = OFF if one.name in self._off else ON
        return Content.assemble(f"{sign} {name}", (f"  {plain(one.words)}", "dim"))
