"""`workbench --demo`: the workbench plays itself, or makes pictures and a recording of that.

It works on a copy of the examples with the simulator, so nothing of the user's is touched and
nothing is paid.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.open_app import require_terminal
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp
    from workbench.workbench.bench import Workbench

SIZE = (120, 36)
PACE_S = 2.5
_WEB_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def watched() -> int:
    """Play it in this terminal."""
    require_terminal("--record FOLDER makes pictures and a recording without one.")

    async def playing() -> int:
        from workbench.tui.demo import driver

        with tempfile.TemporaryDirectory() as folder:
            app, bench = _app(Path(folder))
            async with bench:
                await app.run_async(auto_pilot=driver(app, PACE_S))
        return app.return_code or 0

    return asyncio.run(playing())


def recorded(folder: Path) -> int:
    """Write each scene as `NAME.svg`, and the whole as `demo.cast`, into a folder.

    Raises:
        WorkbenchError: It cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, svg in asyncio.run(scenes()):
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
            click.echo(folder / f"{name}.svg")
        if sys.platform == "win32":
            click.echo("no recording: that needs a pseudo-terminal", err=True)
            return 0
        (folder / "demo.cast").write_text("".join(recording()), encoding="utf-8")
        click.echo(folder / "demo.cast")
    except OSError as error:
        raise WorkbenchError(f"{folder} cannot be written: {error.strerror or error}") from error
    return 0


def _app(folder: Path) -> tuple[WorkbenchApp, Workbench]:
    """The app on a copy of the examples in this folder, and what it opens."""
    from workbench.documents.examples import examples_in
    from workbench.tui.app import WorkbenchApp
    from workbench.workbench.bench import open_workbench

    prompts = examples_in(folder)
    bench = open_workbench(prompts, provider="simulator", sessions=folder / "sessions")
    return WorkbenchApp(bench, first=prompts / "triage.prompt.yaml"), bench


async def scenes() -> list[tuple[str, str]]:
    """Every scene with its picture, played without a screen."""
    from workbench.tui.demo import Player, play

    kept: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        app, bench = _app(Path(folder))
        async with bench, app.run_test(size=SIZE) as pilot:
            await play(Player(app, pilot, 0.0, lambda n, svg: kept.append((n, for_the_page(svg)))))
    return kept


def for_the_page(svg: str) -> str:
    """The picture with fonts that every machine has, and nothing loaded from elsewhere."""
    return _WEB_FONT.sub("", svg).replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


def recording() -> Iterator[str]:
    """The demonstration on a pseudo-terminal, as asciicast v2, line by line."""
    header = {"version": 2, "width": SIZE[0], "height": SIZE[1], "title": "workbench"}
    yield json.dumps({**header, "env": {"TERM": "xterm-256color"}}) + "\n"
    began, rest = time.monotonic(), b""
    for chunk in _played():
        data = rest + chunk
        text = data.decode("utf-8", "ignore")
        rest = data[len(text.encode()) :] if len(data) - len(text.encode()) < 4 else b""
        yield json.dumps([round(time.monotonic() - began, 3), "o", text], ensure_ascii=False) + "\n"


def _played() -> Iterator[bytes]:
    """What `workbench --demo` writes to a terminal of its own, as it comes."""
    import fcntl
    import pty
    import struct
    import termios

    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    command = [sys.executable, "-m", "workbench", "--demo"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, env=environment, start_new_session=True
    )
    os.close(child)
    try:
        while process.poll() is None:
            if select.select([parent], [], [], 0.2)[0]:
                try:
                    yield os.read(parent, 65536)
                except OSError:  # the other end is closed
                    break
        if process.wait():
            raise WorkbenchError(f"the demonstration ended with exit code {process.returncode}")
    finally:
        process.kill()
        process.wait()
        os.close(parent)
