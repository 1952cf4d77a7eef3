"""The request and answer of one run as they went over the wire: three pages to read and search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from workbench.telling.exchange import (
    answer_told,
    events_as_lines,
    events_told,
    message_of,
    request_told,
)
from workbench.telling.naming import named
from workbench.tui.act_screen import ActScreen
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.look_acts import INSPECT_ACTS
from workbench.tui.readable import ReadableText
from workbench.tui.tabs import Tab, Tabs
from workbench.wire.request import finite
from workbench.workbench.exchange import Exchange

Piece = tuple[str, str]

NOT_KEPT = "Events are kept in the session's file only, and this round is not saved (--no-save)."


class Page(ReadableText):
    """One page: what is read, and what is copied where nothing is selected.

    Args:
        name: What it is called.
        copies: The plain text to copy, made when it is asked for.
    """

    def __init__(self, name: str, copies: Callable[[], str]) -> None:
        super().__init__(id=name)
        self._title, self._copies = name, copies

    @property
    def whole(self) -> tuple[str, str]:
        """What this page shows, as it went over the wire."""
        return self._copies(), f"the {self._title}"


class InspectScreen(ActScreen):
    """Shows an exchange until the user leaves."""

    acts = INSPECT_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    InspectScreen { layout: vertical; background: $background; }
    InspectScreen #frame { height: 1fr; border: round $accent; padding: 0 1; }
    InspectScreen Page { display: none; background: $background; }
    InspectScreen Page.-shown { display: block; }
    """

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange
        self._pages = {page.id or "": page for page in self._made()}
        self._tabs = Tabs(id="pages")

    def _made(self) -> Iterable[Page]:
        exchange = self._exchange
        request, run = exchange.request, exchange.run
        yield Page("request", lambda: request.to_json() if request is not None else "")
        yield Page("answer", lambda: finite(message_of(run)))
        yield Page("events", lambda: events_as_lines(exchange.events or ()))

    def compose(self) -> ComposeResult:
        """Tabs over the pages, of which one is seen."""
        name, detail = named(self._exchange.run, with_model=True)
        with Vertical(id="frame") as frame:
            made_up = "  SIMULATED" if self._exchange.run.simulated else ""
            frame.border_title = Content.assemble((name, "bold"), detail, made_up)
            yield self._tabs
            yield from self._pages.values()
        yield Footer(self.acts)

    def on_mount(self) -> None:
        """Write the pages and show the first."""
        exchange = self._exchange
        told: Mapping[str, Iterable[Piece]] = {
            "request": request_told(exchange.request, exchange.url, exchange.headers),
            "answer": answer_told(exchange.run),
            "events": [("notice", NOT_KEPT)]
            if exchange.events is None
            else events_told(exchange.events),
        }
        for name, page in self._pages.items():
            page.append_all(told[name])
            page.show_row(0)
        self._pages["events"].wrap_lines(False)  # a line an event
        self._tabs.tabs = tuple(Tab(name, name) for name in self._pages)
        self._show("request")

    def _show(self, name: str) -> None:
        for each, page in self._pages.items():
            page.set_class(each == name, "-shown")
        self._tabs.shown = name
        self._pages[name].focus()

    @on(Tabs.Chosen)
    def _chosen(self, chosen: Tabs.Chosen) -> None:
        self._show(chosen.name)

    @property
    def page(self) -> Page:
        """The page that is seen."""
        return self._pages[self._tabs.shown]

    def _turn(self, by: int) -> None:
        names = list(self._pages)
        self._show(names[(names.index(self._tabs.shown) + by) % len(names)])

    def action_page_next(self) -> None:
        """The next page."""
        self._turn(1)

    def action_page_before(self) -> None:
        """The page before."""
        self._turn(-1)

    def action_inspect_leave(self) -> None:
        """Back to where it was opened."""
        if not self.page.back_out():
            self.dismiss()
