"""Merge patches: how a variant differs from the body. Source: RFC 7396, and dotted names of ours.

A dotted name reaches inside: `output_config.effort`, `messages.0.content`. A part that is a number
becomes an int key, which no JSON has; that is how a place in a list is told from a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted

Patch = Mapping[str | int, Any]
_INDEX = re.compile("[0-9]{1,6}")


def merge_patch(target: Any, patch: Any) -> Any:
    """`target` with `patch` laid over it; neither is changed.

    A None removes. An int key replaces an element of a list, or adds one at its end; on anything
    else but a list it is a name like any other.
    """
    if not isinstance(patch, Mapping):
        return patch
    if isinstance(target, list) and patch and all(isinstance(key, int) for key in patch):
        return _patched_list(target, patch)
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(str(key), None)
        else:
            result[str(key)] = merge_patch(result.get(str(key)), value)
    return result


def _patched_list(target: list[Any], patch: Mapping[int, Any]) -> list[Any]:
    result = list(target)
    for index in sorted(patch):
        if index < len(result):
            result[index] = merge_patch(result[index], patch[index])
        else:
            result.append(merge_patch(None, patch[index]))
    return [item for i, item in enumerate(result) if i not in patch or patch[i] is not None]


def gaps(target: Any, patch: Any, keys: Keys = ()) -> Iterator[Finding]:
    """The places in lists that a patch names and that are not there."""
    if not isinstance(patch, Mapping):
        return
    for key, value in patch.items():
        if isinstance(target, list) and isinstance(key, int):
            if key > len(target):
                problem = f"`{dotted(keys)}` has {len(target)} elements, so none at {key}"
                yield Finding((*keys, key), problem, "Places count from 0.", at_key=True)
            yield from gaps(target[key] if key < len(target) else None, value, (*keys, key))
        else:
            below = target.get(str(key)) if isinstance(target, Mapping) else None
            yield from gaps(below, value, (*keys, key))


def split(name: str) -> Keys:
    """The keys that a dotted name means."""
    return tuple(int(part) if _INDEX.fullmatch(part) else part for part in name.split("."))


def expand(patch: Mapping[str, Any]) -> tuple[dict[str | int, Any], list[Finding]]:
    """The patch with its dotted names opened up, and what is wrong with them."""
    result: dict[str | int, Any] = {}
    findings: list[Finding] = []
    for name, value in patch.items():
        keys = split(name)
        if "" in keys:
            problem = f"`{name}` has an empty part"
            findings.append(Finding((name,), problem, "Write it like `a.b`.", at_key=True))
        elif not _put(result, keys, value):
            problem = f"`{name}` is said twice in this patch"
            findings.append(Finding((name,), problem, "Remove one of them.", at_key=True))
    return result, findings


def _put(into: dict[str | int, Any], keys: Keys, value: Any) -> bool:
    """Set `value` at `keys`; False where something else stands there or on the way."""
    head, rest = keys[0], keys[1:]
    if rest:
        below = into.get(head, {})
        if not isinstance(below, Mapping):
            return False
        into[head] = below = dict(below)
        return _put(below, rest, value)
    if head not in into:
        into[head] = value
        return True
    if not isinstance(into[head], Mapping) or not isinstance(value, Mapping):
        return False
    into[head] = below = dict(into[head])
    return all(_put(below, (key,), inner) for key, inner in value.items())
