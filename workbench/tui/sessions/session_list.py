"""The list of sessions: as many as there are, painted only as far as they are seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as Notice
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.tui.sessions.rows import Words, heads, row
from workbench.workbench.library import Entries, Entry

_MARK = "▌"
_ROLES = (
    "name",
    "key",
    "quiet",
    "figure",
    "tag",
    "badge",
    "complete",
    "cut",
    "failed",
    "under-way",
)


class SessionList(ScrollView, can_focus=True):
    """Sessions, one a line under a line of heads; one of them is chosen.

    Post-condition of choosing another: `Chosen`. Of a double click: `Opened`.
    """

    @dataclass
    class Chosen(Notice):
        """Another session is chosen, or none is there."""

        entry: Entry | None

    class Opened(Notice):
        """The user opens the chosen session."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"session-list--{role}" for role in _ROLES),
        "session-list--heads",
        "session-list--chosen",
        "session-list--mark",
    }
    DEFAULT_CSS = """
    SessionList {
        background: $background; color: $foreground; scrollbar-size: 1 1; overflow-x: hidden;
        scrollbar-color: $foreground 20%; scrollbar-background: $background;
        scrollbar-color-hover: $foreground 40%; scrollbar-background-hover: $background;
        scrollbar-color-active: $accent; scrollbar-background-active: $background;
    }
    SessionList > .session-list--heads { color: $foreground 50%; }
    SessionList > .session-list--quiet { color: $foreground 60%; }
    SessionList > .session-list--key { color: $accent; text-style: bold; }
    SessionList > .session-list--tag { color: $text-accent; }
    SessionList > .session-list--badge { color: $text-warning; }
    SessionList > .session-list--complete { color: $foreground 60%; }
    SessionList > .session-list--cut { color: $text-warning; }
    SessionList > .session-list--failed { color: $text-error; }
    SessionList > .session-list--under-way { color: $text-accent; }
    SessionList > .session-list--chosen { background: $foreground 8%; }
    SessionList > .session-list--mark { color: $foreground 40%; }
    SessionList:focus > .session-list--chosen { background: $accent 20%; }
    SessionList:focus > .session-list--mark { color: $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "choose(0)", show=False),
        Binding("end", "choose(-1)", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries = Entries(Path(), ())
        self._at = 0
        self._under_way: Path | None = None
        self._year = ""
        self.empty: tuple[Words, ...] = ()
        """What is said where there is no session, a line each."""

    @property
    def chosen(self) -> Entry | None:
        """The session that is chosen; None where there is none."""
        return self._entries[self._at] if self._entries else None

    def show(self, entries: Entries, under_way: Path | None = None) -> None:
        """List these; what was chosen stays so where it still is there, else its neighbour is.

        Args:
            entries: The sessions.
            under_way: The file of the one that a round is being saved to.
        """
        before = self.chosen
        self._entries, self._under_way = entries, under_way
        self._year = f"{datetime.now(UTC).year}-"
        place = entries.place_of(before.summary.path) if before else None
        self._at = min(self._at if place is None else place, max(0, len(entries) - 1))
        self._fit()
        self._bring_into_sight()
        if self.chosen != before:
            self.post_message(self.Chosen(self.chosen))

    def choose(self, path: Path) -> None:
        """Choose the session of this file, if it is listed."""
        place = self._entries.place_of(path)
        if place is not None:
            self.action_choose(place)

    # Moving

    def action_move(self, rows: int) -> None:
        """Choose the session so many lines further down."""
        self.action_choose(max(0, min(self._at + rows, len(self._entries) - 1)))

    def action_page(self, pages: int) -> None:
        """Choose the session a screenful further down."""
        self.action_move(pages * max(1, self.size.height - 2))

    def action_choose(self, at: int) -> None:
        """Choose the session at this place; from the end where negative."""
        if not self._entries:
            return
        at %= len(self._entries)
        if at != self._at:
            self._at = at
            self.refresh()
            self.post_message(self.Chosen(self.chosen))
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        top, rows = round(self.scroll_y), max(1, self.size.height - 1)
        if not top <= self._at < top + rows:
            top = self._at if self._at < top else self._at - rows + 1
            self.scroll_to(y=top, animate=False, force=True)

    def on_click(self, event: Click) -> None:
        """Choose the session under the pointer; a double click opens it."""
        at = round(self.scroll_y) + event.y - 1
        if event.y and at < len(self._entries):
            self.action_choose(at)
            if event.chain > 1:
                self.post_message(self.Opened())

    # Painting

    def on_resize(self) -> None:
        """As many lines as there is room for."""
        self._fit()
        self.call_after_refresh(self._bring_into_sight)

    def _fit(self) -> None:
        self.virtual_size = Size(0, len(self._entries) + 1 if self._entries else 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the list; the heads stay at the top."""
        width = self.size.width
        base = self.rich_style
        if y == 0 and not self._entries:
            return Strip.blank(width, base)
        if y == 0:
            style = self.get_component_rich_style("session-list--heads")
            return Strip([Segment(f" {heads(width - 2)}", style)]).adjust_cell_length(width, base)
        at = round(self.scroll_y) + y - 1
        if not self._entries and 0 < at <= len(self.empty):
            return self._painted([("quiet", "   "), *self.empty[at - 1]], width, chosen=False)
        if at >= len(self._entries):
            return Strip.blank(width, base)
        entry, chosen = self._entries[at], at == self._at
        words = row(
            entry,
            width - 2,
            year=self._year,
            under_way=entry.summary.path == self._under_way,
        )
        return self._painted(words, width, chosen=chosen)

    def _painted(self, words: Words, width: int, *, chosen: bool) -> Strip:
        behind = Style()
        if chosen:
            full = self.get_component_rich_style("session-list--chosen")
            behind = Style(bgcolor=full.bgcolor)
        mark = _MARK if chosen else " "
        parts = [("mark", mark), *words]
        segments = [
            Segment(text, self.get_component_rich_style(f"session-list--{role}") + behind)
            for role, text in parts
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style + behind)
