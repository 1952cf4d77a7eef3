"""What keeps a round to the money that it may cost."""

from __future__ import annotations

from workbench.catalog.model import Model
from workbench.catalog.profile import Profile
from workbench.costs import cost
from workbench.engine import Guard, Stake
from workbench.tokens import warm
from workbench.wire.request import MessagesRequest
from workbench.workbench.outcome import model_of
from workbench.workbench.plan import Plan, forecast_of, inputs_of, unknown_price


def guard_of(plan: Plan, profile: Profile) -> Guard | None:
    """What keeps a round to the money that it may cost; None where it may cost anything."""
    if plan.max_cost_usd is None and plan.max_run_cost_usd is None:
        return None
    known: dict[MessagesRequest, Stake] = {}
    for run in plan.runs:
        request = plan.requests[run.run_id]
        if request not in known:
            known[request] = _stake(request, model_of(run))
    return Guard(
        {run.run_id: known[plan.requests[run.run_id]] for run in plan.runs},
        profile,
        round_usd=plan.max_cost_usd,
        run_usd=plan.max_run_cost_usd,
    )


def _stake(request: MessagesRequest, model: Model | None) -> Stake:
    _, _, written, ttl = inputs_of(request, model)
    before = cost(written, model, whole=False, requested_ttl=ttl).usd
    most = forecast_of(request, model).usd_at_most
    if model is None or before is None or most is None:
        raise unknown_price()
    warm(model.tokenizer or "new")  # what is written will be counted between two events
    return Stake(model, before, most, ttl)
