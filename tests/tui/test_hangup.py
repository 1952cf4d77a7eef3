"""The end of the terminal, as the app is told of it."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from workbench.tui.hangup import hung_up

pytestmark = pytest.mark.anyio


async def test_a_terminal_that_goes_without_a_word_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Closed at its other end, with no signal sent; one that stays is never told of."""
    for goes in (True, False):
        parent, child = os.openpty()
        with os.fdopen(child) as keys:
            monkeypatch.setattr(sys, "__stdin__", keys)
            told = asyncio.Event()
            with hung_up(told.set):
                if goes:
                    os.close(parent)
                    await asyncio.wait_for(told.wait(), 30)
            assert told.is_set() is goes
        if not goes:
            os.close(parent)
