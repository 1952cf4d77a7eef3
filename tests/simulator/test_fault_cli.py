"""`workbench simulate`: its list of faults, its refusals, and a session that speaks again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.simulator.raw import asked_raw
from tests.simulator.talk import body
from workbench.cli.main import main
from workbench.sessions.session import read_session
from workbench.simulator.faults.table import FAULTS

ROOT = Path(__file__).parents[2]
SESSIONS = ROOT / "sessions"


@contextmanager
def simulating(*options: str) -> Iterator[str]:
    """A `workbench simulate` of its own; gives its URL."""
    command = [sys.executable, "-m", "workbench", "simulate", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        try:
            assert child.stdout is not None
            yield child.stdout.readline().strip()
        finally:
            child.kill()


def test_the_list_names_every_fault_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output is the table itself, a fault a line; how to ask is narration."""
    assert main(["simulate", "--faults"]) == 0

    out, err = capsys.readouterr()
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    assert lines == [[name, sentence] for name, sentence in FAULTS.items()]
    assert "x-sim-fault: cut_mid:5" in err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--fault", "bom", "--fault", "cut"], "'cut' is no fault"),
        (["--session", "nowhere"], "there is no session 'nowhere'"),
    ],
)
def test_a_wrong_word_is_told_with_a_hint(
    options: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is served, and two lines say why and what to do."""
    assert main(["simulate", "--port", "0", *options]) == 2

    said = capsys.readouterr().err.splitlines()
    assert problem in said[0]
    assert said[1].startswith("  ")


@pytest.mark.anyio
async def test_a_session_speaks_again_and_faults_are_put_into_all() -> None:
    """A request of the session gets its recorded events, another one does not; both without end."""
    (saved, *_) = read_session(SESSIONS / "example-orders.jsonl").rounds
    run_id, request = next(iter(saved.requests.items()))
    (recorded,) = [run for run in saved.finished() if run.run_id == run_id]
    options = ["--session", "example-orders", "--fault", "eof_no_stop", "--speed", "1000"]

    with simulating("--sessions", str(SESSIONS), *options) as url:
        known = await asked_raw(url, {**request.body, "stream": True})
        other = await asked_raw(url, body("Who are you?", stream=True))

    assert known.headers["x-simulated-from"] == "session"
    assert known.events[0]["message"] == recorded.message
    assert "x-simulated-from" not in other.headers
    assert known.types[-1] == other.types[-1] == "content_block_stop"
