"""The desk: does what the user wants, always by way of the door; screens only show it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.documents.examples import is_example
from workbench.documents.kinds import name_of
from workbench.documents.prompt import prompts_in
from workbench.documents.save import holds
from workbench.errors import WorkbenchError
from workbench.tokens import quick
from workbench.tui.acts import KINDS, key_of
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.caps import Caps
from workbench.tui.coming_back import ComingBack
from workbench.tui.disk_watch import DiskWatch
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.file_tabs import FileTabs
from workbench.tui.files import Files
from workbench.tui.insight import GivenUp, Insight, Wanted, look
from workbench.tui.leaving import may_leave
from workbench.tui.loaded_late import LoadedLate
from workbench.tui.looker import Looker
from workbench.tui.moving import Moving
from workbench.tui.next_round import NextRound
from workbench.tui.pane_acts import SENDING
from workbench.tui.pane_desk import PaneDesk
from workbench.tui.picker import Item, Picker
from workbench.tui.results.keeping import Keeping
from workbench.tui.rounds import Rounds
from workbench.tui.safekeeping import Safekeeping
from workbench.tui.sending import Sending
from workbench.tui.spoken import no_file
from workbench.tui.work import Work, begin
from workbench.workbench.bench import Workbench

if TYPE_CHECKING:
    from workbench.run import Run
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.results.table import Sheet
    from workbench.tui.sessions.shelf import Shelf
    from workbench.workbench.plan import Plan
    from workbench.workbench.saved import SavedRound, Session

"""What the desk does for an act, asking the user where it must."""

_CALM_AFTER_S = 1.0


class Desk(LoadedLate):
    """Files, rounds and dialogs of one workbench.

    Args:
        app: Runs what takes time, and asks the user.
        bench: The folder and its provider.
        front: The screen to show it on.
        caps: What rounds may cost until the user says otherwise.
    """

    def __init__(self, app: WorkbenchApp, bench: Workbench, front: BenchScreen, caps: Caps) -> None:
        self.app, self.bench, self.front = app, bench, front
        self.looker = Looker(self._look, self.show, partial(begin, app, group="look"))
        self.files = Files(app, front, partial(self.looker.ask, at_once=True), self.show_tabs)
        self.disk = DiskWatch(self._watched, self._written, self.files.lose)
        self.prompt_path: Path | None = None
        self.safekeeping = Safekeeping(app, bench)
        self.keeping = Keeping(app, bench)
        self.rounds = Rounds(app, bench, front, self.safekeeping, self.keeping)
        self.shelf: Shelf | None = None
        self.panes = PaneDesk(app, bench, self._plan_of)
        self.panes.dialogs["promote"] = self._promote_of_pane
        front.sheet_with, front.request_with = self.rounds.sheet_with, self.panes.request_of
        self._insight: Insight | None = None
        self.caps = caps
        """What rounds may cost in this sitting, where the user said so."""
        self.tabs = FileTabs()
        self.coming_back = ComingBack(self)
        self.sending = Sending(self)
        self.next_round = NextRound(self)
        self.moving = Moving(self)
        self.dialogs: dict[str, Work] = {
            "cost_limit": self._limit_cost,
            "provider": self.moving.choose,
            "variants": self.next_round.list_variants,
            "values": self.next_round.ask_values,
            "cases": self.next_round.choose_cases,
            "resume": self._resume,
            "allow_code": self._allow_code,
            "go_on": self._go_on_now,
            "save": self.files.save_all,
            "prompts": self._pick_prompt,
            "new_prompt": self._new_prompt,
            "new_system": partial(self._new_part, "system"),
            "new_tools": partial(self._new_part, "tools"),
            "sessions": self._open_sessions,
            "results": self._open_results,
            "review": self._open_review,
            "close_file": self._close_file,
            "editor": self.files.edit_elsewhere,
            "reload": self.files.reload,
            "diff": self.files.show_diff,
            "save_session": self._save_session,
            "quit": self._leave,
        }
        """What is done for an act, by its name; one at a time."""

    def start(self, first: Path | None) -> None:
        """Open the first prompt, and say where answers will come from."""
        profile = self.bench.endpoint.profile
        self.rounds.tally()
        self.rounds.look_up_the_day(_CALM_AFTER_S)
        begin(self.app, self.disk.work, "disk")
        prompts = prompts_in(self.bench.folder)
        if first is None and not prompts:
            self._await_files(awaited=False)
            self.app.notify(
                f"{self.bench.folder} has no prompt yet: {key_of('new_prompt')} begins one. "
                "A file there called NAME.prompt.yaml is one.",
                severity="warning",
                timeout=30,
                markup=False,
            )
            return
        if back := self.coming_back.bring_back():
            self.app.notify(back, severity="warning", timeout=20, markup=False)
        self.coming_back.begin(prompts)
        self.open_prompt(first or self._last_one(prompts))
        self.coming_back.look_aside()
        if profile.simulated:
            begin(self.app, self._warm, "warm")
        remembered, opened = self.app.remembered, self.prompt_path
        if remembered.keeps and not remembered.state.toured and opened and is_example(opened):
            remembered.note(toured=True)
            self.front.action_tour()

    @property
    def _included(self) -> Mapping[Path, str]:
        """The files of the open prompt, with their texts as they were read."""
        prompt = self._insight.prompt if self._insight is not None else None
        return prompt.files if prompt is not None else {}

    def _watched(self) -> set[Path]:
        return {*self.files.watched(), *self._included, *self.tabs.prompts}

    def _written(self, paths: Sequence[Path]) -> None:
        """These files were written, by others or by us."""
        unseen = self._included.keys() - self.files.watched()
        for path in paths:
            if path in self.files.buffers:
                self.files.follow(path)
            if path in unseen and not holds(path, self._included[path]):
                self.looker.ask(at_once=True)

    async def _warm(self) -> None:
        """Start the simulator, so that the first round need not wait for it."""
        with suppress(WorkbenchError):  # told when a round is sent
            await self.bench.start()

    def _last_one(self, prompts: Sequence[Path]) -> Path:
        """The one that was open last, here or in the newest session; else the first one."""
        from workbench.workbench.saved import last_name_in

        if (left := self.bench.folder / self.app.remembered.state.prompt) in prompts:
            return left
        name = last_name_in(self.bench.sessions)
        return next((path for path in prompts if name_of(path) == name), prompts[0])

    def do(self, act: str, run_id: str | None = None) -> None:
        """Do an act by its name; `run_id` where it is of one run."""
        if act == "run":
            self.sending.send_next()
        elif act == "cancel":
            if self.front.looking:
                self._stop_looking()
            elif self.sending.under_way:
                self.rounds.cancel(run_id)
        elif act in self.dialogs:
            self._ask(self.dialogs[act])

    def _stop_looking(self) -> None:
        """Give up looking at very many cases; they are not chosen any more."""
        self.front.looking = False
        if self.prompt_path is not None:
            self.next_round.without_cases(self.prompt_path)
        self.looker.give_up()
        words = f"Stopped: no case is chosen now. {key_of('cases')} chooses some."
        self.app.notify(words, markup=False)

    def do_with(self, act: str, run: Run, saved: SavedRound | None = None) -> None:
        """Do an act with a run that has a pane.

        Args:
            act: Its name.
            run: The run, as it is shown.
            saved: Its round as it was saved, where it is looked at again.
        """
        if saved is not None and act in SENDING:
            words = f"A replay sends nothing; {key_of('rerun')} sends the whole round again."
            self.app.notify(words, markup=False)
        elif act == "rerun_this":
            self.sending.send_alone(run.run_id)
        elif act == "cancel_this":
            if self.sending.under_way and run.end_state is None:
                self.rounds.cancel(run.run_id)
        else:
            self._ask(partial(self.panes.dialogs[act], run, saved))

    def _plan_of(self, run_id: str) -> Plan | None:
        """The plan by which a run was sent, or will be as the editors stand."""
        sent = self.rounds.plan_of(run_id)
        plan = self._insight.plan if self._insight is not None else None
        return sent or (plan if plan is not None and run_id in plan.requests else None)

    def _ask(self, dialog: Work) -> None:
        self._work(dialog, "dialog")

    def _work(self, work: Work, group: str) -> None:
        """Do what takes time; what was still being done of the same group is dropped."""
        begin(self.app, work, group, exclusive=True)

    # Files

    def open_prompt(self, path: Path) -> None:
        """Open a prompt file in the editors."""
        for panel in self.front.panels.values():
            self.files.leave(panel)
        try:
            buffer = self.files.buffers.open(path)
        except WorkbenchError as error:
            self._await_files(awaited=False)
            self.app.tell(error)
            return
        self.app.remembered.note(prompt=path.name)
        before, self.prompt_path, self._insight = self.prompt_path, path, None
        self.tabs.open(path)
        front = self.front
        self.rounds.turn(path, away_from=before)
        for kind in KINDS[1:]:
            front.panels[kind].open(None)
        self._await_files(awaited=True)
        panel = front.panels["prompt"]
        self.files.show(panel, buffer)
        panel.set_estimate(f"{quick(buffer.text, None).shown()} tokens")
        panel.editor.focus()
        front.header.opened = name_of(path)
        self.looker.ask(at_once=True)

    def _await_files(self, *, awaited: bool) -> None:
        """Whether it is still to be seen which files the prompt has."""
        for panel in self.front.panels.values():
            panel.await_file(awaited=awaited)

    def typed(self, panel: EditorPanel) -> None:
        """The user changed the text of a panel."""
        if panel.path is not None:
            self.files.typed(panel.path, panel.text)
            self.show_tabs()
            self.looker.ask()

    async def look_now(self) -> Insight | None:
        """Look at the prompt, and show what there is to see; None where that was given up."""
        path = self.prompt_path
        with suppress(GivenUp):
            insight = await self.looker.now()
            if insight is not None and path == self.prompt_path:
                self.show(insight)
                return insight
        return None

    @property
    def insight(self) -> Insight | None:
        """What was last seen of the prompt that is open."""
        return self._insight

    def _look(self) -> Callable[[Wanted], Insight] | None:
        """What looks at the prompt as it stands in the editors."""
        if (path := self.prompt_path) is None:
            return None
        self.files.catch_up()
        unsaved, provider = self.files.buffers.unsaved, self.bench.endpoint.profile.name
        chosen, plan_of = self.next_round.of(path), self.bench.plan
        warm, loop = self.rounds.warm, asyncio.get_running_loop()

        def say(words: str) -> None:
            with suppress(RuntimeError):  # nobody is there any more
                loop.call_soon_threadsafe(self.front.show_looking, words)

        return partial(look, path, unsaved, provider, plan_of, chosen, self.caps, warm, say=say)

    def show(self, insight: Insight) -> None:
        """Show what was seen of the prompt that is open."""
        self._insight = insight
        self.tabs.learn(insight)
        for kind, path in self.tabs.seen().items():
            if self.front.panels[kind].path != path:
                self.files.fill(self.front.panels[kind], path)
        self._await_files(awaited=False)
        off = self.next_round.of(self.prompt_path).off if self.prompt_path else ()
        self.front.show_insight(insight, off)
        for kind, panel in self.front.panels.items():
            if self.tabs.is_aside(kind):  # the figures are those of the file that the prompt names
                panel.set_note("")
                panel.set_estimate(f"{quick(panel.text, None).shown()} tokens")
        self.show_tabs()

    def show_tabs(self) -> None:
        """The files of each editor, and which of them are unsaved."""
        unsaved = self.files.buffers.unsaved
        for kind, panel in self.front.panels.items():
            panel.show_files({path: path in unsaved for path in self.tabs.of(kind)})
        self.coming_back.note_tabs()

    def show_file(self, path: Path) -> None:
        """Show a file in the editor for its kind, with the cursor in it."""
        if path in self.tabs.prompts and path != self.prompt_path:
            self.open_prompt(path)
        else:
            self.front.go_to(self._pick(path))

    async def _close_file(self) -> None:
        """Close the focused file: a prompt that was opened, or a file shown beside it."""
        path = self.front.chosen_panel.path
        if path is None:
            self.app.notify(no_file(self.front.chosen_panel.kind), markup=False)
            return
        if path in self.tabs.prompts:
            if len(self.tabs.prompts) == 1:
                words = (
                    f"This is the only prompt that is open: {key_of('prompts')} lists the others."
                )
                self.app.notify(words)
            elif await self.files.may_close(path) and (other := self.tabs.close(path)) is not None:
                self.open_prompt(other)
        elif self.tabs.drop(path) and self._insight is not None:
            self.show(self._insight)
        else:
            words = f"{path.name} belongs to the prompt that is open, and closes with it."
            self.app.notify(words, markup=False)

    def _pick(self, path: Path) -> EditorPanel:
        """Show a file that the open prompt includes in the editor for its kind."""
        panel = self.front.panels[self.tabs.pick(path)]
        self.files.fill(panel, path)
        if self._insight is not None:
            self.show(self._insight)
        return panel

    def go_to(self, path: Path, line: int, column: int = 1) -> None:
        """To a place in a file of the prompt, in the editor."""
        self.panel_with(path).go_to(line, column)

    def panel_with(self, path: Path) -> EditorPanel:
        """The panel that shows this file; where none did, one that does now."""
        return next(iter(self.files.shown_in(path)), None) or self._pick(path)

    # Dialogs

    async def _limit_cost(self) -> None:
        """Limit what the rounds of this sitting may cost."""
        from workbench.tui.caps_screen import CapsScreen

        prompt = self._insight.prompt if self._insight else None
        limits = Caps(prompt.limits.cost_usd, prompt.limits.run_cost_usd) if prompt else Caps()
        screen = CapsScreen(self.caps, limits, self.rounds.money_note)
        caps = await self.app.push_screen_wait(screen)
        if caps is not None:
            self.caps = caps
            self.looker.ask(at_once=True)
            await self.next_round.tell_ahead()

    async def _pick_prompt(self) -> None:
        """Switch to another prompt of the folder, or to a file that this one includes."""
        here = prompts_in(self.bench.folder)
        files = self._insight.prompt.files if self._insight and self._insight.prompt else {}
        beside = [path for path in files if path not in here]
        unsaved = self.files.buffers.unsaved
        items = [Item(str(path), name_of(path), "unsaved" * (path in unsaved)) for path in here] + [
            Item(str(path), path.name, "  ".join(("included", *("unsaved",) * (path in unsaved))))
            for path in beside
        ]
        empty = f"No prompt in {self.bench.folder} yet: {key_of('new_prompt')} begins one."
        picked = await self.app.push_screen_wait(Picker("prompts", items, empty=empty))
        if picked and Path(picked) in beside:
            self.show_file(Path(picked))
        elif picked:
            self.open_prompt(Path(picked))

    async def _new_prompt(self) -> None:
        """Begin another prompt, unsaved."""
        from workbench.tui.new_prompt import BEGINNING, asks_for_name, path_of

        name = await self.app.push_screen_wait(asks_for_name(self.bench.folder))
        if name:
            path = path_of(self.bench.folder, name)
            if path not in self.files.buffers:  # else it was begun before, and is not saved yet
                self.files.take_up(path, BEGINNING)
            self.open_prompt(path)

    async def _new_part(self, kind: str) -> None:
        from workbench.tui.new_part import begin

        await begin(self, kind)

    async def _save_session(self) -> None:
        await self.safekeeping.save_elsewhere()
        self.rounds.tally()

    async def _open_sessions(self) -> None:
        """Show the saved sessions; not one of the dialogs, which come and go over it."""
        self._work(self._keep_sessions, "sessions")

    async def _keep_sessions(self) -> None:
        from workbench.tui.sessions.shelf import Shelf
        from workbench.workbench.library import Library

        with await asyncio.to_thread(Library, self.bench.sessions) as library:
            self.shelf = Shelf(self.app, self.bench, library, lambda: self.sending.under_way)
            await self.shelf.work()

    async def _open_results(self) -> None:
        self.show_results(partial(self.results.show, self.rounds.sheet))

    def show_results(self, showing: Work) -> None:
        """Show results until the user leaves them; dialogs come and go over them."""
        self._work(showing, "results")

    async def _open_review(self) -> None:
        self.show_review(partial(self.reviews.show, self.rounds.sheet))

    def show_review(self, showing: Work) -> None:
        """Show a blind review until the user leaves it; dialogs come and go over it."""
        self._work(showing, "review")

    def judge(self, act: str, run_id: str, sheet: Sheet | None = None) -> None:
        """Do an act with a run that can be rated, review or have judged all among the results."""
        if act == "review":
            self.show_review(partial(self.reviews.show, sheet or self.results.sheet))
            return
        if act == "judge":
            self._ask(partial(self.judges.ask, sheet or self.results.sheet))
            return
        if act == "resume":
            again = partial(self._ask, self._open_results)
            self.sending.resume((sheet or self.results.sheet).path, then=again)
            return
        begin(self.app, partial(self.results.do, act, run_id, sheet), "judge")

    def go_on(self, act: str, session: Session, of: str) -> None:
        """Do an act of a replay with a round or run of its session, named by its id."""
        if act == "results":
            self.show_results(partial(self.results.show_saved, session, of))
            return
        if act == "review":
            self.show_review(partial(self.reviews.show_saved, session, of))
            return
        if act == "resume":
            self.sending.resume(session.path)
            return
        if act == "promote":
            self._ask(partial(self.promoting.of_saved, session, of))
            return
        self._ask(partial(self.going_on.do, act, session, of))

    async def _promote_of_pane(self, run: Run, saved: SavedRound | None) -> None:
        await self.promoting.of_pane(run, saved)

    async def _go_on_now(self) -> None:
        await self.going_on.go_on_now()

    async def _resume(self) -> None:
        self.sending.resume()

    async def _allow_code(self) -> None:
        """Ask whether checks may run the user's own code."""
        await self.rounds.code.ask(self._insight.plan if self._insight is not None else None)

    def hang_up(self) -> None:
        """Leave at once. What was typed is remembered, what arrived is saved."""
        self.coming_back.note_unsaved()
        self.coming_back.note_places()
        self.app.remembered.keep()
        self._work(self._end, "dialog")

    async def _leave(self) -> None:
        """Leave; what would be lost is asked about."""
        if await may_leave(self.app, self.files, self.rounds):
            await self._end()

    async def _end(self) -> None:
        await self.settled()
        await self.sending.stop()
        self.coming_back.note_places()
        self.app.exit()
