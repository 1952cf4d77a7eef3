"""What the provider still holds of what was sent: the next request that begins so reads it.

Known from the bills of runs, never guessed: a run that was billed for neither a read nor a write
has left nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.caching import prefixes, same_up_to
from workbench.run import Run
from workbench.wire.events import Json
from workbench.workbench.outcome import model_of
from workbench.workbench.plan import Plan

_LIVES_S = {"5m": 300.0, "1h": 3600.0}


@dataclass(frozen=True, slots=True)
class Warm:
    """A prefix that is held: that of `body` up to the block at `path`, `until` (Unix time)."""

    body: Json
    path: str
    until: float


def left_by(plan: Plan, runs: Iterable[Run], now: float) -> list[Warm]:
    """What the runs of a plan, now over, have left with the provider."""
    found: dict[str, Warm] = {}
    for run in runs:
        usage = run.usage
        if not (usage.cache_read_input_tokens or usage.cache_creation_input_tokens):
            continue
        request = plan.requests[run.run_id]
        body = request.body
        for prefix in prefixes(body, model_of(run)):
            if prefix.cacheable is not False:
                warm = Warm(body, prefix.path, now + _LIVES_S[prefix.ttl])
                found.setdefault(f"{prefix.path} {request.to_json()}", warm)
    return [*found.values()]


def held_until(body: Json, path: str, warm: Sequence[Warm], now: float) -> float | None:
    """Until when what `body` begins with, up to the block at `path`, is held; None if it is not."""
    held = (
        one.until
        for one in warm
        if one.until > now and one.path == path and same_up_to(one.body, body, path)
    )
    return max(held, default=None)
