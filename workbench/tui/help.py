"""All keys and what they do, found by typing; generated from the list that footer and palette use.

What counts where one is comes first and can be done from here; what other screens do comes last,
to be read about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.tui.acts import ACTS, REPLAY_ACTS, SESSION_ACTS, Act, shown_key
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import BACK, DIALOG_ACTS, back_binding
from workbench.tui.doable import Doable, doable
from workbench.tui.editor_acts import BAR_ACTS, EDITOR_ACTS, ERASE_ACTS, GROUP, MOVE_ACTS
from workbench.tui.keymap import every_act
from workbench.tui.look_acts import LOOKS
from workbench.tui.pane_acts import PANE_ACTS
from workbench.tui.picker import likeness
from workbench.tui.vim.told import VIM_ACTS

TYPING_ACTS = (
    *VIM_ACTS,
    *(
        Act(f"select_{name}", keys, "select", f"Select {tells}.", GROUP)
        for name, keys, tells in (
            ("character", ("shift+left", "shift+right"), "a character, to the left or the right"),
            ("word", ("ctrl+shift+left", "ctrl+shift+right"), "a word, to the left or the right"),
            ("line", ("shift+home", "shift+end"), "to the start or the end of the line"),
            ("text", ("ctrl+shift+home", "ctrl+shift+end"), "to the start or the end of the text"),
        )
    ),
    Act(
        "erase_before",
        ("backspace",),
        "erase",
        "Erase what is selected, else the character before.",
        GROUP,
    ),
    *ERASE_ACTS,
    Act("mac_copy", ("super+c", "super+x"), "copy", "Copy, cut, on a Mac's keyboard.", GROUP),
    Act("mac_undo", ("super+z", "super+y"), "undo", "Undo, redo, on a Mac's keyboard.", GROUP),
)
"""What every text that one types into does by itself."""
_KEYS_WIDTH = 17


def all_acts() -> list[Act]:
    """All acts there are, those of dialogs too, each once."""
    looking = [act for acts in LOOKS.values() for act in acts]
    on_screens = (*ACTS, *PANE_ACTS, *looking, *SESSION_ACTS, *REPLAY_ACTS)
    return [
        *dict.fromkeys(
            (*on_screens, *DIALOG_ACTS, *EDITOR_ACTS, *MOVE_ACTS, *BAR_ACTS, *TYPING_ACTS)
        )
    ]


def grouped(acts: Sequence[Act]) -> dict[str, list[Act]]:
    """Acts by their headings, in the order in which these come up."""
    groups: dict[str, list[Act]] = {}
    for act in acts:
        groups.setdefault(act.group, []).append(act)
    return groups


def found(typed: str, acts: Sequence[Act]) -> list[Act]:
    """The acts that what is typed may mean, the likeliest first."""
    like = {act: likeness(typed, f"{act.label} {act.tells}", _spoken(act)) for act in acts}
    return sorted((act for act in acts if like[act]), key=lambda act: -like[act])


def _spoken(act: Act) -> str:
    """All that its keys are called."""
    return " ".join((*act.keys_now, act.shown_keys, act.name))


def in_a_row(act: Act) -> Content:
    """Keys, what they do, and what did it before the user chose others."""
    row = Content.assemble((f"  {act.shown_keys:<{_KEYS_WIDTH}} ", "bold"), act.tells)
    if act.keys_now == act.keys:
        return row
    before = " ".join(map(shown_key, act.keys)) or "none"
    return Content.assemble(row, (f"  (was {before})", "dim"))


class Help(Dialog[Doable | None]):
    """Ends with what the user wants done; None where the user backs out.

    Args:
        here: What can be done, what counts most first.
    """

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > Vertical {
        width: 78; max-width: 98%; height: 90%;
        padding: 0 1; border: round $accent; background: $surface;
    }
    Help Input { border: none; height: 1; padding: 0; margin: 0 0 1 0; background: $surface; }
    Help OptionList {
        border: none; height: 1fr; background: $surface; padding: 0; scrollbar-size: 1 1;
        text-wrap: nowrap; text-overflow: ellipsis;
        & > .option-list--option-disabled { color: $text-accent; text-style: bold; }
    }
    Help .empty { color: $text-muted; height: 1fr; display: none; }
    Help .note { color: $text-muted; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *back_binding("dismiss"),
        Binding("question_mark", "dismiss", show=False, priority=True),
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
    ]

    def __init__(self, here: Sequence[Doable] = ()) -> None:
        super().__init__()
        self._here = {each.act: each for each in here}
        self._acts = [*self._here, *(act for act in all_acts() if act not in self._here)]
        self._listed: dict[str, Act] = {}

    def compose(self) -> ComposeResult:
        """A line to type in, over the list."""
        with Vertical() as box:
            box.border_title = "keys"
            box.border_subtitle = Content(f"enter does it   {BACK.shown_key} closes")
            yield Input(placeholder="type a word, or a key, to find it", compact=True)
            yield OptionList(markup=False)
            yield Static("nothing is called that; fewer letters find more", classes="empty")
            yield Static(classes="note", markup=False)

    def on_mount(self) -> None:
        """Everything, until something is typed."""
        self._list("")

    @on(Input.Changed)
    def _narrow(self, changed: Input.Changed) -> None:
        self._list(changed.value)

    def _list(self, typed: str) -> None:
        rows: list[Option] = []
        if typed.strip():
            rows += [self._row(act) for act in found(typed, self._acts)]
        else:
            for heading, acts in grouped(self._acts).items():
                rows += [Option("", disabled=True)] * bool(rows)
                rows.append(Option(heading, disabled=True))
                rows += map(self._row, acts)
        options = self.query_one(OptionList)
        options.clear_options().add_options(rows)
        options.display = bool(rows)
        self.query_one(".empty").display = not rows
        options.action_first()
        if rows:
            options.scroll_home(animate=False)

    def _row(self, act: Act) -> Option:
        key = f"{act.group}/{act.name}"
        self._listed[key] = act
        row = in_a_row(act)
        return Option(row if act in self._here else row.stylize("dim"), key)

    @on(OptionList.OptionHighlighted)
    def _say_where(self, highlighted: OptionList.OptionHighlighted) -> None:
        act = self._listed[highlighted.option_id or ""]
        words = act.group if act in self._here else f"{act.group}: not from here"
        words += f"   `{act.name}` under keys in config.yaml" * (act.name in every_act())
        self.query_one(".note", Static).update(words)

    @on(Input.Submitted)
    def _take(self) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._wish(options.get_option_at_index(options.highlighted).id)

    @on(OptionList.OptionSelected)
    def _clicked(self, selected: OptionList.OptionSelected) -> None:
        self._wish(selected.option_id)

    def _wish(self, option_id: str | None) -> None:
        act = self._listed[option_id or ""]
        if act in self._here:
            self.dismiss(self._here[act])
        else:
            words = f"{act.label!r} is not done here, but there: {act.group}."
            self.notify(words, severity="warning", markup=False)

    def action_move(self, how: str) -> None:
        """Move the highlight; typing goes on."""
        getattr(self.query_one(OptionList), f"action_{how}")()


def show_help(app: App[Any], screen: Screen[Any]) -> None:
    """The keys of a screen; the act that is chosen is done there."""

    async def do(wish: Doable | None) -> None:
        if wish is not None:
            await wish.do()

    app.push_screen(Help(doable(screen)), do)
