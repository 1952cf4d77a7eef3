"""Two answers beside each other, the words that differ marked, and their figures between them.

In place of the answers their fields can be compared, or the prompts that they are answers to.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.events import Resize
from textual.message import Message as Notice
from textual.widgets import Static

from workbench.compare.fields import ABSENT, changes, fields_of
from workbench.compare.words import Grain, Span, differences, tally
from workbench.costs import Cost
from workbench.documents.written import written as as_yaml
from workbench.run import Run
from workbench.telling.deltas import Delta, deltas
from workbench.telling.figures import UNKNOWN, glyph, word
from workbench.telling.flow import Flow
from workbench.telling.meter import in_a_row
from workbench.telling.naming import named
from workbench.telling.plain import plain
from workbench.telling.transcript import spoken
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.look_acts import COMPARE_ACTS
from workbench.tui.marked import Side, pieces
from workbench.tui.readable import ReadableText
from workbench.tui.results.judged_screen import JudgedScreen
from workbench.wire.request import compact

if TYPE_CHECKING:
    from workbench.tui.results.table import Sheet
    from workbench.wire.request import MessagesRequest

What = Literal["answers", "fields", "prompts"]
_NOTHING = {"fields": "no field differs", "answers": "no answer yet"}
"""What is said in place of a text that is empty."""

_NARROW = 100
_EDGES = 6
"""Cells of a frame's edge that are not for words: corners, and a blank beside them."""
_LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class LaidOut:
    """One side's text, ready to be shown: where each span begins in it, and each line."""

    flow: Flow
    starts: Sequence[int]
    lines: Sequence[int]


class Compared(ReadableText):
    """One side of a comparison."""

    @dataclass
    class Moved(Notice):
        """Another part of it is in sight."""

        side: Compared

    def __init__(self, side: Side) -> None:
        super().__init__(id=side)
        self.side: Side = side
        self.name_shown = ""
        self._starts: Sequence[int] = [0]  # of each span, in this side's text
        self._lines: Sequence[int] = [0]  # where each line begins in it

    @property
    def whole(self) -> tuple[str, str]:
        """The text of this side."""
        return self.text, self.name_shown

    def laid_out(self, spans: Sequence[Span]) -> LaidOut:
        """The spans of this side, wrapped as this one is. Takes a while; to be done elsewhere."""
        told, flow = pieces(spans, self.side), Flow(self.flow.width)
        flow.wraps = False  # wrapped once, and not with each piece
        for kind, text in told:
            flow.append(kind, text)
        flow.rewrap(flow.width, wraps=self.flow.wraps)
        starts = [0, *accumulate(len(text) for _, text in told)]
        return LaidOut(flow, starts, [0, *accumulate(len(s) + 1 for s in flow.text.split("\n"))])

    def show(self, made: LaidOut) -> None:
        """Show what was laid out; what is read stays where it is."""
        row, flow = self.top, self.flow
        self._starts, self._lines = made.starts, made.lines
        self.take_up(made.flow)
        if (made.flow.width, made.flow.wraps) != (flow.width, flow.wraps):
            self.wrap_lines(flow.wraps)  # it was wrapped otherwise meanwhile
        self.append_all(())  # what is looked for is found in it
        self.show_row(row)

    def moved(self) -> None:
        """Tell the other side."""
        super().moved()
        self.post_message(self.Moved(self))

    @property
    def where(self) -> tuple[int, int]:
        """What stands at the top: which span, and how far into it."""
        line, start, _ = self.flow.rows[self.top]
        offset = self._lines[line] + start
        span = max(0, bisect_right(self._starts, offset) - 1)
        return span, offset - self._starts[span]

    def row_of(self, span: int, offset: int = 0) -> int:
        """The row that shows a place; where this side does not have that span, what follows it."""
        size = self._starts[span + 1] - self._starts[span] if span + 1 < len(self._starts) else 0
        at = self._starts[min(span, len(self._starts) - 1)] + min(offset, size)
        line = min(bisect_right(self._lines, at) - 1, len(self.flow.lines) - 1)
        return self.flow.row_at(line, at - self._lines[line])


async def _nothing(run: Run) -> Sheet | None:
    """What is known of a run where nothing is."""
    return None


class CompareScreen(JudgedScreen):
    """Compares two of some runs until the user leaves; goes on while they stream.

    Args:
        runs: The runs there are, as they stand whenever it is asked.
        pair: Which of them at the left and at the right.
        cost_of: What a run costs so far.
        unified: Whether it begins with one text instead of two.
        request_of: What was sent for a run, or will be; None where that is not known.
        sheet_of: The sheet that a run is on, with what its variant came to; None where on none.
    """

    acts = COMPARE_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    CompareScreen { layout: vertical; background: $background; }
    CompareScreen #sides { height: 1fr; }
    CompareScreen .side { width: 1fr; height: 1fr; border: round $foreground 30%; padding: 0 1;
        border-title-color: $foreground; border-subtitle-color: $text-muted; }
    CompareScreen .side:focus-within { border: heavy $accent; }
    CompareScreen Compared { background: $background; }
    CompareScreen #figures { width: 26; height: auto; padding: 1 2; }
    CompareScreen #below { height: auto; padding: 0 2; display: none; }
    CompareScreen.-narrow #figures { display: none; }
    CompareScreen.-narrow #below { display: block; }
    CompareScreen #both-side { display: none; }
    CompareScreen.-unified #left-side, CompareScreen.-unified #right-side { display: none; }
    CompareScreen.-unified #both-side { display: block; }
    """

    def __init__(
        self,
        runs: Callable[[], Sequence[Run]],
        pair: tuple[int, int],
        cost_of: Callable[[Run], Cost],
        *,
        unified: bool = False,
        request_of: Callable[[Run], MessagesRequest | None] = lambda run: None,
        sheet_of: Callable[[Run], Awaitable[Sheet | None]] = _nothing,
    ) -> None:
        super().__init__(classes="-unified" if unified else "")
        self._runs, self._pair, self._cost_of = runs, pair, cost_of
        self._request_of, self._sheet_of = request_of, sheet_of
        self._grain: Grain = "word"
        self._what: What = "answers"
        self._shown: tuple[Run, Run, Grain, What] | None = None
        self._sheets: dict[str, Sheet | None] = {}  # by run
        self._told: tuple[object, ...] = ()  # what is known of the pair, as it is told
        self._spans: list[Span] = []
        self._same = 0.0  # the part that both share
        self._change = -1  # the difference gone to last
        self._sides = {side: Compared(side) for side in ("left", "right", "both")}
        self._frames = {
            side: Container(text, id=f"{side}-side", classes="side")
            for side, text in self._sides.items()
        }
        self._figures, self._below = Static(id="figures"), Static(id="below")

    def compose(self) -> ComposeResult:
        """The left, the figures, the right; or the one text, and the figures."""
        with Horizontal(id="sides"):
            yield self._frames["both"]
            yield self._frames["left"]
            yield self._figures
            yield self._frames["right"]
        yield self._below
        yield Footer(self.acts)

    def on_mount(self) -> None:
        """Compare, and go on as more arrives."""
        if not any(run.blocks for run in self.pair) and self._prompts() is not None:
            self._what = "prompts"  # all there is yet
        self.set_interval(_LOOK_EVERY_S, self.look)
        self._focus()
        self.look()

    def on_resize(self, event: Resize) -> None:
        """On narrow screens the figures stand below."""
        self.set_class(event.size.width < _NARROW, "-narrow")
        if self._spans:  # something is said already
            self.call_after_refresh(lambda: self._say(*self.pair))

    @property
    def pair(self) -> tuple[Run, Run]:
        """The runs that are compared, left and right, as they stand."""
        runs = self._runs()
        left, right = self._pair
        return runs[left], runs[right]

    def look(self) -> None:
        """Compare anew, if anything has changed."""
        left, right = self.pair
        now = (left, right, self._grain, self._what)
        if now != self._shown:
            self._shown = now
            self._compare(left, right)
        elif (told := self._known()) != self._told:
            self._told = told
            self._say(left, right)

    @work(exclusive=True, group="compare")
    async def _compare(self, left: Run, right: Run) -> None:
        """Long texts take a while, and the keys must not wait for them."""
        if (texts := self._texts()) is None:  # these two have nothing of that kind
            self._what, texts = "answers", (spoken(left), spoken(right))
        grain: Grain = self._grain if self._what != "fields" else "word"
        self._spans, self._same = await asyncio.to_thread(_compared, *texts, grain)
        sides = self._sides.values()
        made = [await asyncio.to_thread(side.laid_out, self._spans) for side in sides]
        for side, laid_out in zip(sides, made, strict=True):
            side.placeholder = _NOTHING.get(self._what, "")
            side.show(laid_out)
        self._say(left, right)
        for run in (left, right):
            if self._sheets.get(run.run_id) is None:
                self._sheets[run.run_id] = await self._sheet_of(run)
        self._told = self._known()
        self._say(left, right)

    # What is compared

    def _texts(self) -> tuple[str, str] | None:
        """The texts of both sides; None where there are none of this kind."""
        if self._what == "prompts":
            return self._prompts()
        left, right = self.pair
        return _fields(left, right) if self._what == "fields" else (spoken(left), spoken(right))

    def _prompts(self) -> tuple[str, str] | None:
        """What was sent for both, or will be."""
        requests = [self._request_of(run) for run in self.pair]
        left, right = (as_yaml(each.body) if each is not None else "" for each in requests)
        return (left, right) if left and right else None

    def action_by_fields(self) -> None:
        """The fields of answers that are JSON or call tools, or their words again."""
        self._take("fields", "These two are not both JSON, or tool calls: they have no fields.")

    def action_by_prompts(self) -> None:
        """What was sent for the two, or their answers again."""
        self._take("prompts", "What was sent for these two is not known.")

    def _take(self, what: What, lacking: str) -> None:
        before, self._what = self._what, what if self._what != what else "answers"
        if self._texts() is None:
            self._what = before
            self.notify(lacking)
            return
        self._change = -1
        self.look()

    # What is known of the two

    def _known(self) -> tuple[object, ...]:
        """Whether anything more was said of the two, or of others on their sheets."""
        sheets = (self._sheets.get(run.run_id) for run in self.pair)
        return tuple(sheet.changes if sheet is not None else None for sheet in sheets)

    def _passed(self, run: Run) -> float | None:
        sheet = self._sheets.get(run.run_id)
        return sheet.passed(run.variant) if sheet is not None else None

    def action_want(self, act: str) -> None:
        """Rate the answer that has the focus; of one text the second."""
        left, right = self.pair
        run = left if self._sides["left"].has_focus_within else right
        sheet = self._sheets.get(run.run_id)
        if run.run_id not in self._sheets:
            self.notify("Its round is still being read.")
        elif sheet is None or run.run_id not in sheet.entries:
            self.notify("There is no whole answer to rate yet.")
        else:
            self.post_message(self.Wanted(act, run.run_id, sheet))

    def action_unrate(self) -> None:
        """Take the last rating or note back."""
        self.action_want("rate_undo")

    # Showing it

    def _say(self, left: Run, right: Run) -> None:
        """Names, ends and figures."""
        models = left.model != right.model
        names = [_named(run, with_model=models) for run in (left, right)]
        told = {"left": names[0], "right": names[1], "both": f"{names[0]} → {names[1]}"}
        for side, frame in self._frames.items():
            frame.border_title = Content(told[side])
            self._sides[side].name_shown = told[side]
        below: dict[Side, Run] = {"left": left, "right": right, "both": right}
        for side, run in below.items():
            self._frames[side].border_subtitle = Content(self._below_it(run, side))
        found = deltas(left, right, self._cost_of, self._passed)
        figures = [each for each in found if each.name != "end"]
        self._figures.update(Content("\n").join(self._column(figures)))
        self._below.update(Content("   ").join(self._column(figures, wide=False)))

    def _below_it(self, run: Run, side: Side) -> str:
        """What is said of a run, and its figures: as many as there is room for in the frame."""
        sheet = self._sheets.get(run.run_id)
        mark = sheet.mark_of(run) if sheet is not None else ""
        begin = f"{mark}   " if mark else ""
        room = self._frames[side].outer_size.width - _EDGES - len(begin)
        return begin + in_a_row(run, self._cost_of(run), room)

    def _column(self, figures: Sequence[Delta], *, wide: bool = True) -> list[Content]:
        changes = len(self._changes)
        each = "1 difference" if changes == 1 else f"{changes:,} differences"
        lines = [Content(f"{self._same:.0%} the same"), Content(each)]
        if self._what != "answers":
            lines.insert(0, Content.styled(self._what, "bold"))
        lines += [Content("")] * wide
        for figure in figures:
            change = figure.change or UNKNOWN
            room = 9 if wide else 0
            change = change if wide else change.replace(" ", "")  # it may be wrapped there
            lines.append(Content.assemble((f"{figure.name:{room}}", "dim"), " ", change))
        return lines

    # Going about in it

    @property
    def _changes(self) -> list[int]:
        """The spans at which something differs; what was removed and added there counts once."""
        kinds = [span.kind for span in self._spans]
        return [
            at
            for at, kind in enumerate(kinds)
            if kind != "equal" and (not at or kinds[at - 1] == "equal")
        ]

    def action_change_next(self) -> None:
        """To the next difference; after the last comes the first."""
        self._go_to_change(self._change + 1)

    def action_change_before(self) -> None:
        """To the difference before."""
        self._go_to_change(self._change - 1 if self._change >= 0 else -1)

    def _go_to_change(self, number: int) -> None:
        if not self._changes:
            self.notify("There is no difference.")
            return
        self._change = number % len(self._changes)
        for side in self._sides.values():
            side.bring_into_sight(side.row_of(self._changes[self._change]))

    @on(Compared.Moved)
    def _follow(self, moved: Compared.Moved) -> None:
        """The other side shows what stands there, too."""
        if not moved.side.has_focus_within:
            return
        span, offset = moved.side.where
        for side in self._sides.values():
            if side is not moved.side:
                side.show_row(side.row_of(span, offset))

    def action_swap(self) -> None:
        """Left becomes right."""
        self._pair = self._pair[1], self._pair[0]
        self._change = -1
        self.look()

    def action_unify(self) -> None:
        """One text, or two."""
        self.toggle_class("-unified")
        self._focus()
        self.call_after_refresh(lambda: self._say(*self.pair))  # each has other room now

    def _focus(self) -> None:
        self._sides["both" if self.has_class("-unified") else "left"].focus()

    def action_by_lines(self) -> None:
        """Mark whole lines, or words."""
        self._grain = "word" if self._grain == "line" else "line"
        self._change = -1
        self.look()

    def action_pair_next(self) -> None:
        """The next run at the right; the left one stays."""
        self._turn(1)

    def action_pair_before(self) -> None:
        """The run before at the right."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        count, (left, right) = len(self._runs()), self._pair
        right = (right + by) % count
        if right == left:
            right = (right + by) % count
        if right == left or right == self._pair[1]:
            self.notify("There are no other runs to compare.")
            return
        self._pair, self._change = (left, right), -1
        self.look()

    def action_compare_leave(self) -> None:
        """Back to where it was opened."""
        if not any(side.back_out() for side in self._sides.values()):
            self.dismiss()


def _compared(before: str, after: str, grain: Grain) -> tuple[list[Span], float]:
    """What differs, and what part of the words is the same."""
    spans = differences(before, after, by=grain)
    return spans, tally(spans).same


def _named(run: Run, *, with_model: bool) -> str:
    name, detail = named(run, with_model=with_model)
    made_up = "  SIMULATED" if run.simulated else ""
    return f"{name}{detail}{made_up}  {glyph(run)} {plain(word(run))}"


def _fields(left: Run, right: Run) -> tuple[str, str] | None:
    """The fields that differ, a line each; None where not both answers have fields."""
    one, other = fields_of(left), fields_of(right)
    if one is None or other is None:
        return None
    found = list(changes(one, other))
    before, after = (
        "\n".join(f"{c.path}: {'(none)' if v is ABSENT else compact(v)}" for c, v in side)
        for side in ([(c, c.a) for c in found], [(c, c.b) for c in found])
    )
    return before, after
