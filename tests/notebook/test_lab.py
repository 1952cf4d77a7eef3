"""In a real JupyterLab: a round streams into panes that cannot become markup, and stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.browser import browsing, needs_chromium
from tests.notebook.lab import jupyterlab
from workbench.sessions.session import read_session
from workbench.telling.cells import words as told
from workbench.telling.plain import seen

ROOT = Path(__file__).parents[2]
HOSTILE = "<img src=x onerror=document.title=1>"
CELLS = (
    "%load_ext workbench\nimport workbench as wb\n"
    "workspace = wb.open('prompts', provider='simulator', speed=0.5)",
    f"""text = '''
model: claude-haiku-4-5
max_tokens: 300
messages: [{{role: user, content: Explain tents.}}]
variants: {{"{HOSTILE}": {{}}, warm: {{temperature: 0.9}}}}
'''
going = workspace.prompt(text).run()
going""",
    "wb.app('prompts', speed=50)",
)

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(find_spec("jupyterlab") is None, reason="JupyterLab is not installed"),
    pytest.mark.skipif(find_spec("anywidget") is None, reason="anywidget is not installed"),
]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """JupyterLab on a copy of the examples; the address of a notebook of the cells above."""
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    with jupyterlab(tmp_path, CELLS) as address:
        yield address


def test_a_round_streams_is_cancelled_replayed_and_found_again(lab: str, tmp_path: Path) -> None:
    """Panes grow, Cancel keeps what came, Replay shows it again, a reloaded page has it.

    What is copied from a pane is the text as it came, to the letter.
    """
    with browsing() as context:
        page = context.new_page()
        page.goto(lab)
        page.locator(".jp-Notebook .jp-CodeCell").first.click()
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        for _ in CELLS[:2]:
            page.keyboard.press("Shift+Enter")
        panes = page.locator(".workbench-live .pane")
        page.wait_for_function(
            "() => [...document.querySelectorAll('.workbench-live .words')]"
            ".some(words => words.textContent.length > 20)"
        )
        page.get_by_role("button", name="Cancel").click()
        page.wait_for_selector(".workbench-live button:text('Replay'):enabled")
        page.locator(".jp-Notebook .jp-CodeCell").last.click()  # not before: a busy kernel is late
        page.keyboard.press("Shift+Enter")
        titles = panes.locator("b").all_text_contents()
        cancelled = panes.locator(".figures").all_text_contents()
        words = panes.locator(".words").all_text_contents()
        page.evaluate(
            "getSelection().selectAllChildren(document.querySelector('.workbench-live .words'));"
            "document.execCommand('copy')"
        )
        copied = page.evaluate("navigator.clipboard.readText()")
        page.get_by_role("button", name="Differences").click()
        page.wait_for_selector(".workbench-live ins, .workbench-live del")
        page.get_by_role("button", name="Replay").click()
        page.wait_for_function(
            "() => [...document.querySelectorAll('.workbench-live .figures')]"
            ".some(line => / sent| streaming/.test(line.textContent))"
        )
        page.wait_for_selector(".workbench-live button:text('Replay'):enabled")
        frame = page.frame_locator("iframe[src*='token=']")
        frame.locator("#terminal.-connected").wait_for()
        title = page.title()
        page.keyboard.press("Control+s")
        page.wait_for_selector(".jp-mod-current:not(.jp-mod-dirty)")
        page.reload()
        page.wait_for_selector(".workbench-live .words")
        again = page.locator(".workbench-live .words").all_text_contents()

    assert titles == [HOSTILE, "warm"]
    assert all("aborted" in line for line in cancelled)
    assert title != "1"
    assert again == words
    (session,) = (tmp_path / "sessions").glob("*.jsonl")
    first, _ = read_session(session).rounds[0].finished()
    assert copied == seen(told(first))
    book = json.loads((tmp_path / "book.ipynb").read_text("utf-8"))
    (shown,) = (out["data"] for out in book["cells"][1]["outputs"])
    assert "aborted" in "".join(shown["text/html"])
    assert "<img" not in "".join(shown["text/html"])
