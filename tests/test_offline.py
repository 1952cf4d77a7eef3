"""What was saved is looked at without network and without a key."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SESSION = Path(__file__).parents[1] / "sessions" / "example-policy.jsonl"

FORBID = """
import socket, sys

def forbid(event, args):
    inner = event == "socket.__new__" and args[1] == socket.AF_UNIX  # the event loop wakes itself
    if event.startswith("socket.") and not inner:
        raise SystemExit(f"touched the network: {event} {args}")

sys.addaudithook(forbid)
"""
COMMAND = """
from workbench.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
SCREEN = """
import asyncio
from pathlib import Path
from textual.app import App
from workbench.tui.replay_screen import ReplayScreen
from workbench.workbench.saved import read_session

async def play():
    app = App()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = ReplayScreen(read_session(Path(sys.argv[1])))
        app.push_screen(screen)
        while not (screen.is_attached and screen.loaded):
            await pilot.pause()
        await pilot.press("p", *["greater_than_sign"] * 5)
        while not screen._player.ended:
            await pilot.pause()
        print([run.end_state for run in screen.runs.values()])

asyncio.run(play())
"""


def offline(code: str, *argv: str) -> str:
    """What a program prints that is ended as soon as it turns to the network; it has no key."""
    env = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    done = subprocess.run(
        [sys.executable, "-c", FORBID + code, *argv],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["replay", str(SESSION), "--speed", "0"], "== "),
        (["replay", str(SESSION), "--json"], '"end_state":"complete"'),
        (["replay", str(SESSION), "--speed", "10", "--from", "9:00"], "complete"),
        (["sessions", "show", str(SESSION)], "== r1-1"),
        (["sessions", "fork", str(SESSION)], ""),
        (["sessions", "export", str(SESSION), "--as", "html"], "<html"),
    ],
)
def test_commands_on_saved_sessions_touch_no_network(argv: list[str], shown: str) -> None:
    """No socket is opened, no name looked up."""
    assert shown in offline(COMMAND, *argv)


def test_a_replay_on_the_screen_touches_no_network() -> None:
    """From the round before to its end."""
    assert "complete" in offline(SCREEN, str(SESSION))


def test_the_network_would_be_noticed() -> None:
    """What these tests rest on: a program that does open a socket is ended."""
    with pytest.raises(AssertionError, match="touched the network"):
        offline("socket.create_connection(('127.0.0.1', 9))")
