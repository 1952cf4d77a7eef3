"""The sessions screen: a list, searched as one types, and what is in the chosen session."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message as Notice
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from workbench.telling.plain import plain
from workbench.tui.act_screen import ActScreen
from workbench.tui.acts import SCREENS, key_of
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.header import Header
from workbench.tui.sessions.preview import Preview, Seen
from workbench.tui.sessions.rows import Words
from workbench.tui.sessions.session_list import SessionList
from workbench.workbench.library import Entries, Entry, Query

NARROW = 140
"""Columns below which the preview stands under the list."""
_EXAMPLES = 'words  "a phrase"  tag:x  model:x  since:2026-11-01  cost>0.01  is:failed'


class SessionsScreen(ActScreen):
    """Posts what the user wants; paints what it is given.

    Args:
        folder: Where the sessions are.
    """

    @dataclass
    class Wanted(Notice):
        """The user wants an act done, or something to be shown: `find` or `look`.

        Args:
            act: Which.
            field: Where it is about what is said of a session: its title, tags or note.
        """

        act: str
        field: str = "title"

    acts = SCREENS["sessions"]
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(acts),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    AUTO_FOCUS = "SessionList"
    DEFAULT_CSS = """
    SessionsScreen { layout: vertical; background: $background; }
    SessionsScreen > Header { dock: top; }
    SessionsScreen > Footer { dock: bottom; }
    SessionsScreen #finder { height: 1; padding: 0 1; background: $foreground 3%; }
    SessionsScreen #finder Static { width: auto; }
    SessionsScreen #finder .slash { color: $text-accent; text-style: bold; width: 2; }
    SessionsScreen #finder Input {
        width: 1fr; border: none; height: 1; padding: 0; background: transparent;
    }
    SessionsScreen #count { color: $foreground 60%; padding: 0 0 0 2; }
    SessionsScreen #status { height: 1; padding: 0 1; color: $foreground 60%; }
    SessionsScreen #status.doubt { color: $text-warning; }
    SessionsScreen #body { height: 1fr; layout: horizontal; }
    SessionsScreen #list { width: 54%; height: 100%; }
    SessionsScreen #seen { width: 1fr; height: 100%; border-left: solid $foreground 15%; }
    SessionsScreen #seen:focus { border-left: solid $accent; }
    SessionsScreen.-narrow #body { layout: vertical; }
    SessionsScreen.-narrow #list { width: 100%; height: 45%; }
    SessionsScreen.-narrow #seen {
        height: 1fr; width: 100%; border-left: none; border-top: solid $foreground 15%;
    }
    SessionsScreen.-narrow #seen:focus { border-top: solid $accent; }
    SessionsScreen.-alone #list { width: 100%; height: 100%; }
    SessionsScreen.-alone #seen { display: none; }
    SessionsScreen.-empty #list { width: 100%; height: 100%; }
    SessionsScreen.-empty #seen { display: none; }
    """

    undoes: reactive[str] = reactive("")
    """What undo would undo, in words; empty where nothing."""
    busy: reactive[str] = reactive("")
    """What is being done that takes a while; empty where nothing."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.reading = -1
        """How many sessions are still to be read before they are listed; -1: nobody knows yet."""
        self._query = Query()
        self.header = Header()
        self.list = SessionList(id="list")
        self.preview = Preview(id="seen")
        self._count, self._status = Static(id="count"), Static(id="status")
        self.input = Input(placeholder="search", compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        self._fit(self.app.size.width)
        self.header.opened = "sessions"
        self.header.where = plain(str(self._folder))
        yield self.header
        with Horizontal(id="finder"):
            yield Static("/", classes="slash")
            yield self.input
            yield self._count
        yield self._status
        with Horizontal(id="body"):
            yield self.list
            yield self.preview
        yield Footer(self.acts)

    # What it is given

    def show_found(
        self, entries: Entries, query: Query, *, reading: int, under_way: Collection[Path]
    ) -> None:
        """List what was found.

        Args:
            entries: The sessions that fit.
            query: What was looked for.
            reading: How many sessions are still to be read; -1 while nobody knows.
            under_way: The files that a round is being saved to.
        """
        self._query, self.reading = query, reading
        self.list.empty = self._empty()
        self.list.show(entries, under_way)
        self._count.update(Content(_count(len(entries), self.input.value)))
        self._paint_status()
        self.set_class(not entries, "-empty")

    def show_seen(self, seen: Seen | None) -> None:
        """Show what is in the chosen session."""
        self.preview.show(seen)

    @property
    def words(self) -> str:
        """What is looked for, as it was typed."""
        return self.input.value

    @property
    def chosen(self) -> Entry | None:
        """The chosen session."""
        return self.list.chosen

    def watch_undoes(self) -> None:
        """It stands in the status line."""
        self._paint_status()

    def watch_busy(self) -> None:
        """And this."""
        self._paint_status()

    def _paint_status(self) -> None:
        self._status.set_class(self._query.doubt is not None, "doubt")
        self._status.update(self._status_now())

    def _status_now(self) -> Content:
        if self._query.doubt is not None:
            return Content(plain(f"{self._query.doubt.problem}. {self._query.doubt.hint}"))
        if self.busy:
            return Content(plain(self.busy))
        if self.reading > 0:
            return Content(f"reading sessions: {self.reading:,} to go")
        if self.undoes:
            return Content.assemble(
                f"{plain(self.undoes)}   ", (key_of("bring_back"), "bold $text-accent"), " undo"
            )
        return Content(_EXAMPLES if self.input.has_focus else "")

    def _empty(self) -> tuple[Words, ...]:
        """What to press where nothing is listed; nothing while nobody knows what there is."""
        if self.reading:
            return ()
        if self.words.strip():
            return ([("name", "No session fits.")], [], _key("back", "shows all of them again"))
        return (
            [("name", f"No session in {plain(str(self._folder))} yet.")],
            [],
            _key("back", "goes back to the workbench"),
            _key("run", "runs a round there, and saves it"),
            _key("bring_back", "brings back what was thrown away last"),
        )

    # What the user does

    def on_resize(self, event: Resize) -> None:
        """The preview stands beside the list or under it."""
        self._fit(event.size.width)

    def _fit(self, width: int) -> None:
        self.set_class(width < NARROW, "-narrow")

    def on_screen_resume(self) -> None:
        """Back from a replay or a dialog: something may have been saved meanwhile."""
        self.post_message(self.Wanted("refresh"))

    @on(Input.Changed)
    def _typed(self) -> None:
        self.post_message(self.Wanted("find"))

    @on(SessionList.Chosen)
    def _chosen(self) -> None:
        self.post_message(self.Wanted("look"))

    @on(Input.Submitted)
    @on(SessionList.Opened)
    def _opened(self) -> None:
        self.action_want("replay")

    @on(Preview.Described)
    def _described(self, described: Preview.Described) -> None:
        self.post_message(self.Wanted("describe", described.field))

    @on(Click, "#status")
    def _undo_clicked(self) -> None:
        if self.undoes:
            self.action_want("bring_back")

    def on_descendant_focus(self) -> None:
        """The search line says what may be typed."""
        self._paint_status()

    def action_want(self, act: str) -> None:
        """Ask for an act that is not the screen's own."""
        self.list.hold()
        self.post_message(self.Wanted(act))

    def action_search(self) -> None:
        """Type what to look for."""
        self.input.focus()

    def action_preview(self) -> None:
        """The preview, or the list alone."""
        self.toggle_class("-alone")
        if not self._focus_is_seen():
            self.list.focus()

    def _focus_is_seen(self) -> bool:
        focused: Widget | None = self.focused
        return focused is not None and focused.display

    def action_back(self) -> None:
        """From the search to the list; then all sessions again; then the workbench."""
        if self.focused in (self.input, self.preview) and self.list.chosen is not None:
            self.list.focus()
        elif self.input.value:
            self.input.value = ""
            self.list.focus()
        else:
            self.dismiss()

    def action_move(self, rows: int) -> None:
        """Choose another session; typing goes on."""
        self.list.action_move(rows)

    def action_page(self, pages: int) -> None:
        """A screenful further."""
        self.list.action_page(pages)


def _key(act: str, words: str) -> Words:
    return [("key", f"{key_of(act):<5}"), ("quiet", words)]


def _count(found: int, words: str) -> str:
    if words.strip():
        return f"{found:,} found"
    return f"{found:,} session{'s' * (found != 1)}"
