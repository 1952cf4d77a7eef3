"""How far a round has come, and how long and how dear the rest will be. Pure arithmetic.

What is left is reckoned from the pace so far; where the provider's limits are the narrower gate,
from what they let through.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from workbench.api.headroom import Bucket, Headroom
from workbench.costs import Cost
from workbench.costs import shown as shown_cost
from workbench.run import WHOLE, Run

_A_MINUTE_S, _MANY_MINUTES = 55.0, 90.0
_WAVES = 4
"""The pace is that of the time in which so many runs could follow on each other."""
_ALL_BUT = 0.95
"""A run in flight counts as nearly done at the most, however long it takes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A round under way in figures.

    Args:
        done: How many of its runs have ended, in whatever way.
        of: How many it has.
        failed: How many of those that ended have no whole answer.
        left_s: How long it will go on, by estimate; None where nothing tells.
        spent: What it has cost so far.
        limit_usd: What it may cost, where that is limited.
    """

    done: int
    of: int
    failed: int
    left_s: float | None
    spent: Cost
    limit_usd: Decimal | None = None


def progress_of(
    runs: Collection[Run],
    *,
    at_s: float,
    spent: Cost,
    limit_usd: Decimal | None = None,
    headroom: Headroom | None = None,
    headroom_age_s: float = 0.0,
    shut_s: float = 0.0,
) -> Progress:
    """How far a round has come.

    Args:
        runs: All of its runs, as they stand.
        at_s: Seconds since it began.
        spent: What they have cost so far.
        limit_usd: What the round may cost, where that is limited.
        headroom: What the provider lets us do, as its headers said.
        headroom_age_s: How long ago they said it.
        shut_s: For how many seconds more nobody is let through, by estimate.
    """
    ended = [run for run in runs if run.end_state is not None]
    failed = sum(run.end_state not in WHOLE for run in ended)
    left_s = _left_s(runs, at_s, headroom or Headroom(), headroom_age_s, shut_s)
    return Progress(len(ended), len(runs), failed, left_s, spent, limit_usd)


def shown(progress: Progress, room: int) -> str:
    """In one line: `37 of 200 runs   2 failed   about 1 min left   $0.12 of $0.25`.

    Words go, and then the cost, where there is not so much room (in cells).
    """
    count = f"{progress.done:,} of {progress.of:,}"
    failed = f"{progress.failed} failed" if progress.failed else ""
    left = "" if progress.left_s is None else f"{_in_words(progress.left_s)} left"
    money = shown_cost(progress.spent)
    if progress.limit_usd is not None:
        money += f" of ${progress.limit_usd:f}"
    choices = (
        (f"{count} runs", failed, left and f"about {left}", money),
        (count, failed, left, money),
        (count, failed, left),
        (count, failed),
    )
    lines = ["   ".join(filter(None, choice)) for choice in choices]
    return next((line for line in lines if len(line) <= room), count)


def _in_words(seconds: float) -> str:
    """A time that does not flicker: whole tens of seconds, then minutes, then hours."""
    if seconds < _A_MINUTE_S:
        return f"{max(10, round(seconds, -1)):.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < _MANY_MINUTES else f"{minutes / 60:.0f} h"


def _left_s(
    runs: Collection[Run], at_s: float, headroom: Headroom, age_s: float, shut_s: float
) -> float | None:
    """Seconds until the last run should have ended."""
    open_ = [run for run in runs if run.end_state is None]
    if not open_:
        return 0.0
    took = [run.total_s for run in runs if run.total_s and run.end_state != "aborted"]
    if not took:
        return None
    each_s = sum(took) / len(took)
    waiting = [run for run in open_ if run.sent_s is None]
    partly = sum(
        min(_ALL_BUT, max(0.0, at_s - run.sent_s) / each_s)
        for run in open_
        if run.sent_s is not None
    )
    since_s = at_s - _WAVES * each_s
    recent = sum(run.ended_at_s is not None and run.ended_at_s > since_s for run in runs)
    if since_s > 0 and recent:  # how fast it goes now says more than how it began
        by_pace = len(open_) * _WAVES * each_s / recent
    else:
        by_pace = (len(open_) - partly) * at_s / (len(took) + partly)
    if not waiting:
        return by_pace
    return max(by_pace, shut_s + each_s, _gate_s(runs, len(waiting), headroom, age_s) + each_s)


def _gate_s(runs: Collection[Run], waiting: int, headroom: Headroom, age_s: float) -> float:
    """Seconds until the limits will have let so many runs more through, each like those before."""
    counted = [run.usage for run in runs if run.usage.known and run.stop_reason is not None]
    if not counted:
        return _until_s(headroom.requests, waiting, age_s)
    share = waiting / len(counted)
    sent = share * sum(usage.input_tokens or 0 for usage in counted)
    written = share * sum(usage.output_tokens or 0 for usage in counted)
    return max(
        _until_s(headroom.requests, waiting, age_s),
        _until_s(headroom.input_tokens or headroom.tokens, sent, age_s),
        _until_s(headroom.output_tokens, written, age_s),
    )


def _until_s(bucket: Bucket | None, need: float, age_s: float) -> float:
    """Seconds until a bucket that goes on filling will have given so much, all in all."""
    if bucket is None or bucket.limit is None or not bucket.reset_s:
        return 0.0
    lacks = need - bucket.left_after(age_s)
    fills_per_s = (bucket.limit - bucket.left) / bucket.reset_s
    return max(0.0, lacks / fills_per_s) if fills_per_s > 0 else 0.0
