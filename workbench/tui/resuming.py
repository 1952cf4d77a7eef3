"""An interrupted round taken up where it stopped, by key: what is missing, what it costs, and go.

What is sent goes into the session of the round, whose answers stay on the sheet of results.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.documents.prompt import Limits
from workbench.errors import SessionError
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.choice import Choice
from workbench.tui.results.table import Sheet, sheet_of
from workbench.workbench.again import Again
from workbench.workbench.ahead import ahead_of
from workbench.workbench.plan import Plan, first_given
from workbench.workbench.resume import lacking, plan_resumed
from workbench.workbench.saved import SavedRound, Session, newest_in, read_session, stem_of
from workbench.workbench.saved_session import prompt_of

if TYPE_CHECKING:
    from workbench.tui.desk import Desk

_SEND = {"s": "send what is missing"}


async def resumed(desk: Desk, path: Path | None) -> tuple[Plan, Sheet] | None:
    """What is missing of a session's last round, with the sheet that it completes.

    From here on the workbench writes to that session.

    Args:
        desk: Whose provider it is sent to; it must have no round on its way.
        path: The session; the newest one of the folder where None.

    Returns:
        None where the user leaves it be.

    Raises:
        SessionError: Nothing is missing, or saved at all; the round went to another provider;
            the session is in use, or on no disk yet.
        WorkbenchError: The prompt cannot be read, or it is certain to cost more than it may.
    """
    bench = desk.bench
    if not bench.saves:
        problem = "nothing is saved in this sitting: what is missing has nowhere to go"
        raise SessionError(problem, hint="Open the workbench without --no-save.")
    session, chain = await _interrupted(desk, path)
    if bench.journal is not None and bench.journal.stranded:
        hint = f"{key_of('save_session')} saves it elsewhere first."
        raise SessionError("the session is kept in memory only", hint=hint)
    prompt = await asyncio.to_thread(prompt_of, session, bench.folder)
    most, caps = prompt.limits if prompt is not None else Limits(), desk.caps
    chosen = Again(
        max_cost_usd=first_given(caps.round_usd, most.cost_usd),
        max_run_cost_usd=first_given(caps.run_usd, most.run_cost_usd),
    )
    ours = bench.writer_of(session.path) is not None
    await bench.close_session()  # whoever takes it up has to have it alone
    plan = await asyncio.to_thread(plan_resumed, bench, session, prompt, chosen)
    answer = await desk.app.push_screen_wait(Choice(_question(session, chain, plan), _SEND))
    if answer != "s":
        if not ours:
            await bench.close_session()
            desk.looker.ask(at_once=True)  # rounds are numbered on from that session's
        return None
    return plan, await asyncio.to_thread(_sheet, session, chain, plan)


async def _interrupted(desk: Desk, path: Path | None) -> tuple[Session, list[SavedRound]]:
    """The session, and the round with what was sent to complete it before."""
    bench = desk.bench
    if path is None:
        newest = await asyncio.to_thread(newest_in, bench.sessions)
        if newest is None:
            raise SessionError("there is no session yet", hint=f"{key_of('run')} begins one.")
        path = newest.path
    if (journal := bench.writer_of(path)) is not None:
        await asyncio.to_thread(journal.flush)
    session = await asyncio.to_thread(read_session, path)
    chain, _ = await asyncio.to_thread(lacking, session)
    went, goes = chain[-1].info.provider, bench.endpoint.profile.name
    if went != goes:
        hint = f"{key_of('provider')} sends rounds to {plain(went)} again."
        raise SessionError(f"that round went to {plain(went)}, and rounds go to {goes}", hint=hint)
    return session, chain


def _question(session: Session, chain: list[SavedRound], plan: Plan) -> str:
    of = len(chain[0].runs)
    missing = f"{len(plan.runs):,} of {of:,} runs"
    are = "is" if len(plan.runs) == 1 else "are"
    head = f"{missing} {are} missing in {chain[0].info.round_id} of {stem_of(session.path)}"
    asked = "" if plan.checks or not any(run.case for run in plan.runs) else _UNCHECKED
    return plain("\n".join((head, *ahead_of(plan).lines, *filter(None, [asked]))))


_UNCHECKED = "nothing is asked of the answers: the prompt, or what it asked, is not in this folder"


def _sheet(session: Session, chain: list[SavedRound], plan: Plan) -> Sheet:
    """The whole round: what came before as it is, and in its place what is sent now."""
    sheet = sheet_of(session, chain, plan.name)
    now = {(run.variant, run.case, run.repeat): run for run in plan.runs}
    before = sheet.runs.values()
    runs = [now.pop((run.variant, run.case, run.repeat), run) for run in before]
    sheet.runs = {run.run_id: run for run in (*runs, *now.values())}
    sheet.entries = {each: one for each, one in sheet.entries.items() if each in sheet.runs}
    sheet.infos = {**sheet.infos, plan.info.round_id: plan.info}
    sheet.requests = (plan.requests,)
    return sheet
