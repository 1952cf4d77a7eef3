"""One run as it streams: a frame with its name, the answer, and the meter under it.

A pane is given a `Run` and paints it; it asks for nothing and starts nothing. State is carried by
a glyph and a word, focus by the weight of the frame; colour only repeats them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message as Notice
from textual.strip import Strip

from workbench.costs import Cost
from workbench.run import Run
from workbench.telling.figures import stands
from workbench.telling.film import Film
from workbench.telling.meter import ONE_LINE, Words, meter, meter_in_one
from workbench.telling.naming import named, waiting
from workbench.telling.transcript import THINKING, Transcript, View, is_json
from workbench.tui.bindings import bindings_of
from workbench.tui.cells import shortened
from workbench.tui.pane_acts import PANE_ACTS
from workbench.tui.readable import ReadableText
from workbench.tui.spoken import to_press
from workbench.tui.streamtext import NEW_OUTPUT, Key

_LIGHT, _HEAVY = "╭╮╰╯─│├┤", "┏┓┗┛━┃┣┫"
_SHORT = 9  # lines; a pane lower than this has no rule above its meter
_MENU_BUTTON = 3
_WAYS = ("markdown", "folded", "json")
MENU = "≡"
"""The sign that opens a pane's menu."""


class RunPane(ReadableText):
    """One run: title, answer, meter. `show` it a `Run`, as often as a new one is there.

    Args:
        cost_of: What a run costs so far; asked only when the pane is painted.
        tier_of: By which tier a run's model counts pictures; empty where unknown.
        with_model: Whether the title names the model: where the panes differ in it.
    """

    @dataclass
    class Wanted(Notice):
        """The user wants an act done with this pane that is not its own."""

        pane: RunPane
        act: str

    @dataclass
    class Looked(Notice):
        """The user wants the answer told otherwise."""

        pane: RunPane

    ALLOW_MAXIMIZE = True

    TAILS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "runpane--frame",
        "runpane--title",
        "runpane--detail",
        "runpane--state",
        "runpane--figure",
        "runpane--quiet",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(PANE_ACTS, first=False)]

    DEFAULT_CSS = """
    RunPane {
        min-width: 12;
        min-height: 5;
    }
    RunPane > .runpane--frame { color: $foreground 30%; }
    RunPane > .runpane--title { text-style: bold; }
    RunPane > .runpane--detail { color: $text-muted; }
    RunPane > .runpane--state { color: $text-muted; }
    RunPane > .runpane--quiet { color: $text-muted; }
    RunPane.complete > .runpane--state { color: $text-success; }
    RunPane.cut > .runpane--state { color: $text-warning; }
    RunPane.failed > .runpane--state { color: $text-error; }
    RunPane.cut > .runpane--frame { color: $warning 60%; }
    RunPane.failed > .runpane--frame { color: $error; }
    RunPane:focus-within > .runpane--frame { color: $accent; }
    RunPane.failed:focus-within > .runpane--frame { color: $error; }
    """

    def __init__(
        self,
        cost_of: Callable[[Run], Cost],
        *,
        tier_of: Callable[[Run], str] = lambda run: "",
        with_model: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._cost_of, self._tier_of = cost_of, tier_of
        self._with_model = with_model
        self._run: Run | None = None
        self._view = View(to_press=to_press)  # as the user wants it told
        self._still = self._pinned = False
        self._mark = ""
        self._told = self._view  # as it is told just now
        self._transcript = Transcript(self._told)
        self.film: Film | None = None
        """Moments of the run that are told already, where it is played."""
        self._frame, self._in_focus = 0, False
        self._meter: tuple[Words, ...] = ()
        self._meter_span, self._meter_width = range(0), (0, False)
        self._in_one = self._ruled = False
        self._least = Size(0, 0)

    @property
    def with_model(self) -> bool:
        """Whether the title names the model."""
        return self._with_model

    @with_model.setter
    def with_model(self, wanted: bool) -> None:
        if wanted != self._with_model:
            self._with_model = wanted
            self.forget_line(0)

    @property
    def run(self) -> Run | None:
        """The run that is shown."""
        return self._run

    def show(self, run: Run, frame: int | None = None) -> None:
        """Show a run as it now stands: what is new since it was last shown, and its figures.

        Args:
            run: The run; one with another id than the last begins anew.
            frame: How far the spinner has turned, where a clock turns it.
        """
        before, self._run = self._run, run
        self._frame = self._frame if frame is None else frame
        if run is before:
            self._show_meter()
            return
        if before is None or before.run_id != run.run_id:
            self.film = None
            self._begin()
            self.forget_line(0)
        if before is not None and self._jumps(before, run):
            self._tell_anew(run)
        else:
            self._tell(run)
        self.placeholder = waiting(run)
        if before is None or stands(before) != stands(run):
            self.set_class(stands(run) == "complete", "complete")
            self.set_class(stands(run) == "cut", "cut")
            self.set_class(stands(run) == "failed", "failed")
        self._show_meter()

    def _tell(self, run: Run) -> None:
        """Append what is new, or begin again where something else was told before."""
        if self._view.markdown != self._told.markdown and self._view_of(run) != self._told:
            self._tell_anew(run)
            return
        news = self._transcript.news(run)
        if news is None:
            self._tell_anew(run)
        else:
            self.append_all(news)

    def _jumps(self, before: Run, run: Run) -> bool:
        """Whether it is a long way to where the run stands now, and much of that is at hand."""
        film = self.film
        return (
            film is not None
            and film.place(run) - film.place(before) > 1
            and self.film_of(run) is not None
        )

    def film_of(self, run: Run) -> Film | None:
        """What is at hand of moments of the run, told as they would be now."""
        film = self.film
        return film if film is not None and film.fits(self._view_of(run), self.flow) else None

    def new_film(self) -> Film:
        """A film, to be given the run's moments, that fits as it is told now."""
        return Film(replace(self._told, markdown=False), self.flow.width, wraps=self.flow.wraps)

    def _tell_anew(self, run: Run) -> None:
        """Tell a run from its start; what is read stays about where it is."""
        follows, part = self.follows, self.top / max(1, self.row_count)
        self._begin()
        self.append_all(self._transcript.news(run) or [])
        if not follows:
            self.show_row(round(part * self.row_count))

    def _begin(self) -> None:
        self._told = self._view_of(self._run)
        film = self.film_of(self._run) if self._run is not None else None
        if film is None or self._run is None:
            self._transcript = Transcript(self._told)
            self.clear()
        else:
            flow, self._transcript = film.before(self._run)
            self.take_up(flow)

    @property
    def pinned(self) -> bool:
        """Whether it is the baseline."""
        return self._pinned

    @pinned.setter
    def pinned(self, pinned: bool) -> None:
        if pinned != self._pinned:
            self._pinned = pinned
            self.forget_line(0)

    @property
    def mark(self) -> str:
        """What the checks and a person say of the run, in a word or two."""
        return self._mark

    @mark.setter
    def mark(self, mark: str) -> None:
        if mark != self._mark:
            self._mark = mark
            self.forget_line(0)

    def action_want(self, act: str) -> None:
        """Ask for an act that is not this pane's own."""
        self.post_message(self.Wanted(self, act))

    def on_click(self, event: Click) -> None:
        """The sign at the right of the title opens the menu; so does the other button anywhere.

        A click on the words over the thinking folds it.
        """
        if event.button == 1 and event.chain == 1 and self._over_thinking(event.y):
            self.action_fold()
        at_sign = event.y == 0 and event.x >= self._fitted.width - len(MENU) - 3
        if at_sign or event.button == _MENU_BUTTON:
            event.stop()
            event.prevent_default()
            self.action_want("menu")

    def _over_thinking(self, y: int) -> bool:
        """Whether the words over the thinking stand in a line of the pane, and nothing selected."""
        row = self.top + y - self.body.y
        if y not in self.body_lines or row >= self.row_count or self.text_selection is not None:
            return False
        line = self.flow.lines[self.flow.rows[row][0]]
        return line.kinds[:1] == [(0, "label")] and line.text.startswith(THINKING)

    # How it is told

    @property
    def view(self) -> View:
        """How the user wants it told; Markdown waits until nothing more is on its way."""
        return self._view

    def _view_of(self, run: Run | None) -> View:
        rests = run is not None and (run.end_state is not None or self._still)
        tier = self._tier_of(run) if run is not None else ""
        return replace(self._view, markdown=self._view.markdown and rests, image_tier=tier)

    @property
    def still(self) -> bool:
        """Whether a replay is paused, so that what is there may be rendered."""
        return self._still

    @still.setter
    def still(self, still: bool) -> None:
        if still != self._still:
            self._still = still
            self._look_again()

    @property
    def looks(self) -> tuple[str, ...]:
        """How the user wants it told, where that is not as it came."""
        ways = {
            "unwrapped": not self.flow.wraps,
            **{way: getattr(self._view, way) for way in _WAYS},
        }
        return tuple(way for way, is_so in ways.items() if is_so)

    def look_like(self, looks: Collection[str]) -> None:
        """Tell it so; what is not known is nothing to go by."""
        markdown, folded, json = (way in looks for way in _WAYS)
        view = replace(self._view, markdown=markdown, folded=folded, json=json)
        self._change_view(view, unasked=True)
        self.wrap_lines("unwrapped" not in looks)

    def _change_view(self, view: View, *, unasked: bool = False) -> None:
        self._view = view
        self._look_again()
        self.forget_line(0)
        if not unasked:
            self.post_message(self.Looked(self))

    def _look_again(self) -> None:
        if self._run is not None and self._view_of(self._run) != self._told:
            self._tell_anew(self._run)

    def action_markdown(self) -> None:
        """Render Markdown, or show what came."""
        self._change_view(replace(self._view, markdown=not self._view.markdown))
        if self._view.markdown and not self._told.markdown:
            self.notify("Markdown is rendered once the run has ended.", markup=False)

    def action_fold(self) -> None:
        """Fold the thinking, or unfold it."""
        self._change_view(replace(self._view, folded=not self._view.folded))

    def action_json(self) -> None:
        """Lay out an answer that is JSON, or show it as it came."""
        run, wanted = self._run, not self._view.json
        if wanted and run is not None and run.end_state is not None and not is_json(run):
            self.notify("This answer is not JSON.", markup=False)
            return
        self._change_view(replace(self._view, json=wanted))

    @property
    def whole(self) -> tuple[str, str]:
        """The answer's words."""
        run = self._run
        return (run.text, f"the answer of {run.variant}") if run is not None else ("", "")

    def _show_meter(self) -> None:
        if self._run is None:
            return
        was, told = self._meter, (self._run, self._cost_of(self._run), self.body.width, self._frame)
        self._meter = (meter_in_one(*told),) if self._in_one else meter(*told)
        for before, now, y in zip_longest(was, self._meter, self._meter_span):
            if before != now and y is not None:
                self.forget_line(y)

    # Its parts, in its own cells

    def place(self, size: Size) -> Region:
        """Where the answer stands: inside the frame, above the meter."""
        bottom = max(1, size.height - 1)
        width, height = (
            least if own == least + 1 else own for own, least in zip(size, self._least, strict=True)
        )
        self._in_one = width - 4 >= ONE_LINE
        self._meter_span = range(max(1, bottom - (1 if self._in_one else 2)), bottom)
        self._ruled = height >= _SHORT
        height = max(0, self._meter_span.start - self._ruled - 1)
        return Region(2, 1, max(0, size.width - 4), height)

    def be_like(self, least: Size) -> None:
        """Look as a pane of this size does: of those in a grid some are a cell wider or higher."""
        if least != self._least:
            self._least = least
            self.settle()
            self.fit()

    def fit(self) -> None:
        """The meter depends on the width too."""
        super().fit()
        if self._meter_width != (now := (self.body.width, self._in_one)):
            self._meter_width = now
            self._show_meter()

    @property
    def hint_region(self) -> Region:
        """The hint at new output stands in the rule above the meter, where there is one."""
        hint = super().hint_region
        return hint.translate((0, 1)) if self._ruled else hint

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in sight."""
        self._in_focus = self.has_focus_within  # once, and not for every line
        return super().render_lines(crop)

    def line_key(self, y: int) -> Key:
        """What line `y` shows: of the text, or of the frame."""
        if y in self.body_lines:
            return super().line_key(y)
        return "frame", y, int(self.unseen and y == self.hint_region.y)

    def edges(self, y: int) -> tuple[list[Segment], list[Segment]]:
        """The frame's sides; the right one carries the scroll thumb."""
        side = Segment(self._glyphs[5], self.style_of("runpane--frame"))
        thumb = Segment("▐", self.style_of("streamtext--thumb")) if y in self._thumb else side
        blank, sign = self.style_of("streamtext--text"), self.style_of("streamtext--thumb")
        more = self.cut_at(y)
        left = Segment("‹", sign) if more[0] else Segment(" ", blank)
        right = Segment("›", sign) if more[1] else Segment(" ", blank)
        return [side, left], [right, thumb]

    def paint_line(self, y: int) -> Strip:
        """One whole line of the pane."""
        if y in self.body_lines:
            return super().paint_line(y)
        if y == 0:
            return self._rule(0, *self._title())
        if y in self._meter_span:
            at = y - self._meter_span.start
            words = self._meter[at] if at < len(self._meter) else ()
            return self.line_of(
                y, [Segment(text, self.style_of(f"runpane--{role}")) for role, text in words]
            )
        if y == self._meter_span.stop:
            return self._rule(2, [])
        if self._ruled and y == self._meter_span.start - 1:
            return self._rule(6, [], self._hint() if self.unseen else [])
        return self.line_of(y, [])  # where the find line stands

    def _rule(self, corner: int, left: list[Segment], right: list[Segment] | None = None) -> Strip:
        """A line of the frame with words set into it. `corner`: where its glyphs begin."""
        style, glyphs = self.style_of("runpane--frame"), self._glyphs
        right = right or []
        taken = sum(segment.cell_length for segment in (*left, *right))
        fill = Segment(glyphs[4] * max(0, self._fitted.width - 4 - taken), style)
        begin = Segment(glyphs[corner] + glyphs[4], style)
        end = Segment(glyphs[4] + glyphs[corner + 1], style)
        return Strip([begin, *left, fill, *right, end]).crop(0, self._fitted.width)

    def _hint(self) -> list[Segment]:
        return [Segment(f" {NEW_OUTPUT} ", self.style_of("streamtext--hint"))]

    def _title(self) -> tuple[list[Segment], list[Segment]]:
        """What stands at the left of the upper edge, and at its right: how it is told."""
        room = self._fitted.width - 6
        name, detail = named(self._run, with_model=self._with_model)
        if not name or room < 1:
            return [], []
        parts: list[Segment] = []
        signs = [*self._tags(), MENU]
        while signs and room - cell_len(name) < len(" ".join(signs)) + 3:
            del signs[0]
        tags = " ".join(signs)
        room -= len(tags) + 3 if tags else 0
        for text, role in ((name, "title"), (detail, "detail")):
            text = shortened(text, room)
            room -= cell_len(text)
            if text:
                parts.append(Segment(text, self.style_of(f"runpane--{role}")))
        gap = Segment(" ", self.style_of("runpane--frame"))
        right = [Segment(f" {tags} ", self.style_of("runpane--detail"))] if tags else []
        return [gap, *parts, gap], right

    def _tags(self) -> list[str]:
        """How it is told, where that is not as it came."""
        view = self._view
        return [
            *("markdown",) * view.markdown,
            *("json",) * view.json,
            *("pinned",) * self._pinned,
            *("folded",) * view.folded,
            *("not wrapped",) * (not self.flow.wraps),
            *(self._mark,) * bool(self._mark),
        ]

    def action_wrap(self) -> None:
        """Wrap long lines, or do not."""
        super().action_wrap()
        self.forget_line(0)
        self.post_message(self.Looked(self))

    @property
    def _glyphs(self) -> str:
        return _HEAVY if self._in_focus else _LIGHT
