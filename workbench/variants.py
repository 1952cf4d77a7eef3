"""Variants: a prompt, values and a model make named requests, ready to be sent."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.documents.cases import Case
from workbench.documents.expansion import Expansion, expansions
from workbench.documents.finding import Finding, nearest, nearest_hint, problem_at
from workbench.documents.prompt import Prompt
from workbench.documents.variables import VARIABLE, changed_body, uses, variable
from workbench.errors import Problem, SettingsError, ValuesMissing
from workbench.wire.request import MessagesRequest, compact

_FEW = 12
"""So many names of variables are told one by one."""


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


@dataclass(frozen=True, slots=True)
class Form:
    """A variant with its variables still open: what is the same for every case that fills them.

    Args:
        expansion: The body as the file has it.
        names: The variables in it, in the order of their use.
        pieces: The body as it will be sent, cut at its variables: every other piece, from the
            second on, is the name of one.
    """

    expansion: Expansion
    names: tuple[str, ...]
    pieces: tuple[str, ...]

    @property
    def name(self) -> str:
        """The variant's name."""
        return self.expansion.name

    @property
    def model(self) -> str:
        """The model that it asks for; no variable stands there."""
        return str(self.expansion.body.get("model", ""))

    def request(self, filling: Mapping[str, str]) -> MessagesRequest:
        """The request with its variables filled; each has a value."""
        text = "".join(
            compact(filling[piece])[1:-1] if at % 2 else piece
            for at, piece in enumerate(self.pieces)
        )
        return MessagesRequest(text, self.expansion.api_version or "")

    def variant(self, filling: Mapping[str, str]) -> Variant:
        """The same with all that is known of it."""
        used = {name: filling[name] for name in self.names}
        return Variant(self.name, self.request(filling), self.expansion.patch, used)


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
    found = forms(prompt, only=only, model=model)
    filling = filling_of(prompt, found, values)
    return tuple(form.variant(filling) for form in found)


def forms(
    prompt: Prompt, *, only: Sequence[str] = (), model: str | None = None
) -> tuple[Form, ...]:
    """Its variants with their variables still open. Arguments and errors as for `build`."""
    return tuple(map(_form, _chosen(expansions(prompt, model=model), only)))


def filling_of(
    prompt: Prompt, forms: Sequence[Form], values: Mapping[str, str], case: Case | None = None
) -> Mapping[str, str]:
    """What fills the variables of all these forms: values, a case, the prompt's own defaults.

    Raises what `build` raises.
    """
    filling = {i.name: i.default for i in prompt.inputs.values() if i.default is not None}
    filling |= {**case.values, **values} if case else values
    _require_text(filling)
    if any(name not in filling for form in forms for name in form.names):
        raise ValuesMissing(_unset(prompt, forms, filling, values, case))
    return filling


def _form(expansion: Expansion) -> Form:
    mark = secrets.token_hex(16)  # stands in no text
    marked = changed_body(
        expansion.body, lambda text: VARIABLE.sub(lambda found: f"{mark}{found[1]}{mark}", text)
    )
    # Every answer is streamed: no face waits minutes in silence, and no proxy cuts an idle line.
    pieces = compact({**marked, "stream": True}).split(mark)
    names = dict.fromkeys(name for name, _ in uses(expansion.body))
    return Form(expansion, tuple(names), tuple(pieces))


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


def _unset(
    prompt: Prompt,
    forms: Sequence[Form],
    filling: Mapping[str, str],
    given: Mapping[str, str],
    case: Case | None,
) -> list[Problem]:
    """Variables without a value, each at its first use."""
    problems: dict[str, Problem] = {}
    whose = f" in case `{case.id}`" if case else ""
    for expansion in (form.expansion for form in forms):
        for name, keys in uses(expansion.body):
            if name in filling or name in problems:
                continue
            written_at = expansion.written_at(keys, prompt.places)
            place = prompt.places.first(written_at, variable(name))
            hint = _lacks(prompt, name, case) if case else _hint(prompt, name, given)
            finding = Finding(keys, f"{{{{{name}}}}} has no value{whose}", hint)
            problems[name] = problem_at(place, finding)
    return list(problems.values())


def _lacks(prompt: Prompt, name: str, case: Case) -> str:
    """Which dataset lacks it, and what that has instead."""
    file = prompt.cases.name if prompt.cases else "its dataset"
    has = [*case.values]
    some = ", ".join(has[:_FEW]) + (f" and {len(has) - _FEW} more" if len(has) > _FEW else "")
    meant = nearest(name, has)
    hint = f"Did you mean `{meant}`? " if meant else ""
    return f"{file} gives this case {some or 'no variable'}. {hint}Or give `{name}` by `values=`."


def _hint(prompt: Prompt, name: str, given: Mapping[str, str]) -> str:
    ways = "`values=`" if prompt.cases is None else "`cases=` or `values=`"
    hint = f"Give it one with {ways}, or a default under `inputs:`."
    meant = nearest(name, given)
    return f"You gave `{meant}`. {hint}" if meant else hint
