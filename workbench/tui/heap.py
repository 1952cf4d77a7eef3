"""Garbage collection, kept from holding up the screen.

A full collection looks at every object that there is: a fifth of a second, with all that is
loaded, in which no key is answered, time and again while answers stream. But what is loaded stays
to the end. So nothing is collected until it is there; then it is set aside, and collections look
at what came after it.
"""

from __future__ import annotations

import gc


class _Heap:
    ours = False


def begin() -> None:
    """This process is the screen's from here on: collect nothing until `set_aside`."""
    _Heap.ours = True
    gc.disable()


def set_aside() -> None:
    """What there is now stays: collect what comes after it. Of no effect without `begin`."""
    if _Heap.ours:
        gc.freeze()
        gc.enable()


def let_go() -> None:
    """Something large is gone: collect it, and set aside what stays."""
    gc.unfreeze()
    if _Heap.ours:
        gc.collect()
        set_aside()
