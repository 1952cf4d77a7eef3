"""Find and replace in an editor: a bar under the text, and marks in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static
from textual.widgets.text_area import Location, Selection

from workbench.tui.acts import key_of
from workbench.tui.bar import Bar, Buttons
from workbench.tui.bindings import bindings_of
from workbench.tui.editor_acts import BAR_ACTS
from workbench.tui.needle import MOST, Needle, Spot, nearest

if TYPE_CHECKING:
    from workbench.tui.editor import YamlEditor

_WORD = re.compile(r"\w+")
_FIND = {"back": "↑", "on": "↓", "case": "Aa", "regex": ".*"}


class FindBar(Bar):
    """What is found is marked among the visible rows; the one at hand is selected.

    Each replacement is one step of undo, and so is replacing all.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(BAR_ACTS, of_screen=False, first=False)]
    DEFAULT_CSS = """
    FindBar #replacing { display: none; }
    FindBar.-replaces #replacing { display: block; }
    """

    def __init__(self, editor: YamlEditor) -> None:
        super().__init__(editor)
        self._toggles = Buttons({**_FIND, "close": key_of("cancel")})
        self._find = Input(compact=True, id="find", placeholder="find")
        self._by = Input(compact=True, id="by", placeholder="with")
        self._needle = Needle("")
        self._spots: list[Spot] = []
        self._from: Location = (0, 0)
        self._replaced = 0  # how many were, since anything was looked for

    def compose(self) -> ComposeResult:
        """What to look for; under it what comes in its place, where that is asked for."""
        with Horizontal():
            yield self._find
            yield Static("", classes="said", markup=False)
            yield self._toggles
        with Horizontal(id="replacing"):
            yield self._by
            yield Static(" ")
            yield Buttons({"one": "enter one", "all": f"{key_of('replace_all', BAR_ACTS)} all"})

    def open(self, *, replaces: bool) -> None:
        """Look for what is selected, where that is in one line; else for what was last."""
        start, end = sorted(self.editor.selection)
        if start != end and start[0] == end[0]:
            self._find.value = self.editor.document.raw_lines[start[0]][start[1] : end[1]]
        self._from = start
        self.set_class(replaces and not self.editor.read_only, "-replaces")
        self.show()
        self._look()

    def look_for_word(self) -> None:
        """From now on, look for the word at the cursor, or behind it in its line; whole."""
        row, column = self.editor.cursor_location
        line = self.editor.document.raw_lines[row]
        words = [match for match in _WORD.finditer(line) if match.end() > column]
        text = rf"\b{re.escape(words[0][0])}\b" if words else ""
        self._needle = replace(self._needle, text=text, regex=True)
        self._find.value = text
        self._show_how()

    def find_on(self, times: int) -> bool:
        """Without opening it, go so many further, or back; whether there is anything."""
        self._spots = self._needle.spots(self.editor.document.raw_lines)
        if not self._spots:
            return False
        for _ in range(min(abs(times), len(self._spots))):
            at = nearest(self._spots, *self.editor.cursor_location, 1 if times > 0 else -1)
            if at is not None:
                self.editor.go_to_spot(*self._spots[at])
                self.editor.settle()
        return True

    def close(self) -> None:
        """Marks go, the place stays."""
        self.editor.show_found(None)
        super().close()

    def changed(self) -> None:
        """The text was changed: count again."""
        if self.display:
            self._spots = self._needle.spots(self.editor.document.raw_lines)
            self._count()

    # Looking

    @on(Input.Changed, "#find")
    def _typed(self) -> None:
        if self.display:
            self._look()

    def _look(self) -> None:
        """Find anew, and go to the first from where the bar was opened."""
        self._replaced = 0
        self._needle = replace(self._needle, text=self._find.value)
        self._spots = self._needle.spots(self.editor.document.raw_lines)
        self.editor.show_found(self._needle.pattern)
        at = nearest(self._spots, *self._from, 0)
        if at is None:
            self.editor.selection = Selection.cursor(self._from)
            self._count()
        else:
            self._go(at)

    def _go(self, at: int) -> None:
        self._replaced = 0
        row, start, end = self._spots[at]
        self.editor.go_to_spot(row, start, end)
        self._count()

    def _at(self) -> int | None:
        """Which of them is selected, if any."""
        (row, start), (bottom, end) = sorted(self.editor.selection)
        spot = (row, start, end)
        return self._spots.index(spot) if row == bottom and spot in self._spots else None

    def _count(self) -> None:
        if problem := self._needle.problem:
            self.say(problem, wrong=True)
            return
        many = f"{len(self._spots):,}" + "+" * (len(self._spots) == MOST)
        at = self._at()
        if self._replaced:
            self.say(f"{self._replaced:,} replaced")
        elif not self._needle.text:
            self.say("")
        elif not self._spots:
            self.say("none")
        else:
            self.say(many if at is None else f"{at + 1:,} of {many}")

    def action_step(self, by: int) -> None:
        """To the next one (1), or to the one before (-1); round at the ends."""
        start, end = sorted(self.editor.selection)
        place = start if by < 0 or self._at() is not None else end
        if (at := nearest(self._spots, *place, by)) is not None:
            self._from = self._spots[at][:2]
            self._go(at)

    def action_switch(self, how: str) -> None:
        """Tell capitals apart, or take it for a regular expression; or no longer."""
        self._needle = replace(
            self._needle,
            case=self._needle.case != (how == "case"),
            regex=self._needle.regex != (how == "regex"),
        )
        self._show_how()
        self._look()

    def _show_how(self) -> None:
        self._toggles.on = [name for name in ("case", "regex") if getattr(self._needle, name)]

    # Replacing

    @on(Input.Submitted)
    def _entered(self, submitted: Input.Submitted) -> None:
        submitted.stop()
        if submitted.input is self._by:
            self._replace_one()
        elif self.editor.modal is not None and not self.has_class("-replaces"):
            self.close()  # as after vim's /: n and N go on
        else:
            self.action_step(1)

    def _replace_one(self) -> None:
        """Replace the one that is selected, and go on to the next."""
        at = self._at()
        if at is None:
            self.action_step(1)
            return
        row, start, end = self._spots[at]
        line = self.editor.document.raw_lines[row]
        try:
            new, _ = self._needle.replaced(line, self._by.value, start)
        except ValueError as error:
            self.say(str(error), wrong=True)
            return
        grown = len(new) - len(line)
        self.editor.replace_in_line(row, start, end, new[start : end + grown])
        self.changed()
        after = nearest(self._spots, row, end + grown, 0)
        self._count() if after is None else self._go(after)

    def action_replace_all(self) -> None:
        """Replace every one, as one step of undo."""
        if not self.has_class("-replaces"):
            return
        by = self._by.value
        try:
            done = [self._needle.replaced(line, by) for line in self.editor.document.raw_lines]
        except ValueError as error:
            self.say(str(error), wrong=True)
            return
        self._replaced = sum(count for _, count in done)
        if self._replaced:
            self.editor.replace_lines([line for line, _ in done])
        self.changed()

    @on(Buttons.Pressed)
    def _pressed(self, pressed: Buttons.Pressed) -> None:
        pressed.stop()
        match pressed.name:
            case "back" | "on":
                self.action_step(-1 if pressed.name == "back" else 1)
            case "one":
                self._replace_one()
            case "all":
                self.action_replace_all()
            case "close":
                self.close()
            case how:
                self.action_switch(how)
