"""Both majors of the official SDK, driven once against both profiles of the simulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from tests.sdk.environments import MAJORS, sdk_pythons
from workbench.simulator.config import Limits, SimulatorConfig
from workbench.simulator.server import serving

DRIVE = Path(__file__).with_name("drive.py")
SPEED = "200"
NARROW = {
    # Its clock stands still, so that nothing is given back while the tests are slow.
    "limited": SimulatorConfig(speed=1000, limits=Limits(rpm=2), clock=lambda: 0.0),
    "poor": SimulatorConfig(profile="bytespike", wallet_usd=Decimal(0)),
    "broke": SimulatorConfig(wallet_usd=Decimal(0)),
}
_DRIVE_S = 300.0  # half a minute on a machine that has nothing else to do


class Scenes(Mapping[str, Any]):
    """What one SDK saw, by the name of the scene; a scene that crashed fails whoever asks."""

    def __init__(self, major: int, lines: str) -> None:
        self.major = major
        self._lines = {line["scene"]: line for line in map(json.loads, lines.splitlines())}

    def __getitem__(self, scene: str) -> Any:
        line = self._lines[scene]
        if "crashed" in line:
            pytest.fail(f"anthropic {self.major}.x, scene {scene}:\n{line['crashed']}", False)
        return line["saw"]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@pytest.fixture(scope="session")
def urls() -> Iterator[dict[str, str]]:
    """A simulator of each provider, as a process of its own, and some with less to give."""
    found = {}
    with ExitStack() as servers:
        for profile in ("anthropic", "bytespike"):
            server = servers.enter_context(_simulator(profile))
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line, f"the {profile} simulator did not start; its reason is on stderr"
            found[profile] = f"http://127.0.0.1:{json.loads(line)['port']}"
        portal = servers.enter_context(start_blocking_portal())
        for name, config in NARROW.items():
            server_here = portal.wrap_async_context_manager(serving(config))
            found[name] = servers.enter_context(server_here)
        yield found


def _simulator(profile: str) -> subprocess.Popen[str]:
    """It ends when its standard input does, which leaving the `with` block sees to."""
    command = [sys.executable, "-m", "workbench.simulator", "--parent-pipe"]
    return subprocess.Popen(
        [*command, "--speed", SPEED, "--profile", profile],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="session")
def drives(
    urls: dict[str, str], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Scenes]:
    """What each major version saw; both are driven at once."""
    assert request.config.cache is not None
    pythons = sdk_pythons(request.config.cache.mkdir("official-sdk"))
    # No key, config or proxy of whoever runs the tests gets into it.
    keep = ("PATH", "LANG", "SYSTEMROOT", "TMPDIR")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    env["HOME"] = str(tmp_path_factory.mktemp("sdk-home"))
    driven = {
        major: subprocess.Popen(
            [str(pythons[major]), str(DRIVE), json.dumps(urls)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
        )
        for major in MAJORS
    }
    scenes = {}
    for major, process in driven.items():
        out, err = process.communicate(timeout=_DRIVE_S)
        assert process.returncode == 0, err
        scenes[major] = Scenes(major, out)
    return scenes


@pytest.fixture(params=MAJORS, ids=lambda major: f"anthropic{major}")
def saw(request: pytest.FixtureRequest, drives: dict[int, Scenes]) -> Scenes:
    """What one major version saw."""
    return drives[request.param]
