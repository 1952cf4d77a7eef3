"""The workbench, driven by keys in a real browser, does the main job there."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser import browsing, needs_chromium
from workbench.sessions.session import read_session

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<>=$]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")

pytestmark = needs_chromium


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """`workbench serve` on a copy of the examples; its link. It ends in order."""
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    words = ["serve", "prompts/triage.prompt.yaml", "--port", "0", "--speed", "50"]
    command = [sys.executable, "-m", "workbench", *words]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0


class Terminal:
    """What the page's terminal was told to paint."""

    def __init__(self, page: Page) -> None:
        self.page, self.painted = page, ""
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            self.painted += _ESCAPES.sub("", frame.decode("utf-8", "replace"))

    def until(self, words: str) -> None:
        """Wait until these words have been painted."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.painted:
            assert time.monotonic() < deadline, f"{words!r} never came: {self.painted[-2000:]}"
            self.page.evaluate("new Promise(requestAnimationFrame)")


def test_the_main_job_is_done_in_a_browser(link: str, tmp_path: Path) -> None:
    """Type, load again, run, copy, close: no other host is asked, and all is on the disk."""
    with browsing() as context:
        page = context.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        terminal = Terminal(page)

        page.goto(link)
        terminal.until("next round")
        page.keyboard.type("# mine")
        page.keyboard.press("Enter")
        terminal.until("2:1")
        terminal.painted = ""
        page.reload()
        terminal.until("palette")
        assert "# mine" in terminal.painted
        page.keyboard.press("Control+r")
        terminal.until("✓ warm")
        page.keyboard.press("F6")
        page.keyboard.press("F7")
        terminal.until("clipboard")
        copied = page.evaluate("navigator.clipboard.readText()")
        page.close()

    (path,) = (tmp_path / "sessions").glob("*.jsonl")
    (saved,) = read_session(path).rounds
    answers = [run.text for run in saved.finished()]
    assert {run.end_state for run in saved.finished()} == {"complete"}
    assert copied in answers
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(link).netloc}
    assert wrong == []
