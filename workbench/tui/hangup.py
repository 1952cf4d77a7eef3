"""The terminal is closed, or the machine goes down: told to the app, instead of ending it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from threading import Thread


@contextmanager
def hung_up(tell: Callable[[], None]) -> Iterator[None]:
    """Inside the block, `tell` is called, once, where the process would have been ended.

    So it is where the terminal is gone and nobody said so: what reads on from there would never
    sleep again.
    """
    loop = asyncio.get_running_loop()
    signals = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    told = False

    def once() -> None:
        nonlocal told
        if not told:
            told = True
            tell()

    with suppress(NotImplementedError):  # Windows has no such handlers
        for number in signals:
            loop.add_signal_handler(number, once)
    try:
        terminal = _terminal()
        with nullcontext() if terminal is None else _watched(terminal, loop, once):
            yield
    finally:
        with suppress(NotImplementedError):
            for number in signals:
                loop.remove_signal_handler(number)


def _terminal() -> int | None:
    """The terminal that keys come from, where there is one and it can be watched."""
    if sys.__stdin__ is None or not hasattr(select, "poll") or not sys.__stdin__.isatty():
        return None
    return sys.__stdin__.fileno()


@contextmanager
def _watched(
    terminal: int, loop: asyncio.AbstractEventLoop, tell: Callable[[], None]
) -> Iterator[None]:
    """Wait, in a thread that sleeps until then, for the terminal to go or for the block to end."""
    ours, ending = os.pipe()
    poll = select.poll()
    poll.register(terminal, 0)  # that it hung up is said in any case
    poll.register(ours, 0)

    def wait() -> None:
        for number, said in poll.poll():
            if number == terminal and said & select.POLLHUP:
                loop.call_soon_threadsafe(tell)

    thread = Thread(target=wait, name="terminal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.close(ending)
        thread.join()
        os.close(ours)
