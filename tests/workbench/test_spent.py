"""What sessions have cost since a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.tui.app import EXAMPLES
from workbench.sessions.content import stem_of
from workbench.sessions.session import read_session
from workbench.workbench.bench import open_workbench
from workbench.workbench.outcome import cost_of
from workbench.workbench.spent import spent_since

pytestmark = pytest.mark.anyio


async def run_once(folder: Path) -> Path:
    """Run the triage example on the simulator; the session."""
    from workbench.documents.prompt import load_prompt

    async with open_workbench(EXAMPLES, sessions=folder, speed=100.0) as bench:
        plan = bench.plan(load_prompt(EXAMPLES / "triage.prompt.yaml"))
        async with bench.round(plan) as live:
            async for _ in live:
                pass
        assert bench.journal is not None
        assert bench.journal.path is not None
        return bench.journal.path


async def test_sessions_since_a_moment_are_told(tmp_path: Path) -> None:
    """Each by itself, of the kind that is meant."""
    before = datetime.now(UTC) - timedelta(seconds=1)
    one, other = await run_once(tmp_path), await run_once(tmp_path)
    costs = [
        sum((cost_of(run).usd or Decimal(0) for run in saved.finished()), Decimal(0))
        for path in (one, other)
        for saved in read_session(path).rounds
    ]

    found = spent_since(tmp_path, before, simulated=True, but={stem_of(other)})
    assert [*found] == [stem_of(one)]  # the other was not even read
    found = spent_since(tmp_path, before, simulated=True)
    assert {stem: cost.usd for stem, cost in found.items()} == dict(
        zip(map(stem_of, (one, other)), costs, strict=True)
    )
    assert spent_since(tmp_path, before, simulated=False) == {}
    after = datetime.now(UTC) + timedelta(seconds=1)
    assert spent_since(tmp_path, after, simulated=True) == {}


def test_a_folder_that_is_not_there_has_cost_nothing(tmp_path: Path) -> None:
    """Nor is it made."""
    folder = tmp_path / "none"

    assert spent_since(folder, datetime.now(UTC), simulated=True) == {}
    assert not folder.exists()
