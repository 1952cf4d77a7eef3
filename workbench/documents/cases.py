"""Cases: sets of values for a prompt, from its file of cases.

Only `.cases.yaml` files and only the values so far; checks and other formats come later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.documents.finding import nearest_hint
from workbench.documents.kinds import kind_of
from workbench.documents.ours import file_findings
from workbench.documents.places import Places
from workbench.documents.prompt import Prompt
from workbench.documents.source import read_source
from workbench.documents.tree import read_tree
from workbench.errors import DocumentError, SettingsError
from workbench.wire.request import compact


@dataclass(frozen=True, slots=True)
class Case:
    """One set of values; its id, or its number from 1 where it has none."""

    id: str
    values: Mapping[str, str]


def read_cases(prompt: Prompt, ids: Sequence[str] = ()) -> tuple[Case, ...]:
    """The cases of a prompt, in the order of `ids`; all of them where that is empty.

    Raises:
        DocumentError: The file of cases cannot be used.
        SettingsError: The prompt names none, or it has no case of such an id.
    """
    if prompt.cases is None:
        hint = "Add `cases: file://NAME.cases.yaml` to it."
        raise SettingsError(f"{prompt.path} names no file of cases", hint=hint)
    if kind_of(prompt.cases) != "cases":
        hint = "Only .cases.yaml files can be read yet."
        raise SettingsError(f"{prompt.cases}: cases cannot be read from this file", hint=hint)
    by_id = {case.id: case for case in _read(prompt)}
    for name in ids:
        if name not in by_id:
            raise SettingsError(f"no case is called `{name}`", hint=nearest_hint(name, by_id))
    return tuple(by_id[name] for name in ids or by_id)


def _read(prompt: Prompt) -> list[Case]:
    assert prompt.cases is not None
    tree = read_tree(read_source(prompt.cases, {}))
    places = Places()
    places.mount((), tree.source, tree.root)
    findings = file_findings("cases", tree.root.value)
    if problems := [*tree.problems, *map(places.problem, findings)]:
        raise DocumentError(problems)
    whole = tree.root.value
    shared = (whole.get("defaults") or {}).get("vars") or {}
    result = []
    for index, case in enumerate(whole["cases"]):
        own = case.get("vars") or {}
        values = {
            **_texts(places, ("defaults", "vars"), shared),
            **_texts(places, ("cases", index, "vars"), own),
        }
        result.append(Case(str(case.get("id", index + 1)), values))
    return result


def _texts(
    places: Places, keys: tuple[str | int, ...], values: Mapping[str, Any]
) -> dict[str, str]:
    """Values as texts: a scalar as it was written, anything else as JSON."""
    return {
        name: compact(value)
        if isinstance(value, dict | list)
        else places.written((*keys, name)) or ""
        for name, value in values.items()
    }
