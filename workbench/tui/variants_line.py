"""The line over the panes: the variants and how each stands, what fills them, the next round."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.events import Click
from textual.message import Message as Notice
from textual.reactive import reactive

from workbench.telling.plain import plain
from workbench.tui.tabs import MORE, Tab, Tabs

if TYPE_CHECKING:
    # Loaded with the first prompt, behind the first frame.
    from workbench.run import Run
    from workbench.tui.listed import Listed
    from workbench.workbench.progress import Progress
    from workbench.workbench.tally import Tally

ON, OFF = "●", "○"
_GAP, _SIGN = 3, 4
_LEAST_VALUES, _MOST_VALUES = 12, 44
_LEAST_TABS, _LEAST_SIDE = 16, 24


def tabs_of(
    runs: Collection[Run], listed: Sequence[Listed] = (), off: Collection[str] = ()
) -> tuple[Tab, ...]:
    """A tab for each variant: in the list's order, then those that only the runs have.

    Args:
        runs: The runs that are shown, sent or not.
        listed: The variants of the prompt that is open.
        off: The names of those that are off for the next round.
    """
    from workbench.telling.figures import glyph

    by_variant: dict[str, list[Run]] = {one.name: [] for one in listed}
    for run in runs:
        by_variant.setdefault(run.variant, []).append(run)
    words = {one.name: one.words for one in listed}
    under_way = any(run.end_state is None and run.state != "waiting" for run in runs)
    tabs = []
    for name, its in by_variant.items():
        ended = [run for run in its if run.end_state is not None]
        telling = next((run for run in its if run.end_state is None), None) or _worst(ended)
        sign = OFF if name in off else ON
        if telling is not None and (sign == ON or under_way) and telling.state != "waiting":
            sign = glyph(telling)
        count = f" {len(ended)}/{len(its)}" if len(its) > 1 and ended else ""
        tabs.append(Tab(name, f"{sign} {plain(name)}{count}", plain(words.get(name, ""))))
    return tuple(tabs)


def _worst(ended: Sequence[Run]) -> Run | None:
    """The run that tells most of how a variant's runs went: one that failed before one that did."""
    from workbench.telling.figures import stands

    order = {"failed": 0, "cut": 1}
    return min(ended, key=lambda run: order.get(stands(run), 2), default=None)


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in some cells, and what a click there asks for."""

    at: int
    words: Content
    tab: str = ""
    act: str = ""


class VariantsLine(Tabs):
    """Variants at the left; at the right the values, the next round, and what this one comes to.

    A click on a variant chooses it, one on its sign switches it; one on anything else asks for the
    act that belongs to it.
    """

    @dataclass
    class Switched(Notice):
        """The user switches a variant on or off for the next round."""

        name: str

    @dataclass
    class Asked(Notice):
        """The user clicked what an act belongs to."""

        act: str

    COMPONENT_CLASSES: ClassVar[set[str]] = {"variants-line--quiet"}
    DEFAULT_CSS = """
    VariantsLine > .variants-line--quiet { color: $foreground 60%; }
    """

    side: reactive[str] = reactive("")
    elsewhere: reactive[str] = reactive("")
    values: reactive[str] = reactive("")
    sign: reactive[str] = reactive("")
    progress: reactive[Progress | None] = reactive(None)
    tally: reactive[Tally | None] = reactive(None)

    @property
    def _rounds(self) -> str:
        """The round on its way with another prompt: no next one can be sent before it is over."""
        return self.elsewhere or self.side

    def render(self) -> Content:
        """Everything in its place."""
        line = Content()
        for part in self._parts():
            line = Content.assemble(line, " " * (part.at - line.cell_length), part.words)
        return line.truncate(self.content_size.width, ellipsis=True)

    def _parts(self) -> Iterator[_Part]:
        """From left to right. The variants come first; words give way that say less.

        How the panes stand has its sign at the very end.
        """
        width = self.content_size.width - (len(self.sign) and _SIGN)
        round_ = self._round(width)
        inner = width - (round_.cell_length + _GAP if round_ else 0)
        side = self._far_right(inner)
        room = inner - side.cell_length - 2 if side else inner - (2 - _GAP if round_ else 0)
        first, gap = self.window(room)
        labels = [self._label(tab) for tab in self.tabs[first:]]
        at = len(MORE) if first else 0
        taken = at + sum(label.cell_length + gap for label in labels) - gap
        if not self.progress:
            side = side or shortened(self._rounds, max(0, inner - taken - 2))
        free = inner - taken - side.cell_length - 2 * _GAP
        values = Content()
        if self.values and not self.progress and free >= _LEAST_VALUES:
            values = Content(self.values).truncate(min(free, _MOST_VALUES), ellipsis=True)
            free -= values.cell_length + _GAP
        if first:
            yield _Part(0, Content(MORE))
        yield from self._in_a_row(first, labels, range(at, room), free)
        at = inner - side.cell_length
        if values:
            before = at - _GAP * bool(side) - values.cell_length
            yield _Part(before, self._quiet(values), act="values")
        if side:
            yield _Part(at, self._quiet(side), act="" if self.elsewhere else "cost_limit")
        if round_:
            at = width - round_.cell_length
            yield _Part(at, self._quiet(round_), act="" if self.progress else "results")
        if self.sign:
            yield _Part(self.content_size.width - 1, self._quiet(self.sign), act="arrange")

    def _in_a_row(
        self, first: int, labels: Sequence[Content], room: range, free: int
    ) -> Iterator[_Part]:
        """The variants from the first one seen on, with what they do where cells are free."""
        at, (_, gap) = room.start, self.window(room.stop)
        for tab, label in zip(self.tabs[first:], labels, strict=True):
            if tab.more and free > (longer := Content(tab.more).cell_length):
                label = Content.assemble(label, " ", self._quiet(tab.more))
                free -= longer + 1
            yield _Part(at, label.truncate(max(0, room.stop - at), ellipsis=True), tab=tab.name)
            at += label.cell_length + gap
            if at >= room.stop:
                return

    def _round(self, width: int) -> Content:
        """How far a long round has come, else what the round on the screen comes to.

        That has its room before the variants, and leaves them some; this has it beside them, or,
        where they would leave it none, as that does. It leaves the next round's costs some, too.
        """
        if self.progress is not None:
            from workbench.workbench.progress import shown

            return Content(shown(self.progress, width - _LEAST_TABS))
        if self.tally is not None:
            from workbench.workbench.tally import SHORT
            from workbench.workbench.tally import shown as shown_tally

            free = width - 2 * _GAP - self._taken(width)
            whole = free - Content(self._rounds).cell_length
            beside = whole if whole >= SHORT else max(whole, free - _LEAST_SIDE)
            # Where the variants leave it none, they scroll.
            scrolled = whole + self._taken(width) - _LEAST_TABS
            words = shown_tally(self.tally, beside) or shown_tally(self.tally, scrolled)
            return Content(words)
        return Content()

    def _far_right(self, width: int) -> Content:
        """The next round, where the variants would leave it no room: they scroll, or stand closer.

        Nothing where it has room beside them all, or where it would leave them too little.
        """
        if self.progress is not None:
            return Content()
        half, taken = shortened(self._rounds, width // 2), self._taken(width)
        if taken > width:
            return half
        if shortened(self._rounds, width - taken - 2) or width - half.cell_length - 2 < _LEAST_TABS:
            return Content()
        return shortened(self._rounds, width - self._taken(0) - 2) or half

    def _taken(self, width: int) -> int:
        """Cells that all of the variants take; with no width, as close as they ever stand."""
        _, gap = self.window(width)
        return sum(Content(tab.label).cell_length + gap for tab in self.tabs) - gap

    def _quiet(self, words: str | Content) -> Content:
        style = self.get_visual_style("variants-line--quiet", partial=True)
        return Content(words).stylize(style) if isinstance(words, str) else words.stylize(style)

    def on_click(self, event: Click) -> None:
        """Find what is under the pointer."""
        event.prevent_default()  # these tabs lie otherwise
        x = event.x - self.styles.padding.left
        for part in self._parts():
            if part.at <= x < part.at + part.words.cell_length and (part.tab or part.act):
                if part.act:
                    self.post_message(self.Asked(part.act))
                elif x == part.at:
                    self.post_message(self.Switched(part.tab))
                else:
                    self.post_message(self.Chosen(self, part.tab))
                return
        self.post_message(self.Asked("variants"))


def shortened(words: str, room: int) -> Content:
    """As much as there is room for of `next round: 3 runs, $0.0002 to $0.0050`.

    `round` goes first, then what is said first, to a comma; `next` goes last.
    """
    lead, _, rest = words.rpartition(": ")
    clauses = rest.split(", ")
    tails = [", ".join(clauses[at:]) for at in range(len(clauses))]
    lead = f"{lead.removesuffix(' round')}: " if lead else ""
    fitting = (Content(each) for each in (words, *(lead + tail for tail in tails), tails[-1]))
    return next((each for each in fitting if each.cell_length <= room), Content())
