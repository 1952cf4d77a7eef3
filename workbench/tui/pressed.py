"""Whether a key that was pressed waits for its paint: panes give way to it, though not for long."""

from __future__ import annotations

_TURNS_GIVEN = 2


class Pressed:
    """One for the app: told of every key and every frame, asked before panes are painted."""

    def __init__(self) -> None:
        self._turns = 0

    def came(self) -> None:
        """A key was pressed."""
        self._turns = _TURNS_GIVEN

    def painted(self) -> None:
        """A frame was let out, and what the key changed with it."""
        self._turns = 0

    def goes_first(self) -> bool:
        """Whether a key goes before what is to be painted now: for two turns at most."""
        goes, self._turns = self._turns > 0, max(0, self._turns - 1)
        return goes
