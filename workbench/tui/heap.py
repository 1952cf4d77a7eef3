"""Garbage collection, kept from holding up the screen.

A full collection looks at every object that there is: a fifth of a second, with all that is
loaded, in which no key is answered, time and again while answers stream. But what is loaded stays
to the end. So nothing is collected until it is there; then it is set aside, and collections look
at what came after it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

COLLECT_EVERY = 5_000
"""New objects between two garbage collections. As often as Python does it by itself (700), they
take a quarter of the time of painting 32 panes."""


class _Heap:
    ours = False


@contextmanager
def ours() -> Iterator[None]:
    """Inside, this process is the screen's: nothing is collected until `set_aside`."""
    _Heap.ours, before = True, gc.get_threshold()
    gc.disable()
    gc.set_threshold(COLLECT_EVERY)
    try:
        yield
    finally:
        _Heap.ours = False
        gc.set_threshold(*before)
        gc.enable()


def set_aside() -> None:
    """What there is now stays: collect what comes after it. Of no effect outside `ours`."""
    if _Heap.ours:
        gc.collect()  # else what loading left behind is kept for good, too: a megabyte
        gc.freeze()
        gc.enable()
        give_back()


def let_go() -> None:
    """Something large is gone: collect it, and set aside what stays."""
    gc.unfreeze()
    if _Heap.ours:
        set_aside()


def give_back() -> None:
    """Give free memory back to the system. Of no effect outside `ours`.

    The C library keeps what was freed: 100 MB after a look at a session of 4,000 answers.
    """
    if _Heap.ours:
        import ctypes  # a megabyte that is needed only now

        with suppress(AttributeError, OSError, TypeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)
