"""What is said of a round as a whole: that runs wait, and for what."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from rich.console import Console

from workbench.api.headroom import Bucket, Headroom
from workbench.cli.live import LiveView
from workbench.cli.narration import narrated, standing, waiting
from workbench.cli.show import JsonView, PlainView
from workbench.run import Run
from workbench.workbench.bench import Workbench, open_workbench

pytestmark = pytest.mark.anyio


class Held(Workbench):
    """A workbench whose provider has nothing left for a while."""

    @property
    def headroom(self) -> Headroom:
        """Nothing of fifty."""
        return Headroom(time.monotonic(), requests=Bucket(0, 50, 40.0))

    @property
    def shut_s(self) -> float:
        """Half a minute."""
        return 29.5


def held(folder: Path) -> Held:
    """One on this folder."""
    return Held(folder, open_workbench(folder).endpoint)


def test_nothing_is_said_where_nothing_is_known(tmp_path: Path) -> None:
    """Before the first answer, and where nobody waits."""
    bench = open_workbench(tmp_path)

    assert (standing(bench), waiting(bench)) == ("", "")


@pytest.mark.parametrize("view", [PlainView(), JsonView()])
async def test_a_pipe_is_told_once_on_stderr(
    view: PlainView | JsonView, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the waiting begins, not with every pause in it; standard output stays data."""
    bench = held(tmp_path)
    async with narrated(bench, view):
        view.aside(waiting(bench), standing(bench))
        view.aside(waiting(bench), standing(bench))
    view.aside("", standing(bench))
    view.aside(waiting(bench), standing(bench))

    out, err = capsys.readouterr()
    line = "waiting about 30 s for the provider's limits (0 of 50 requests left, resets in 40 s)\n"
    assert (out, err) == ("", line)


def test_the_live_view_says_it_in_its_last_line() -> None:
    """Why runs wait, else what room is left."""
    out = io.StringIO()
    view = LiveView(Console(file=out, width=100, height=20, force_terminal=True, highlight=False))
    view.begin([Run("r1", variant="base")])

    view.aside("", "48 of 50 requests left, resets in 2 s")
    view.aside("waiting about 30 s", "0 of 50 requests left")
    view.end([])

    assert "48 of 50 requests left, resets in 2 s" in out.getvalue()
    assert "waiting about 30 s" in out.getvalue()
    assert "0 of 50 requests left\x1b" not in out.getvalue().partition("waiting")[2]
