"""All rows: which acts there are, and what proves each."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.app import App

from tests.tui.every.dialogs import DIALOGS
from tests.tui.every.doing import Row, prove
from tests.tui.every.looks import LOOKS
from tests.tui.every.saved import REPLAY, SAVED
from tests.tui.every.stage import sitting
from tests.tui.every.workbench import EDITOR, FRONT, PANE
from workbench.tui import replay_screen
from workbench.tui.acts import Act
from workbench.tui.help import all_acts

Rows = list[tuple[Act, Row]]
_WRITES = 'import sys; open(sys.argv[1], "a").write("# by hand\\n")'


def of_dialogs() -> Rows:
    """The rows of the acts of dialogs."""
    return [(act, rows[act.name]) for acts, rows in DIALOGS for act in acts if act.name in rows]


def of_screens(*tables: Mapping[str, Row]) -> Rows:
    """The rows that these tables have of all other acts."""
    in_dialogs = [act for acts, _ in DIALOGS for act in acts]
    rows = {name: row for table in tables for name, row in table.items()}
    rest = (act for act in all_acts() if act not in in_dialogs)
    return [(act, rows[act.name]) for act in rest if act.name in rows]


def all_rows() -> Rows:
    """Every row with its act."""
    return [*of_screens(FRONT, PANE, EDITOR, LOOKS, SAVED, REPLAY), *of_dialogs()]


async def prove_all(rows: Rows, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prove one after the other, in one sitting."""
    monkeypatch.setattr(replay_screen, "MOST_PANES", 2)  # so that a round has more than are seen
    monkeypatch.chdir(folder)
    monkeypatch.setattr(App, "suspend", lambda _: nullcontext())
    monkeypatch.setenv("EDITOR", f"{sys.executable} -c '{_WRITES}'")
    monkeypatch.delenv("VISUAL", raising=False)
    async with sitting(folder) as s:
        for act, row in rows:
            await prove(s, act, row)
