"""The workbench itself in a frame of a notebook, by `workbench serve`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workbench.errors import ServeError

_FRAME = """\
<div id="{name}"></div><script>(() => {{
const frame = document.createElement("iframe"), here = location.hostname;
const name = ["localhost", "127.0.0.1", "[::1]"].includes(here) ? here : "127.0.0.1";
frame.src = "http://" + name + {rest};
frame.allow = "clipboard-read; clipboard-write; fullscreen";
frame.style.cssText = "width:100%;height:{height}px;border:1px solid gray;border-radius:4px";
document.getElementById("{name}").replaceChildren(frame);
}})()</script>"""
# A cookie is given to a frame only where it calls this machine by the same name as its page.


class Frame:
    """A served workbench, shown where it stands last in a cell. It ends with `close` or the kernel.

    Args:
        server: The process, which ends when its standard input does.
        link: What lets one browser in, once.
        height: Of the frame, in pixels.
    """

    def __init__(self, server: subprocess.Popen[str], link: str, height: int) -> None:
        self._server, self.link, self.height = server, link, height

    def close(self) -> None:
        """End it. What was typed and what arrived is kept."""
        self._server.terminate()
        self._server.wait()
        for pipe in (self._server.stdin, self._server.stdout):
            if pipe is not None:
                pipe.close()

    def __repr__(self) -> str:
        state = "in a browser of this machine" if self._server.poll() is None else "ended"
        return f"<workbench, {state}: {self.link}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        parts = urlsplit(self.link)
        rest = json.dumps(f":{parts.port}/?{parts.query}")
        name = f"workbench-{uuid.uuid4().hex}"
        html = _FRAME.format(name=name, rest=rest, height=self.height)
        return {"text/plain": repr(self), "text/html": html}


def app(
    folder: str | Path = "prompts",
    *,
    provider: str | None = None,
    base_url: str | None = None,
    save: bool = True,
    speed: float = 1.0,
    height: int = 720,
) -> Frame:
    """The workbench in a frame, where the browser is on the machine of the kernel.

    Args:
        folder: The folder of prompts, or one prompt file.
        provider: As in `open`.
        base_url: As in `open`.
        save: Whether rounds are saved.
        speed: The simulator's pace.
        height: Of the frame, in pixels.

    Raises:
        ServeError: It could not be served; says why.
    """
    # -P: a folder of prompts may hold a file called json.py; it must not be what is imported.
    command = [sys.executable, "-P", "-m", "workbench", "serve", str(folder), "--port", "0"]
    command += ["--framed", "--parent-pipe", "--speed", str(speed)]
    for option, value in (("--provider", provider), ("--base-url", base_url)):
        command += [] if value is None else [option, value]
    command += [] if save else ["--no-save"]
    with tempfile.TemporaryFile("w+") as complaints:  # the server writes on after we let go of it
        server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,  # an interrupt of the kernel is for its cells
        )
        assert server.stdout is not None
        if link := server.stdout.readline().strip():
            return Frame(server, link, height)
        with server:
            complaints.seek(0)
            told = complaints.read().strip().splitlines()
    problem, *hints = told or [f"it ended with exit code {server.returncode}"]
    raise ServeError(problem.removeprefix("workbench: "), hint=" ".join(hints).strip())
