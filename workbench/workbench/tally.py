"""What a round has come to: how many answers are whole, tokens, time, money. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from workbench.costs import Cost
from workbench.costs import shown as shown_cost
from workbench.run import WHOLE, Run
from workbench.telling.figures import answered, rounded

SHORT = len("12/12  9.9k→≈9.9k  12.3 s  ≈$0.00080")
"""Cells in which a few words tell all of it."""
_SENT, _SENT_FEW, _OUT, _OUT_FEW = len("9,999"), len("9.9k"), len("≈99,999"), len("≈9.9k")
_TIME, _MONEY = len("12.3 s"), len("≈$0.00080")


@dataclass(frozen=True, slots=True)
class Tally:
    """A round in figures, be it over or not.

    Args:
        whole: How many of its runs have a whole answer.
        of: How many it has.
        sent_tokens: What all its prompts took.
        written_tokens: What all its answers took, so far.
        is_guess: Whether any of that was guessed.
        took_s: How long it has taken; None where that is not to be told.
        spent: What it has cost.
    """

    whole: int
    of: int
    sent_tokens: int
    written_tokens: int
    is_guess: bool
    took_s: float | None
    spent: Cost


def tally_of(runs: Collection[Run], *, spent: Cost, took_s: float | None) -> Tally:
    """What a round has come to.

    Args:
        runs: All of its runs, as they stand.
        spent: What they have cost.
        took_s: Seconds since it began, where that is to be told; once all have ended, the last
            one's end counts.
    """
    written = [answered(run) for run in runs]
    ends = [run.ended_at_s for run in runs]
    if took_s is not None and None not in ends:
        took_s = max((end for end in ends if end is not None), default=took_s)
    return Tally(
        whole=sum(run.end_state in WHOLE for run in runs),
        of=len(runs),
        sent_tokens=sum(run.usage.prompt_tokens or 0 for run in runs),
        written_tokens=sum(tokens for tokens, _ in written),
        is_guess=any(guess for _, guess in written),
        took_s=took_s,
        spent=spent,
    )


def shown(tally: Tally, room: int) -> str:
    """In one line: `3 of 3 complete   593 → 233     2.1 s     $0.0018`.

    Every figure has its column, so that nothing moves while they grow; words go, then figures,
    where there is not so much room (in cells). Empty where there is none.
    """
    whole, of, guess = tally.whole, tally.of, "≈" * tally.is_guess
    took = "" if tally.took_s is None else f"{tally.took_s:.1f} s".rjust(_TIME)
    out, few = f"{guess}{tally.written_tokens:,}", f"{guess}{rounded(tally.written_tokens)}"
    tokens = f"{tally.sent_tokens:{_SENT},} → {out:{_OUT}}"
    short = f"{rounded(tally.sent_tokens):>{_SENT_FEW}}→{few:{_OUT_FEW}}"
    money = shown_cost(tally.spent).rjust(_MONEY)
    choices = (
        (f"{whole:,} of {of:,} complete", tokens, took, money),
        (f"{whole}/{of}", short, took, money),
        (short, money),
        (money.strip(),),
    )
    lines = ["  ".join(filter(None, choice)) for choice in choices]
    return next((line for line in lines if len(line) <= room), "")
