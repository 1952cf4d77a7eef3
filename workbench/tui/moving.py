"""Where rounds go: another provider, for the rest of the sitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.catalog.catalog import catalog
from workbench.errors import WorkbenchError
from workbench.tui.picker import Item, Picker

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


class Moving:
    """Takes the workbench to another provider.

    Args:
        desk: Whose rounds go there.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._app = desk, desk.app

    async def choose(self) -> None:
        """Ask where to, and go there; says why where that cannot be."""
        bench = self._desk.bench
        if self._desk.sending.under_way:
            self._desk.sending.say_under_way()
            return
        now = bench.endpoint.profile.name
        items = [
            Item(name, name, "now" if name == now else "")
            for name in dict.fromkeys((bench.home, *catalog().profiles))
        ]
        picked = await self._app.push_screen_wait(Picker("send rounds to", items, empty=""))
        if not picked or picked == now:
            return
        try:
            await bench.move_to(picked)
        except WorkbenchError as error:
            self._app.tell(error)
            return
        self._desk.rounds.moved()
        self._desk.looker.ask(at_once=True)
        words = f"Rounds go to {picked} now; the next one begins another session."
        self._app.notify(words, markup=False)
