"""Acts of the workbench: rounds, files, the view, panes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.every.rows import of_screens, prove_all
from tests.tui.every.workbench import FRONT, PANE

pytestmark = pytest.mark.anyio


async def test_each_is_done_by_key_and_by_mouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it is for happens, both times."""
    await prove_all(of_screens(FRONT, PANE), tmp_path, monkeypatch)
