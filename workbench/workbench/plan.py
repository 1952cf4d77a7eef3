"""A round before it is sent: what it will send, and what that will take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from workbench.api.endpoint import Endpoint
from workbench.caching import Prefix as Prefix
from workbench.caching import prefixes as prefixes
from workbench.catalog.config_file import config_file
from workbench.catalog.model import Model
from workbench.costs import Cost, cost, shown
from workbench.documents.cases import Case, read_cases
from workbench.documents.checks import Check
from workbench.documents.expansion import variables_of
from workbench.documents.finding import nearest_hint
from workbench.documents.prompt import Prompt
from workbench.errors import SettingsError, WorkbenchError
from workbench.run import Run
from workbench.sessions.redactor import Redaction
from workbench.sessions.round import RoundInfo
from workbench.tokens import Estimate, Ttl, parts, whole
from workbench.variants import Variant, build
from workbench.wire.request import MessagesRequest
from workbench.wire.usage import Usage
from workbench.workbench.outcome import model_of

MOST_CONCURRENT = 64


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user chose for a round, apart from the files.

    Args:
        values: What fills the variables, over the defaults in the file.
        only: Names of the variants to run; all of them where empty.
        cases: Case ids to run, each with every variant; none means the values alone.
        model: Runs every variant on this model instead of its own.
        repeat: How often each variant is sent.
        concurrency: How many runs may be in flight together; the file's limit, else 4.
        max_cost_usd: What the round may cost; the file's limit where None.
        max_run_cost_usd: What each of its runs may cost; the file's limit where None.
        redact: Variables whose values are masked in the session, besides those that the file names.
        redact_tools: Whether what tools are given and give is masked, too; also where the file
            says so.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    only: Sequence[str] = ()
    cases: Sequence[str] = ()
    model: str | None = None
    repeat: int = 1
    concurrency: int | None = None
    max_cost_usd: Decimal | None = None
    max_run_cost_usd: Decimal | None = None
    redact: Sequence[str] = ()
    redact_tools: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A round before it is sent: its runs as they will be, what each sends, what it may cost.

    What `redaction` names is masked where the round is written down, and nowhere else.
    """

    name: str
    info: RoundInfo
    runs: tuple[Run, ...]
    requests: Mapping[str, MessagesRequest]
    max_cost_usd: Decimal | None = None
    max_run_cost_usd: Decimal | None = None
    redaction: Redaction | None = None
    checks: Mapping[str, Sequence[Check]] = field(default_factory=dict)
    """Run id -> what its case asks of the answer; runs of which nothing is asked are left out."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan will take, before it is sent.

    Args:
        input_tokens: An estimate of the whole input.
        usd_at_least: Everything cacheable is read from the cache, and the answers are empty.
        usd_at_most: It is all written to the cache, and every answer is as long as `max_tokens`.
            Both are None where a price is not known.
    """

    input_tokens: Estimate
    usd_at_least: Decimal | None
    usd_at_most: Decimal | None


def plan_of(
    prompt: Prompt, settings: Settings, *, endpoint: Endpoint, folder: Path, number: int
) -> Plan:
    """The round that these settings make of a prompt.

    Args:
        prompt: The prompt with all that it includes.
        settings: What the user chose.
        endpoint: Where it will be sent.
        folder: The folder of prompts; saved documents are named relative to it.
        number: Which round of the session it is, from 1.

    Raises:
        DocumentError: A variable has no value, a patch or a case does not fit.
        SettingsError: A value is given that no text uses.
        WorkbenchError: The forecast is over the cost limit.
    """
    _require_known(prompt, settings)
    provider = endpoint.profile
    round_id = f"r{number}"
    runs: list[Run] = []
    requests: dict[str, MessagesRequest] = {}
    filled: dict[str, Mapping[str, str]] = {}
    checks: dict[str, Sequence[Check]] = {}
    for case, variant in _variants(prompt, settings):
        for repeat in range(1, settings.repeat + 1):
            run_id = f"{round_id}-{len(runs) + 1}"
            requests[run_id], filled[run_id] = variant.request, variant.values
            if case is not None and case.checks:
                checks[run_id] = case.checks
            run = Run(
                run_id,
                round_id,
                variant.name,
                case.id if case is not None else None,
                repeat,
                provider.name,
                variant.request.model,
                provider.simulated,
            )
            runs.append(run)
    limit = settings.concurrency or prompt.limits.concurrency or 4
    info = RoundInfo(
        round_id=round_id,
        began="",
        prompt=prompt.path.name,
        documents={_relative(path, folder): text for path, text in prompt.files.items()},
        provider=provider.name,
        base_url=endpoint.base_url,
        api_version=provider.api_version,
        simulated=provider.simulated,
        values=dict(settings.values),
        concurrency=max(1, min(limit, MOST_CONCURRENT)),
        redacted=tuple(dict.fromkeys((*prompt.redact, *settings.redact))),
        redacted_tools=prompt.redact_tools or settings.redact_tools,
    )
    plan = Plan(
        prompt.name,
        info,
        tuple(runs),
        requests,
        first_given(settings.max_cost_usd, prompt.limits.cost_usd),
        first_given(settings.max_run_cost_usd, prompt.limits.run_cost_usd),
        _redaction(prompt, info, filled),
        checks,
    )
    require_affordable(plan)
    return plan


def _redaction(
    prompt: Prompt, info: RoundInfo, filled: Mapping[str, Mapping[str, str]]
) -> Redaction | None:
    """What is masked of the round: what filled these variables, or would have by default."""
    if not info.masked:
        return None
    defaults = {n: i.default for n, i in prompt.inputs.items() if i.default is not None}
    values = {
        run_id: frozenset(
            each[name]
            for each in (defaults, info.values, own)
            for name in info.redacted
            if name in each
        )
        for run_id, own in filled.items()
    }
    return Redaction(values, info.redacted_tools)


def forecast(plan: Plan) -> Forecast:
    """What a plan will take: tokens by estimate, money between two bounds."""
    each = _forecasts(plan)
    tokens = Estimate(0)
    for one in each:
        tokens += one.input_tokens
    return Forecast(
        tokens, _sum(one.usd_at_least for one in each), _sum(one.usd_at_most for one in each)
    )


def _forecasts(plan: Plan) -> list[Forecast]:
    """What each run will take; requests that are the same are looked at once."""
    ahead: dict[MessagesRequest, Forecast] = {}
    for run in plan.runs:
        request = plan.requests[run.run_id]
        if request not in ahead:
            ahead[request] = forecast_of(request, model_of(run))
    return [ahead[plan.requests[run.run_id]] for run in plan.runs]


def forecast_of(request: MessagesRequest, model: Model | None) -> Forecast:
    """What one request will take."""
    size, read, written, ttl = inputs_of(request, model)
    longest = written.updated({"output_tokens": _max_tokens(request)})
    return Forecast(
        size,
        cost(read, model, whole=False).usd,
        cost(longest, model, whole=False, requested_ttl=ttl).usd,
    )


def inputs_of(
    request: MessagesRequest, model: Model | None
) -> tuple[Estimate, Usage, Usage, Ttl | None]:
    """A request's size, its usage with all that is cacheable read or written, and how long for."""
    body = request.body
    counted = parts(body, model)
    size = whole(counted, model)
    cached = [p for p in prefixes(body, model, counted) if p.cacheable]
    longest = max((p.tokens for p in cached), default=0)
    ttl = next((p.ttl for p in cached if p.tokens == longest), None)
    counts = {"input_tokens": size.tokens - longest, "output_tokens": 0}
    read = Usage({**counts, "cache_read_input_tokens": longest})
    written = Usage({**counts, "cache_creation_input_tokens": longest})
    return size, read, written, ttl


def _max_tokens(request: MessagesRequest) -> int:
    limit = request.body.get("max_tokens")
    return limit if isinstance(limit, int) else 0


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; unknown where any part is."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _variants(prompt: Prompt, settings: Settings) -> list[tuple[Case | None, Variant]]:
    """Every variant for every case, in that order; without cases, for the values alone."""
    cases: Sequence[Case | None] = [None]
    if settings.cases:
        cases = read_cases(prompt, settings.cases)
    return [
        (case, variant)
        for case in cases
        for variant in build(
            prompt,
            values={**(case.values if case else {}), **settings.values},
            only=settings.only,
            model=settings.model,
        )
    ]


def _require_known(prompt: Prompt, settings: Settings) -> None:
    """Refuse a name that nothing uses: it is misspelt, and another would be sent, or saved."""
    if not settings.values and not settings.redact:
        return
    known = variables_of(prompt, model=settings.model)
    for name in (*settings.values, *settings.redact):
        if name not in known:
            problem = f"no text of {prompt.path.name} uses {{{{{name}}}}}"
            raise SettingsError(problem, hint=nearest_hint(name, known))


def first_given(*amounts: Decimal | None) -> Decimal | None:
    """The first that is given; 0 is an amount too."""
    return next((amount for amount in amounts if amount is not None), None)


def require_affordable(plan: Plan) -> None:
    """Refuse what is certain to cost too much: its input, were all of it read from the cache.

    How long the answers get is not certain: it is watched, and stopped, as they stream.
    """
    if plan.max_cost_usd is None and plan.max_run_cost_usd is None:
        return
    each = _forecasts(plan)
    least = [one.usd_at_least for one in each if one.usd_at_most is not None]
    inputs = [usd for usd in least if usd is not None]
    if len(inputs) < len(each):
        raise unknown_price()
    _require(max(inputs, default=Decimal(0)), plan.max_run_cost_usd, "the input of one run")
    _require(sum(inputs, Decimal(0)), plan.max_cost_usd, f"the input of {len(each)} runs")


def _require(least: Decimal, limit_usd: Decimal | None, what: str) -> None:
    if limit_usd is not None and least > limit_usd:
        raise WorkbenchError(
            f"{what} alone costs {shown(Cost(least, True))}, over the limit of ${limit_usd:f}",
            hint="Send less, or raise the limit: --max-cost, ^n on the screen, or `limits:`.",
        )


def unknown_price() -> WorkbenchError:
    """What is said of a cost limit that nobody can keep."""
    return WorkbenchError(
        "the price of a model in this round is not known, so its cost limit cannot be kept",
        hint=f"Add the price to {config_file()}, or leave the limit out.",
    )


def _relative(path: Path, folder: Path) -> str:
    try:
        return str(path.relative_to(folder.absolute()))
    except ValueError:
        return str(path)
