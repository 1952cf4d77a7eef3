"""How many panes stand side by side."""

from __future__ import annotations

_NARROWEST = 32


def columns_for(count: int, width: int) -> int:
    """How many panes stand side by side: all if they fit, else rows of even length."""
    most = max(1, width // _NARROWEST)
    if count <= most:
        return count
    down = -(-count // most)
    return -(-count // down)
