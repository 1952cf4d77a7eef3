"""Every act there is, done once by its key and once by mouse; what it is for is seen to happen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.every.dialogs import DIALOGS
from tests.tui.every.doing import Row, prove
from tests.tui.every.looks import LOOKS
from tests.tui.every.saved import REPLAY, SAVED
from tests.tui.every.stage import sitting
from tests.tui.every.workbench import EDITOR, FRONT, PANE
from workbench.tui import replay_screen
from workbench.tui.acts import Act
from workbench.tui.help import all_acts

pytestmark = pytest.mark.anyio

TABLES = (FRONT, PANE, EDITOR, LOOKS, SAVED, REPLAY)


def rows() -> list[tuple[Act, Row]]:
    """Every row with its act."""
    dialogs = [(act, rows[act.name]) for acts, rows in DIALOGS for act in acts if act.name in rows]
    rest = [act for act in all_acts() if act not in [act for acts, _ in DIALOGS for act in acts]]
    others = {name: row for table in TABLES for name, row in table.items()}
    return [*((act, others[act.name]) for act in rest if act.name in others), *dialogs]


def test_every_act_has_a_row() -> None:
    """A new act is proved, or this fails."""
    assert not {act.name for act in all_acts()} - {act.name for act, _ in rows()}
    assert {act for act, _ in rows()} == set(all_acts())


async def test_every_act_is_done_by_key_and_by_mouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it is for happens, both times."""
    monkeypatch.setattr(replay_screen, "MOST_PANES", 2)  # so that a round has more than are seen
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDITOR", raising=False)
    async with sitting(tmp_path) as s:
        for act, row in rows():
            await prove(s, act, row)
