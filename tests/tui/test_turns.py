"""Turns of threads, while one computes for the screen."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from workbench.tui.turns import TURN_S, short_turns


def test_turns_are_short_until_the_last_one_is_done() -> None:
    """Whoever computes first may be done last, or first: then turns are as long as before."""
    usual = sys.getswitchinterval()
    one, other = ExitStack(), ExitStack()
    one.enter_context(short_turns())
    other.enter_context(short_turns())
    one.close()
    short = sys.getswitchinterval()
    other.close()
    assert short < usual == sys.getswitchinterval()
    assert abs(short - TURN_S) < 1e-6
