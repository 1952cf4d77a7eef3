"""Somebody at the workbench who does an act by key and by mouse, and looks what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList

from tests.tui.app import until
from tests.tui.provider import Provider
from tests.tui.stage import said
from workbench.tui.acts import Act
from workbench.tui.app import WorkbenchApp
from workbench.tui.dialog_acts import KeysLine
from workbench.tui.editor import YamlEditor
from workbench.tui.footer import Footer
from workbench.tui.options import Palette
from workbench.tui.pane import RunPane
from workbench.tui.replay_bar import ReplayBar

_WHEEL = (events.MouseScrollUp, events.MouseScrollDown)
_SIDEWAYS = (events.MouseScrollLeft, events.MouseScrollRight)


@dataclass(slots=True)
class Sitting:
    """One sitting at the app.

    Args:
        app: The app.
        pilot: Presses and clicks.
        made: The provider that rounds are sent to.
    """

    app: WorkbenchApp
    pilot: Pilot[None]
    made: Provider
    clicked: set[str] = field(default_factory=set)
    """On which screens a line of the palette was clicked already."""
    looked: set[type[Screen[Any]]] = field(default_factory=set)
    """On which screens and dialogs the palette was looked into already."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top."""
        return self.app.screen

    @property
    def editor(self) -> YamlEditor:
        """The chosen editor."""
        return self.app.front.chosen_panel.editor

    @property
    def pane(self) -> RunPane:
        """The chosen pane."""
        pane = self.app.front.chosen_pane
        assert pane is not None
        return pane

    async def until(self, holds: Callable[[], object]) -> None:
        """Let the app work until it holds."""
        await until(self.pilot, lambda: bool(holds()))

    async def until_other(self, probe: Callable[[], object], before: object) -> None:
        """Let the app work until something is another than before."""
        await self.until(lambda: probe() != before)

    async def back_to(self, screen: type[Screen[Any]]) -> None:
        """Close what stands over a screen."""
        while not isinstance(self.screen, screen):
            over = self.screen
            over.dismiss()
            await self.until_other(lambda: self.screen, over)

    # By key

    async def by_key(self, act: Act) -> None:
        """Press its first key."""
        await self.pilot.press(act.keys[0])

    # By mouse

    async def by_mouse(self, act: Act) -> None:
        """Click what does it: a key that is shown, else its line in the palette.

        The palette treats its lines alike, and it takes long to open. So it is clicked into once
        on each screen; after that what it lists is looked up and done.
        """
        if await self._click_shown(act):
            return
        palette = next(one for one in self._acts() if one.name == "palette")
        place = type(self.screen).__name__
        if place not in self.clicked:
            self.clicked.add(place)
            assert await self._click_shown(palette), "nothing to click opens the palette"
            await self._click_in_palette(act)
            return
        assert self._shown(palette) is not None
        (command,) = (
            each for each in self.app.get_system_commands(self.screen) if each.help == act.tells
        )
        await command.callback()

    async def _click_shown(self, act: Act) -> bool:
        shown = self._shown(act)
        if shown is not None:
            await self.click(*shown)
        return shown is not None

    def _shown(self, act: Act) -> tuple[Widget, int, int] | None:
        """Where its key stands on the screen: a widget, and the place in that."""
        for footer in self.screen.query(Footer):
            if footer.display and act in footer.acts:
                return footer, said(footer).index(f"{act.shown_key} {act.label}") + 1, 0
        for line in (*self.screen.query(KeysLine), *self.screen.query(ReplayBar)):
            for y in range(line.size.height):
                x = line.styles.padding.left
                for segment in line.render_line(y):
                    if segment.style and segment.style.meta.get("act") == act.action:
                        return line, x, y
                    x += segment.cell_length
        return None

    async def _click_in_palette(self, act: Act) -> None:
        await self.until(lambda: isinstance(self.screen, Palette))
        listed = self.screen.query_one(OptionList)

        def places() -> list[int]:
            return [at for at, told in enumerate(self._helps(listed)) if told == act.tells]

        await self.until(lambda: places() and listed.size.height)
        (at,) = places()
        await self.choose(listed, at)

    async def look_into_palette(self) -> None:
        """Once on each screen and in each dialog: it opens, lists all that can be done, goes."""
        below = self.screen
        if type(below) in self.looked or isinstance(below, Palette):
            return
        self.looked.add(type(below))
        wanted = {act.tells for act in self._acts() if act.name != "palette"}
        await self.pilot.press("ctrl+p")
        await self.until(lambda: isinstance(self.screen, Palette))
        listed = self.screen.query_one(OptionList)
        await self.until(lambda: wanted <= {*self._helps(listed)})
        self.screen.dismiss()
        await self.until(lambda: self.screen is below)
        await self.pilot.pause()

    def _helps(self, listed: OptionList) -> Sequence[str]:
        return [getattr(getattr(each, "hit", None), "help", "") for each in listed.options]

    def _acts(self) -> Sequence[Act]:
        return getattr(self.screen, "acts", ())

    async def choose(self, listed: OptionList, at: int) -> None:
        """Turn the wheel until an option of a list is in sight, and click it."""
        await self.until(lambda: listed.size.height)
        line = listed._index_to_line[at]
        while not 0 <= line - listed.scroll_offset.y < listed.scrollable_content_region.height:
            was = listed.scroll_offset.y
            await self.wheel(listed, 8 if line > was else -8)
            assert listed.scroll_offset.y != was, "the list does not turn"
        await self.click(listed, 2, line - listed.scroll_offset.y + listed.gutter.top)

    async def wheel(self, widget: Widget, notches: int, *, sideways: bool = False) -> None:
        """Turn the wheel over a widget, down (or to the right) where more than 0."""
        x, y = widget.region.center
        kind = (_SIDEWAYS if sideways else _WHEEL)[notches > 0]
        for _ in range(abs(notches)):
            self.app.post_message(
                kind(None, int(x), int(y), 0, 0, 0, False, False, False, int(x), int(y))
            )
        await self.pilot.pause()

    async def click(self, widget: Widget, x: int, y: int) -> bool:
        """Click a cell of a widget, counted in it."""
        await self.pilot.click(widget, offset=(x, y))
        return True


Ready = Callable[[Sitting], Awaitable[object]]
Probe = Callable[[Sitting], Any]
Effect = Callable[[Sitting], Callable[[], object]]
"""Asked before an act is done; what holds once it is."""


def changes(probe: Probe) -> Effect:
    """Something is another."""

    def effect(s: Sitting) -> Callable[[], object]:
        before = probe(s)
        return lambda: probe(s) != before

    return effect


def more(probe: Probe) -> Effect:
    """Something is more."""

    def effect(s: Sitting) -> Callable[[], object]:
        before = probe(s)
        return lambda: probe(s) > before

    return effect


def less(probe: Probe) -> Effect:
    """Something is less."""

    def effect(s: Sitting) -> Callable[[], object]:
        before = probe(s)
        return lambda: probe(s) < before

    return effect


def opens(screen: type[Screen[Any]]) -> Effect:
    """A screen is on top."""

    def effect(s: Sitting) -> Callable[[], object]:
        assert not isinstance(s.screen, screen)
        return lambda: isinstance(s.screen, screen)

    return effect


def leaves(s: Sitting) -> Callable[[], object]:
    """The screen on top is there no more."""
    before = s.screen
    return lambda: s.screen is not before


def tells(words: str) -> Effect:
    """It is said in a notification."""

    def effect(s: Sitting) -> Callable[[], object]:
        before = {told.identity for told in s.app._notifications}
        return lambda: any(
            words in told.message and told.identity not in before for told in s.app._notifications
        )

    return effect


@dataclass(frozen=True, slots=True)
class Row:
    """How one act is proved.

    Args:
        ready: Puts things so that it can be done.
        seen: What comes of it.
        mouse: How the mouse does it where there is something of its own to click, turn or drag.
        key: The key, where the first one is not the one to press here.
    """

    ready: Ready
    seen: Effect
    mouse: Ready | None = None
    key: str = ""


async def prove(s: Sitting, act: Act, row: Row) -> None:
    """Do an act by key, then by mouse; say which of them came to nothing.

    Raises:
        AssertionError: One did.
    """

    async def by_key() -> None:
        await (s.pilot.press(row.key) if row.key else s.by_key(act))

    async def by_mouse() -> None:
        await (row.mouse(s) if row.mouse is not None else s.by_mouse(act))

    for name, way in (("key", by_key), ("mouse", by_mouse)):
        try:
            await row.ready(s)
            await s.until(lambda: s.screen.is_mounted)
            await s.look_into_palette()
            holds = row.seen(s)
            await way()
            await s.until(holds)
            await s.until(lambda: s.screen.is_mounted)
        except (TimeoutError, AssertionError) as error:
            raise AssertionError(f"{act.group}: {act.name} by {name}: {error!r}") from error
