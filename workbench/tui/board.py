"""What the workbench and a replay have in common: editors over panes, and ways to get around."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.events import Click, DescendantFocus, Key, Resize
from textual.message import Message as Notice
from textual.widget import Widget

from workbench.tui.act_screen import ActScreen
from workbench.tui.acts import KINDS, key_of
from workbench.tui.choices import settings_of
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.header import Header
from workbench.tui.pane_grid import PaneGrid
from workbench.tui.pane_wishes import PaneWishes
from workbench.tui.remembered import remembered_of
from workbench.tui.splitter import Shares, Splitter
from workbench.tui.tabs import Tab, Tabs
from workbench.tui.variants_line import VariantsLine, tabs_of

if TYPE_CHECKING:
    # Loaded with the first panes, behind the first frame.
    from workbench.run import Run
    from workbench.tui.clock import PaintClock
    from workbench.tui.listed import Listed
    from workbench.tui.pane import RunPane
    from workbench.tui.results.table import Sheet
    from workbench.wire.request import MessagesRequest
    from workbench.workbench.saved import SavedRound

NARROW = 100
"""Columns below which one editor and one pane are seen."""
LAYOUTS = ("edit", "run", "compare")
"""Editors alone, both, panes alone."""
_STEP = 4
_TURNS = 4
"""In how many turns panes are painted: while thirty were, no key would be answered."""


BEGINS = {"prompt": "prompts", "system": "new_system", "tools": "new_tools"}
"""What is asked for where an editor without a file is clicked."""


class Board(ActScreen):
    """Header, three editors, the variants' line, their panes, and a last line.

    With less than 100 columns one editor and one pane are seen, the others as tabs.
    """

    ALLOW_IN_MAXIMIZED_VIEW = "Header,Footer,ReplayBar"  # SIMULATED is said there too
    EMPTY: ClassVar[Mapping[str, str]] = {
        "prompt": "no prompt is open\n\n"
        "{prompts} lists those of this folder, {new_prompt} begins one",
        "system": "no system file\n\n{new_system} begins one, and names it in the prompt",
        "tools": "no tools file\n\n{new_tools} begins one, and names it in the prompt",
    }
    """What is said in place of each editor while there is no file."""
    AUTO_FOCUS = ""  # the desk says what comes first
    DEFAULT_CSS = """
    Board { layout: vertical; background: $background; }
    Board > Header { dock: top; }
    Board #kinds { display: none; }
    Board.-narrow #kinds { display: block; }
    Board.-narrow EditorPanel { display: none; }
    Board.-narrow EditorPanel.-chosen { display: block; }
    Board.-edit #panes { display: none; }
    Board.-compare #editors, Board.-compare #kinds { display: none; }
    """

    def __init__(self) -> None:
        super().__init__(classes="-run")
        self.header = Header()
        keys = {name: key_of(name) for name in ("prompts", "new_prompt", *BEGINS.values())}
        self.panels = {
            kind: EditorPanel(kind, id=kind, empty=self.EMPTY[kind].format(**keys))
            for kind in KINDS
        }
        self.panels["prompt"].add_class("-chosen")
        self.kinds = Tabs(id="kinds")
        self.kinds.set_reactive(Tabs.shown, "prompt")
        self.variants = VariantsLine(id="variants")
        self.listed: Sequence[Listed] = ()
        """The variants of the prompt that is open, where one is."""
        self.off: Collection[str] = ()
        """Those of them that are off for the next round."""
        self.grid = PaneGrid(id="panes")
        self.splitter = Splitter(self.kinds, [*self.panels.values()], self.variants, self.grid)
        self.runs: dict[str, Run] = {}
        self._pane_by_run: dict[str, RunPane] = {}
        self.own: list[str] = []
        """The runs of the round that is shown; a pinned one of another is none of them."""
        self.baseline: Run | None = None
        """The run that is pinned, as it stood when it was."""
        self.session_path: Path | None = None
        """The file of the session that the runs are saved in."""
        self._marks: dict[str, str] = {}
        self._wishes = PaneWishes(self)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        # Known before the first layout: learnt from it, every style would be worked out twice.
        self._fit(self.app.size.width)
        state = remembered_of(self.app)
        self.take_arrangement(state.layout, Shares(state.editors, state.rows))
        self.grid.arranged = state.panes
        self.grid.looks_of = lambda variant: remembered_of(self.app).looks.get(variant, ())
        yield self.header
        yield self.splitter
        yield self.last_line()

    def last_line(self) -> Widget:
        """What stands at the bottom."""
        raise NotImplementedError  # every screen has its own

    @cached_property
    def clock(self) -> PaintClock:
        """The one clock that paints all panes."""
        from workbench.tui.clock import PaintClock

        pressed = getattr(self.app, "pressed", None)
        return PaintClock(
            self.app, hertz=settings_of(self.app).paint_hz, turns=_TURNS, pressed=pressed
        )

    def on_unmount(self) -> None:
        """Nothing is painted any more."""
        self.clock.stop()

    def on_resize(self, event: Resize) -> None:
        """Narrow screens show one editor and one pane at a time."""
        self._fit(event.size.width)

    def _fit(self, width: int) -> None:
        self.set_class(width < NARROW, "-narrow")
        self.grid.set_class(width < NARROW, "-single")
        self.variants.sign = self.grid.sign

    # Runs

    def begin(self, runs: Sequence[Run]) -> None:
        """Show a round about to begin, or one that is planned."""
        self.own = [run.run_id for run in runs]
        shown = self._with_baseline(runs)
        self.runs = {run.run_id: run for run in shown}
        self.clock.forget()
        self.grid.show(shown, pinned=self.baseline.run_id if self.baseline else "")
        self._pane_by_run = {pane.run.run_id: pane for pane in self.grid.panes if pane.run}
        self._marks = {each: mark for each, mark in self._marks.items() if each in self.runs}
        for run_id, pane in self._pane_by_run.items():
            pane.mark = self._marks.get(run_id, "")
        self.label_variants()

    def _with_baseline(self, runs: Sequence[Run]) -> list[Run]:
        """The pinned run first: as it stands where it is one of these, else as it was."""
        pinned = self.baseline
        if pinned is None:
            return list(runs)
        now = next((run for run in runs if run.run_id == pinned.run_id), pinned)
        return [now, *(run for run in runs if run is not now)]

    def set_baseline(self, run: Run | None) -> None:
        """Pin a run, so that it stands beside the runs of this round and of those after it."""
        self.baseline = run
        self.begin([self.runs[each] for each in self.own])

    def show_run(self, run: Run) -> None:
        """Show a run as it now stands, at the clock's next tick. Called for every event: cheap.

        A run that is not known here is of a round that is no longer shown.
        """
        if run.run_id in self.runs:
            self.runs[run.run_id] = run
        if (pane := self._pane_by_run.get(run.run_id)) is not None:
            self.clock.show(pane, run)

    def show_mark(self, run_id: str, mark: str) -> None:
        """Show in a run's pane what is said of it."""
        if run_id in self.runs:
            self._marks[run_id] = mark
        if (pane := self._pane_by_run.get(run_id)) is not None:
            pane.mark = mark

    async def sheet_of(self, run: Run) -> Sheet | None:
        """The sheet that a run is on, with what was said of it; None where it is on none."""
        raise NotImplementedError  # every screen has its own

    def request_of(self, run: Run) -> MessagesRequest | None:
        """What was sent for a run, or will be; None where that is not known."""
        raise NotImplementedError

    def ask_run(self, run_id: str, state: Callable[[], Run]) -> None:
        """Show a run, by its id, as it stands when its pane is painted next."""
        if (pane := self._pane_by_run.get(run_id)) is not None:
            self.clock.ask(pane, state)

    def show_now(self, runs: Sequence[Run]) -> None:
        """Show runs as they stand at another moment, at once; nothing older is shown after that."""
        self.runs |= {run.run_id: run for run in runs}
        for run_id, pane in self._pane_by_run.items():
            if pane.run is not self.runs[run_id]:
                self.clock.show_now(pane, self.runs[run_id])

    def label_variants(self) -> None:
        """Say in the variants' line how each of them stands."""
        self.variants.tabs = tabs_of(self._own_runs(), self.listed, self.off)
        self.variants.sign = self.grid.sign
        self._show_chosen()

    def _own_runs(self) -> list[Run]:
        return [self.runs[run_id] for run_id in self.own]

    def _show_chosen(self) -> None:
        run = self.grid.panes[self.grid.chosen].run if self.grid.panes else None
        self.variants.shown = run.variant if run is not None else ""

    @property
    def saved(self) -> SavedRound | None:
        """The round as it was saved, where it is one that is looked at again."""
        return None

    def on_run_pane_wanted(self, wanted: RunPane.Wanted) -> None:
        """Something is to be done with a pane; what is not the screen's goes to the desk."""
        gone = wanted.pane not in self.grid.panes  # another round has taken its place meanwhile
        if gone or self._wishes.grant(wanted.act, wanted.pane):
            wanted.stop()

    def hold_still(self, still: bool) -> None:
        """A replay is paused, or goes on: nothing turns, and what is there may be rendered."""
        self.clock.still = still
        for pane in self.grid.panes:
            pane.still = still

    @property
    def chosen_pane(self) -> RunPane | None:
        """The pane that has the focus, or had it last."""
        focused = self.grid.pane_of(self.focused)
        return focused or (self.grid.panes[self.grid.chosen] if self.grid.panes else None)

    @property
    def focused_run(self) -> Run | None:
        """The run in the focused pane."""
        pane = self.grid.pane_of(self.focused)
        return pane.run if pane is not None else None

    # Getting around

    def choose_kind(self, kind: str) -> None:
        """The editor that is seen where there is room for one."""
        for name, panel in self.panels.items():
            panel.set_class(name == kind, "-chosen")
        self.kinds.shown = kind
        self.label_kinds()

    def label_kinds(self) -> None:
        """Mark the editors with something unsaved."""
        self.kinds.tabs = tuple(
            Tab(kind, f"{'●' if panel.dirty else ' '} {kind}")
            for kind, panel in self.panels.items()
        )

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """What has the focus is what is seen."""
        for widget in event.widget.ancestors_with_self:
            if isinstance(widget, EditorPanel):
                self.choose_kind(widget.kind)
        if (pane := self.grid.pane_of(event.widget)) is not None:
            self.grid.choose(self.grid.panes.index(pane))
            self._show_chosen()

    @on(Tabs.Chosen, "#kinds")
    def _kind_chosen(self, chosen: Tabs.Chosen) -> None:
        self.go_to(self.panels[chosen.name])

    @on(Tabs.Chosen, "#variants")
    def _variant_chosen(self, chosen: Tabs.Chosen) -> None:
        """To a pane of the variant: the one after the chosen one, where it has several."""
        its = [
            at
            for at, pane in enumerate(self.grid.panes)
            if pane.run is not None and pane.run.variant == chosen.name
        ]
        if not its:
            self.variants.post_message(VariantsLine.Asked("variants"))
            return
        here = self.grid.chosen
        if here in its and self.grid.panes[here].has_focus:
            here = next((at for at in its if at > here), its[0])
        self.go_to(self.grid.panes[here if here in its else its[0]])

    def go_to(self, target: EditorPanel | RunPane) -> None:
        """Focus an editor or a pane, if it is still there, and bring it into sight."""
        if not isinstance(target, EditorPanel) and target not in self.grid.panes:
            return
        if self.maximized is not None:
            self.minimize()
        if isinstance(target, EditorPanel):
            if self.layout_name == "compare":
                self.lay_out("run")
            self.choose_kind(target.kind)
            target.editor.focus()
            return
        if self.layout_name == "edit":
            self.lay_out("run")
        self.grid.choose(self.grid.panes.index(target))
        self._show_chosen()
        target.focus()

    @property
    def places(self) -> list[EditorPanel | RunPane]:
        """The editors that show a file, and the panes, in order."""
        return [*(p for p in self.panels.values() if p.path is not None), *self.grid.panes]

    def action_next_panel(self) -> None:
        """Focus the editor or pane after the focused one."""
        places = self.places
        if not places:
            return
        here = [at for at, place in enumerate(places) if place.has_focus_within]
        self.go_to(places[((here or [-1])[0] + 1) % len(places)])

    def on_key(self, event: Key) -> None:
        """In a pane, a digit goes to the pane of that number."""
        if event.key.isdecimal() and self.grid.pane_of(self.focused) is not None:
            number = (int(event.key) or 10) - 1
            if number < len(self.grid.panes):
                event.stop()
                self.go_to(self.grid.panes[number])

    def action_settings(self) -> None:
        """The settings."""
        from workbench.tui.choices import Choices
        from workbench.tui.settings_screen import SettingsScreen

        choices, bench = (getattr(self.app, name, None) for name in ("choices", "bench"))
        if isinstance(choices, Choices):
            profile = bench.endpoint.profile if bench is not None else None
            themes = sorted(self.app.available_themes)
            self.app.push_screen(SettingsScreen(choices, themes, profile))

    def backs_out(self) -> bool:
        """Close what is open beside the focused text; whether anything was."""
        pane = self.grid.pane_of(self.focused)
        return pane.back_out() if pane is not None else self.chosen_panel.back_out()

    def action_jump(self) -> None:
        """Ask where to, by one letter."""
        from workbench.tui.jumping import jump

        jump(self)

    @property
    def chosen_panel(self) -> EditorPanel:
        """The panel that has, or last had, the focus."""
        return next(panel for panel in self.panels.values() if panel.has_class("-chosen"))

    async def action_find(self) -> None:
        """Find in the focused editor or pane."""
        pane = self.grid.pane_of(self.focused)
        if pane is not None:
            await pane.action_find_words()
        else:
            await self.chosen_panel.find()

    async def action_edit(self, act: str) -> None:
        """Do an act of the focused editor."""
        await self.chosen_panel.action_edit(act)

    @on(EditorPanel.NoProblem)
    async def _look_elsewhere(self, none: EditorPanel.NoProblem) -> None:
        """The next problem is in another file, if there is any."""
        panels = [panel for panel in self.panels.values() if panel.has_problems]
        if panels:
            panel = panels[0 if none.by > 0 else -1]
            self.go_to(panel)
            await panel.action_edit("next_problem" if none.by > 0 else "previous_problem")
        else:
            self.notify("There is no problem in these files.")

    # How it is arranged

    @dataclass
    class Arranged(Notice):
        """The user has arranged a screen anew."""

        board: Board
        layout: str
        shares: Shares
        panes: str

    @property
    def layout_name(self) -> str:
        """Which of `LAYOUTS` it has."""
        return next(name for name in LAYOUTS if self.has_class(f"-{name}"))

    def take_arrangement(self, layout: str, shares: Shares) -> None:
        """Take a layout, if there is one of that name, and shares."""
        self.splitter.shares = shares
        if layout in LAYOUTS:
            for name in LAYOUTS:
                self.set_class(name == layout, f"-{name}")

    def action_layout(self) -> None:
        """Edit, run, compare, and round again."""
        self.lay_out(LAYOUTS[(LAYOUTS.index(self.layout_name) + 1) % len(LAYOUTS)])

    def lay_out(self, layout: str) -> None:
        """Take one of `LAYOUTS`; the focus goes with what is seen."""
        self.take_arrangement(layout, self.splitter.shares)
        if layout == "compare" and self.chosen_pane is not None:
            self.chosen_pane.focus()
        elif layout == "edit" and self.chosen_panel.path is not None:
            self.chosen_panel.editor.focus()
        self._tell_arranged()

    @on(Splitter.Moved)
    def _tell_arranged(self) -> None:
        shares = self.splitter.shares
        self.post_message(self.Arranged(self, self.layout_name, shares, self.grid.arranged))

    def action_arrange(self) -> None:
        """Panes as fits, in a row, a grid, a stack, and as fits again."""
        if self.has_class("-narrow"):
            self.notify("On so narrow a screen one pane is seen at a time.")
        elif (arranged := self.grid.next_arranged) == self.grid.arranged:
            self.notify("There are no two panes to arrange.")
        else:
            self.grid.arranged = arranged
            self.variants.sign = self.grid.sign
            self._tell_arranged()

    @on(VariantsLine.Asked)
    def _arrange_asked(self, asked: VariantsLine.Asked) -> None:
        if asked.act == "arrange":
            self.action_arrange()

    def action_grow(self) -> None:
        """More room for what has the focus."""
        self.splitter.grow(self.focused, _STEP)

    def action_shrink(self) -> None:
        """Less room for what has the focus."""
        self.splitter.grow(self.focused, -_STEP)

    def action_line_up(self) -> None:
        """The line between editors and panes up."""
        self.splitter.move_line(-_STEP // 2)

    def action_line_down(self) -> None:
        """The line between editors and panes down."""
        self.splitter.move_line(_STEP // 2)

    def action_even(self) -> None:
        """The same room for all."""
        self.splitter.even_out()

    def action_maximize(self) -> None:
        """The focused editor or pane alone, or all again."""
        if self.maximized is not None:
            self.minimize()
        elif (pane := self.grid.pane_of(self.focused)) is not None:
            self.maximize(pane)
        elif self.focused is not None:
            panel = next((w for w in self.focused.ancestors if isinstance(w, EditorPanel)), None)
            if panel is not None:
                self.maximized = panel  # `maximize` takes only what can be focused

    def on_click(self, event: Click) -> None:
        """On a title: there; twice: that editor or pane alone, or all again."""
        x, y = event.screen_offset
        its = next((place for place in self.places if place.region.contains(x, y)), None)
        if its is None or y != its.region.y or event.button != 1:
            return
        if isinstance(its, EditorPanel):
            its.editor.focus()
        if event.chain == 2:
            self.action_maximize()

    def action_copy_answer(self) -> None:
        """Copy what is selected in the focused pane, or the chosen one, or else its answer."""
        if (pane := self.chosen_pane) is not None:
            pane.action_copy()
