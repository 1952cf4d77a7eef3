"""What a round will take, before it is sent; what is certain to cost too much is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from workbench.catalog.config_file import config_file
from workbench.costs import Cost, shown
from workbench.errors import WorkbenchError
from workbench.tokens import Estimate
from workbench.wire.request import MessagesRequest
from workbench.workbench.inputs import Input, input_of
from workbench.workbench.outcome import model_of
from workbench.workbench.requests import Requests
from workbench.workbench.watched import Tell, watched

if TYPE_CHECKING:
    from workbench.workbench.plan import Plan


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan will take, before it is sent.

    Args:
        input_tokens: An estimate of the whole input.
        output_tokens: How long all answers together may be.
        usd_at_least: Everything cacheable is read from the cache, and the answers are empty.
        usd_at_most: It is all written to the cache, and every answer is as long as `max_tokens`.
            Both are None where a price is not known.
    """

    input_tokens: Estimate
    output_tokens: int
    usd_at_least: Decimal | None
    usd_at_most: Decimal | None


def forecast(plan: Plan, tell: Tell | None = None) -> Forecast:
    """What a plan will take: tokens by estimate, money between two bounds."""
    total = Forecast(Estimate(0), 0, Decimal(0), Decimal(0))
    for one, times in _counted(inputs_of(plan, tell)):
        size = one.size
        total = Forecast(
            total.input_tokens + replace(size, tokens=size.tokens * times),
            total.output_tokens + one.answer_tokens * times,
            _plus(total.usd_at_least, one.usd_read, times),
            _plus(total.usd_at_most, one.usd_at_most, times),
        )
    return total


def inputs_of(plan: Plan, tell: Tell | None = None) -> list[Input]:
    """What each run will be billed for as input; requests that are the same are counted once."""
    if isinstance(plan.requests, Requests):
        return plan.requests.inputs(tell)
    known: dict[MessagesRequest, Input] = {}
    found = []
    for run in watched(plan.runs, "counting tokens", tell):
        request = plan.requests[run.run_id]
        if request not in known:
            known[request] = input_of(request, model_of(run))
        found.append(known[request])
    return found


def require_affordable(plan: Plan, tell: Tell | None = None) -> None:
    """Refuse what is certain to cost too much: its input, were all of it read from the cache.

    How long the answers get is not certain: it is watched, and stopped, as they stream.
    """
    if plan.max_cost_usd is None and plan.max_run_cost_usd is None:
        return
    total, dearest = Decimal(0), Decimal(0)
    for one, times in _counted(inputs_of(plan, tell)):
        if one.usd_read is None or one.usd_at_most is None:
            raise unknown_price()
        total, dearest = total + one.usd_read * times, max(dearest, one.usd_read)
    _require(dearest, plan.max_run_cost_usd, "the input of one run")
    _require(total, plan.max_cost_usd, f"the input of {len(plan.runs):,} runs")


def unknown_price() -> WorkbenchError:
    """What is said of a cost limit that nobody can keep."""
    return WorkbenchError(
        "the price of a model in this round is not known, so its cost limit cannot be kept",
        hint=f"Add the price to {config_file()}, or leave the limit out.",
    )


def _counted(inputs: Sequence[Input]) -> list[tuple[Input, int]]:
    """Each one with how often it comes: of very many runs, most have one of few sizes."""
    one_of = {id(one): one for one in inputs}
    return [(one_of[at], times) for at, times in Counter(map(id, inputs)).items()]


def _plus(total: Decimal | None, usd: Decimal | None, times: int) -> Decimal | None:
    """The sum; unknown where any part is."""
    return None if total is None or usd is None else total + usd * times


def _require(least: Decimal, limit_usd: Decimal | None, what: str) -> None:
    if limit_usd is not None and least > limit_usd:
        raise WorkbenchError(
            f"{what} alone costs {shown(Cost(least, True))}, over the limit of ${limit_usd:f}",
            hint="Send less, or raise the limit: `max_cost=`, or `limits:` in the file.",
        )
