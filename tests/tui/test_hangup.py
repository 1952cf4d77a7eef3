"""The end of the terminal, as the app is told of it."""

from __future__ import annotations

import asyncio
import os
import sys
from io import StringIO
from threading import Thread

import pytest
from textual.drivers._writer_thread import WriterThread

from workbench.tui.ascii import Lasting
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


def test_whoever_writes_to_a_terminal_that_is_gone_does_not_wait_for_it() -> None:
    """More than Textual's queue holds; its thread goes on taking it, and ends when told to."""

    class Gone(StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    output = WriterThread(Lasting(Gone()))  # type: ignore[arg-type]
    output.start()

    def write() -> None:
        for _ in range(100):
            output.write("x")
        output.stop()

    writing = Thread(target=write, daemon=True)
    writing.start()
    writing.join(30)
    assert not writing.is_alive()
    assert not output.is_alive()
