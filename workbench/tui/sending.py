"""What sends the rounds of the desk: the next one, one pane alone, one that was saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerError

from workbench.errors import WorkbenchError
from workbench.tui.acts import key_of
from workbench.tui.insight import GivenUp, Insight
from workbench.tui.pane_desk import again_alone, alone
from workbench.tui.refused import GO, SEND, refused, told
from workbench.tui.spoken import no_file
from workbench.tui.work import Work, begin

if TYPE_CHECKING:
    from workbench.tui.desk import Desk
    from workbench.tui.results.table import Sheet
    from workbench.workbench.plan import Plan


class Sending:
    """Sends one round at a time, and says why where there is nothing to send.

    Args:
        desk: Knows the files that are open and what was last seen of them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._app, self._rounds = desk, desk.app, desk.rounds
        self._worker: Worker[None] | None = None

    @property
    def under_way(self) -> bool:
        """Whether a round is on its way."""
        return self._worker is not None and not self._worker.is_finished

    def send_next(self) -> None:
        """Send the next round as the editors stand."""
        self._start(self._next)

    def send_alone(self, run_id: str) -> None:
        """Send the request of one pane, again or for the first time; the others stay."""
        self._start(partial(self._alone, run_id))

    def send(self, plan: Plan) -> None:
        """Send a plan; none may be on its way."""
        self._worker = begin(self._app, partial(self._sent, plan), "round")

    def resume(self, path: Path | None = None, *, then: Callable[[], None] | None = None) -> None:
        """Send what the last round of a session lacks; of the round sent last where None.

        Args:
            path: The session's file.
            then: Called once that is on its way.
        """
        self._start(partial(self._resume, path or self._rounds.sheet.path, then))

    async def _resume(self, path: Path | None, then: Callable[[], None] | None) -> None:
        from workbench.tui.resuming import resumed

        try:
            found = await resumed(self._desk, path)
        except WorkbenchError as error:
            self._app.tell(error)
            return
        if found is not None:
            plan, sheet = found
            self._app.show_front()
            if then is not None:
                self._app.call_later(then)
            await self._sent(plan, completes=sheet)

    async def stop(self) -> None:
        """Cancel the round on its way; how it ended stands in the session file then."""
        if self._worker is not None and not self._worker.is_finished:
            self._worker.cancel()
            with suppress(WorkerError):
                await self._worker.wait()

    def _start(self, sending: Work) -> None:
        if self.under_way:
            self.say_under_way()
        else:
            self._worker = begin(self._app, sending, "round")

    def say_under_way(self) -> None:
        """Say why no other round is sent now."""
        words = f"A round is on its way: {key_of('cancel')} twice cancels it."
        self._app.notify(words, severity="warning")

    async def _next(self) -> None:
        self._desk.files.follow_disk()
        path = self._desk.prompt_path
        try:
            insight = await self._desk.looker.now()
        except GivenUp:
            return
        if insight is None or path != self._desk.prompt_path:
            self._app.notify(no_file("prompt"), markup=False)
            return
        self._desk.show(insight)
        if insight.plan is None:
            self._refuse(insight)
            return
        if insight.first_error is not None and not await self._sends_anyway(insight):
            return
        await self._sent(insight.plan)

    async def _alone(self, run_id: str) -> None:
        sent, insight = self._rounds.plan_of(run_id), self._desk.insight
        try:
            if sent is not None:
                plan = again_alone(self._desk.bench, sent, run_id)
            elif insight is not None and insight.plan and run_id in insight.plan.requests:
                if insight.first_error is not None and not await self._sends_anyway(insight):
                    return
                self._rounds.expect(insight.plan)
                plan = alone(insight.plan, run_id)
            else:
                words = "What was sent for this pane is not known any more: "
                self._app.notify(f"{words}{key_of('run')} sends all as the editors stand.")
                return
        except WorkbenchError as error:
            self._app.tell(error)
            return
        await self._sent(plan, instead_of=run_id)

    async def _sent(
        self, plan: Plan, *, instead_of: str = "", completes: Sheet | None = None
    ) -> None:
        try:
            await self._rounds.send(plan, instead_of=instead_of, completes=completes)
        except WorkbenchError as error:
            self._rounds.forget()
            self._app.tell(error)
            self._desk.looker.ask(at_once=True)
        else:
            self._tell_what_is_warm()

    def _tell_what_is_warm(self) -> None:
        """What was cached is read by the next round; until it is held no more."""
        if warm := self._rounds.warm:
            self._desk.looker.ask(at_once=True)
            left_s = min(one.until for one in warm) - time.time()
            self._app.set_timer(max(left_s, 0.0) + 1.0, self._tell_what_is_warm)

    def _refuse(self, insight: Insight) -> None:
        """Say why there is nothing to send, go to the place, and ask for what is missing."""
        if insight.refusal is not None:
            self._app.tell(insight.refusal)
            return
        if (problem := insight.first_error) is not None:
            self._desk.go_to(problem.path, problem.line, problem.column)
            self._app.notify(
                told(problem), title="Not sent", severity="error", timeout=8, markup=False
            )
        if insight.asks:
            self._desk.front.action_want(insight.asks)

    async def _sends_anyway(self, insight: Insight) -> bool:
        """Ask whether to send what the provider is known to refuse."""
        errors = [problem for problem in insight.problems if problem.severity == "error"]
        where = self._desk.bench.endpoint.profile.name
        answer = await self._app.push_screen_wait(refused(errors, where))
        if answer == GO:
            self._desk.go_to(errors[0].path, errors[0].line, errors[0].column)
        return answer == SEND
