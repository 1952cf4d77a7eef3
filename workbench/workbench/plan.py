"""A round before it is sent: what it will send, and what that will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from pathlib import Path

from workbench.api.endpoint import Endpoint
from workbench.caching import Prefix as Prefix
from workbench.caching import prefixes as prefixes
from workbench.documents.cases import Case, read_cases
from workbench.documents.checks import Check
from workbench.documents.expansion import variables_of
from workbench.documents.finding import nearest_hint
from workbench.documents.prompt import Prompt
from workbench.errors import SettingsError
from workbench.run import Run
from workbench.sessions.redactor import Redaction
from workbench.sessions.round import RoundInfo
from workbench.variants import filling_of, forms
from workbench.wire.request import MessagesRequest
from workbench.workbench.forecast import require_affordable
from workbench.workbench.requests import Made, Requests
from workbench.workbench.watched import Tell, watched

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


def plan_of(
    prompt: Prompt,
    settings: Settings,
    *,
    endpoint: Endpoint,
    folder: Path,
    number: int,
    tell: Tell | None = None,
) -> Plan:
    """The round that these settings make of a prompt.

    Args:
        prompt: The prompt with all that it includes.
        settings: What the user chose.
        endpoint: Where it will be sent.
        folder: The folder of prompts; saved documents are named relative to it.
        number: Which round of the session it is, from 1.
        tell: Is told how far the work has come; what it raises ends it.

    Raises:
        DocumentError: A variable has no value, a patch or a case does not fit.
        SettingsError: A value is given that no text uses.
        WorkbenchError: The forecast is over the cost limit.
    """
    _require_known(prompt, settings)
    provider = endpoint.profile
    round_id = f"r{number}"
    runs: list[Run] = []
    made: dict[str, Made] = {}
    checks: dict[str, Sequence[Check]] = {}
    cases: Sequence[Case | None] = read_cases(prompt, settings.cases) if settings.cases else [None]
    variants = forms(prompt, only=settings.only, model=settings.model)
    for case in watched(cases, "planning cases", tell):
        filling = filling_of(prompt, variants, settings.values, case)
        for variant, repeat in product(variants, range(1, settings.repeat + 1)):
            run_id = f"{round_id}-{len(runs) + 1}"
            made[run_id] = variant, filling
            if case is not None and case.checks:
                checks[run_id] = case.checks
            run = Run(
                run_id,
                round_id,
                variant.name,
                case.id if case is not None else None,
                repeat,
                provider.name,
                variant.model,
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
        Requests(made, provider.name),
        first_given(settings.max_cost_usd, prompt.limits.cost_usd),
        first_given(settings.max_run_cost_usd, prompt.limits.run_cost_usd),
        _redaction(prompt, info, made),
        checks,
    )
    require_affordable(plan, tell)
    return plan


def _redaction(prompt: Prompt, info: RoundInfo, made: Mapping[str, Made]) -> Redaction | None:
    """What is masked of the round: what filled these variables, or would have by default."""
    if not info.masked:
        return None
    defaults = {n: i.default for n, i in prompt.inputs.items() if i.default is not None}
    both = {
        each[name] for each in (defaults, info.values) for name in info.redacted if name in each
    }
    values = {
        run_id: frozenset(both | {filling[name] for name in info.redacted if name in variant.names})
        for run_id, (variant, filling) in made.items()
    }
    return Redaction(values, info.redacted_tools)


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


def _relative(path: Path, folder: Path) -> str:
    try:
        return str(path.relative_to(folder.absolute()))
    except ValueError:
        return str(path)
