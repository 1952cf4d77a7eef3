"""Two answers held against each other: by field where both have fields, and by words. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.compare.fields import Change, changes, fields_of
from workbench.compare.words import Span, Tally, differences, tally
from workbench.run import Run


@dataclass(frozen=True, slots=True)
class Answers:
    """What differs between the answers of two runs.

    Args:
        fields: The fields that differ, where both answers are JSON or tool calls; else None.
        words: Both texts, cut into what is the same and what is not.
    """

    fields: tuple[Change, ...] | None
    words: tuple[Span, ...]

    @property
    def tally(self) -> Tally:
        """How many words both have, and only one of them."""
        return tally(self.words)


def answers(a: Run, b: Run) -> Answers:
    """Hold B's answer against A's."""
    one, other = fields_of(a), fields_of(b)
    fields = None if one is None or other is None else tuple(changes(one, other))
    return Answers(fields, tuple(differences(a.text, b.text)))
