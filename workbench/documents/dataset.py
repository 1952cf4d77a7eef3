"""What is wrong with a prompt's dataset, held against the prompt: known before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.documents.cases import Case, cases_in
from workbench.documents.expansion import variables_of
from workbench.documents.finding import Finding, nearest_hint, problem_at
from workbench.documents.prompt import Prompt
from workbench.errors import DocumentError, Problem

_NAMED = 3


def dataset_problems(prompt: Prompt) -> tuple[Problem, ...]:
    """What is wrong with the cases of a prompt and what they ask; none where it names no file.

    A variable that a case leaves without a value, values that no text uses, functions and rubrics
    whose files are not there.
    """
    if prompt.cases is None:
        return ()
    try:
        cases = cases_in(prompt.cases)
    except DocumentError as error:
        return error.problems
    place = prompt.where("cases")
    found = (*_unfilled(prompt, cases), *_unused(prompt, cases), *_absent(prompt, cases))
    return tuple(problem_at(place, finding) for finding in found)


def _unfilled(prompt: Prompt, cases: Sequence[Case]) -> Iterator[Finding]:
    defaults = {name for name, one in prompt.inputs.items() if one.default is not None}
    for name in variables_of(prompt):
        lacking = [] if name in defaults else [c.id for c in cases if name not in c.values]
        if lacking:
            hint = f"Give it one in {prompt.cases}, or a default under `inputs`."
            yield Finding((), f"{{{{{name}}}}} has no value in {_some(lacking)}", hint)


def _unused(prompt: Prompt, cases: Sequence[Case]) -> Iterator[Finding]:
    known = variables_of(prompt)
    given = dict.fromkeys(name for case in cases for name in case.values)
    for name in given:
        if name not in known:
            problem = f"the cases give `{name}`, which no text uses"
            yield Finding((), problem, nearest_hint(name, known), "warning")


def _absent(prompt: Prompt, cases: Sequence[Case]) -> Iterator[Finding]:
    named: dict[str, list[str]] = {}
    for case in cases:
        for check in case.checks:
            if check.type == "python":
                file = str(check.value).removeprefix("file://").rpartition(":")[0]
                named.setdefault(file, []).append(case.id)
    for file, asking in named.items():
        if not (prompt.path.parent / file).is_file():
            problem = f"there is no {file}, which {_some(asking)} {_ask(asking)} to be checked by"
            yield Finding((), problem, f"It would be {prompt.path.parent / file}.")


def _ask(asking: Sequence[str]) -> str:
    return "asks" if len(asking) == 1 else "ask"


def _some(ids: Sequence[str]) -> str:
    """`case a`, `cases a, b`, `cases a, b, c and 997 more`."""
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return f"case{'s' * (len(ids) > 1)} {', '.join(ids[:_NAMED])}{more}"
