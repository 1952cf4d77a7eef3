"""What a user wants done with a run that only the desk can do: send, cancel, look into, copy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.tui.choice import Choice
from workbench.tui.clipboard import copied
from workbench.workbench.again import Again
from workbench.workbench.code import Language, code_for
from workbench.workbench.exchange import Exchange, exchange, read_exchange, saved_exchange
from workbench.workbench.saved import SavedRound, stem_of

if TYPE_CHECKING:
    from workbench.run import Run
    from workbench.tui.app import WorkbenchApp
    from workbench.wire.request import MessagesRequest
    from workbench.workbench.bench import Workbench
    from workbench.workbench.plan import Plan

_LANGUAGES: dict[str, tuple[Language, str]] = {
    "c": ("curl", "curl"),
    "p": ("python", "Python, with the official SDK"),
    "t": ("typescript", "TypeScript, with the official SDK"),
}


class PaneDesk:
    """Does it, asking the user where it must.

    Args:
        app: Shows what there is to see.
        bench: The folder and its provider.
        plan_of: The plan by which a run was sent, or would be.
    """

    def __init__(
        self, app: WorkbenchApp, bench: Workbench, plan_of: Callable[[str], Plan | None]
    ) -> None:
        self._app, self._bench, self._plan_of = app, bench, plan_of
        self.dialogs: dict[str, Callable[[Run, SavedRound | None], Coroutine[Any, Any, None]]] = {
            "copy_code": self.copy_code,
            "inspect": self.inspect,
        }
        """What is done for an act, by its name."""

    async def copy_code(self, run: Run, saved: SavedRound | None) -> None:
        """Copy a run's request as code, in the language that the user picks."""
        found = await self._exchange(run, saved)
        if found is None or found.request is None:
            self._app.notify("There is no request to copy.", markup=False)
            return
        words = {letter: name for letter, (_, name) in _LANGUAGES.items()}
        asked = Choice("", words, title="copy the request as")
        letter = await self._app.push_screen_wait(asked)
        if letter:
            language, _ = _LANGUAGES[letter]
            text = code_for(self._bench.endpoint, found.request, language)
            copied(self._app.screen, text, f"the request of {run.variant} as {language}")

    async def inspect(self, run: Run, saved: SavedRound | None) -> None:
        """Look into what was sent and what came back."""
        from workbench.tui.inspect_screen import InspectScreen

        found = await self._exchange(run, saved)
        if found is None:
            self._app.notify("Nothing was sent for this pane yet.", markup=False)
        else:
            self._app.push_screen(InspectScreen(found))

    def request_of(self, run: Run, saved: SavedRound | None = None) -> MessagesRequest | None:
        """What was sent for a run, or will be; None where that is not known."""
        if saved is not None:
            return saved.requests.get(run.run_id)
        plan = self._plan_of(run.run_id)
        return plan.requests.get(run.run_id) if plan is not None else None

    async def _exchange(self, run: Run, saved: SavedRound | None) -> Exchange | None:
        """From the session's file, where the run is saved; else what is known without it."""
        if saved is not None:
            return await asyncio.to_thread(saved_exchange, saved, run)
        journal = self._bench.journal
        if journal is not None and journal.path is not None and run.sent_s is not None:
            try:
                found = await asyncio.to_thread(read_exchange, journal.path, run)
            except WorkbenchError as error:
                self._app.tell(error)
                found = None
            if found is not None:
                return found
        plan = self._plan_of(run.run_id)
        if plan is None:
            return None
        return exchange(run, plan.requests[run.run_id], self._bench.endpoint)


def again_alone(bench: Workbench, plan: Plan, run_id: str) -> Plan:
    """The plan that sends one run of another plan again: the same request, to the byte."""
    sent = SavedRound(plan.info, plan.runs, plan.requests, {})
    path = bench.journal.path if bench.journal is not None else None
    limits = (plan.max_cost_usd, plan.max_run_cost_usd)
    again = Again((run_id,), None, None, *limits)
    made = bench.plan_again(sent, stem_of(path) if path is not None else "unsaved", again)
    asked = plan.checks.get(run_id, ())
    checks = {run.run_id: asked for run in made.runs if asked}
    return replace(made, checks=checks, redaction=plan.redaction)  # masked and checked as before


def alone(plan: Plan, run_id: str) -> Plan:
    """A plan that was not sent yet, with only this run."""
    runs = tuple(run for run in plan.runs if run.run_id == run_id)
    return replace(plan, runs=runs, requests={run_id: plan.requests[run_id]})
