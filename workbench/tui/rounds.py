"""The rounds of one sitting: at most one under way, each saved before it is shown, all paid for."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from workbench.costs import Cost, shown
from workbench.run import Closed, Sent
from workbench.telling.plain import plain
from workbench.tui import heap
from workbench.tui.acts import key_of
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.own_code import OwnCode
from workbench.tui.results.keeping import Keeping
from workbench.tui.safekeeping import NOT_SAVED, Safekeeping
from workbench.tui.spent import Spent
from workbench.tui.terminal_title import TerminalTitle
from workbench.tui.work import begin
from workbench.workbench.bench import Workbench
from workbench.workbench.headroom import shown as shown_headroom
from workbench.workbench.outcome import cost_of
from workbench.workbench.progress import Progress, progress_of
from workbench.workbench.progress import shown as shown_progress
from workbench.workbench.tally import Tally, tally_of
from workbench.workbench.warm import Warm, left_by

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.run import Run
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.results.table import Sheet
    from workbench.workbench.bench import LiveRound  # brings httpx
    from workbench.workbench.grading import Grading
    from workbench.workbench.plan import Plan

_TALLY_EVERY_S = 0.2
_FEW, _LONG_S = 6, 20.0
"""What takes no telling how far it has come: so few runs, for so long."""
_TITLE = 60
_BEHIND = f"round on its way, {key_of('cancel')} twice cancels it"
_LEAST = (
    "≥: a run among these has no price that is known here, as its model is not listed; its own cost"
    " is told as –."
)


class Rounds:
    """Sends plans, shows their runs, and keeps what they cost.

    A round goes on where the user opens another prompt meanwhile; it is saved all the same, and
    the one sent last is shown again when its prompt is.

    Args:
        app: Says what has to be said.
        bench: Where rounds are sent, and saved.
        front: The screen to show them on.
        safekeeping: Watches over their session.
        keeping: Has their sheets know what is said of their runs.
    """

    def __init__(
        self,
        app: WorkbenchApp,
        bench: Workbench,
        front: BenchScreen,
        safekeeping: Safekeeping,
        keeping: Keeping,
    ) -> None:
        self._app, self._bench, self._front = app, bench, front
        self._spent = Spent(bench)
        self.code = OwnCode(app, bench.folder)
        self._title = TerminalTitle(app)
        self._plan: Plan | None = None  # of the round under way
        self._began_s = 0.0  # when it began, on the monotonic clock
        self._safekeeping, self._keeping = safekeeping, keeping
        self._runs: dict[str, Run] = {}  # of the round under way
        self._aside: tuple[Path | None, list[Run]] | None = None  # by prompt, as they were left
        self._plans: dict[str, Plan] = {}  # of the runs on the screen, by their ids
        self._live: LiveRound | None = None
        self._cancelled: list[str | None] = []  # before anything was sent
        self._over: Tally | None = None  # what the round sent last has come to
        self._warm: list[Warm] = []
        self._grading = asyncio.Lock()
        self._kept: list[Sheet] = []  # the one that the pinned run is on
        self._sheet: Sheet | None = None  # loaded with the first round: a megabyte

    @property
    def sheet(self) -> Sheet:
        """The runs of the round sent last, graded as they end; one sent again takes its place."""
        if self._sheet is None:
            from workbench.tui.results.table import Sheet

            self._sheet = Sheet()
        return self._sheet

    async def send(
        self, plan: Plan, *, instead_of: str = "", completes: Sheet | None = None
    ) -> None:
        """Send a plan, and stay until its last run has ended.

        Args:
            plan: What to send.
            instead_of: The run whose pane the plan's only run takes, where others stay.
            completes: The sheet that has its runs, where an interrupted round is resumed.

        Raises:
            WorkbenchError: It could not be sent at all.
        """
        from workbench.workbench.grading import Grading

        front, plan = self._front, self._part_of(plan, instead_of)
        grading = Grading(self._bench, plan, self.code.functions(plan))
        self._runs = {run.run_id: run for run in plan.runs}
        self._cancelled.clear()
        self._plan, self._began_s, self._aside = plan, time.monotonic(), None
        front.begin_round(plan.runs, instead_of=instead_of)
        self._remember(plan)
        self._begin_sheet(plan, instead_of, completes)
        graded: list[asyncio.Task[None]] = []
        tallying = self._app.set_interval(_TALLY_EVERY_S, self.tally, name="tally")
        try:
            async with self._bench.round(plan) as live:
                self._live, self._began_s = live, time.monotonic()
                self._spent.take_up()
                if not self._spent.rounds:
                    heap.set_aside()  # the first round has loaded what is needed for all
                self._follow_session()
                async for event in live:
                    if self._cancelled:
                        self._cancel_early(live)
                    run = self._runs[event.run_id].after(event)
                    self._runs[event.run_id] = run
                    front.show_run(run)
                    if isinstance(event.what, Sent):
                        self.sheet.send(run.run_id)
                    if isinstance(event.what, Closed):
                        graded.append(asyncio.create_task(self._grade(grading, run), name="grade"))
                await asyncio.gather(*graded)
        finally:
            self._live = None
            tallying.stop()
            for grading_one in graded:
                grading_one.cancel()  # those that are left where the round was broken off
            self._over = self._tally()
            self._spent.round_over(self._runs.values())
            self._warm = [*self.warm, *left_by(plan, self._runs.values(), time.time())]
            self._runs, self._plan = {}, None
            front.end_round()
            self.tally()
        self.look_up_the_day()
        await self._say_how(plan)

    def turn(self, to: Path, away_from: Path | None) -> None:
        """Another prompt is opened: its panes show the round sent last, or else the next one."""
        front = self._front
        if front.shows_round:
            self._aside = away_from, self._shown()
        front.forget_round()
        if self._aside is not None and self._aside[0] == to:
            runs, self._aside = self._shown(), None
            front.show_round(runs)
            for run in runs:
                if (sheet := self.sheet_with(run)) is not None:
                    front.show_mark(run.run_id, sheet.mark_of(run))
        else:
            front.begin(())
        self.tally()

    def forget(self) -> None:
        """Nothing was sent: no round is shown, here or with another prompt."""
        self._aside = None
        self._front.forget_round()

    def _shown(self) -> list[Run]:
        """The round sent last as it now stands, be it in the panes or behind another prompt."""
        if self._aside is None:
            return [self._front.runs[each] for each in self._front.own]
        return [self._runs.get(run.run_id) or self._ended(run) for run in self._aside[1]]

    def _ended(self, run: Run) -> Run:
        sheet = self.sheet_with(run)
        entry = sheet.entries.get(run.run_id) if sheet is not None else None
        return entry.run if entry is not None else run

    @property
    def answering(self) -> bool:
        """Whether an answer of the round under way is still to come to its end."""
        return any(run.end_state is None for run in self._runs.values())

    @property
    def warm(self) -> list[Warm]:
        """What the provider still holds of what was sent in this sitting."""
        now = time.time()
        return [one for one in self._warm if one.until > now]

    def _begin_sheet(self, plan: Plan, instead_of: str, completes: Sheet | None) -> None:
        """A sheet for the plan; that of the round that it is part of, where it is of one."""
        from workbench.tui.results.table import Sheet

        runs = {run.run_id: run for run in plan.runs}
        pinned = self._front.baseline
        self._kept = [s for s in (self.sheet, *self._kept) if pinned and pinned.run_id in s.runs]
        if instead_of in self.sheet.runs and not plan.info.resumes:
            self._kept = [self.sheet, *self._kept]  # its panes stay, and so does its session
        if completes is not None:
            self._sheet = completes
        elif plan.info.resumes:
            runs = {
                run.run_id: run
                for each, before in [*self.sheet.runs.items(), *runs.items()]
                for run in (plan.runs if each == instead_of else (before,))
            }
            path, entries, abouts = self.sheet.path, self.sheet.entries, self.sheet.abouts
            infos = {**self.sheet.infos, plan.info.round_id: plan.info}
            sent = (*self.sheet.requests, plan.requests)
            self._sheet = Sheet(plan.name, runs, entries, abouts, path, infos=infos, requests=sent)
        else:
            infos = {plan.info.round_id: plan.info}
            self._sheet = Sheet(plan.name, runs, infos=infos, requests=(plan.requests,))
        self._keeping.follow(self.sheet)

    def _part_of(self, plan: Plan, instead_of: str) -> Plan:
        """The plan as part of the round that is on the sheet, where it sends a run of that one.

        Both are one then, here and wherever their session is read; another session is another
        round.
        """
        sent, path = self._plans.get(instead_of), self.sheet.path
        ours = path is None or self._bench.writer_of(path) is not None
        if sent is None or not ours or sent.info.root not in self.sheet.infos:
            return plan
        if plan.info.round_id == sent.info.root:  # nothing of it was sent yet
            return plan
        return replace(plan, info=replace(plan.info, resumes=sent.info.root))

    def moved(self) -> None:
        """Rounds go to another provider now: it holds nothing of what was sent before."""
        self._warm.clear()
        self._spent.moved()
        self.tally()
        self.look_up_the_day()

    def _follow_session(self) -> None:
        """Have the sheets where the session is, should it have been saved elsewhere meanwhile."""
        journal = self._bench.journal
        if journal is None or journal.path is None:
            return
        before = self.sheet.path
        for sheet in (self.sheet, *self._kept):
            sheet.path = journal.path if sheet.path == before else sheet.path
        self._front.session_path = journal.path

    async def _grade(self, grading: Grading, run: Run) -> None:
        """What a run that has ended comes to, on the sheet and in the session."""
        from workbench.compare.results import Entry

        if grading.runs_code(run):  # neither the screen nor other answers wait for anybody's code
            async with self._grading:  # one at a time, as whoever wrote it may expect
                grade = await asyncio.to_thread(grading.ended, run)
        else:
            grade = grading.ended(run)
        self.sheet.entries[run.run_id] = Entry(run, grade, cost_of(run))
        self.sheet.changes += 1
        self._front.show_mark(run.run_id, self.sheet.mark_of(run))

    def sheet_with(self, run: Run) -> Sheet | None:
        """The sheet that a run on the screen is on."""
        sheets = (*filter(None, [self._sheet]), *self._kept)
        return next((sheet for sheet in sheets if run.run_id in sheet.runs), None)

    def plan_of(self, run_id: str) -> Plan | None:
        """The plan by which a run that has a pane was sent."""
        return self._plans.get(run_id)

    def expect(self, plan: Plan) -> None:
        """Some of this plan is sent; the others of its runs keep their panes."""
        self._plans.update((run.run_id, plan) for run in plan.runs)

    def _remember(self, plan: Plan) -> None:
        """Keep the plans of the runs that are on the screen, and no others."""
        plans = {**self._plans, **{run.run_id: plan for run in plan.runs}}
        self._plans = {each: plans[each] for each in self._front.runs if each in plans}

    def cancel(self, run_id: str | None = None) -> None:
        """Cancel this run of the round under way, or every run."""
        if self._live is None:
            self._cancelled.append(run_id)
        else:
            self._live.cancel(run_id)

    def _cancel_early(self, live: LiveRound) -> None:
        """Do what was asked for while there was nothing to cancel yet."""
        for run_id in self._cancelled:
            live.cancel(run_id)
        self._cancelled.clear()

    def tally(self) -> None:
        """How each run on the screen stands, what the sitting has cost, what may still be sent."""
        self._front.label_variants()
        profile = self._bench.endpoint.profile
        parts = ("" if profile.simulated else profile.name, shown_headroom(self._bench.headroom))
        header = self._front.header
        header.where = "   ".join(part for part in parts if part)
        spent = self._spent.of(self._runs.values())
        header.money = f"session {shown(self._spent.session(spent))}"
        day = self._spent.day(spent)
        header.day = f"day {shown(day)}" if day is not None else ""
        header.tooltip = self.money_note or None
        name, progress = self._plan.name if self._plan is not None else "", self._progress(spent)
        far = shown_progress(progress, _TITLE) if progress else ""
        line, shows = self._front.variants, self._front.shows_round
        line.progress = progress if shows else None
        line.tally = self._tally() if shows and not progress else None
        behind = name and not shows and not self._front.looking  # where it looks, esc ends that
        line.elsewhere = f"{plain(name)}: {far or _BEHIND}" if behind else ""
        self._title.show(f"{name}  {far}" if far else "")
        self._safekeeping.look()
        self._follow_session()
        runs = [run for run in self._front.runs.values() if run.provider == profile.name]
        made_up = profile.simulated or any(run.simulated for run in runs)  # a server may say so
        badges = ("SIMULATED" * made_up, NOT_SAVED * self._safekeeping.stranded)
        header.badge = "   ".join(filter(None, badges))

    def _tally(self) -> Tally | None:
        """What the round sent last comes to, where it is of more runs than one."""
        if (plan := self._plan) is None:
            return self._over
        if len(runs := self._shown()) < 2:
            return None
        # Of a run that is sent again alone the time is not the round's.
        took_s = time.monotonic() - self._began_s if len(plan.runs) == len(runs) else None
        return tally_of(runs, spent=self._spent.of(runs), took_s=took_s)

    @property
    def money_note(self) -> str:
        """What is to be said of the costs in the header, where that needs words."""
        return _LEAST if "≥" in self._front.header.money + self._front.header.day else ""

    def _progress(self, spent: Cost) -> Progress | None:
        """How far a long round has come: one of more runs than are seen, or that takes long."""
        plan, at_s = self._plan, time.monotonic() - self._began_s
        if plan is None or (at_s < _LONG_S and self._is_seen(plan)):
            return None
        runs, headroom = self._runs.values(), self._bench.headroom
        return progress_of(
            runs,
            at_s=at_s,
            spent=spent,
            limit_usd=plan.max_cost_usd,
            headroom=headroom,
            headroom_age_s=time.monotonic() - headroom.at_s,
            shut_s=self._bench.shut_s,
        )

    def _is_seen(self, plan: Plan) -> bool:
        """Whether the panes in sight tell how far it has come."""
        count, grid = len(plan.runs), self._front.grid
        return count <= _FEW or (count <= len(grid.panes) and count <= grid.seen)

    def look_up_the_day(self, after_s: float = 0.0) -> None:
        """Look up what the day's other sessions have cost, and tell it."""
        begin(self._app, partial(self._look_up, after_s), "day", exclusive=True)

    async def _look_up(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await self._spent.look_up()
        self.tally()

    async def _say_how(self, plan: Plan) -> None:
        """Say what the screen does not show: a round of another prompt, a session not written.

        Where another window is being looked at, the bell calls back.
        """
        if not self._app.app_focus:
            self._app.bell()
        if not self._front.shows_round:
            words = f"The round of {plan.name} is over: {key_of('sessions')} shows it."
            self._app.notify(words, markup=False)
        if self._bench.journal is not None:
            await asyncio.to_thread(self._bench.journal.flush)
            self.tally()
