"""The simulator as a child process of the app: there when needed, gone when the app is.

The child holds the reading end of a pipe that nobody ever writes to. However the parent ends,
killed or not, the system closes the other end, and the child leaves at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import workbench.errors
from workbench.errors import SimulatorError
from workbench.simulator.config import LOOPBACK

MODULE = "workbench.simulator"
MOST_SECONDS_TO_START = 30.0
_ROOT = Path(workbench.errors.__file__).parent.parent
_HINT = "`workbench doctor` says what is missing; `python -m workbench.simulator` shows the rest."


@asynccontextmanager
async def launched(
    *, speed: float = 1.0, seed: int = 0, profile: str = "anthropic"
) -> AsyncIterator[str]:
    """Run a simulator of our own inside the block; yields its base URL.

    Args:
        speed: How many times as fast as the real provider; infinity answers without waiting.
        seed: Draws other words and another jitter.
        profile: The provider to play, anthropic or bytespike.

    Raises:
        SimulatorError: It did not start; says why.
    """
    options = ["--speed", str(speed), "--seed", str(seed), "--profile", profile]
    with tempfile.TemporaryFile() as complaints:
        child = _started(["--port", "0", "--parent-pipe", *options], complaints)
        try:
            yield f"http://{LOOPBACK[0]}:{await _port(child, complaints)}"
        finally:
            _end(child)


def _started(arguments: list[str], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    # -P: a prompts folder may hold a file called json.py; it must not be what the child imports.
    command = [sys.executable, "-P", "-m", MODULE, *arguments]
    new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=_environment(),
            start_new_session=True,  # the terminal's Ctrl+C is for the app, not for its provider
            creationflags=new_group,
        )
    except OSError as error:
        raise SimulatorError(f"the simulator did not start: {error}", hint=_HINT) from error


def _environment() -> dict[str, str]:
    """Our own, and this very package to be found where it is not installed."""
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    if str(_ROOT) in installed:
        return dict(os.environ)
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


async def _port(child: subprocess.Popen[bytes], complaints: IO[bytes]) -> int:
    """Wait for the one line that the child prints once it listens."""
    assert child.stdout is not None
    try:
        async with asyncio.timeout(MOST_SECONDS_TO_START):
            line = await asyncio.to_thread(child.stdout.readline)
    except TimeoutError:
        raise SimulatorError(
            f"the simulator did not start within {MOST_SECONDS_TO_START:g} s", hint=_HINT
        ) from None
    try:
        said = json.loads(line)
    except ValueError:
        complaints.seek(0)
        last = complaints.read().decode("utf-8", "replace").strip().splitlines()[-1:]
        why = last[0] if last else f"it ended with exit code {child.wait()}"
        raise SimulatorError(f"the simulator did not start: {why}", hint=_HINT) from None
    if "error" in said:
        raise SimulatorError(said["error"], hint=said["hint"])
    return int(said["port"])


def _end(child: subprocess.Popen[bytes]) -> None:
    """It has nothing to save, so it need not be asked."""
    child.kill()
    with child:
        pass
