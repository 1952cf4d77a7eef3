"""Acts of saved sessions, of a replay and of dialogs; and that all acts are proved here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.every.rows import all_rows, of_dialogs, of_screens, prove_all
from tests.tui.every.saved import REPLAY, SAVED
from workbench.tui.help import TYPING_ACTS, all_acts

pytestmark = pytest.mark.anyio


def test_every_act_has_a_row() -> None:
    """A new act is proved, or this fails. What a field of Textual's does is Textual's."""
    assert {act for act, _ in all_rows()} == {*all_acts()} - {*TYPING_ACTS}


async def test_each_is_done_by_key_and_by_mouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it is for happens, both times."""
    await prove_all([*of_screens(SAVED, REPLAY), *of_dialogs()], tmp_path, monkeypatch)
