"""A bug: one line and a file for whoever mends it, never a traceback with values in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.tui.app import own_prompts, until
from workbench.tui.app import WorkbenchApp
from workbench.workbench.bench import open_workbench

pytestmark = pytest.mark.anyio

KEY = "sk-my-own-key-1234"


@pytest.fixture
def crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where crash files go."""
    (tmp_path / "crashes").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "crashes"))
    return tmp_path / "crashes"


async def test_a_bug_ends_the_app_with_one_line(
    tmp_path: Path,
    crashes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 1, no traceback and no locals on the terminal."""
    monkeypatch.setenv("WORKBENCH_API_KEY", KEY)

    class Broken(WorkbenchApp):
        async def action_quit(self) -> None:
            raise RuntimeError(f"odd header: x-api-key: {KEY}")

    async with open_workbench(own_prompts(tmp_path), base_url="http://127.0.0.1:9") as bench:
        app = Broken(bench)
        with pytest.raises(RuntimeError):
            await broken(app)
    printed = "".join(capsys.readouterr().err.splitlines())  # as wide as the terminal

    assert app.return_code == 1
    assert printed.startswith("workbench: a bug in workbench ended it.")
    assert "Traceback" not in printed
    assert KEY not in printed + written(crashes)


async def broken(app: WorkbenchApp) -> None:
    """Run the app until its bug has ended it; the pilot raises what it was."""
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.desk is not None)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exception is not None)


def written(crashes: Path) -> str:
    """What the one crash file says."""
    (file,) = crashes.iterdir()
    return file.read_text()
