"""What goes wrong where nobody looks: in tasks and threads, in logs, in what is never awaited."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class _Errors(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one, with its traceback."""
        self._heard.append(f"logged by {record.name}: {self.format(record)}")


@contextmanager
def overheard() -> Iterator[list[str]]:
    """All that goes wrong inside the block beyond what is raised; for as long as a loop runs."""
    heard: list[str] = []
    handler = _Errors(heard)
    loop, threads, lost = asyncio.get_running_loop(), threading.excepthook, sys.unraisablehook
    before = loop.get_exception_handler()

    def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        heard.append(f"in the loop: {context['message']}\n{_told(context.get('exception'))}")

    def in_thread(args: threading.ExceptHookArgs) -> None:
        heard.append(f"in a thread: {_told(args.exc_value)}")

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        if args.object is not asyncio.StreamWriter.__del__:  # a test's own server, cut off
            heard.append(f"lost at {args.object!r}: {_told(args.exc_value)}")

    loop.set_exception_handler(in_loop)
    logging.getLogger().addHandler(handler)
    threading.excepthook, sys.unraisablehook = in_thread, unraisable
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".* was never awaited")
        try:
            yield heard
            gc.collect()  # what was never awaited, or never asked how it ended, says so when freed
        finally:
            threading.excepthook, sys.unraisablehook = threads, lost
            logging.getLogger().removeHandler(handler)
            loop.set_exception_handler(before)


def _told(error: object) -> str:
    return "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""
