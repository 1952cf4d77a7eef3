"""The terminal is closed, or the machine goes down: told to the app, instead of ending it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def hung_up(tell: Callable[[], None]) -> Iterator[None]:
    """Inside the block, `tell` is called where the process would have been ended."""
    loop = asyncio.get_running_loop()
    signals = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    with suppress(NotImplementedError):  # Windows has no such handlers
        for number in signals:
            loop.add_signal_handler(number, tell)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for number in signals:
                loop.remove_signal_handler(number)
