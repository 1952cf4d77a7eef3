"""The panes of a round, side by side: as many across as there is room for, or as the user wants."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from math import ceil, sqrt
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.events import Resize
from textual.geometry import Size
from textual.widget import Widget

from workbench.telling.columns import columns_for

if TYPE_CHECKING:
    # What runs and their cost need is loaded with the first panes, behind the first frame.
    from workbench.run import Run
    from workbench.tui.pane import RunPane

MOST = 48
"""Panes at the most."""
ARRANGED = ("auto", "row", "grid", "stack")
"""How panes may stand: as fits, all beside each other, in a square, all under each other."""
_LOWEST, _SLIMMEST = 7, 24
"""Lines and cells that a pane has at the least: what has no room then is scrolled to."""


class PaneGrid(VerticalScroll, can_focus=False):
    """Panes in a grid. With class `-single` only the chosen pane is seen."""

    DEFAULT_CSS = """
    PaneGrid { layout: grid; grid-gutter: 0; height: 1fr; scrollbar-size: 1 1; }
    PaneGrid.-wide { overflow-x: auto; }
    PaneGrid.-single { layout: vertical; }
    PaneGrid.-single RunPane { display: none; }
    PaneGrid.-single RunPane.-chosen { display: block; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.panes: list[RunPane] = []
        self._arranged = ARRANGED[0]
        self.looks_of: Callable[[str], Collection[str]] = lambda variant: ()
        """How the answer of a variant is told where its pane is new."""

    @property
    def arranged(self) -> str:
        """Which of `ARRANGED` the user wants."""
        return self._arranged

    @arranged.setter
    def arranged(self, arranged: str) -> None:
        if arranged in ARRANGED and arranged != self._arranged:
            self._arranged = arranged
            self._arrange()
            if self.panes:
                self.call_after_refresh(self.panes[self.chosen].scroll_visible, animate=False)

    @property
    def next_arranged(self) -> str:
        """The next of `ARRANGED` by which these panes stand otherwise; the same if none does."""
        here = ARRANGED.index(self._arranged)
        others = (*ARRANGED[here + 1 :], *ARRANGED[:here])
        now = self._across(self._arranged)
        return next((each for each in others if self._across(each) != now), self._arranged)

    @property
    def sign(self) -> str:
        """One cell that looks as they stand; empty where there is nothing to arrange."""
        count, single = len(self.panes), self.has_class("-single")
        if count < 2 or single:
            return ""
        return {count: "▥", 1: "▤"}.get(self._across(self._arranged), "▦")

    def _across(self, arranged: str) -> int:
        count = len(self.panes)
        if arranged == "auto":
            return columns_for(count, self.size.width)
        return {"row": count, "grid": ceil(sqrt(count)), "stack": 1}[arranged]

    def show(self, runs: Sequence[Run], *, pinned: str = "") -> None:
        """One pane for each run, in order; panes that are there already serve again.

        A run keeps the pane that it has. `pinned` is the id of the run that is the baseline. Of
        very many runs the first have one: each is a widget that is laid out and painted.
        """
        from workbench.tui.pane import RunPane
        from workbench.workbench.outcome import cost_of, image_tier_of

        runs = runs[:MOST]
        models, before = len({run.model for run in runs}) > 1, self.panes
        wanted = {run.run_id for run in runs}
        own = {pane.run.run_id: pane for pane in before if pane.run is not None}
        spare = [pane for pane in before if pane.run is None or pane.run.run_id not in wanted]
        self.panes = [
            own.get(run.run_id)
            or (spare.pop(0) if spare else RunPane(cost_of, tier_of=image_tier_of))
            for run in runs
        ]
        for pane in spare:
            pane.remove()
        if fresh := [pane for pane in self.panes if pane not in before]:
            self.mount(*fresh)
            for pane, run in zip(self.panes, runs, strict=True):
                if pane in fresh and (looks := self.looks_of(run.variant)):
                    pane.look_like(looks)
        if [pane for pane in before if pane in self.panes] + fresh != self.panes:
            self.sort_children(key=_place_in(self.panes))
        for pane, run in zip(self.panes, runs, strict=True):
            pane.with_model, pane.pinned = models, run.run_id == pinned
            pane.show(run)
            pane.forget_line(0)  # the title: the same run may be planned anew under another name
        if not any(pane.has_class("-chosen") for pane in self.panes):
            self.choose(0)
        self._arrange()

    def choose(self, index: int) -> None:
        """The pane that is seen where there is room for one."""
        for at, pane in enumerate(self.panes):
            pane.set_class(at == index, "-chosen")

    def pane_of(self, widget: Widget | None) -> RunPane | None:
        """The pane that this widget is, or stands in, if it is one of ours."""
        around = widget.ancestors_with_self if widget is not None else ()
        return next((pane for pane in self.panes if pane in around), None)

    @property
    def chosen(self) -> int:
        """Which pane is chosen."""
        chosen = (at for at, pane in enumerate(self.panes) if pane.has_class("-chosen"))
        return next(chosen, 0)

    @property
    def seen(self) -> int:
        """How many panes are in sight, be it in part."""
        return sum(pane.display and self.region.overlaps(pane.region) for pane in self.panes)

    def on_resize(self, _: Resize) -> None:
        """Another width, another number across."""
        self._arrange()

    def _arrange(self) -> None:
        count, (width, height) = len(self.panes), self.size
        if not count or not width:
            return
        across = self._across(self._arranged)
        down = -(-count // across)
        tall, broad = max(_LOWEST, height // down), max(_SLIMMEST, width // across)
        self.styles.grid_size_columns = across
        self.styles.grid_size_rows = down
        rows = f"{tall}" if tall * down > height else "1fr"
        self.styles.grid_rows = rows
        wide = broad * across > width and across > 1
        self.set_class(wide, "-wide")
        self.styles.grid_columns = f"{broad}" if wide else "1fr"
        for pane in self.panes:
            pane.be_like(Size(broad, tall))


def _place_in(panes: Sequence[RunPane]) -> Callable[[Widget], int]:
    """The place of a pane; one that is on its way out comes last."""
    places = {id(pane): at for at, pane in enumerate(panes)}
    return lambda widget: places.get(id(widget), len(places))
