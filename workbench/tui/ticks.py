"""Choose several of a list: type to narrow it, tab ticks, enter takes what is ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.documents.cases import sampled
from workbench.errors import SettingsError
from workbench.telling.plain import plain
from workbench.tui.acts import Act
from workbench.tui.ask import Ask
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import CASES_ACTS, SAMPLE, TICKS_ACTS, KeysLine, dialog_bindings
from workbench.tui.options import Options
from workbench.tui.picker import MOST, NOTHING_FITS, Item, matches, shown_of

_SAMPLE = 50


class Ticks(Dialog[tuple[str, ...] | None]):
    """Ends with the keys of what is ticked, in the list's order; None where the user backs out.

    Args:
        title: What is being chosen.
        items: What there is, in the order to show.
        ticked: What is ticked to begin with.
        none: Whether nothing is an answer; if not, enter takes the highlighted one for want of it.
    """

    DEFAULT_CSS = """
    Ticks { align: center middle; }
    Ticks > Vertical {
        width: 80%; max-width: 110; height: auto; max-height: 90%;
        padding: 0 1; border: round $accent; background: $surface;
    }
    Ticks Input { border: none; height: 1; padding: 0; margin: 0 0 1 0; background: $surface; }
    Ticks OptionList {
        border: none; height: auto; max-height: 100%; background: $surface; padding: 0;
        &:focus { border: none; background-tint: $foreground 0%; }
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    Ticks .empty { color: $text-muted; }
    """
    acts: ClassVar[tuple[Act, ...]] = TICKS_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [
        *dialog_bindings(TICKS_ACTS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(
        self, title: str, items: Sequence[Item], ticked: Collection[str] = (), *, none: bool = False
    ) -> None:
        super().__init__()
        self._title, self._none = title, none
        self._items = {item.key: item for item in items}
        self._found: list[Item] = []
        self._ticked = {*ticked} & self._items.keys()

    def compose(self) -> ComposeResult:
        """A line to type in, the list, and the keys."""
        with Vertical() as box:
            box.border_title = Content(plain(self._title))
            yield Input(placeholder="type to narrow the list", compact=True)
            yield Options(markup=False)
            yield Static(NOTHING_FITS, classes="empty")
            yield KeysLine(self.acts)

    def on_mount(self) -> None:
        """Everything is listed until something is typed."""
        self._list("")
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _narrow(self, changed: Input.Changed) -> None:
        self._list(changed.value)

    @on(OptionList.OptionSelected)
    def _clicked(self, selected: OptionList.OptionSelected) -> None:
        self._tick(selected.option_id or "")

    def action_tick(self) -> None:
        """Tick the highlighted one, or take its tick away, and go on to the next."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._tick(options.get_option_at_index(options.highlighted).id or "")
            self.action_move(1)

    def action_tick_all(self) -> None:
        """Tick all that fit what is typed, shown or not; if they are, none of them."""
        fitting = {item.key for item in self._found}
        self._ticked = self._ticked - fitting if fitting <= self._ticked else self._ticked | fitting
        self._relist()

    def action_take(self) -> None:
        """Take what is ticked."""
        options = self.query_one(OptionList)
        if not self._ticked and not self._none and options.highlighted is not None:
            self._tick(options.get_option_at_index(options.highlighted).id or "")
        self.dismiss(tuple(key for key in self._items if key in self._ticked))

    def action_move(self, rows: int) -> None:
        """Move the highlight; typing goes on."""
        options = self.query_one(OptionList)
        if options.option_count:
            row = (options.highlighted or 0) + rows
            options.highlighted = max(0, min(row, options.option_count - 1))

    def _tick(self, key: str) -> None:
        self._ticked ^= {key}
        self.query_one(OptionList).replace_option_prompt(key, self._row(self._items[key]))
        self._count()

    def _relist(self) -> None:
        """List anew what is listed: many rows at once are quicker so than one by one."""
        at = self.query_one(OptionList).highlighted
        self._list(self.query_one(Input).value)
        self.query_one(OptionList).highlighted = at

    def _row(self, item: Item) -> Content:
        sign = "●" if item.key in self._ticked else "○"
        return Content.assemble(f"{sign} {plain(item.words)}", (f"  {plain(item.more)}", "dim"))

    def _list(self, typed: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        every = self._items.values()
        found = [item for item in every if matches(typed, f"{item.words} {item.more}")]
        self._found = found
        options.add_options(Option(self._row(item), item.key) for item in found[:MOST])
        options.highlighted = 0 if found else None
        options.display = bool(found)
        self.query_one(".empty").display = not found
        self._count()

    def on_resize(self) -> None:
        """The list leaves room for what stands around it: the keys are seen, however long it is."""
        keys = self.query_one(KeysLine)
        around = 5 + keys.get_content_height(self.size, self.size, max(1, keys.size.width))
        self.query_one(OptionList).styles.max_height = max(3, self.size.height * 9 // 10 - around)

    def _count(self) -> None:
        """What enter would take."""
        words = f"{len(self._ticked):,} of {len(self._items):,} ticked"
        if len(self._found) > MOST:
            words += f", {shown_of(self._found)}"
        self.query_one(Vertical).border_subtitle = words


class CaseTicks(Ticks):
    """The cases of a dataset: as many as a number says may be ticked by chance, too."""

    acts = CASES_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings((SAMPLE,))]

    @work
    async def action_sample(self) -> None:
        """Tick so many of those listed, and nothing else; the same ones for the same number."""
        listed = [item.key for item in self._found]
        if not listed:
            return
        question = f"How many of the {len(listed):,} that are listed, drawn by chance?"
        asked = Ask("sample", question, str(min(_SAMPLE, len(listed))), _count_of)
        if (answer := await self.app.push_screen_wait(asked)) is not None:
            self._ticked = {*sampled(listed, _count_of(answer))}
            self._relist()


def _count_of(answer: str) -> int:
    """The number that was typed.

    Raises:
        SettingsError: It is none.
    """
    try:
        count = int(answer)
    except ValueError:  # also of more digits than Python reads
        count = 0
    if count < 1:
        raise SettingsError(f"`{answer[:20]}` is no number of cases", hint="Type one such as 50.")
    return count
