"""The app: shows the screen at once, then sits down at the desk, which does what the user wants.

What the desk needs (documents, tokens, sessions) takes as long to load as Textual itself, so it
is loaded behind the first frame.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual._context import active_message_pump
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.events import Event, Key, MouseDown, MouseUp
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen, SystemModalScreen

from workbench.errors import WorkbenchError
from workbench.settings.user_settings import UserSettings
from workbench.tui import heap
from workbench.tui.ascii import made_plain
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.board import Board
from workbench.tui.caps import Caps
from workbench.tui.choices import Choices
from workbench.tui.editor_acts import MOVE_ACTS
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.hangup import hung_up
from workbench.tui.pasted import pasting_whole
from workbench.tui.pressed import Pressed
from workbench.tui.remembered import Remembered
from workbench.tui.shown_again import painting_again
from workbench.tui.spoken import in_keys
from workbench.tui.variants_line import VariantsLine
from workbench.tui.work import begin
from workbench.workbench.bench import Workbench

if TYPE_CHECKING:
    from workbench.tui.desk import Desk
    from workbench.tui.pane import RunPane
    from workbench.tui.replay_screen import ReplayScreen
    from workbench.tui.results.judged_screen import JudgedScreen
    from workbench.tui.review.review_screen import ReviewScreen
    from workbench.tui.sessions.sessions_screen import SessionsScreen

_LOADED_AFTER_S = 2.0
_WOBBLE = 2  # cells that the mouse may move aside while it is pressed for a click


Alone = Callable[["Desk"], Coroutine[Any, Any, None]]
"""Work at the desk that stands for itself."""


class WorkbenchApp(App[None]):
    """The workbench on a folder of prompts.

    Args:
        bench: What is opened; whoever made it leaves it when the app has ended.
        first: The prompt to open first; the folder's first one where None.
        notice: Something to say at the start.
        caps: What rounds may cost; what the prompts' files say where None.
        settings: What the user chose.
        remembers: Whether what is arranged on the screen is there again the next time.
        alone: What is done instead of the workbench's own work; when it is over, so is the app.
    """

    TITLE = "workbench"
    # What is written into a frame of the accent's colour has to be read on light themes, too.
    # A list looks the same whether it has the focus or the line over it, in which one types.
    # Themes of the terminal's own colours have no tints: what is one elsewhere is nothing there, or
    # covers what is written on it.
    # A notice covers as little as it can: few lines, however long. Textual reckons its height as if
    # its rack had no scrollbar: room for one would hide the last line behind the footer.
    CSS = """
    OptionList:focus > .option-list--option-highlighted {
        background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
        text-style: $block-cursor-blurred-text-style;
    }
    OptionList:ansi > .option-list--option-highlighted,
    OptionList:ansi:focus > .option-list--option-highlighted {
        background: $block-cursor-background; color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    Dialog Input:focus { background: $accent 20%; &:ansi { background: ansi_default; } }
    ToastRack { scrollbar-size: 0 0; }
    Toast { width: auto; max-width: 100%; padding: 0 1; }
    SearchIcon { display: none; }
    Dialog > *, #frame { border-title-color: $text-accent; border-subtitle-color: $text-accent; }
    """
    # In dialogs, too. Textual's own would take their keys whatever the key map says.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", show=False, priority=True, id="palette"),
        Binding("f1", "help", show=False, priority=True, id="help"),
        Binding("ctrl+q", "quit", show=False, priority=True, id="quit"),
    ]

    def __init__(
        self,
        bench: Workbench,
        *,
        first: Path | None = None,
        notice: str = "",
        caps: Caps | None = None,
        settings: UserSettings | None = None,
        remembers: bool = False,
        alone: Alone | None = None,
    ) -> None:
        super().__init__()
        self.choices = Choices(self, settings or UserSettings())
        self._wrong = self.choices.take_all()
        self.stylesheet.set_variables(self.get_css_variables())  # the first frame has the theme
        self.bench = bench
        self.pressed = Pressed()
        self._pressed_at = Offset()
        self.remembered = Remembered(self, bench.folder if remembers else None)
        self.desk: Desk | None = None
        self.front = BenchScreen()
        self._first, self._notice, self._caps = first, notice, caps or Caps()
        self._alone = alone
        self.problem: WorkbenchError | None = None
        """Why what was to be done alone could not be."""

    def run(self, *args: Any, **more: Any) -> None:
        """Run it; in a notebook's cell refuse to."""
        _refuse_cell()
        super().run(*args, **more)

    async def run_async(self, *args: Any, **more: Any) -> None:
        """Run it; in a notebook's cell refuse to."""
        _refuse_cell()
        await super().run_async(*args, **more)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own, but for pastes, for ASCII only, and for another page of a browser."""
        return made_plain(painting_again(pasting_whole(super().get_driver_class())))

    def watch_theme(self, theme: str) -> None:
        """Another theme, be it by the palette."""
        self.choices.theme_chosen(theme)

    def on_mount(self) -> None:
        """Show the screen; everything else comes after its first frame."""
        self.push_screen(self.front)
        # Not at once: the thread that writes the frame to the terminal must get its turn first.
        self.call_after_refresh(self.set_timer, 0.02, self._sit_down)

    def _sit_down(self) -> None:
        from workbench.tui.desk import Desk

        self.desk = Desk(self, self.bench, self.front, self._caps)
        if self._alone is None:
            self.desk.start(self._first)
        else:
            begin(self, partial(self._do_alone, self._alone(self.desk)), "alone")
        if self._notice:
            self.notify(self._notice, timeout=10, markup=False)
        if self._wrong:
            words = "\n".join((*self._wrong, "Everything else holds."))
            self.notify(words, title="config.yaml", severity="warning", timeout=20, markup=False)

        self.set_timer(_LOADED_AFTER_S, lambda: begin(self, self._loaded, "load"))

    async def _loaded(self) -> None:
        """All is there but what the first letter needs: that as well, lest it be late."""
        for module in ("workbench.documents.offers", "workbench.tui.completion"):
            await asyncio.to_thread(import_module, module)
        heap.set_aside()

    async def on_event(self, event: Event) -> None:
        """A key comes before whatever else is to be painted; what was dragged is not clicked."""
        if isinstance(event, Key) and not event.is_forwarded:
            self.pressed.came()
            if event.key.startswith("alt+"):
                event.character = None  # else a field takes it for a letter before it is a key
        elif isinstance(event, MouseDown) and not event.is_forwarded:
            self._pressed_at = event.screen_offset
            if self._is_gone(*event.screen_offset):
                self._mouse_down_widget = None
                return
        elif isinstance(event, MouseUp) and not event.is_forwarded:
            x, y = event.screen_offset - self._pressed_at
            if y or abs(x) > _WOBBLE:
                self._mouse_down_widget = None  # else Textual makes a click of every drag's end
        await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """A letter that was on its way while the focus went to a field is for the field."""
        from textual.widgets import Input

        if isinstance(self.focused, Input) and event.is_printable:
            event.prevent_default()
            self.focused.post_message(Key(event.key, event.character))

    def _is_gone(self, x: int, y: int) -> bool:
        """Whether what is seen there is removed, and not painted over yet: Textual fails on it."""
        widget, _ = self.screen.get_widget_and_offset_at(x, y)
        return widget is not None and widget.parent is None

    def post_display_hook(self) -> None:
        """A frame was let out."""
        self.pressed.painted()

    async def _do_alone(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except WorkbenchError as error:
            self.problem = error
        self.exit()

    @on(BenchScreen.Typed)
    def _typed(self, typed: BenchScreen.Typed) -> None:
        if self.desk is not None:
            self.desk.typed(typed.panel)

    @on(EditorPanel.FileWanted)
    def _file_wanted(self, wanted: EditorPanel.FileWanted) -> None:
        if self.desk is not None:
            self.desk.show_file(wanted.path)

    @on(BenchScreen.Wanted)
    def _wanted(self, wanted: BenchScreen.Wanted) -> None:
        if self.desk is not None:
            self.desk.do(wanted.act, wanted.run_id)

    def on_run_pane_wanted(self, wanted: RunPane.Wanted) -> None:
        """Something is to be done with a pane that its screen cannot; panes load late, too."""
        run = wanted.pane.run
        if self.desk is None or run is None or not wanted.pane.is_attached:
            return  # another round has taken its place meanwhile
        if isinstance(board := wanted.pane.screen, Board):
            self.desk.do_with(wanted.act, run, board.saved)

    @on(VariantsLine.Switched)
    def _switched(self, switched: VariantsLine.Switched) -> None:
        if self.desk is not None:
            self.desk.next_round.switch(switched.name)

    def on_sessions_screen_wanted(self, wanted: SessionsScreen.Wanted) -> None:
        """The user wants something done with saved sessions."""
        if self.desk is not None and self.desk.shelf is not None:
            self.desk.shelf.do(wanted.act, wanted.field)

    def on_replay_screen_wanted(self, wanted: ReplayScreen.Wanted) -> None:
        """The user wants to go on with what is replayed; heard by its name: replays load late."""
        if self.desk is not None:
            self.desk.go_on(wanted.act, wanted.session, wanted.of)

    def on_judged_screen_wanted(self, wanted: JudgedScreen.Wanted) -> None:
        """The user wants something done with an answer among the results."""
        if self.desk is not None:
            self.desk.judge(wanted.act, wanted.run_id, wanted.sheet)

    def on_review_screen_wanted(self, wanted: ReviewScreen.Wanted) -> None:
        """The user wants something done now that the result is known."""
        if self.desk is not None:
            want = partial(self.desk.reviews.want, wanted.act)
            begin(self, want, "dialog", exclusive=True)

    def show_front(self) -> None:
        """Leave whatever screens stand before the workbench."""
        while self.screen is not self.front and self.front in self.screen_stack:
            self.screen.dismiss()  # and not only popped: somebody may wait for it to end

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top; where another one asks for it as its own end, that one.

        One that is closed already asks where a second key or click reached it on its way out,
        and one below where its key came before what opened above it: Textual would take the
        screen on top away, and at last the workbench.
        """
        asks = active_message_pump.get(None)
        if isinstance(asks, Screen) and asks is not self.screen:
            if asks is self.front or asks not in self._screen_stack:
                return AwaitComplete()
            self._screen_stack.remove(asks)
            asks._pop_result_callback()
            return AwaitComplete(self._replace_screen(asks)).call_next(self)
        if self.screen is self.front:
            return AwaitComplete()
        return super().pop_screen()

    async def _replace_screen(self, screen: Screen[Any]) -> Screen[Any]:
        """Take a screen down, once it stands: of one on its way out Textual composes nothing."""
        if screen.is_attached:
            await screen._mounted_event.wait()
        return await super()._replace_screen(screen)

    def on_board_arranged(self, arranged: Board.Arranged) -> None:
        """The user has arranged the workbench: so it will be the next time."""
        if arranged.board is not self.front:  # a replay is arranged for itself
            return
        shares, panes = arranged.shares, arranged.panes
        self.remembered.note(
            layout=arranged.layout, editors=shares.editors, rows=shares.rows, panes=panes
        )

    def on_run_pane_looked(self, looked: RunPane.Looked) -> None:
        """An answer is told otherwise: so it will be the next time."""
        run = looked.pane.run
        if run is not None and looked.pane.screen is self.front:
            others = {
                v: looks for v, looks in self.remembered.state.looks.items() if v != run.variant
            }
            now = {run.variant: looked.pane.looks} if looked.pane.looks else {}
            self.remembered.note(looks={**others, **now})

    def hang_up(self) -> None:
        """The terminal is gone: leave without a word, and without losing anything."""
        if self.desk is None:
            self.exit()
        else:
            self.desk.hang_up()

    def on_app_focus(self) -> None:
        """Back from another window, where files may have been saved."""
        if self.desk is not None:
            self.desk.files.follow_disk()

    async def action_quit(self) -> None:
        """Leave, from wherever one is; what is unsaved is asked about first."""
        if isinstance(self.screen, ModalScreen):
            self.screen.dismiss()
        if self.desk is None:
            self.exit()
        else:
            self.desk.do("quit")

    def action_suspend_process(self) -> None:
        """To the shell, and back by its `fg`; a round on its way would stand still, so ask."""
        from workbench.tui import suspension
        from workbench.tui.choice import Choice

        if words := suspension.why_not(self):
            self.notify(words, severity="warning", markup=False)
        elif self.desk is None or not self.desk.sending.under_way:
            suspension.suspend(self)
        elif not isinstance(self.screen, ModalScreen):
            asked = Choice(suspension.ASKS, suspension.ANSWERS)
            self.push_screen(asked, lambda answer: suspension.suspend(self) if answer else None)
        else:
            self.notify("A round is on its way: close this first, then suspend.", markup=False)

    @on(Driver.SignalResume)
    def _come_back(self) -> None:
        """The terminal is ours again, with what others left on it."""
        self.refresh(layout=True)
        if self.desk is not None:
            self.desk.files.follow_disk()
            if self.desk.sending.under_way:
                self.notify("The round stood still while workbench was suspended.")

    def action_help(self) -> None:
        """The keys of where one is, be it a dialog; from the list of them, back."""
        from workbench.tui.help import Help, show_help

        if isinstance(self.screen, Help):
            self.screen.dismiss()
        elif not isinstance(self.screen, SystemModalScreen):
            show_help(self, self.screen)

    def tell(self, error: WorkbenchError) -> None:
        """Say what is wrong and what to do."""
        words = f"{error.problem}\n{in_keys(error.hint)}" if error.hint else error.problem
        self.notify(words, severity="error", timeout=10, markup=False)

    def action_command_palette(self) -> None:
        """Everything that can be done, by name."""
        from workbench.tui.options import Palette

        if not any(isinstance(screen, Palette) for screen in self.screen_stack):
            self.push_screen(Palette())  # no id: one that is just leaving has it still

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every act, by its sentence; of Textual's own, those that are not among ours."""
        from workbench.tui.doable import doable

        for each in doable(screen):
            if each.act.name != "palette" and each.act not in MOVE_ACTS:
                yield SystemCommand(each.act.title, each.act.tells, each.do)
        for command in super().get_system_commands(screen):
            if command.title in ("Theme", "Screenshot"):
                yield command

    def _handle_exception(self, error: Exception) -> None:
        """No bug: a screen that finds nothing inside it, as Textual composes nothing on leaving."""
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """A bug: one line and a file, never a traceback, whose locals could hold a key."""
        from rich.text import Text

        from workbench.workbench.crash import crash_line

        self.bell()
        self._exit_renderables.append(Text(crash_line(self._exception)))
        self._close_messages_no_wait()


def _refuse_cell() -> None:
    """Refuse to paint into a notebook's cell, which would show escape sequences.

    Raises:
        WorkbenchError: This is the kernel of a notebook.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if hasattr(shell, "kernel"):
        raise WorkbenchError(
            "the workbench needs a terminal, and a notebook's cell is none",
            hint="`import workbench as wb; wb.app()` shows it in a frame.",
        )


def run_app(
    bench: Workbench,
    *,
    first: Path | None = None,
    notice: str = "",
    caps: Caps | None = None,
    settings: UserSettings | None = None,
    alone: Alone | None = None,
) -> int:
    """Open the workbench and stay until the user leaves; the exit code.

    Raises:
        WorkbenchError: What was to be done alone cannot be.
    """

    async def opened() -> int:
        async with bench:
            app = WorkbenchApp(
                bench,
                first=first,
                notice=notice,
                caps=caps,
                settings=settings,
                remembers=alone is None,
                alone=alone,
            )
            with hung_up(app.hang_up):
                await app.run_async()
            app.remembered.keep()
            if app.problem is not None:
                raise app.problem
            return app.return_code or 0

    return asyncio.run(opened())
