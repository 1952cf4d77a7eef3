"""What every trap gets: retries that do not wait."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jitter takes all of a wait that the provider did not ask for."""
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
