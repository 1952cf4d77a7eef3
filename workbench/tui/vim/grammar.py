"""Which command keys make, read as they come: `2d3iw`, `fx`, `gg`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

_COMMAND = re.compile(
    r"(?P<count>[1-9]\d*)?"
    r"(?:(?P<operator>[dcy<>]|g[uU~])(?P<again>[1-9]\d*)?)?"
    r"(?P<name>.)?(?P<sign>.)?",
    re.DOTALL,
)
MOST = 100_000
"""The largest count: more is a slip of the hand."""
_TAKES_A_SIGN = frozenset("fFtTrg")


@dataclass(frozen=True, slots=True)
class Command:
    """A whole command.

    Args:
        name: A motion, an object's i or a, an act; the operator again for whole lines.
        count: What was typed before it, multiplied where there are two; None for nothing.
        operator: d, c, y, <, >, gu, gU, g~; empty where there is none.
        sign: What f, F, t, T, r, i and a take.
        keys: As typed.
    """

    name: str
    count: int | None = None
    operator: str = ""
    sign: str = ""
    keys: str = ""


def read(keys: str, *, selecting: bool = False) -> Command | None:
    """The command that these keys make; None where it wants more of them.

    Args:
        selecting: Whether a selection stands: then operators are whole, and i and a begin objects.
    """
    match = _COMMAND.match(keys)
    assert match is not None  # it matches the empty string
    count, operator, again, name, sign = match.groups()
    counts = [int(one) for one in (count, again) if one]
    times = min(prod(counts), MOST) if counts else None
    if operator and selecting:
        return Command(operator, times, keys=keys)
    if not name:
        return None
    signed = name in _TAKES_A_SIGN or (name in "ia" and (selecting or operator))
    if not signed:
        return Command(name, times, operator or "", keys=keys)
    if not sign:
        return None
    if name == "g":
        return Command(f"g{sign}", times, operator or "", keys=keys)
    return Command(name, times, operator or "", sign, keys)
