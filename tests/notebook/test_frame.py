"""The workbench in a frame is a served one; in the cell itself it is refused."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

import workbench as wb
from workbench.errors import ServeError
from workbench.tui.app import WorkbenchApp
from workbench.workbench.bench import open_workbench

PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.mark.skipif(find_spec("textual_serve") is None, reason="textual-serve is not installed")
def test_a_frame_is_served_until_it_is_closed(tmp_path: Path) -> None:
    """Its page may stand in a page of this machine; closed, nothing listens any more."""
    frame = wb.app(PROMPTS, save=False, height=500)
    home = frame.link.partition("/?")[0]
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(frame.link, timeout=60) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert b"textual-terminal" in answer.read()
    html = frame._repr_mimebundle_()["text/html"]
    assert repr(frame) == f"<workbench, in a browser of this machine: {frame.link}>"
    frame.close()

    assert "frame-ancestors http://127.0.0.1:* http://localhost:*" in policy
    assert "height:500px" in html
    assert home.rpartition(":")[2] in html
    with pytest.raises(urllib.error.URLError):
        opener.open(home, timeout=60)
    assert "ended" in repr(frame)
    with pytest.raises(ServeError, match="nowhere: no such command"):
        wb.app(tmp_path / "nowhere")


def test_the_screen_is_not_painted_into_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to do instead."""
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", kernel)

    with pytest.raises(wb.WorkbenchError, match="a notebook's cell is none") as error:
        WorkbenchApp(open_workbench(PROMPTS, provider="simulator")).run()

    assert "wb.app()" in error.value.hint
