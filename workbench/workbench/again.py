"""A saved round sent again: the same requests, here or elsewhere, as a new round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from workbench.api.endpoint import Endpoint
from workbench.documents.kinds import name_of
from workbench.errors import SessionError
from workbench.run import Run
from workbench.sessions.mask import MASK
from workbench.sessions.session import SavedRound
from workbench.wire.request import MessagesRequest
from workbench.workbench.forecast import require_affordable
from workbench.workbench.plan import MOST_CONCURRENT, Plan

MAX_TOKENS = 4_096
"""What an imported request is sent with that has no `max_tokens`: most providers need none."""


@dataclass(frozen=True, slots=True)
class Again:
    """What a user chose for sending a saved round again.

    Args:
        only: The ids of the runs to send; all of the round where empty.
        model: Takes the place of every request's own model.
        concurrency: How many runs may be in flight together; as many as then where None.
        max_cost_usd: What the round may cost.
        max_run_cost_usd: What each of its runs may cost.
    """

    only: Sequence[str] = ()
    model: str | None = None
    concurrency: int | None = None
    max_cost_usd: Decimal | None = None
    max_run_cost_usd: Decimal | None = None


def plan_again(
    saved: SavedRound, stem: str, chosen: Again, *, endpoint: Endpoint, number: int
) -> Plan:
    """The round that sends the requests of a saved one again, to the byte but for the model.

    One that another program sent is given `MAX_TOKENS` where it has no `max_tokens`; `additions`
    says so.

    Args:
        saved: The round.
        stem: The name of its session, which the new round names as its origin.
        chosen: What the user chose.
        endpoint: Where it will be sent.
        number: Which round of its session the new one is, from 1.

    Raises:
        SessionError: A run is named that there is none of, or its request is damaged.
        WorkbenchError: The forecast is over the cost limit.
    """
    provider, round_id = endpoint.profile, f"r{number}"
    known = [run.run_id for run in saved.runs]
    if unknown := [run_id for run_id in chosen.only if run_id not in known]:
        hint = f"Its runs: {', '.join(known[:20])}"
        raise SessionError(f"{saved.info.round_id} has no run {unknown[0]!r}", hint=hint)
    runs: list[Run] = []
    requests: dict[str, MessagesRequest] = {}
    for then in saved.runs:
        if chosen.only and then.run_id not in chosen.only:
            continue
        request = saved.requests.get(then.run_id)
        if request is None:
            problem = f"the request of {then.run_id} is damaged in {stem}"
            raise SessionError(problem, hint="Name the other runs, and it is left out.")
        if saved.info.masked and MASK in request.text:
            problem = (
                f"{saved.info.round_id} of {stem} was recorded redacted ({saved.info.masked}):"
                f" what {then.run_id} sent is not in it, so it cannot be sent again"
            )
            hint = "`sessions fork` takes up its documents, where those are whole."
            raise SessionError(problem, hint=hint)
        run_id = f"{round_id}-{len(runs) + 1}"
        requests[run_id] = _on(_whole(request) if _lacks(then, request) else request, chosen.model)
        model = requests[run_id].model
        now = Run(run_id, round_id, then.variant, then.case, then.repeat)
        runs.append(replace(now, provider=provider.name, model=model, simulated=provider.simulated))
    info = replace(
        saved.info,
        round_id=round_id,
        began="",
        provider=provider.name,
        base_url=endpoint.base_url,
        api_version=provider.api_version,
        simulated=provider.simulated,
        concurrency=min(chosen.concurrency or saved.info.concurrency, MOST_CONCURRENT),
        origin=f"{stem} {saved.info.round_id}",
    )
    name = name_of(Path(saved.info.prompt)) or "again"
    plan = Plan(name, info, tuple(runs), requests, chosen.max_cost_usd, chosen.max_run_cost_usd)
    require_affordable(plan)
    return plan


def additions(saved: SavedRound, chosen: Again) -> str:
    """What is sent beyond what was saved, in a line; empty where nothing is."""
    sent = [run for run in saved.runs if not chosen.only or run.run_id in chosen.only]
    requests = ((run, saved.requests.get(run.run_id)) for run in sent)
    if any(request is not None and _lacks(run, request) for run, request in requests):
        return f"{saved.info.provider} recorded no max_tokens: sent with {MAX_TOKENS:,}"
    return ""


def _lacks(run: Run, request: MessagesRequest) -> bool:
    """Whether another program sent it without `max_tokens`, which the Messages API needs."""
    return run.stated is not None and "max_tokens" not in request.body


def _whole(request: MessagesRequest) -> MessagesRequest:
    return MessagesRequest.of({**request.body, "max_tokens": MAX_TOKENS}, request.api_version)


def _on(request: MessagesRequest, model: str | None) -> MessagesRequest:
    if model is None:
        return request
    return MessagesRequest.of({**request.body, "model": model}, request.api_version)
