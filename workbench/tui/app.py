"""The app: the one place of the terminal's face that acts, always by way of the door."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from workbench.costs import Cost
from workbench.documents.prompt import prompts_in
from workbench.documents.save import ChangedOutside
from workbench.errors import WorkbenchError
from workbench.tokens import quick
from workbench.tui.acts import ACTS
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.buffers import Buffers
from workbench.tui.choice import Choice
from workbench.tui.crash import crash_report
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.insight import KINDS, Insight, look
from workbench.tui.picker import Item, Picker
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.stage import Stage
from workbench.workbench import SessionSummary, Settings, Workbench, read_session, sessions_in

if TYPE_CHECKING:
    # The engine brings httpx, which the first frame must not wait for.
    from workbench.engine import LiveRound

_PAUSE_IN_TYPING_S = 0.15


class WorkbenchApp(App[None]):
    """The workbench on a folder of prompts.

    Args:
        bench: What is opened; the app leaves it when it ends.
        first: The prompt to open first; the folder's first one where None.
        notice: Something to say at the start.
    """

    TITLE = "workbench"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, bench: Workbench, *, first: Path | None = None, notice: str = "") -> None:
        super().__init__()
        self.bench = bench
        self.buffers = Buffers()
        self.prompt_path: Path | None = first
        self._notice = notice
        self._insight = Insight()
        self._live: LiveRound | None = None
        self.screen_ = BenchScreen()

    def on_mount(self) -> None:
        """Show the screen, then the first prompt."""
        self.push_screen(self.screen_)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        if self._notice:
            self.notify(self._notice, timeout=10, markup=False)
        prompts = prompts_in(self.bench.folder)
        screen = self.screen_
        profile = self.bench.endpoint.profile
        screen.header.badge = "SIMULATED" if profile.simulated else ""
        screen.header.where = "" if profile.simulated else profile.name
        screen.show_money(Cost(Decimal(0)))
        first = self.prompt_path or (prompts[0] if prompts else None)
        if first is None:
            self.notify(
                f"{self.bench.folder} has no prompt: a file there called NAME.prompt.yaml is one.",
                severity="warning",
                timeout=30,
                markup=False,
            )
            return
        self.open_prompt(first)

    # Files

    def open_prompt(self, path: Path) -> None:
        """Open a prompt file in the editors."""
        try:
            buffer = self.buffers.open(path)
        except WorkbenchError as error:
            self.tell(error)
            return
        self.prompt_path = path
        self._insight = Insight()
        screen = self.screen_
        screen.forget_round()
        for kind in KINDS[1:]:
            screen.panels[kind].open(None)
        self._fill(screen.panels["prompt"], path)
        screen.header.opened = path.name.removesuffix(".prompt.yaml")
        screen.panels["prompt"].set_estimate(f"{quick(buffer.text, None).shown()} tokens")
        screen.panels["prompt"].editor.focus()
        self.look_again(0.0)

    def _fill(self, panel: EditorPanel, path: Path | None) -> None:
        """Show a file in a panel, with what was typed into it before."""
        if path is None:
            panel.open(None)
            return
        try:
            buffer = self.buffers.open(path)
        except WorkbenchError as error:
            self.tell(error)
            return
        panel.open(path, buffer.text, buffer.saved)

    @on(BenchScreen.Typed)
    def _typed(self, typed: BenchScreen.Typed) -> None:
        if typed.panel.path is not None:
            self.buffers.typed(typed.panel.path, typed.panel.text)
            self.look_again()

    @work(exclusive=True, group="look")
    async def look_again(self, pause_s: float = _PAUSE_IN_TYPING_S) -> None:
        """Look at the prompt as it stands in the editors, once typing pauses."""
        await asyncio.sleep(pause_s)
        insight = await self._look()
        if insight is not None:
            self._show(insight)

    async def _look(self) -> Insight | None:
        path = self.prompt_path
        if path is None:
            return None
        profile = self.bench.endpoint.profile
        return await asyncio.to_thread(
            look, path, self.buffers.unsaved, profile.name, lambda p: self.bench.plan(p, Settings())
        )

    def _show(self, insight: Insight) -> None:
        self._insight = insight
        if insight.prompt is not None:
            wanted = {"system": insight.prompt.system_path, "tools": insight.prompt.tools_path}
            for kind, path in wanted.items():
                panel = self.screen_.panels[kind]
                if panel.path != path:
                    self._fill(panel, path)
        self.screen_.show_insight(insight)

    # What the user wants

    @on(BenchScreen.Wanted)
    def _wanted(self, wanted: BenchScreen.Wanted) -> None:
        match wanted.act:
            case "run":
                self.run_round()
            case "cancel" if self._live is not None:
                self._live.cancel(wanted.run_id)
            case "save":
                self.save_all()
            case "prompts":
                self.pick_prompt()
            case "sessions":
                self.pick_session()
            case "editor":
                self.edit_elsewhere()
            case "reload":
                self.reload()
            case "quit":
                self.leave()

    @work(group="round")
    async def run_round(self) -> None:
        """Send the next round, as the editors stand; every event is saved before it is shown."""
        if self.screen_.running:
            self.notify("A round is on its way: Esc twice cancels it.", severity="warning")
            return
        insight = await self._look()
        if insight is None:
            return
        self._show(insight)
        plan = insight.plan
        if plan is None:
            self._refuse(insight)
            return
        stage, before = Stage.of(plan.runs), self.screen_.spent
        self.screen_.begin_round(plan.runs)
        try:
            async with self.bench.round(plan) as live:
                self._live = live
                async for event in live:
                    stage = stage.after([event])
                    self.screen_.show_round(tuple(stage.runs.values()), before)
        except WorkbenchError as error:
            self.screen_.forget_round()
            self.tell(error)
        finally:
            self._live = None
        self._say_saved()

    def _refuse(self, insight: Insight) -> None:
        """Say why there is nothing to send, and go to the place."""
        if insight.refusal is not None:
            self.tell(insight.refusal)
            return
        problem = next(p for p in insight.problems if p.severity == "error")
        for panel in self.screen_.panels.values():
            if panel.path == problem.path:
                panel.go_to(problem.line, problem.column)
        where = f"{problem.path.name}:{problem.line}:{problem.column}"
        self.notify(
            f"{where}: {problem.problem}\n{problem.hint}",
            title="Not sent",
            severity="error",
            timeout=8,
            markup=False,
        )

    def _say_saved(self) -> None:
        journal = self.bench.journal
        if journal is not None and journal.problem:
            self.notify(journal.problem, severity="error", timeout=30, markup=False)

    @work(exclusive=True, group="dialog")
    async def save_all(self) -> None:
        """Save every file with unsaved changes; ask where one changed on disk as well."""
        await self._save_all()

    async def _save_all(self) -> bool:
        """Whether everything is saved now."""
        unsaved = list(self.buffers.unsaved)
        saved = [path for path in unsaved if await self._save(path)]
        if saved:
            self.notify(f"Saved {', '.join(path.name for path in saved)}.", markup=False)
        elif not unsaved:
            self.notify("Nothing to save.")
        self.look_again(0.0)
        return saved == unsaved

    async def _save(self, path: Path) -> bool:
        try:
            buffer = self.buffers.save(path)
        except ChangedOutside as error:
            answers = {"k": "keep yours: write over what is on disk", "t": "take what is on disk"}
            answer = await self.push_screen_wait(Choice(error.problem, answers))
            if answer == "k":
                buffer = self.buffers.save(path, over_changes=True)
            elif answer == "t":
                self._take(path)
                return False
            else:
                return False
        except WorkbenchError as error:
            self.tell(error)
            return False
        for panel in self.screen_.panels.values():
            if panel.path == path:
                panel.mark_saved(buffer.text)
        return True

    @work(exclusive=True, group="dialog")
    async def reload(self) -> None:
        """Take the focused file as it is on disk; ask first where that drops something."""
        panel = self.screen_.chosen_panel
        if panel.path is None:
            return
        if panel.dirty:
            question = f"{panel.path.name} has unsaved changes."
            if await self.push_screen_wait(Choice(question, {"d": "drop them"})) != "d":
                return
        self._take(panel.path)

    def _take(self, path: Path) -> None:
        """The file as it is on disk, as one step of undo."""
        try:
            buffer = self.buffers.reload(path)
        except WorkbenchError as error:
            self.tell(error)
            return
        for panel in self.screen_.panels.values():
            if panel.path == path:
                panel.replace_text(buffer.text)
                panel.mark_saved(buffer.text)
        self.look_again(0.0)

    @work(exclusive=True, group="dialog")
    async def edit_elsewhere(self) -> None:
        """Hand the focused file to $VISUAL or $EDITOR and take back what it saved."""
        path = self.screen_.chosen_panel.path
        if path is None or (path in self.buffers.unsaved and not await self._save(path)):
            return
        if self._hand_over(path):
            self._take(path)

    def _hand_over(self, path: Path) -> bool:
        """Give the terminal to the user's editor; whether it ended well (git's convention)."""
        command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        try:
            with self.suspend():
                done = subprocess.run([*shlex.split(command), str(path)], check=False)
        except OSError as error:
            words = f"{command}: {error.strerror}. Set $EDITOR."
            self.notify(words, severity="error", markup=False)
            return False
        self.refresh()
        return done.returncode == 0

    @work(exclusive=True, group="dialog")
    async def pick_prompt(self) -> None:
        """Switch to another prompt of the folder."""
        unsaved = self.buffers.unsaved
        items = [
            Item(str(path), path.name.removesuffix(".prompt.yaml"), "unsaved" * (path in unsaved))
            for path in prompts_in(self.bench.folder)
        ]
        empty = f"No such prompt in {self.bench.folder}"
        if picked := await self.push_screen_wait(Picker("prompts", items, empty=empty)):
            self.open_prompt(Path(picked))

    @work(exclusive=True, group="dialog")
    async def pick_session(self) -> None:
        """Open a saved session and replay it."""
        found = await asyncio.to_thread(sessions_in, self.bench.sessions)
        items = [
            Item(
                str(one.path),
                f"{one.began[:19].replace('T', ' ')}  {one.name}",
                _in_words(one),
            )
            for one in found
        ]
        empty = f"No session in {self.bench.sessions} yet: ^r runs a round and saves it."
        picked = await self.push_screen_wait(Picker("sessions", items, empty=empty))
        if picked:
            await self._replay(Path(picked))

    async def _replay(self, path: Path) -> None:
        try:
            session = await asyncio.to_thread(read_session, path)
        except WorkbenchError as error:
            self.tell(error)
            return
        for note in session.notes[:3]:
            self.notify(f"{path.name}: {note}", severity="warning", markup=False)
        if session.rounds:
            self.push_screen(ReplayScreen(session))
        else:
            self.notify(f"{path.name} has no round to replay.", severity="warning", markup=False)

    @work(exclusive=True, group="dialog")
    async def leave(self) -> None:
        """Leave; what is unsaved is asked about, a round on its way is cancelled and saved."""
        unsaved = self.buffers.unsaved
        if unsaved:
            names = ", ".join(path.name for path in unsaved)
            answers = {"s": "save and leave", "d": "drop the changes and leave"}
            answer = await self.push_screen_wait(Choice(f"Unsaved: {names}", answers))
            if answer == "s" and not await self._save_all():
                return
            if answer == "":
                return
        self.workers.cancel_group(self, "round")
        self.exit()

    # The app's own

    def tell(self, error: WorkbenchError) -> None:
        """Say what is wrong and what to do."""
        words = f"{error.problem}\n{error.hint}" if error.hint else error.problem
        self.notify(words, severity="error", timeout=10, markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every act, by its sentence; then Textual's own, but for those we have ourselves."""
        for act in ACTS:
            if act.name != "palette" and hasattr(screen, f"action_{act.name}"):
                title = f"{act.label.capitalize()}  {act.shown_key}"
                yield SystemCommand(title, act.tells, getattr(screen, f"action_{act.name}"))
        for command in super().get_system_commands(screen):
            if command.title in ("Theme", "Screenshot"):
                yield command

    def _fatal_error(self) -> None:
        """A bug: one line and a file, never a traceback, whose locals could hold a key."""
        self.bell()
        self._exit_renderables.append(crash_report(self._exception, self.bench))
        self._close_messages_no_wait()


def _in_words(one: SessionSummary) -> str:
    """A session's size, models and marks."""
    rounds = "1 round" if one.rounds == 1 else f"{one.rounds} rounds"
    runs = "1 run" if one.runs == 1 else f"{one.runs} runs"
    marks = ("SIMULATED",) * one.simulated + ("cut",) * one.cut
    return "  ".join((f"{rounds}, {runs}", ", ".join(one.models), *marks))


def run_app(bench: Workbench, *, first: Path | None = None, notice: str = "") -> int:
    """Open the workbench and stay until the user leaves; the exit code."""

    async def opened() -> int:
        async with bench:
            app = WorkbenchApp(bench, first=first, notice=notice)
            await app.run_async()
            return app.return_code or 0

    return asyncio.run(opened())
