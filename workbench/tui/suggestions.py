"""What completes at the cursor: a list beside it, opened by typing or by a key.

Promises: the text keeps the focus, and no key waits for the list: it is looked for once a key is
painted. Where it came unasked, Enter breaks the line as ever unless a row was chosen.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Offset
from textual.timer import Timer
from textual.widget import Widget

from workbench.telling.plain import plain
from workbench.tui.known import Known

if TYPE_CHECKING:
    # Loaded with the first letter that is typed.
    from workbench.tui.completion import Candidate, Completion
    from workbench.tui.editor import YamlEditor

_PAUSE_S = 0.04
_MOST_ROWS, _MOST_COLUMNS = 8, 72
_FRAME = 2
_KINDS = ("prompt", "system", "tools", "cases")


class Shown(Protocol):
    """What the list is told of the file that is edited."""

    path: Path | None
    completes: Known


class Suggestions(Widget, can_focus=False):
    """The list of one editor.

    Args:
        editor: Where the cursor is, and what is taken goes.
        shown: The file in it, and what is known beside it.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"suggestions--chosen", "suggestions--tells"}
    DEFAULT_CSS = """
    Suggestions {
        display: none; overlay: screen; background: $surface; color: $foreground;
        border: round $foreground 40%; border-subtitle-color: $foreground 60%;
        & > .suggestions--chosen { background: $accent 30%; text-style: bold; }
        & > .suggestions--tells { color: $foreground 55%; }
    }
    """

    def __init__(self, editor: YamlEditor, shown: Shown) -> None:
        super().__init__()
        self._editor, self._shown = editor, shown
        self._found: Completion | None = None
        self._row = 0
        self._chosen: int | None = None
        self._top = 0
        self._asked = False
        self._due: Timer | None = None

    def on_mount(self) -> None:
        """Follow the cursor."""
        self.watch(self._editor, "selection", self._moved, init=False)
        self.watch(self._editor, "scroll_y", self._scrolled, init=False)
        self.watch(self._editor, "has_focus", self._scrolled, init=False)
        self.watch(self._editor, "size", self._scrolled, init=False)

    # What the editor asks of it

    def typed(self, text: str) -> None:
        """This is being typed: look once it stands there. A paste completes nothing."""
        if len(text) <= 2 and "\n" not in text:
            self._soon()

    def ask(self) -> None:
        """Show what completes here, or say that nothing does."""
        self._asked = True
        self._look()
        if self._found is None:
            self.notify("Nothing completes here.", timeout=3)

    def move(self, by: int) -> bool:
        """Go up or down the list; False where the key means the text."""
        self._be_current()
        if self._found is None or (self._chosen is None and by < 0):
            return False
        chosen = by - 1 if self._chosen is None else self._chosen + by
        last = len(self._found.candidates) - 1
        self._choose(None if chosen < 0 else min(chosen, last))
        return True

    def takes(self, key: str) -> bool:
        """Whether this key takes the chosen row; tab takes the first where none is."""
        if key not in ("enter", "tab") or not self.display:
            return False
        self._be_current()
        if self._found is None or (key == "enter" and self._chosen is None):
            return False
        self._take(self._chosen or 0)
        return True

    def close(self) -> bool:
        """Close the list; whether it was open."""
        self._stop_waiting()
        was = self.display
        self._found, self._chosen, self._asked, self.display = None, None, False, False
        return was

    # Looking

    def _soon(self) -> None:
        self._stop_waiting()
        self._due = self.set_timer(_PAUSE_S, self._look)

    def _stop_waiting(self) -> None:
        if self._due is not None:
            self._due.stop()
            self._due = None

    def _be_current(self) -> None:
        """What is open is for the text as it stands now."""
        if self.display and self._due is not None:
            self._look()

    def _look(self) -> None:
        self._stop_waiting()
        found = self._completion()
        if found is None or not (self._asked or found.certain or found.start < self._column):
            self.close()
            return
        chosen = self._taken_along(found)
        self._found, self._row = found, self._editor.cursor_location[0]
        self._lay_out(found.candidates)
        self._choose(chosen)

    @property
    def _column(self) -> int:
        return self._editor.cursor_location[1]

    def _completion(self) -> Completion | None:
        from workbench.documents.offers import files_at
        from workbench.tui.completion import Place, completion

        editor, path = self._editor, self._shown.path
        if path is None or not editor.has_focus or not editor.selection.is_empty:
            return None
        named = path.name.split(".")[-2:-1] if editor.grammar == "yaml" else []
        kind = named[0] if named and named[0] in _KINDS else ""
        row, column = editor.cursor_location
        place = Place(
            editor.document.raw_lines,
            row,
            column,
            kind,
            editor.is_text,
            lambda begun: files_at(path.parent, begun),
        )
        return completion(place, self._shown.completes)

    def _taken_along(self, found: Completion) -> int | None:
        """Where the row that is chosen stands among what was found now."""
        first = 0 if self._asked else None
        if self._found is None or self._chosen is None:
            return first
        now = self._found.candidates[self._chosen]
        return next((at for at, one in enumerate(found.candidates) if one == now), first)

    # Following the cursor

    def _moved(self) -> None:
        if self._found is None:
            return
        if self._editor.cursor_location[0] != self._row or self._column < self._found.start:
            self.close()
        else:
            self._soon()

    def _scrolled(self) -> None:
        if self._found is not None and not self._editor.has_focus:
            self.close()
        elif self._found is not None:
            self.call_after_refresh(self._lay_out, self._found.candidates)

    def _lay_out(self, candidates: tuple[Candidate, ...]) -> None:
        """Below the cursor; above it where there is no room; never out of the screen."""
        if self._found is None:
            return
        screen = self.screen.size
        widest = max(_row(one).cell_length for one in candidates)
        width = min(widest + 2 + _FRAME, _MOST_COLUMNS, screen.width)
        rows = min(len(candidates), _MOST_ROWS)
        x, y = self._editor.cursor_screen_offset
        x -= self._column - self._found.start + 2 + _FRAME // 2
        height = rows + _FRAME
        below = y + 1 + height <= screen.height
        if not below and y < height:  # neither fits: what there is, on the larger side
            below = screen.height - y - 1 >= y
            height = max(_FRAME + 1, screen.height - y - 1 if below else y)
        self.styles.width, self.styles.height = width, height
        top = y + 1 if below else y - height
        self.absolute_offset = Offset(max(0, min(x, screen.width - width)), max(0, top))
        self._rows = height - _FRAME
        self.display = True

    _rows = 1

    # The list

    def _choose(self, chosen: int | None) -> None:
        count = len(self._found.candidates) if self._found is not None else 0
        self._chosen = chosen
        at = chosen or 0
        self._top = max(min(self._top, at), at - self._rows + 1, 0)
        self._top = min(self._top, max(0, count - self._rows))
        told = f"{at + 1}/{count}" if chosen is not None else f"{count}"
        self.border_subtitle = told if count > self._rows else ""
        self.refresh()

    def _take(self, at: int) -> None:
        """Put a row into the text; where it is a name or a folder, go on with what it holds."""
        if (found := self._found) is None:
            return
        text = found.candidates[at].inserted
        row = self._editor.cursor_location[0]
        self.close()
        self._editor.replace_in_line(row, found.start, found.end, text)
        if text.endswith((": ", "/")):
            self._soon()

    def render(self) -> Content:
        """The rows that fit, the chosen one marked by a sign and by its ground."""
        if self._found is None:
            return Content()
        width, lines = self.content_size.width, []
        tells = self.get_visual_style("suggestions--tells", partial=True)
        chosen = self.get_visual_style("suggestions--chosen", partial=True)
        shown = self._found.candidates[self._top : self._top + self._rows]
        for at, one in enumerate(shown, self._top):
            mark = "›" if at == self._chosen else " "
            name = len(plain(one.shown)) + 2
            line = Content(f"{mark} ") + _row(one).stylize(tells, name)
            line = line.truncate(width, ellipsis=True, pad=True)
            lines.append(line.stylize(chosen) if at == self._chosen else line)
        return Content("\n").join(lines)

    def on_click(self, click: Click) -> None:
        """Take the row under the pointer."""
        click.stop()
        place = click.get_content_offset(self)
        if place is not None and self._found is not None:
            at = self._top + place.y
            if at < len(self._found.candidates):
                self._take(at)
                self._editor.focus()

    def on_mouse_scroll_down(self, scroll: MouseScrollDown) -> None:
        """A row down."""
        scroll.stop()
        self.move(1)

    def on_mouse_scroll_up(self, scroll: MouseScrollUp) -> None:
        """A row up, as long as there is one."""
        scroll.stop()
        if self._chosen:
            self.move(-1)


def _row(one: Candidate) -> Content:
    return Content("  ".join(filter(None, (plain(one.shown), plain(one.tells)))))
