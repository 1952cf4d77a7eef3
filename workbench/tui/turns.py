"""Turns of threads: one that computes for the screen gives way soon, so that keys are not late."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

TURN_S = 0.0005
"""How long a thread computes before another that waits gets its turn; Python's own is 5 ms."""


class _Turns:
    lock = threading.Lock()
    computing = 0
    usual_s = 0.0


@contextmanager
def short_turns() -> Iterator[None]:
    """Inside, turns are short; as long as before once nobody is inside any more."""
    with _Turns.lock:
        if not _Turns.computing:
            _Turns.usual_s = sys.getswitchinterval()
            sys.setswitchinterval(TURN_S)
        _Turns.computing += 1
    try:
        yield
    finally:
        with _Turns.lock:
            _Turns.computing -= 1
            if not _Turns.computing:
                sys.setswitchinterval(_Turns.usual_s)
