"""In a real kernel: the tour runs from top to bottom, and an interrupt keeps what arrived."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
# What starts the kernel, and leaves sockets to the collector, is not ours.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the tour's notebook is, with the examples where it looks for them."""
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    folder = tmp_path / "tests" / "notebooks"
    folder.mkdir(parents=True)
    return folder


def test_the_tour_runs_from_top_to_bottom(folder: Path) -> None:
    """Its outputs hold the final text for every reader, and never a widget alone or a key."""
    import nbformat
    from nbclient import NotebookClient

    tour = nbformat.read(ROOT / "tests" / "notebooks" / "tour.ipynb", as_version=4)
    assert not [cell for cell in tour.cells if cell.get("outputs")]

    NotebookClient(
        tour, timeout=PATIENCE_S, kernel_name="python3", resources={"metadata": {"path": folder}}
    ).execute()

    shown = [out for cell in tour.cells for out in cell.get("outputs", []) if "data" in out]
    rounds = [out["data"] for out in shown if "workbench-round" in out["data"].get("text/html", "")]
    assert len(rounds) == 4
    for data in rounds:
        assert "2 of 2 runs complete" in data["text/plain"] or "4 of 4" in data["text/plain"]
        assert "<script" not in data["text/html"]
    assert len(json.dumps(tour)) < 60_000  # each output once, not once for each time it was painted
    assert len([*(folder.parents[1] / "sessions").glob("*.jsonl")]) == 2


def test_an_interrupt_keeps_what_arrived_in_the_cell(folder: Path) -> None:
    """It streams into the cell, ends there as cancelled, in a line; the kernel lives on."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    try:
        _said(
            client, "%load_ext workbench\n%wb open ../../prompts --provider simulator --speed 0.3"
        )
        client.execute("%wb run triage --variants base")
        painted: list[str] = []
        interrupted = False
        error: dict[str, Any] = {}
        while (message := client.get_iopub_msg(timeout=PATIENCE_S))["content"].get(
            "execution_state"
        ) != "idle":
            content = message["content"]
            if message["msg_type"] == "error":
                error = content
            if "text/html" in content.get("data", {}):
                painted.append(content["data"]["text/html"])
                if not interrupted and re.search("→ ≈[1-9]", painted[-1]):
                    manager.interrupt_kernel()
                    interrupted = True
        told = _said(client, "print([run.end_state for run in _round], len(_round[0].text) > 0)")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    assert error["traceback"] == ["Cancelled. What arrived is kept, in _round."]
    assert len(painted) > 2
    assert "aborted" in painted[-1]
    assert told == "['aborted'] True\n"


def _said(client: Any, code: str) -> str:
    """What a cell prints."""
    client.execute(code)
    told = ""
    while True:
        message = client.get_iopub_msg(timeout=PATIENCE_S)
        if message["msg_type"] == "stream":
            told += message["content"]["text"]
        elif message["msg_type"] == "error":
            raise AssertionError(message["content"]["traceback"])
        elif message["content"].get("execution_state") == "idle":
            return told
