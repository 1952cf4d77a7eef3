"""The request bodies that a prompt stands for: every variant, for every point of the matrix."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.documents.finding import Finding, Keys
from workbench.documents.kinds import name_of
from workbench.documents.ours import VERSION_FIELD
from workbench.documents.patch import Patch, expand, gaps, merge_patch, split
from workbench.documents.places import Places
from workbench.documents.variables import uses
from workbench.errors import DocumentError, Problem

if TYPE_CHECKING:
    from workbench.documents.prompt import Prompt

MAX_VARIANTS = 1000


@dataclass(frozen=True, slots=True)
class Expansion:
    """One variant at one point of the matrix, its variables still in place.

    Args:
        name: `base/claude-haiku-5-5`; the variant's own name where there is no matrix.
        variant: The variant's own name.
        patch: What was laid over the body, all in all.
        origins: Where parts of the body were written: its keys, the document's keys.
        gaps: Places in lists that a patch names and that are not there.
        api_version: The version of the API to send it to, as written; None for the usual one.
    """

    name: str
    variant: str
    patch: Patch
    body: Mapping[str, Any]
    origins: tuple[tuple[Keys, Keys], ...]
    gaps: tuple[Finding, ...] = ()
    api_version: Any = None

    def written_at(self, keys: Keys, places: Places) -> Keys:
        """The document's keys of what stands at `keys` in the body; the latest patch wins."""

        def reach(origin: tuple[Keys, Keys]) -> int:
            inside, outside = origin
            if keys[: len(inside)] != inside:
                return -len(keys) - len(outside)  # not a way to it at all
            return len(inside) + places.depth((*outside, *keys[len(inside) :])) - len(outside)

        inside, outside = max(reversed(self.origins), key=reach)
        return (*outside, *keys[len(inside) :])

    def problem(self, finding: Finding, places: Places) -> Problem:
        """A finding on the body as a problem where it was written."""
        keys = self.written_at(finding.keys, places)
        if finding.at_key and keys[:1] == ("matrix",) and len(keys) == 3:
            keys = keys[:2]  # the name is the axis, not one of its values
        return places.problem(replace(finding, keys=keys))


def expansions(prompt: Prompt, *, model: str | None = None) -> list[Expansion]:
    """Every body that this prompt stands for, in the order of the file.

    Args:
        model: Takes the place of every model in the file and its matrix.

    Raises:
        DocumentError: The matrix makes too many, or `exclude` leaves none.
    """
    matrix = dict(prompt.matrix)
    if model is not None and "model" in matrix:
        matrix["model"] = [model]
    count = len(prompt.variants) * math.prod(map(len, matrix.values()))
    if count > MAX_VARIANTS:
        problem = f"the matrix makes {count:,} variants; at most {MAX_VARIANTS:,} are allowed"
        raise _refusal(prompt, "matrix", problem, "Give it fewer values.")
    found = [
        _expansion(prompt, variant, point, model)
        for variant in prompt.variants
        for point in _points(matrix)
        if not _excluded(prompt.exclude, variant, matrix, point)
    ]
    if not found:
        raise _refusal(prompt, "exclude", "`exclude` leaves no variant", "Exclude less.")
    return _with_own_names(found)


def variables_of(prompt: Prompt, *, model: str | None = None) -> tuple[str, ...]:
    """The names of its variables: those that it declares, then others by their first use.

    Raises what `expansions` raises.
    """
    bodies = (expansion.body for expansion in expansions(prompt, model=model))
    used = (name for body in bodies for name, _ in uses(body))
    return tuple(dict.fromkeys((*prompt.inputs, *used)))


Point = Mapping[str, int]
"""One choice for each axis of the matrix: the index of its value."""


def _points(matrix: Mapping[str, Sequence[Any]]) -> Iterator[Point]:
    for choice in itertools.product(*(range(len(values)) for values in matrix.values())):
        yield dict(zip(matrix, choice, strict=True))


def _excluded(
    exclude: Sequence[Mapping[str, Any]],
    variant: str,
    matrix: Mapping[str, Sequence[Any]],
    point: Point,
) -> bool:
    here = {**{axis: matrix[axis][index] for axis, index in point.items()}, "variant": variant}
    return any(all(here[name] == value for name, value in unwanted.items()) for unwanted in exclude)


def _expansion(prompt: Prompt, variant: str, point: Point, model: str | None) -> Expansion:
    steps: list[tuple[Patch, Keys, Keys]] = [(prompt.variants[variant], (), ("variants", variant))]
    names = [variant]
    for axis, index in point.items():
        value = model if model is not None and axis == "model" else prompt.matrix[axis][index]
        steps.append((expand({axis: value})[0], split(axis), ("matrix", axis, index)))
        names.append(_value_name(prompt, axis, index, value))
    body, missed = prompt.body, list[Finding]()
    for patch, inside, outside in steps:
        missed += (
            replace(gap, keys=(*outside, *gap.keys[len(inside) :])) for gap in gaps(body, patch)
        )
        body = merge_patch(body, patch)
    whole = body if model is None else {**body, "model": model}
    return Expansion(
        name="/".join(names),
        variant=variant,
        patch={name: value for patch, _, _ in steps for name, value in patch.items()},
        body={name: value for name, value in whole.items() if name != VERSION_FIELD},
        origins=(((), ()), *((inside, outside) for _, inside, outside in steps)),
        gaps=tuple(missed),
        api_version=whole.get(VERSION_FIELD),
    )


def _value_name(prompt: Prompt, axis: str, index: int, value: Any) -> str:
    """A value of the matrix in a word that can be typed on a command line."""
    path, _, _ = prompt.where("matrix", axis, index)
    if path != prompt.path:
        word = name_of(path)  # it comes from a file: that has a name
    elif isinstance(value, str | int | float):
        word = str(value).lower() if isinstance(value, bool) else str(value)
    else:
        word = "none" if value is None else str(index + 1)
    word = re.sub(r"[^\w.+-]+", "-", word).rstrip("-")[:40] or str(index + 1)
    return word if axis == "model" else f"{axis.rpartition('.')[2]}={word}"


def _with_own_names(found: list[Expansion]) -> list[Expansion]:
    """The same, each with a name that no other has."""
    taken: set[str] = set()
    result = []
    for expansion in found:
        candidates = (f"{expansion.name}~{n}" for n in itertools.count(2))
        name = expansion.name
        while name in taken:
            name = next(candidates)
        taken.add(name)
        result.append(replace(expansion, name=name))
    return result


def _refusal(prompt: Prompt, name: str, problem: str, hint: str) -> DocumentError:
    return DocumentError([prompt.places.problem(Finding((name,), problem, hint, at_key=True))])
