"""The list of sessions: as many as there are, painted only as far as they are seen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.message import Message as Notice
from textual.strip import Strip

from workbench.tui.line_list import LineList
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


class SessionList(LineList):
    """Sessions, one a line. Post-condition of choosing another: `Chosen`."""

    @dataclass
    class Chosen(Notice):
        """Another session is chosen, or none is there."""

        entry: Entry | None

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"session-list--{role}" for role in _ROLES),
        "session-list--heads",
        "session-list--chosen",
        "session-list--mark",
    }
    DEFAULT_CSS = """
    SessionList > .session-list--heads { color: $foreground 50%; }
    SessionList > .session-list--quiet { color: $foreground 60%; }
    SessionList > .session-list--key { color: $text-accent; text-style: bold; }
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

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries = Entries(Path(), ())
        self._under_way: Collection[Path] = ()
        self._year = ""
        self._held = False
        self.empty: tuple[Words, ...] = ()
        """What is said where there is no session, a line each."""

    @property
    def count(self) -> int:
        """How many sessions are listed."""
        return len(self._entries)

    @property
    def chosen(self) -> Entry | None:
        """The session that is chosen; None where there is none."""
        return self._entries[self._at] if self._entries else None

    def show(self, entries: Entries, under_way: Collection[Path] = ()) -> None:
        """List these; what was chosen stays so where it still is there, else its neighbour is.

        Until the user has taken hold of a session the newest is chosen, though it come in late.

        Args:
            entries: The sessions.
            under_way: The files of those that a round is being saved to.
        """
        before = self.chosen
        self._entries, self._under_way = entries, under_way
        self._year = f"{datetime.now(UTC).year}-"
        place = entries.place_of(before.summary.path) if before and self._held else None
        self.relisted(self._at if place is None else place)
        if self.chosen != before:
            self.post_message(self.Chosen(self.chosen))

    def hold(self) -> None:
        """Keep the chosen session, whatever else comes in: the user does something with it."""
        self._held = True

    def action_choose(self, at: int) -> None:
        """Choose the session at this place, and hold it."""
        self.hold()
        super().action_choose(at)

    def choose(self, path: Path) -> None:
        """Choose the session of this file, if it is listed."""
        place = self._entries.place_of(path)
        if place is not None:
            self.action_choose(place)

    def chose(self) -> None:
        """Say so."""
        self.post_message(self.Chosen(self.chosen))

    # Painting

    def heads(self) -> Strip:
        """What stands where."""
        words = f" {heads(self.size.width - 2)}"
        return Strip([Segment(words, self.get_component_rich_style("session-list--heads"))])

    def empty_line(self, y: int) -> Strip:
        """Why there is no session."""
        if not 1 < y < len(self.empty) + 2:
            return Strip([])
        return self._painted([("quiet", "    "), *self.empty[y - 2]], Style())

    def behind(self, at: int) -> Style:
        """The chosen one's is another."""
        if at != self._at:
            return Style()
        return Style(bgcolor=self.get_component_rich_style("session-list--chosen").bgcolor)

    def line(self, at: int) -> Strip:
        """A session."""
        entry, mark = self._entries[at], _MARK if at == self._at else " "
        under_way = entry.summary.path in self._under_way
        words = row(entry, self.size.width - 2, year=self._year, under_way=under_way)
        return self._painted([("mark", mark), *words], self.behind(at))

    def _painted(self, words: Words, behind: Style) -> Strip:
        return Strip(
            [
                Segment(text, self.get_component_rich_style(f"session-list--{role}") + behind)
                for role, text in words
            ]
        )
