"""A variant that has won becomes the body of its file, in its text; see page.py for the how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.documents.amend import VARIANTS
from workbench.documents.finding import Keys, shown
from workbench.documents.ours import OUR_FIELDS
from workbench.documents.page import Page, written
from workbench.documents.patch import Patch, expand, merge_patch, split
from workbench.errors import WorkbenchError

MATRIX = "matrix"


def promote_variant(path: Path, text: str, name: str, point: Mapping[str, int] = {}) -> str:
    """The text whose body is what this variant sends; the variant itself then changes nothing.

    It stays under its name, unless another variant changes nothing either. Other variants are
    left as they are: they now differ from the new body by their own patches.

    Args:
        path: Whose text it is, for what is said of it.
        name: The variant's own name, without its matrix part.
        point: For each axis of the matrix the index of the value that has won; the matrix goes.

    Raises:
        DocumentError: The text cannot be read.
        WorkbenchError: There is no such variant, it is the body already, or the layout is in the
            way.
    """
    page = Page.read(path, text)
    root = page.root.value or {}
    variants = root.get(VARIANTS) or {}
    if not isinstance(patch := variants.get(name, {}), dict | None) or (
        name not in variants and variants
    ):
        raise WorkbenchError(f"{path.name} has no variant `{shown(name)}`")
    axes = {split(axis): root[MATRIX][axis][index] for axis, index in point.items()}
    for keys, value in _leaves(expand(patch or {})[0], root):
        if value is not None or keys not in axes:  # else the field, taken out, would come elsewhere
            page = _set(page, keys, value)
    for keys, value in axes.items():
        page = _set(page, keys, value)
    for ours in (MATRIX, "exclude") if point else ():
        if ours in page.root.value:
            page = _removed(page, (ours,))
    if page.text == text.removeprefix(page.bom):
        problem = f"`{shown(name)}` changes nothing: it is what {path.name} says already"
        raise WorkbenchError(problem, hint="Promote a variant that differs.")
    if patch:
        alone = all(other for each, other in variants.items() if each != name)
        keys = (VARIANTS, name)
        page = _set(page, keys, {}) if alone else _removed(page, keys)
    return page.whole


def _leaves(patch: Patch, target: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """The places that a patch sets, down to where it no longer goes into what is there."""
    for key, value in patch.items():
        inside = _inside(target, key)
        goes_in = isinstance(inside, dict) or (
            isinstance(inside, list)
            and isinstance(value, Mapping)
            and all(isinstance(each, int) for each in value)
        )
        if isinstance(value, Mapping) and value and goes_in:
            yield from _leaves(value, inside, (*keys, key))
        elif value is not None:
            yield (*keys, key), merge_patch(None, value)
        elif inside is not None:
            yield (*keys, key), None


def _inside(target: Any, key: str | int) -> Any:
    if isinstance(target, list):
        return target[key] if isinstance(key, int) and key < len(target) else None
    return target.get(str(key)) if isinstance(target, dict) else None


def _set(page: Page, keys: Keys, value: Any) -> Page:
    """The page with this value at these keys; None removes it."""
    if value is None:
        return _removed(page, keys)
    if page.holds(keys):
        expected = _with(page.root.value, keys, value)
        return page.or_refuse(page.taken(page.replaced(keys, value), expected))
    count = next(n for n in range(len(keys) - 1, -1, -1) if page.holds(keys[:n]))
    if any(isinstance(key, int) for key in keys[count:]):
        raise page.refusal()  # behind the end of a list
    inner = value
    for key in reversed(keys[count + 1 :]):
        inner = {str(key): inner}
    entry = f"{written(str(keys[count]))}: {written(inner)}"
    expected = _with(page.root.value, keys[: count + 1], inner)
    ways = page.with_entry(keys[:count], entry) if count else _in_body(page, entry)
    return page.or_refuse(page.taken(ways, expected))


def _in_body(page: Page, entry: str) -> Iterator[str]:
    """A new field of the request behind the plain ones: before long ones, and before ours."""
    pairs = page.root.pairs or []
    plain = (
        at
        for at, (key, value) in enumerate(pairs)
        if value.written is not None and key.written not in OUR_FIELDS
    )
    at = max(plain, default=len(pairs) - 1)
    yield from page.with_entry_at(page.root, at, entry)


def _removed(page: Page, keys: Keys) -> Page:
    if isinstance(keys[-1], int):
        raise page.refusal()
    expected = _with(page.root.value, keys, None)
    return page.or_refuse(page.taken(page.without(keys), expected))


def _with(target: Any, keys: Keys, value: Any) -> Any:
    """The value with another one at these keys, as it stands; None removes."""
    head, *rest = keys
    if isinstance(target, list) and isinstance(head, int):
        inner = _with(target[head], tuple(rest), value) if rest else value
        return [*target[:head], inner, *target[head + 1 :]]
    result = dict(target or {})
    if rest:
        result[str(head)] = _with(result.get(str(head)), tuple(rest), value)
    elif value is None:
        result.pop(str(head), None)
    else:
        result[str(head)] = value
    return result
