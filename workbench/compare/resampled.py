"""Averages held against each other by shuffling what chance might have shuffled. Pure.

Nothing is supposed of how scores are spread but this: of pairs, that a lead is as often so far
above the true one as below it; of two samples, that they are spread alike. The interval belongs to
the test: it holds every difference that the test does not reject, and 0 just where it says so.
Each way to shuffle rejects the differences beyond one *typical value*, so the interval ends at two
of those in their order.

Source: Hartigan, *Using subsample values as typical values*, Journal of the American Statistical
Association 64 (1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

from workbench.compare.evidence import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DRAWS = 9_999
_AT_ONCE = 256
_EXACT = 12  # decimals of a typical value; the order of adding tells nothing


@dataclass(frozen=True, slots=True)
class Shuffled:
    """What shuffling says.

    Args:
        p: The chance of a difference at least so large were there none, both ways.
        between: The differences that are not rejected; from -1 or to 1 where so few tell nothing.
    """

    p: float
    between: Interval


def of_signs(leads: Sequence[float], seed: int, wrong: float) -> Shuffled:
    """Each lead with a tossed sign; every way there is for a dozen, else drawn from `seed`.

    Args:
        leads: One for each case.
        seed: What is drawn from.
        wrong: How often the interval may miss, as a part of 1.
    """
    import numpy as np

    values, size = np.asarray(leads, dtype=np.float64), len(leads)
    if 2**size <= _DRAWS:
        turned = (np.arange(1, 2**size)[:, None] >> np.arange(size)) & 1
        return _read((turned @ values) / turned.sum(axis=1), 1, wrong)
    rng, found = np.random.default_rng(seed), []
    for rows in _rows():
        turned = rng.integers(0, 2, size=(rows, size), dtype=np.int8)
        turned = turned[turned.any(axis=1)]
        found.append((turned @ values) / turned.sum(axis=1, dtype=np.int64))
    typical = np.concatenate(found)
    return _read(typical, 1 + _DRAWS - len(typical), wrong)


def of_labels(a: Sequence[float], b: Sequence[float], seed: int, wrong: float) -> Shuffled:
    """Two samples, dealt anew; every way there is where they are few, else drawn from `seed`.

    Args:
        a: The one.
        b: The other.
        seed: What is drawn from.
        wrong: How often the interval may miss, as a part of 1.
    """
    import numpy as np

    pooled, size = np.asarray([*a, *b], dtype=np.float64), len(a) + len(b)
    if comb(size, len(b)) <= _DRAWS:
        picked = list(combinations(range(size), len(b)))
        dealt = np.zeros((len(picked), size), dtype=bool)
        np.put_along_axis(dealt, np.asarray(picked), values=True, axis=1)
        return _dealt(dealt, pooled, len(a), 0, wrong)
    rng, now = np.random.default_rng(seed), np.arange(size) >= len(a)
    parts = [rng.permuted(np.tile(now, (rows, 1)), axis=1) for rows in _rows()]
    return _dealt(np.concatenate(parts), pooled, len(a), 1, wrong)


def _rows() -> list[int]:
    """As many draws as are made, a few hundred at a time: they are then still at hand."""
    return [min(_AT_ONCE, _DRAWS - start) for start in range(0, _DRAWS, _AT_ONCE)]


def _dealt(
    dealt: NDArray[np.bool_], pooled: NDArray[np.float64], first: int, same: int, wrong: float
) -> Shuffled:
    """Of each deal the average that leaves the second sample, less that which comes to it."""
    leaves, comes = ~dealt[:, first:], dealt[:, :first]
    moved = comes.sum(axis=1)
    gained = leaves @ pooled[first:] - comes @ pooled[:first]
    return _read(gained[moved > 0] / moved[moved > 0], same + int((moved == 0).sum()), wrong)


def _read(typical: NDArray[np.float64], same: int, wrong: float) -> Shuffled:
    """The chance and the interval from typical values; `same` is how many ways changed nothing."""
    import numpy as np

    ordered: NDArray[Any] = np.sort(np.round(typical, _EXACT))
    total = len(ordered) + same
    below = int(np.searchsorted(ordered, 0.0, side="right"))
    above = len(ordered) - int(np.searchsorted(ordered, 0.0, side="left"))
    p = min(1.0, 2 * (min(below, above) + same) / total)
    place = int(wrong / 2 * total + 1e-9) - same
    if place < 0:
        return Shuffled(p, Interval(-1.0, 1.0))
    return Shuffled(p, Interval(float(ordered[place]), float(ordered[-1 - place])))
