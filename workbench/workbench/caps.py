"""What keeps a round to the money that it may cost."""

from __future__ import annotations

from workbench.catalog.model import Model
from workbench.catalog.profile import Profile
from workbench.engine import Guard, Stake
from workbench.tokens import warm
from workbench.workbench.forecast import inputs_of, unknown_price
from workbench.workbench.inputs import Input
from workbench.workbench.outcome import model_of
from workbench.workbench.plan import Plan


def guard_of(plan: Plan, profile: Profile) -> Guard | None:
    """What keeps a round to the money that it may cost; None where it may cost anything."""
    if plan.max_cost_usd is None and plan.max_run_cost_usd is None:
        return None
    known: dict[tuple[int, str], Stake] = {}
    stakes: dict[str, Stake] = {}
    for run, taken in zip(plan.runs, inputs_of(plan), strict=True):
        key = id(taken), run.model
        if key not in known:
            known[key] = _stake(taken, model_of(run))
        stakes[run.run_id] = known[key]
    return Guard(
        stakes,
        profile,
        round_usd=plan.max_cost_usd,
        run_usd=plan.max_run_cost_usd,
    )


def _stake(taken: Input, model: Model | None) -> Stake:
    before, most = taken.usd_written, taken.usd_at_most
    if model is None or before is None or most is None:
        raise unknown_price()
    warm(model.tokenizer or "new")  # what is written will be counted between two events
    return Stake(model, before, most, taken.ttl)
