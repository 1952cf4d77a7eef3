"""How fast a model answers: time to the first token, tokens per second, and their jitter.

The figures are those that users of each model see on an ordinary day, not promises of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from workbench.simulator.cache import CacheUse

READ_SHARE = 0.04
"""How long a token read from the cache takes, as a share of one that is read afresh."""
FAST = 2.5
"""How many times as fast `speed: fast` writes. [G]"""
_BEGINS = 0.94
"""The head of a stream arrives this share of the way to the first token."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """A model's usual pace: seconds before any reading, tokens read and written per second."""

    first_token_s: float
    read_per_s: float
    write_per_s: float


TEMPI = {
    "claude-haiku-4-5": Tempo(0.50, 15_000, 140),
    "claude-haiku-5-5": Tempo(0.36, 20_000, 190),
    "claude-haiku": Tempo(0.45, 18_000, 160),
    "claude-sonnet": Tempo(0.85, 9_000, 75),
    "claude-opus": Tempo(1.25, 6_000, 55),
    "claude-fable": Tempo(1.5, 5_000, 45),
    "claude-mythos": Tempo(1.5, 5_000, 45),
}
"""By the beginning of the model's id; the first that fits counts."""
_OTHER = TEMPI["claude-haiku"]


@dataclass(frozen=True, slots=True)
class Pace:
    """When one answer's pieces are due, in seconds after its request arrived.

    Args:
        begins_s: The head and the first events, which carry no token yet.
        first_token_s: The first token.
        token_s: From one token to the next.
    """

    begins_s: float
    first_token_s: float
    token_s: float

    def due_s(self, tokens: float) -> float:
        """When a piece is due before which `tokens` have been made."""
        return self.first_token_s + tokens * self.token_s


def pace_of(model_id: str, use: CacheUse, *, speed: float, rng: Random, fast: bool = False) -> Pace:
    """The pace of one answer: the model's, the prompt's length and warmth, and luck."""
    fits = (tempo for start, tempo in TEMPI.items() if model_id.startswith(start))
    tempo = next(fits, _OTHER)
    reading = use.fresh + use.written + READ_SHARE * use.read
    first_s = (tempo.first_token_s + reading / tempo.read_per_s) * rng.lognormvariate(0, 0.12)
    rate = tempo.write_per_s * rng.lognormvariate(0, 0.08) * (FAST if fast else 1)
    return Pace(_BEGINS * first_s / speed, first_s / speed, 1 / rate / speed)
