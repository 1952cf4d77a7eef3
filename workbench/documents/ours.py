"""Whether the names that are ours, not the API's, are used as they are meant.

Pure: values in, findings out. Source: design.md section 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from workbench.documents.checks import check_findings
from workbench.documents.finding import Finding, Keys, nearest_hint
from workbench.documents.typed import described, mapping_findings, of_type
from workbench.documents.variables import NAME

OUR_FIELDS: Mapping[str, str] = {
    "inputs": "object",
    "cases": "string",
    "variants": "object",
    "matrix": "object",
    "exclude": "array",
    "limits": "object",
    "redact": "array",
    "redact_tools": "boolean",
    "template": "string",
}
"""What may stand in a prompt file beside the request's own fields, and its JSON type."""

VERSION_FIELD = "api_version"
"""Ours too, but beside `model` in the body, so that variants and the matrix reach it. It is no
part of what is sent: it becomes the header `anthropic-version`."""

_VERSION = re.compile(r"\d{4}-\d\d-\d\d")

INPUT_FIELDS = {"default": "string or number or boolean or null", "required": "boolean"}
LIMIT_FIELDS = {"cost_usd": "number", "run_cost_usd": "number", "concurrency": "integer"}
FILE_FIELDS: Mapping[str, Mapping[str, str]] = {
    "system": {"system": "string or array"},
    "tools": {"tools": "string or array", "mocks": "object"},
    "cases": {"defaults": "object", "cases": "array"},
}
"""What may stand in the files that a prompt file names."""

MOCK_FIELDS = {"when": "object", "result": "", "error": "string"}
CASE_FIELDS = {
    "id": "string or integer",
    "vars": "object",
    "ideal": "",
    "assert": "array",
    "tags": "array",
    "description": "string",
}
DEFAULT_FIELDS = {"vars": "object", "assert": "array"}
_NO_LIST = "Write them into a file of their own, and name that: file://NAME.cases.yaml."
_ANYTHING = "string or number or boolean or array or object or null"


def prompt_findings(ours: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with our names in a prompt file."""
    for name, value in ours.items():
        wrong = of_type((name,), value, OUR_FIELDS[name])
        if wrong is not None:
            yield replace(wrong, hint=_NO_LIST) if name == "cases" and value else wrong
        elif name == "exclude":
            yield from _exclude(value, ours.get("matrix"))
        else:
            yield from _PROMPT_CHECKS[name](value)


def version_findings(version: Any) -> Iterator[Finding]:
    """What is wrong with the API version that a variant names, if it names one."""
    if version is not None and not (isinstance(version, str) and _VERSION.fullmatch(version)):
        problem = f"`{VERSION_FIELD}` has to be a version of the API, not {described(version)}"
        yield Finding((VERSION_FIELD,), problem, "Write it as a date: 2023-06-01 or 2026-10-21.")


def file_findings(kind: str, value: Any) -> Iterator[Finding]:
    """What is wrong with a system, tools or cases file, apart from the API's own shapes."""
    fields = FILE_FIELDS[kind]
    if not isinstance(value, dict):
        hint = f"Begin with `{kind}:`."
        yield Finding((), f"a {kind} file has to be a mapping, not {described(value)}", hint)
        return
    yield from mapping_findings((), value, fields)
    if kind not in value:
        yield Finding((), f"this {kind} file has no `{kind}:`", f"Begin with `{kind}:`.")
    yield from _mocks(value.get("mocks")) if kind == "tools" else ()
    yield from _cases(value) if kind == "cases" else ()


def _inputs(inputs: Mapping[str, Any]) -> Iterator[Finding]:
    for name, spec in inputs.items():
        keys: Keys = ("inputs", name)
        if not re.fullmatch(NAME, name):
            problem = f"`{name}` cannot be the name of a variable"
            yield Finding(keys, problem, "Use letters, digits, `_`, `-` and `.`.", at_key=True)
        if spec is None:
            continue
        if not isinstance(spec, dict):
            problem = f"`inputs.{name}` has to be a mapping, not {described(spec)}"
            yield Finding(keys, problem, "Write `{default: ...}` or `{required: true}`.")
            continue
        yield from mapping_findings(keys, spec, INPUT_FIELDS)
        if spec.get("required") is True and spec.get("default") is not None:
            problem = f"`inputs.{name}` is required, so its default is never used"
            yield Finding((*keys, "default"), problem, "Remove one of the two.", at_key=True)


def _cases_name(value: str) -> Iterator[Finding]:
    if not value.startswith("file://"):
        yield Finding(("cases",), "`cases` has to name a file", "Write file://NAME.cases.yaml.")


def _variants(variants: Mapping[str, Any]) -> Iterator[Finding]:
    for name, patch in variants.items():
        keys: Keys = ("variants", name)
        if not name.strip():
            yield Finding(keys, "a variant needs a name", "Name it, `base` for one.", at_key=True)
        if patch is not None and not isinstance(patch, dict):
            problem = f"`variants.{name}` has to be a mapping, not {described(patch)}"
            yield Finding(keys, problem, "Write what differs, like {temperature: 0.7}.")


def _matrix(matrix: Mapping[str, Any]) -> Iterator[Finding]:
    for axis, values in matrix.items():
        keys: Keys = ("matrix", axis)
        if not isinstance(values, list):
            problem = f"`matrix.{axis}` has to be a list, not {described(values)}"
            yield Finding(keys, problem, f"Write {axis}: [one, another].")
        elif not values:
            yield Finding(keys, f"`matrix.{axis}` is empty", "Give values, or remove the line.")


def _exclude(exclude: list[Any], matrix: Any) -> Iterator[Finding]:
    known = ("variant", *(matrix if isinstance(matrix, dict) else ()))
    for index, pattern in enumerate(exclude):
        keys: Keys = ("exclude", index)
        if not isinstance(pattern, dict) or not pattern:
            problem = f"`exclude.{index}` has to be a mapping, not {described(pattern)}"
            yield Finding(keys, problem, "Write {variant: NAME, model: NAME}, for example.")
            continue
        for name in pattern:
            if name not in known:
                problem = f"`{name}` is neither `variant` nor a name in `matrix`"
                yield Finding((*keys, name), problem, nearest_hint(name, known), at_key=True)


def _limits(limits: Mapping[str, Any]) -> Iterator[Finding]:
    yield from mapping_findings(("limits",), limits, LIMIT_FIELDS)
    for name, least in (("cost_usd", 0), ("run_cost_usd", 0), ("concurrency", 1)):
        value = limits.get(name)
        if isinstance(value, int | float) and value < least:
            yield Finding(("limits", name), f"`limits.{name}` is too small", f"At least {least}.")


def _redact(names: list[Any]) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if not (isinstance(name, str) and re.fullmatch(NAME, name)):
            problem = f"`redact.{index}` has to be the name of a variable, not {described(name)}"
            yield Finding(("redact", index), problem, "Write redact: [ticket], for example.")


def _nothing(_value: bool) -> Iterator[Finding]:
    return iter(())


def _template(_value: str) -> Iterator[Finding]:
    problem = "`template` is not supported yet: there are no loops and conditions"
    yield Finding(("template",), problem, "Remove the line; {{name}} works without.", at_key=True)


_PROMPT_CHECKS: Mapping[str, Callable[[Any], Iterator[Finding]]] = {
    "inputs": _inputs,
    "cases": _cases_name,
    "variants": _variants,
    "matrix": _matrix,
    "limits": _limits,
    "redact": _redact,
    "redact_tools": _nothing,
    "template": _template,
}


def _mocks(mocks: Any) -> Iterator[Finding]:
    for name, results in mocks.items() if isinstance(mocks, dict) else ():
        keys: Keys = ("mocks", name)
        if not isinstance(results, list):
            problem = f"`mocks.{name}` has to be a list, not {described(results)}"
            yield Finding(keys, problem, "Write a list of {when: ..., result: ...}.")
            continue
        for index, mock in enumerate(results):
            yield from _mock((*keys, index), mock)


def _mock(keys: Keys, mock: Any) -> Iterator[Finding]:
    if not isinstance(mock, dict):
        yield Finding(keys, f"a mock has to be a mapping, not {described(mock)}", "{result: ...}")
        return
    yield from mapping_findings(keys, mock, _with_anything(MOCK_FIELDS))
    if ("result" in mock) == ("error" in mock):
        yield Finding(keys, "a mock gives either a `result` or an `error`", "Give one of them.")


def _cases(value: Mapping[str, Any]) -> Iterator[Finding]:
    defaults, cases = value.get("defaults"), value.get("cases")
    if isinstance(defaults, dict):
        yield from mapping_findings(("defaults",), defaults, DEFAULT_FIELDS)
        yield from _asserted(("defaults", "assert"), defaults.get("assert"))
    seen: set[str] = set()
    for index, case in enumerate(cases if isinstance(cases, list) else ()):
        keys: Keys = ("cases", index)
        if not isinstance(case, dict):
            problem = f"a case has to be a mapping, not {described(case)}"
            yield Finding(keys, problem, "Write {id: NAME, vars: {...}}.")
            continue
        yield from case_findings(keys, case)
        name = str(case.get("id", ""))
        if name and name in seen:
            yield Finding((*keys, "id"), f"the id `{name}` is used twice", "Give it another.")
        seen.add(name)


def case_findings(keys: Keys, case: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with one case, its id apart."""
    yield from mapping_findings(keys, case, _with_anything(CASE_FIELDS))
    yield from _asserted((*keys, "assert"), case.get("assert"))


def _asserted(keys: Keys, asserted: Any) -> Iterator[Finding]:
    for index, one in enumerate(asserted if isinstance(asserted, list) else ()):
        yield from check_findings((*keys, index), one)


def _with_anything(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: types or _ANYTHING for name, types in fields.items()}
