"""Choose several of a list: type to narrow it, tab ticks, enter takes what is ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, OptionList

from workbench.documents.cases import sampled
from workbench.errors import SettingsError
from workbench.tui.acts import Act
from workbench.tui.ask import Ask
from workbench.tui.dialog_acts import CASES_ACTS, SAMPLE, TICKS_ACTS, KeysLine, dialog_bindings
from workbench.tui.picker import NOTHING_FITS, Item, Narrowing

_SAMPLE = 50


class Ticks(Narrowing[tuple[str, ...] | None]):
    """Ends with the keys of what is ticked, in the list's order; None where the user backs out.

    Args:
        title: What is being chosen.
        items: What there is, in the order to show.
        ticked: What is ticked to begin with.
        none: Whether nothing is an answer; if not, enter takes the highlighted one for want of it.
    """

    DEFAULT_CSS = """
    Ticks > Vertical { max-height: 90%; }
    Ticks OptionList:focus { border: none; background-tint: $foreground 0%; }
    Ticks .empty { padding: 0; }
    """
    acts: ClassVar[tuple[Act, ...]] = TICKS_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(TICKS_ACTS)]

    def __init__(
        self, title: str, items: Sequence[Item], ticked: Collection[str] = (), *, none: bool = False
    ) -> None:
        super().__init__(title, items, empty=NOTHING_FITS)
        self._none, self._by_key = none, {item.key: item for item in items}
        self._ticked = {*ticked} & self._by_key.keys()

    def below(self) -> ComposeResult:
        """The keys."""
        yield KeysLine(self.acts)

    def on_mount(self) -> None:  # beside the list's, which Textual calls as well
        """One types at once."""
        self.query_one(Input).focus()

    @on(OptionList.OptionSelected)
    def _clicked(self, selected: OptionList.OptionSelected) -> None:
        self._tick(selected.option_id or "")

    def action_tick(self) -> None:
        """Tick the highlighted one, or take its tick away, and go on to the next."""
        if key := self.highlighted:
            self._tick(key)
            self.action_move(1)

    def action_tick_all(self) -> None:
        """Tick all that fit what is typed, shown or not; if they are, none of them."""
        fitting = {item.key for item in self._found}
        self._ticked = self._ticked - fitting if fitting <= self._ticked else self._ticked | fitting
        self._relist()

    def action_take(self) -> None:
        """Take what is ticked."""
        self.narrow()
        if not self._ticked and not self._none and (key := self.highlighted):
            self._tick(key)
        self.dismiss(tuple(key for key in self._by_key if key in self._ticked))

    def _tick(self, key: str) -> None:
        self._ticked ^= {key}
        self.query_one(OptionList).replace_option_prompt(key, self.row(self._by_key[key]))
        self.tell()

    def _relist(self) -> None:
        """List anew what is listed: many rows at once are quicker so than one by one."""
        at = self.query_one(OptionList).highlighted
        self.list_again()
        self.query_one(OptionList).highlighted = at

    def row(self, item: Item) -> Content:
        """Whether it is ticked, and what it is."""
        return Content.assemble("● " if item.key in self._ticked else "○ ", super().row(item))

    def told(self) -> str:
        """What enter would take."""
        ticked = f"{len(self._ticked):,} of {len(self._items):,} ticked"
        return ", ".join(filter(None, (ticked, super().told())))

    def on_resize(self) -> None:
        """The list leaves room for what stands around it: the keys are seen, however long it is."""
        keys = self.query_one(KeysLine)
        around = 5 + keys.get_content_height(self.size, self.size, max(1, keys.size.width))
        self.query_one(OptionList).styles.max_height = max(3, self.size.height * 9 // 10 - around)


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
