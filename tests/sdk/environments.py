"""Environments that have the official SDK, each in a major version of its own.

They stand in pytest's own cache folder and are looked after once a week: newest means newest of
this week. What cannot be installed fails the tests; nothing is skipped.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

MAJORS = (1, 2)
_WEEK_S = 7 * 24 * 3600.0
_INSTALL_S = 600.0


def sdk_pythons(folder: Path) -> dict[int, Path]:
    """The Python of an environment for each major version, made or brought up to date.

    By one process at a time: tests run in several.
    """
    with (folder / "lock").open("w") as lock, ThreadPoolExecutor() as hands:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pythons = hands.map(lambda major: _environment(folder, major), MAJORS)
        return dict(zip(MAJORS, pythons, strict=True))


def _environment(folder: Path, major: int) -> Path:
    home = folder / f"py{sys.version_info.major}{sys.version_info.minor}-anthropic{major}"
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    looked_after = home / "looked-after"
    if looked_after.exists() and time.time() - looked_after.stat().st_mtime < _WEEK_S:
        return python
    if not looked_after.exists():
        _run(major, sys.executable, "-m", "venv", "--clear", str(home))
    wanted = f"anthropic>={major},<{major + 1}"
    _run(major, str(python), "-m", "pip", "install", "-q", "--upgrade", wanted)
    looked_after.touch()
    return python


def _run(major: int, *command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_INSTALL_S)
    if done.returncode != 0:
        pytest.fail(
            f"no environment with the newest anthropic {major}.x could be made, so nothing is "
            f"proved about it. `{' '.join(command)}` said:\n{done.stderr[-2000:]}",
            pytrace=False,
        )
