"""A saved round being played: where it stands, how fast, what is due. Pure but for the clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0)


class Player:
    """Plays events at the pace they came, from any moment, at any of `SPEEDS`.

    Args:
        times: When each of a round's events happened, in seconds, in order.
        now: The clock's time in seconds; every call that needs it is given it.
        like: A player whose speed is taken over, and whether it is paused.
    """

    def __init__(self, times: Sequence[float], now: float, *, like: Player | None = None) -> None:
        self.index = 0
        """How many events have been played."""
        self.speed: float = like.speed if like is not None else 1.0
        self.paused: bool = like.paused if like is not None else False
        self._times = times
        self._at_s, self._since = 0.0, now

    @property
    def length_s(self) -> float:
        """How long the round took."""
        return self._times[-1] if self._times else 0.0

    @property
    def ended(self) -> bool:
        """Whether every event has been played."""
        return self.index >= len(self._times)

    def at_s(self, now: float) -> float:
        """The moment of the round that is being shown."""
        if self.paused or self.ended:
            return min(self._at_s, self.length_s)
        return min(self._at_s + (now - self._since) * self.speed, self.length_s)

    def wait_s(self, now: float) -> float | None:
        """Seconds until the next event is due; None while nothing will be."""
        if self.paused or self.ended:
            return None
        return max(0.0, (self._times[self.index] - self.at_s(now)) / self.speed)

    def play(self, now: float) -> None:
        """Play what is due by now."""
        if self.paused:
            return
        self.index = bisect_right(self._times, self.at_s(now), self.index)
        if self.ended:
            self._at_s = self.length_s

    def pause(self, now: float) -> None:
        """Pause, or go on; at the end, go on from the start."""
        if self.ended:
            self.paused = False
            self.seek(0.0, now)
            return
        self._at_s, self._since = self.at_s(now), now
        self.paused = not self.paused

    def change_speed(self, steps: int, now: float) -> None:
        """The next faster or slower of `SPEEDS`."""
        self._at_s, self._since = self.at_s(now), now
        place = SPEEDS.index(self.speed) + steps
        self.speed = SPEEDS[max(0, min(place, len(SPEEDS) - 1))]

    def seek(self, at_s: float, now: float) -> None:
        """Go to a moment: what had happened by then has been played, the rest has not."""
        self._at_s, self._since = max(0.0, min(at_s, self.length_s)), now
        self.index = bisect_right(self._times, self._at_s) if self._at_s > 0 else 0

    def step(self, events: int, now: float) -> None:
        """Pause, and go this many events on, or back where negative."""
        self.paused = True
        self.index = max(0, min(self.index + events, len(self._times)))
        self._at_s = self._times[self.index - 1] if self.index else 0.0
        self._since = now
