"""Pick one of a list: type to narrow it, arrows to choose, enter to take it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.telling.plain import plain
from workbench.tui.dialog import Dialog
from workbench.tui.options import Options

MOST = 500
"""So many things are listed; of 100,000, typing finds the others sooner than looking."""
NOTHING_FITS = "nothing here fits that; fewer letters find more"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to pick: its key, its words, and a quieter word behind them."""

    key: str
    words: str
    more: str = ""


class Picker(Dialog[str]):
    """Ends with the picked item's key, or "" where the user backs out.

    Args:
        title: What is being picked.
        items: What there is, in the order to show.
        empty: What to say where there is nothing.
    """

    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > Vertical {
        width: 80%; max-width: 110; height: auto; max-height: 80%;
        padding: 0 1; border: round $accent; background: $surface;
    }
    Picker Input { border: none; height: 1; padding: 0; margin: 0 0 1 0; background: $surface; }
    Picker OptionList {
        border: none; height: auto; max-height: 100%; background: $surface; padding: 0;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    Picker .empty { color: $text-muted; padding: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss('')", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(self, title: str, items: Sequence[Item], *, empty: str) -> None:
        super().__init__()
        self._title, self._items, self._empty = title, items, empty

    def compose(self) -> ComposeResult:
        """A line to type in, over the list."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            yield Input(placeholder="type to narrow the list", compact=True)
            yield Options(markup=False)
            yield Static(
                NOTHING_FITS if self._items else self._empty, classes="empty", markup=False
            )

    def on_mount(self) -> None:
        """Everything is listed until something is typed."""
        self._list("")

    @on(Input.Changed)
    def _narrow(self, changed: Input.Changed) -> None:
        self._list(changed.value)

    @on(Input.Submitted)
    def _take(self) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id or "")

    @on(OptionList.OptionSelected)
    def _clicked(self, selected: OptionList.OptionSelected) -> None:
        self.dismiss(selected.option_id or "")

    def action_move(self, rows: int) -> None:
        """Move the highlight; typing goes on."""
        options = self.query_one(OptionList)
        if options.option_count:
            row = (options.highlighted or 0) + rows
            options.highlighted = max(0, min(row, options.option_count - 1))

    def _list(self, typed: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        found = [item for item in self._items if matches(typed, f"{item.words} {item.more}")]
        start = typed.strip().casefold()
        found.sort(key=lambda item: not item.words.casefold().startswith(start))
        options.add_options(
            Option(Content.assemble(plain(item.words), (f"  {plain(item.more)}", "dim")), item.key)
            for item in found[:MOST]
        )
        self.query_one(Vertical).border_subtitle = shown_of(found) if len(found) > MOST else ""
        options.highlighted = 0 if found else None
        options.display = bool(found)
        self.query_one(".empty").display = not found


def shown_of(found: Sequence[Item]) -> str:
    """That not all of them are listed."""
    return f"the first {MOST:,} of {len(found):,} listed: type to narrow it"


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
