"""What a sitting has cost, and the day: every round once, whichever session it went to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.tui.app import EXAMPLES
from workbench.costs import Cost
from workbench.documents.prompt import load_prompt
from workbench.sessions.journal import reopen_journal
from workbench.sessions.session import read_session
from workbench.tui.spent import Spent
from workbench.workbench.bench import Workbench, open_workbench

pytestmark = pytest.mark.anyio

NOTHING = Cost(Decimal(0))


async def run_once(bench: Workbench, spent: Spent) -> Decimal:
    """A round of the triage example; what it has cost."""
    plan = bench.plan(load_prompt(EXAMPLES / "triage.prompt.yaml"))
    runs = {run.run_id: run for run in plan.runs}
    async with bench.round(plan) as live:
        spent.take_up()
        async for event in live:
            runs[event.run_id] = runs[event.run_id].after(event)
    cost = spent.of(runs.values()).usd
    spent.round_over(runs.values())
    assert cost
    return cost


async def test_every_round_of_the_day_counts_once(tmp_path: Path) -> None:
    """In the session before this one, or in another sitting's that is gone on with."""
    async with open_workbench(EXAMPLES, sessions=tmp_path, speed=100.0) as bench:
        before = Spent(bench)
        first = await run_once(bench, before)
        await bench.close_session()
        second = await run_once(bench, before)
        await before.look_up()
        assert before.day(NOTHING) == Cost(first + second)
        assert bench.journal is not None
        assert bench.journal.path is not None
        left = bench.journal.path

    async with open_workbench(EXAMPLES, sessions=tmp_path, speed=100.0) as bench:
        spent = Spent(bench)
        await spent.look_up()
        bench.carry_on(reopen_journal(read_session(left)), 2)
        third = await run_once(bench, spent)
        await spent.look_up()
        assert spent.day(NOTHING) == Cost(first + second + third)
        assert spent.session(NOTHING) == Cost(third)
        assert spent.session(Cost(None)) == Cost(third, is_least=True)  # no price, in part

        bench.endpoint = replace(  # what is made up is not told as money spent elsewhere
            bench.endpoint, profile=replace(bench.endpoint.profile, simulated=False)
        )
        await spent.look_up()
        assert spent.day(NOTHING) == spent.session(NOTHING) == NOTHING
