"""What can be done here and now, what counts most first; help and palette list it and do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from workbench.tui.acts import Act
from workbench.tui.board import Board
from workbench.tui.editor_acts import EDITOR_ACTS, MOVE_ACTS
from workbench.tui.pane_acts import PANE_ACTS, TEXT_ACTS
from workbench.tui.readable import ReadableText


@dataclass(frozen=True, slots=True)
class Doable:
    """An act, and whose it is now.

    Args:
        act: The act.
        on: The screen or the widget that does it.
        action: What that runs for it.
    """

    act: Act
    on: Screen[Any] | Widget
    action: str

    async def do(self) -> None:
        """Do it, if who does it is still there: a pane may have gone with its round."""
        if isinstance(self.on, Screen) or self.on.is_attached:
            await self.on.run_action(self.action)


def doable(screen: Screen[Any]) -> list[Doable]:
    """The acts of a screen and of what is on it: those of what has the focus first."""
    own = list(_of(screen, getattr(screen, "acts", ())))
    if isinstance(screen, Board):
        editors, pane = [*_of(screen, EDITOR_ACTS)], screen.chosen_pane
        editors += [Doable(act, screen.chosen_panel.editor, act.name) for act in MOVE_ACTS]
        panes = list(_of(pane, PANE_ACTS)) if pane is not None else []
        if screen.grid.pane_of(screen.focused) is not None:
            return [*panes, *own, *editors]
        return [*editors, *own, *panes] if screen.chosen_panel.has_focus_within else own + panes
    if isinstance(screen.focused, ReadableText):
        return [*_of(screen.focused, TEXT_ACTS), *own]
    return own


def _of(on: Screen[Any] | Widget, acts: Iterable[Act]) -> Iterator[Doable]:
    return (Doable(act, on, act.action) for act in acts)
