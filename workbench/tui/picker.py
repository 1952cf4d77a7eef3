"""Pick one of a list: type to narrow it, arrows to choose, enter to take it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.telling.plain import plain
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import BACK, back_binding
from workbench.tui.options import Options

MOST = 500
"""So many things are listed; of 100,000, typing finds the others sooner than looking."""
_ASIDE = 28
"""Cells that words may take before what stands behind them is no longer put into a column."""
NOTHING_FITS = "nothing here fits that; fewer letters find more"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to pick: its key, its words, and a quieter word behind them."""

    key: str
    words: str
    more: str = ""


class Narrowing(Dialog[ScreenResultType]):
    """A line to type in over a list, which it narrows; arrows move in the list meanwhile.

    Args:
        title: What the list is of.
        items: What there is, in the order to show.
        empty: What to say where nothing is listed.
    """

    DEFAULT_CSS = """
    Narrowing { align: center middle; }
    Narrowing > Vertical {
        width: 80%; max-width: 110; height: auto; max-height: 80%;
        padding: 0 1; border: round $accent; background: $surface;
    }
    Narrowing Input { border: none; height: 1; padding: 0; margin: 0 0 1 0; background: $surface; }
    Narrowing OptionList {
        border: none; height: auto; max-height: 100%; background: $surface; padding: 0;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    Narrowing .empty { color: $text-muted; padding: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(self, title: str, items: Sequence[Item], *, empty: str) -> None:
        super().__init__()
        self._title, self._items, self._empty = title, items, empty
        self._found: Sequence[Item] = ()
        self._by = ""
        self._aside = 0

    def compose(self) -> ComposeResult:
        """A line to type in, over the list."""
        with Vertical() as box:
            box.border_title = Content(plain(self._title))
            yield Input(placeholder="type to narrow the list", compact=True)
            yield Options(markup=False)
            yield Static(self._empty, classes="empty", markup=False)
            yield from self.below()

    def below(self) -> ComposeResult:
        """What stands under the list."""
        yield from ()

    def on_mount(self) -> None:
        """Everything is listed until something is typed."""
        self.list_again()

    def row(self, item: Item) -> Content:
        """A line of the list."""
        words = plain(item.words)
        gap = " " * max(0, self._aside - cell_len(words))
        return Content.assemble(words, (f"{gap}  {plain(item.more)}", "dim"))

    def in_order(self, found: list[Item], typed: str) -> list[Item]:
        """What fits, in the order to show."""
        return found

    def told(self) -> str:
        """What the frame says: that not all of them are listed."""
        if len(self._found) <= MOST:
            return ""
        return f"the first {MOST:,} of {len(self._found):,} listed: type to narrow it"

    def list_again(self) -> None:
        """List what fits what is typed; the first of it is highlighted."""
        typed, options = self.query_one(Input).value, self.query_one(OptionList)
        self._by = typed
        options.clear_options()
        found = [item for item in self._items if matches(typed, f"{item.words} {item.more}")]
        self._found = self.in_order(found, typed)
        shown = self._found[:MOST]
        wide = (cell_len(plain(item.words)) for item in shown if item.more)
        self._aside = min(max(wide, default=0), _ASIDE)
        options.add_options(Option(self.row(item), item.key) for item in shown)
        options.highlighted = 0 if found else None
        options.display = bool(found)
        self.query_one(".empty").display = not found
        self.tell()

    def tell(self) -> None:
        """Say in the frame what there is to say now."""
        self.query_one(Vertical).border_subtitle = Content(self.told())

    @property
    def highlighted(self) -> str:
        """The key of the highlighted one; empty where there is none."""
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return ""
        return options.get_option_at_index(options.highlighted).id or ""

    @on(Input.Changed)
    def narrow(self) -> None:
        """List what fits, unless it is what stands there: the notice may come after the need."""
        if self.query_one(Input).value != self._by:
            self.list_again()

    def action_move(self, rows: int) -> None:
        """Move the highlight; typing goes on."""
        options = self.query_one(OptionList)
        if options.option_count:
            row = (options.highlighted or 0) + rows
            options.highlighted = max(0, min(row, options.option_count - 1))


class Picker(Narrowing[str]):
    """Ends with the picked item's key, or "" where the user backs out.

    What begins with what is typed stands first.

    Args:
        title: What is being picked.
        items: What there is, in the order to show.
        empty: What to say where there is nothing.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*back_binding()]

    def __init__(self, title: str, items: Sequence[Item], *, empty: str) -> None:
        super().__init__(title, items, empty=NOTHING_FITS if items else empty)

    def in_order(self, found: list[Item], typed: str) -> list[Item]:
        """What begins so comes first."""
        start = typed.strip().casefold()
        return sorted(found, key=lambda item: not item.words.casefold().startswith(start))

    def told(self) -> str:
        """The keys, where there is nothing else to say."""
        return super().told() or f"enter takes it   {BACK.shown_key} back"

    @on(Input.Submitted)
    def _take(self) -> None:
        if key := self.highlighted:
            self.dismiss(key)

    @on(OptionList.OptionSelected)
    def _clicked(self, selected: OptionList.OptionSelected) -> None:
        self.dismiss(selected.option_id or "")


def matches(typed: str, words: str) -> bool:
    """Whether every word typed stands somewhere in `words`, whatever its case."""
    there = words.casefold()
    return all(part in there for part in typed.casefold().split())


def likeness(typed: str, words: str, names: str = "") -> int:
    """How well `words`, or one of `names`, may be meant by what is typed; 0 where not at all.

    A part counts most as a whole name, then as a word's beginning, then anywhere, and least as
    letters of a word or two that were left out.
    """
    there, called = f"{words} {names}".casefold(), names.casefold().split()
    total = 0
    for part in typed.casefold().split():
        sparse = ".{0,3}?".join(map(re.escape, part))
        if part in called:
            total += 8
        elif re.search(rf"(?<!\w){re.escape(part)}", there):
            total += 4
        elif part in there:
            total += 2
        elif len(part) > 2 and re.search(rf"(?<!\w){sparse}", there):
            total += 1
        else:
            return 0
    return total
