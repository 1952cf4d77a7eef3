"""All that a provider would refuse in a prompt, as it would be sent: known before sending."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.documents.cases import read_cases
from workbench.documents.check import (
    FilledBody,
    body_foresight,
    filled_bodies,
    filled_findings,
    spoken_to,
)
from workbench.documents.finding import Finding, dotted
from workbench.documents.prompt import Prompt, sorted_problems
from workbench.documents.shape import body_findings
from workbench.errors import Problem, WorkbenchError
from workbench.foreseen.pictures import picture_findings
from workbench.foreseen.window import window_findings
from workbench.wire.request import REQUIRED_FIELDS, MessagesRequest
from workbench.workbench.plan import Plan, Settings


def foreseen(
    prompt: Prompt, provider: str, settings: Settings | None = None
) -> tuple[Problem, ...]:
    """What the provider would refuse of what these settings make of a prompt, or may surprise.

    What stops a run comes first. A variable without a value is left in its place: that is a
    problem of its own once it is sent. Of a misshapen prompt, loaded by force, nothing is said
    beyond its own problems.

    Args:
        provider: The name of its profile.
        settings: The values, variants, cases and model that were chosen.

    Raises:
        DocumentError: The cases cannot be read.
        SettingsError: A case is named that there is none of.
    """
    if any(problem.severity == "error" for problem in prompt.problems):
        return ()
    chosen = settings or Settings()
    found: dict[Problem, None] = {}
    for values in _fillings(prompt, chosen):
        for filled in filled_bodies(
            prompt, provider, only=chosen.only, model=chosen.model, values=values
        ):
            found |= dict.fromkeys(filled.problem(finding) for finding in _findings(filled))
    return tuple(sorted_problems(prompt.path, [*found]))


def _fillings(prompt: Prompt, settings: Settings) -> list[Mapping[str, str]]:
    """What fills the variables: once for each case, or once."""
    if not settings.cases:
        return [settings.values]
    cases = read_cases(prompt, settings.cases)
    return [{**case.values, **settings.values} for case in cases]


def _findings(filled: FilledBody) -> Iterator[Finding]:
    yield from filled_findings(filled)
    yield from _counted(filled.body, filled.model)


def _counted(body: Mapping[str, Any], model: Model | None) -> Iterator[Finding]:
    yield from picture_findings(body, model)
    yield from window_findings(body, model)


def foreseen_of(request: MessagesRequest, provider: str) -> tuple[Finding, ...]:
    """The same of one request, as it was saved: errors first. It knows its ways, but no lines.

    Args:
        provider: The name of its profile.
    """
    body = request.body
    lacking = [name for name in REQUIRED_FIELDS if name not in body]
    found = [Finding((name,), f"`{name}` is missing", rule="required") for name in lacking]
    found += body_findings(body)
    if not found:
        model = catalog().model(provider, request.model)
        found += body_foresight(body, model, spoken_to(provider, request.api_version))
        found += _counted(body, model)
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def require_welcome(plan: Plan, provider: str) -> None:
    """Nothing of a round that was saved is known to be refused there.

    Raises:
        WorkbenchError: Something is.
    """
    for request in plan.requests.values():
        for finding in foreseen_of(request, provider):
            if finding.severity == "error":
                what = f"{dotted(finding.keys)}: {finding.problem}"
                raise WorkbenchError(f"{provider} would refuse {what}", hint=finding.hint)
