"""Cases: sets of values for a prompt, each with what is asked of the answer, from its dataset.

The dataset is the file that `cases:` names: `.cases.yaml`, `.csv` or `.jsonl`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from workbench.documents.checks import JUDGED, Check, check_of, is_worded
from workbench.documents.finding import Finding, nearest_hint, problem_at
from workbench.documents.joiner import SCHEME
from workbench.documents.kinds import kind_of
from workbench.documents.ours import case_findings, file_findings
from workbench.documents.places import Places
from workbench.documents.prompt import Prompt
from workbench.documents.source import read_source
from workbench.documents.table import rows_of
from workbench.documents.tree import read_tree
from workbench.errors import DocumentError, Problem, SettingsError
from workbench.wire.request import compact

TABLES = (".csv", ".jsonl")
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Case:
    """One set of values.

    Args:
        id: Its id, or its number from 1 where it has none.
        values: What fills the variables.
        checks: What is asked of the answer.
        ideal: What a good answer would be, as text; empty where nobody says.
        tags: What it is chosen by.
    """

    id: str
    values: Mapping[str, str]
    checks: tuple[Check, ...] = ()
    ideal: str = ""
    tags: tuple[str, ...] = ()


def read_cases(prompt: Prompt, ids: Sequence[str] = ()) -> tuple[Case, ...]:
    """The cases of a prompt, in the order of `ids`; all of them where that is empty.

    Raises:
        DocumentError: The file of cases cannot be used.
        SettingsError: The prompt names none, or it has no case of such an id.
    """
    if prompt.cases is None:
        hint = "Add `cases: file://NAME.cases.yaml` to it."
        raise SettingsError(f"{prompt.path} names no file of cases", hint=hint)
    by_id = {case.id: case for case in cases_in(prompt.cases)}
    if not by_id:
        none = Finding((), "there is no case in it", "A case is a row, or an item of `cases:`.")
        raise DocumentError([problem_at((prompt.cases, 1, 1), none)])
    for name in ids:
        if name not in by_id:
            raise SettingsError(f"no case is called `{name}`", hint=nearest_hint(name, by_id))
    return tuple(by_id[name] for name in ids or by_id)


def chosen(
    cases: Iterable[Case], tags: Sequence[str] = (), sample: int | None = None, seed: int = 0
) -> list[Case]:
    """The cases with any of these tags; of them `sample` drawn by chance, in their own order.

    Raises:
        SettingsError: No case has one of the tags.
    """
    cases = list(cases)
    known = {tag for case in cases for tag in case.tags}
    for tag in tags:
        if tag not in known:
            raise SettingsError(f"no case is tagged `{tag}`", hint=nearest_hint(tag, known))
    found = [case for case in cases if not tags or {*tags} & {*case.tags}]
    return found if sample is None else sampled(found, sample, seed)


def sampled(rows: Sequence[_Row], count: int, seed: int = 0) -> list[_Row]:
    """So many drawn by chance, in their own order; all where there are no more."""
    if count >= len(rows):
        return [*rows]
    return [rows[at] for at in sorted(random.Random(seed).sample(range(len(rows)), count))]


def cases_in(path: Path) -> list[Case]:
    """Every case of a dataset.

    Raises:
        DocumentError: It cannot be used; with all that is wrong.
    """
    if path.suffix.lower() in TABLES:
        return _with_files(_unless_read(path, _from_table), path)
    if kind_of(path) == "cases":
        return _with_files(_unless_read(path, _from_yaml), path)
    problem = Finding((), "cases cannot be read from this file", "NAME.cases.yaml, .csv or .jsonl.")
    raise DocumentError([problem_at((path, 1, 1), problem)])


_Stamp = tuple[Path, int, int, int, int]
_read: tuple[_Stamp, list[Case]] | None = None
"""The dataset read last: several steps before a round ask for it, and 100,000 rows take seconds."""


def _unless_read(path: Path, read: Callable[[Path], list[Case]]) -> list[Case]:
    """What is in the file, read unless it is the one read last and was not touched since."""
    global _read
    try:
        told = path.stat()
    except (OSError, ValueError):
        return read(path)  # which says what is wrong
    at = path.absolute()
    stamp = (at, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
    known = _read
    if known is None or known[0] != stamp:
        _read = known = (stamp, read(path))
    return [*known[1]]


def _with_files(cases: list[Case], path: Path) -> list[Case]:
    """The cases with the files that judges need: what a good answer does, and how they are asked.

    Raises:
        DocumentError: One is not there, or lies outside the dataset's folder.
    """
    texts, problems = dict[str, str](), list[Problem]()

    def read(named: str) -> None:
        file = path.parent / named.removeprefix(SCHEME)
        if not file.resolve().is_relative_to(path.parent.resolve()):
            problems.append(_at(path, named, f"`{named}` leads out of {path.parent}"))
            return
        try:
            texts[named] = read_source(file, {}).text
        except DocumentError:
            problems.append(_at(path, named, f"`{named}` cannot be read"))

    for named in dict.fromkeys(name for case in cases for c in case.checks for name in _files(c)):
        read(named)
    if problems:
        raise DocumentError(problems[:20])
    if not texts:
        return cases
    return [
        replace(case, checks=tuple(_filed(check, texts, path.parent) for check in case.checks))
        for case in cases
    ]


def _files(check: Check) -> list[str]:
    """The files that a judge's check names."""
    if check.type != JUDGED:
        return []
    told = check.value if isinstance(check.value, str) else ""
    return [*filter(None, [told if told.startswith(SCHEME) else "", check.rubric])]


def _filed(check: Check, texts: Mapping[str, str], folder: Path) -> Check:
    for named in _files(check):
        if named == check.rubric:
            check = replace(check, rubric=str((folder / named.removeprefix(SCHEME)).absolute()))
        else:
            check = replace(check, value=texts[named].strip(), name=check.name or check.title)
    return check


def _at(path: Path, named: str, problem: str) -> Problem:
    """A problem where the dataset names a file."""
    hint = f"It would be {path.parent / named.removeprefix(SCHEME)}."
    line, column = 1, 1
    with suppress(DocumentError):  # a table may be longer than other texts
        source = read_source(path, {})
        line, column = source.place(max(0, source.text.find(named)))
    return problem_at((path, line, column), Finding((), problem, hint))


def _from_yaml(path: Path) -> list[Case]:
    tree = read_tree(read_source(path, {}))
    places = Places()
    places.mount((), tree.source, tree.root)
    findings = file_findings("cases", tree.root.value)
    if problems := [*tree.problems, *map(places.problem, findings)]:
        raise DocumentError(problems)
    whole = tree.root.value
    defaults = whole.get("defaults") or {}

    def texts(*keys: str | int) -> Callable[[str, Any], str]:
        """A scalar as it was written: `0.10`, where its value is 0.1."""
        return lambda name, _: places.written((*keys, name)) or ""

    def checks(*keys: str | int) -> Callable[[int, Mapping[str, Any]], Check]:
        """An assertion that is held against a text: against that as it was written."""

        def check(at: int, one: Mapping[str, Any]) -> Check:
            text = places.written((*keys, at, "value")) if is_worded(one["type"]) else None
            return check_of(one if text is None else {**one, "value": text})

        return check

    shared = _values(defaults.get("vars"), texts("defaults", "vars"))
    asked = _checks(defaults.get("assert"), checks("defaults", "assert"))
    found = []
    for index, written in enumerate(whole["cases"]):
        at = "cases", index
        case = _case(written, index + 1, texts(*at, "vars"), checks(*at, "assert"))
        values = {**shared, **case.values}
        found.append(replace(case, values=values, checks=(*asked, *case.checks)))
    return found


def _from_table(path: Path) -> list[Case]:
    found: dict[str, Case] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows_of(path), 1):
        wrong = [*case_findings((), row.case)]
        case = None if wrong else _case(row.case, number, _plain, lambda _, one: check_of(one))
        if case is not None and case.id in found:
            wrong.append(Finding((), f"the id `{case.id}` is used twice", "Give it another."))
        elif case is not None:
            found[case.id] = case
        problems += (problem_at((path, row.line, 1), finding) for finding in wrong)
    if problems:
        raise DocumentError(problems[:20])
    return list(found.values())


def _plain(_: str, value: Any) -> str:
    return value if isinstance(value, str) else compact(value)


def _case(
    written: Mapping[str, Any],
    number: int,
    text: Callable[[str, Any], str],
    check: Callable[[int, Mapping[str, Any]], Check],
) -> Case:
    ideal = written.get("ideal")
    return Case(
        id=str(written.get("id", number)),
        values=_values(written.get("vars"), text),
        checks=_checks(written.get("assert"), check),
        ideal="" if ideal is None else _plain("", ideal),
        tags=tuple(map(str, written.get("tags") or ())),
    )


def _checks(
    written: Sequence[Mapping[str, Any]] | None, check: Callable[[int, Mapping[str, Any]], Check]
) -> tuple[Check, ...]:
    return tuple(check(at, one) for at, one in enumerate(written or ()))


def _values(written: Mapping[str, Any] | None, text: Callable[[str, Any], str]) -> dict[str, str]:
    """Values as texts; a mapping or a list as JSON, null as an empty cell of a table."""
    return {name: _text(name, value, text) for name, value in (written or {}).items()}


def _text(name: str, value: Any, text: Callable[[str, Any], str]) -> str:
    if value is None:
        return ""
    return compact(value) if isinstance(value, dict | list) else text(name, value)
