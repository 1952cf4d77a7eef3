"""What differs between two texts, as lines of a unified diff. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.compare.words import differences

_AROUND = 3
_SIGNS = {"equal": " ", "removed": "-", "added": "+"}


def hunks(before: str, after: str) -> str:
    """The lines that differ, each with a few that do not around it; empty where none does.

    Each stretch begins with `@@` and the line of `after` that it begins at. A line without a
    newline at its end differs from one with it, and says so.
    """
    lines: list[tuple[str, str]] = []
    for span in differences(before, after, by="line"):
        words = span.text.split("\n")
        tail = [f"{words[-1]}  (no newline at the end)"] if words[-1] else []
        lines += ((_SIGNS[span.kind], line) for line in (*words[:-1], *tail))
    near = _near(lines)
    told: list[str] = []
    number = 1
    for at, (sign, line) in enumerate(lines):
        if at in near:
            if at - 1 not in near:
                told.append(f"@@ line {number} @@")
            told.append(f"{sign}{line}")
        number += sign != "-"
    return "\n".join(told)


def _near(lines: Sequence[tuple[str, str]]) -> set[int]:
    """The places of lines that differ, and of those around them."""
    return {
        place
        for at, (sign, _) in enumerate(lines)
        if sign != " "
        for place in range(max(0, at - _AROUND), at + _AROUND + 1)
    }
