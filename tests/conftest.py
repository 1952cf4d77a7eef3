"""What every test gets: its own home, no key, no network beyond loopback."""

from __future__ import annotations

import gc
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.simulators import forked

settings.register_profile("house", deadline=None)  # a busy machine is no failure
settings.load_profile("house")

gc.set_threshold(200_000, 10, 10)  # 700 takes a fifth of the time of the tests of an app

KEYS = ("ANTHROPIC_API_KEY", "BYTESPIKE_API_KEY", "WORKBENCH_API_KEY")


LONGEST = (
    *("tests/tui/every", "tests/tui/test_any_keys.py", "tests/tui/test_demo.py"),
    *("tests/notebook", "tests/test_main_job.py", "tests/test_smoke.py", "tests/test_readme.py"),
    *("tests/test_house.py", "tests/serve", "tests/tui/test_snapshots.py", "tests/sdk"),
)
"""Files whose tests are few and take long: a minute and more."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left with it alone at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the app does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, config and data folder of the test's own, and no key in the environment."""
    home = tmp_path_factory.mktemp("home")
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("WORKBENCH_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("WORKBENCH_STATE_DIR", str(home / "state"))
    return home


@pytest.fixture(autouse=True)
def forked_simulators(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's simulators are there at once."""
    monkeypatch.setattr("workbench.simulator.launch._started", forked)


@pytest.fixture(autouse=True)
def no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test copies to the clipboard of whoever runs it."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "a test's")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails instead of reaching it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        assert host in ("127.0.0.1", "::1", "localhost", "local"), f"a test reached for {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
