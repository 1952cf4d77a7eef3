"""Variants: a prompt, values and a model make named requests, ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.documents.expansion import Expansion, expansions
from workbench.documents.finding import Finding, nearest, nearest_hint, problem_at
from workbench.documents.prompt import Prompt
from workbench.documents.variables import filled_body, uses, variable
from workbench.errors import Problem, SettingsError, ValuesMissing
from workbench.wire.request import MessagesRequest


@dataclass(frozen=True, slots=True)
class Variant:
    """One complete request with a name.

    Args:
        name: `base`, or `base/claude-haiku-5-5` where the matrix multiplies it.
        request: The exact body that is sent and saved.
        patch: What makes it differ from the prompt's body.
        values: What its variables were filled with.
    """

    name: str
    request: MessagesRequest
    patch: Mapping[str | int, Any]
    values: Mapping[str, str]


def build(
    prompt: Prompt,
    *,
    values: Mapping[str, str] = {},
    only: Sequence[str] = (),
    model: str | None = None,
) -> tuple[Variant, ...]:
    """The requests that a prompt stands for, in the order of its file.

    Args:
        values: Fill variables, before the prompt's own defaults. Names that it does not know are
            left alone: a case may carry more than one prompt needs.
        only: Names of variants; a name without its matrix part stands for all of its points.
        model: Runs everything on this model.

    Raises:
        ValuesMissing: A variable has no value; carries one problem for each.
        SettingsError: `only` names a variant that there is none of, or a value is not text.
    """
    _require_text(values)
    found = _chosen(expansions(prompt, model=model), only)
    defaults = {i.name: i.default for i in prompt.inputs.values() if i.default is not None}
    filling = {**defaults, **values}
    if problems := _unset(prompt, found, filling, values):
        raise ValuesMissing(problems)
    return tuple(_variant(expansion, filling) for expansion in found)


def _require_text(values: Mapping[str, str]) -> None:
    for name, value in values.items():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            problem = f"the value of `{name}` is not text"
            raise SettingsError(problem, hint="Give it as UTF-8.") from error


def _chosen(found: list[Expansion], only: Sequence[str]) -> list[Expansion]:
    names = {name for expansion in found for name in (expansion.name, expansion.variant)}
    for name in only:
        if name not in names:
            hint = nearest_hint(name, names)
            raise SettingsError(f"no variant is called `{name}`", hint=hint)
    return [e for e in found if not only or e.name in only or e.variant in only]


def _variant(expansion: Expansion, filling: Mapping[str, str]) -> Variant:
    used = {name: filling[name] for name, _ in uses(expansion.body)}
    # Every answer is streamed: no face waits minutes in silence, and no proxy cuts an idle line.
    body = {**filled_body(expansion.body, filling), "stream": True}
    request = MessagesRequest.of(body, expansion.api_version or "")
    return Variant(expansion.name, request, expansion.patch, used)


def _unset(
    prompt: Prompt,
    found: Sequence[Expansion],
    filling: Mapping[str, str],
    given: Mapping[str, str],
) -> list[Problem]:
    """Variables without a value, each at its first use."""
    problems: dict[str, Problem] = {}
    for expansion in found:
        for name, keys in uses(expansion.body):
            if name in filling or name in problems:
                continue
            written_at = expansion.written_at(keys, prompt.places)
            place = prompt.places.first(written_at, variable(name))
            finding = Finding(keys, f"{{{{{name}}}}} has no value", _hint(prompt, name, given))
            problems[name] = problem_at(place, finding)
    return list(problems.values())


def _hint(prompt: Prompt, name: str, given: Mapping[str, str]) -> str:
    ways = f"--set {name}=value" if prompt.cases is None else f"--case ID or --set {name}=value"
    hint = f"Give it a default under `inputs:`, or on the command line {ways}."
    meant = nearest(name, given)
    return f"You gave `{meant}`. {hint}" if meant else hint
