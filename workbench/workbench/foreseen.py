"""All that a provider would refuse in a prompt, as it would be sent: known before sending."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.documents.cases import read_cases
from workbench.documents.check import (
    FilledBody,
    body_foresight,
    filled_findings,
    open_bodies,
    spoken_to,
)
from workbench.documents.finding import Finding, dotted
from workbench.documents.prompt import Prompt, sorted_problems
from workbench.documents.shape import body_findings
from workbench.documents.variables import fill, uses
from workbench.errors import Problem, WorkbenchError
from workbench.foreseen.pictures import picture_findings
from workbench.foreseen.window import spare_chars, window_findings
from workbench.wire.request import REQUIRED_FIELDS, MessagesRequest
from workbench.workbench.inputs import stands_alone, text_at
from workbench.workbench.plan import Plan, Settings
from workbench.workbench.watched import Tell, watched


def foreseen(
    prompt: Prompt, provider: str, settings: Settings | None = None, tell: Tell | None = None
) -> tuple[Problem, ...]:
    """What the provider would refuse of what these settings make of a prompt, or may surprise.

    What stops a run comes first. A variable without a value is left in its place: that is a
    problem of its own once it is sent. Of a misshapen prompt, loaded by force, nothing is said
    beyond its own problems.

    Args:
        provider: The name of its profile.
        settings: The values, variants, cases and model that were chosen.
        tell: Is told how far that has come; what it raises ends it.

    Raises:
        DocumentError: The cases cannot be read.
        SettingsError: A case is named that there is none of.
    """
    if any(problem.severity == "error" for problem in prompt.problems):
        return ()
    chosen = settings or Settings()
    found: dict[Problem, None] = {}
    fillings = _fillings(prompt, chosen)
    for body in open_bodies(prompt, provider, only=chosen.only, model=chosen.model):
        alike = _Alike(body)
        for values in watched(fillings, "looking for what would be refused", tell):
            found |= dict.fromkeys(alike.problems(values))
    return tuple(sorted_problems(prompt.path, [*found]))


def _fillings(prompt: Prompt, settings: Settings) -> list[Mapping[str, str]]:
    """What fills the variables: once for each case, or once."""
    if not settings.cases:
        return [settings.values]
    cases = read_cases(prompt, settings.cases)
    return [{**case.values, **settings.values} for case in cases]


_Shape = tuple[tuple[bool, bool, bool] | str, ...]
"""Of each text that is filled all that a refusal may turn on, its length apart."""


class _Alike:
    """Fillings of one body, of which those that are alike are looked at once.

    100,000 cases fill a prompt in a few ways: with a text, with none, with blanks at its end. Only
    how long it is tells one from another, and that is looked at where it may be too much.
    """

    def __init__(self, body: FilledBody) -> None:
        self._open, written = body, body.expansion.body
        defaults = body.prompt.inputs.values()
        self._defaults = {i.name: i.default for i in defaults if i.default is not None}
        self._texts = [
            (text_at(written, keys), stands_alone(written, keys))
            for keys in dict.fromkeys(keys for _, keys in uses(written))
        ]
        self._room: dict[_Shape, int] = {}

    def problems(self, values: Mapping[str, str]) -> Iterator[Problem]:
        """What is wrong with the body that is filled so, unless one like it said so before."""
        filling = {**self._defaults, **values}
        texts = [fill(text, filling) for text, _ in self._texts]
        shape = tuple(
            (not text, not text.strip(), text != text.rstrip()) if alone else text
            for text, (_, alone) in zip(texts, self._texts, strict=True)
        )
        chars, room = sum(len(json.dumps(text)) for text in texts), self._room.get(shape)
        if room is not None and chars <= room:
            return
        filled = self._open.filled(values)
        findings = [*window_findings(filled.body, filled.model)]
        if room is None:
            spare = spare_chars(filled.body, filled.model)
            self._room[shape] = -1 if spare is None else chars + spare
            findings += filled_findings(filled)
            findings += picture_findings(filled.body, filled.model)
        yield from map(filled.problem, findings)


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
