"""What is loaded for good is left out of garbage collection."""

from __future__ import annotations

import gc
import platform
from pathlib import Path

import pytest

from workbench.tui import heap


def test_in_a_process_of_somebody_else_nothing_is_set_aside() -> None:
    """A notebook, or a test, has its garbage collected as ever."""
    heap.set_aside()
    heap.let_go()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_nothing_is_collected_before_all_is_there_and_that_never() -> None:
    """What comes later is; what was large and is gone is too."""
    try:
        with heap.ours():
            assert not gc.isenabled()
            heap.set_aside()
            assert gc.isenabled()
            kept = gc.get_freeze_count()
            assert kept > 1_000
            knot: list[object] = [[] for _ in range(1_000)]
            knot.append(knot)
            heap.set_aside()
            assert gc.get_freeze_count() > kept + 1_000
            del knot
            heap.let_go()
            assert gc.get_freeze_count() < kept + 1_000
    finally:
        gc.unfreeze()
    assert gc.isenabled()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries decide themselves")
def test_what_was_freed_is_given_back_to_the_system() -> None:
    """The C library keeps what lies under something that is still used, until it is asked."""

    def held_mb() -> float:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("RssAnon:")[2].split()[0]) / 1024

    with heap.ours():
        pieces = [bytes(1_000) for _ in range(100_000)]
        pieces[:-1] = []
        before = held_mb()
        heap.give_back()
        assert held_mb() < before - 50
        assert pieces
