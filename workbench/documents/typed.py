"""Whether a value has the JSON type and the fields that are asked of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted, nearest_hint

_KINDS: Mapping[str, tuple[type, str]] = {
    "string": (str, "text"),
    "integer": (int, "a whole number"),
    "number": ((int, float), "a number"),  # type: ignore[dict-item]
    "boolean": (bool, "true or false"),
    "array": (list, "a list"),
    "object": (dict, "a mapping"),
    "null": (type(None), "null"),
}


def of_type(keys: Keys, value: Any, types: str) -> Finding | None:
    """What is wrong with the JSON type of a value: `types` as in "string or array"."""
    kinds = [_KINDS[name] for name in types.split(" or ")]
    if any(_is(value, kind) for kind, _ in kinds):
        return None
    wanted = " or ".join(words for _, words in kinds)
    if value is None:
        hint = f"Give {wanted}, or remove the line."
        return Finding(keys, f"`{dotted(keys)}` is empty", hint, at_key=True)
    hint = 'Quote it ("...").' if isinstance(value, bool | int | float) and "text" in wanted else ""
    problem = f"`{dotted(keys)}` has to be {wanted}, not {described(value)}"
    return Finding(keys, problem, hint or f"Give {wanted}.")


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind)


def described(value: Any) -> str:
    """What kind of value this is, in words."""
    for kind, words in (_KINDS[name] for name in ("boolean", "integer", *_KINDS)):
        if _is(value, kind):
            return words if not isinstance(value, bool | int | float) else f"{words} ({value})"
    return type(value).__name__


def unknown_field(keys: Keys, known: Iterable[str]) -> Finding:
    """That the name at the end of `keys` is none of the known ones."""
    name = str(keys[-1])
    problem = f"`{dotted(keys)}` is not a field that is known here"
    return Finding(keys, problem, nearest_hint(name, known), at_key=True)


def mapping_findings(
    keys: Keys, value: Mapping[str, Any], known: Mapping[str, str], required: Iterable[str] = ()
) -> Iterator[Finding]:
    """What is wrong with the names and types of a mapping of known fields."""
    for name, inner in value.items():
        if name not in known:
            yield unknown_field((*keys, name), known)
        elif (wrong := of_type((*keys, name), inner, known[name])) is not None:
            yield wrong
    for name in required:
        if name not in value:
            yield Finding(keys, f"`{dotted(keys)}` lacks `{name}`", f"Add `{name}:`.")


def choice_findings(keys: Keys, value: Any, choices: tuple[str, ...]) -> Iterator[Finding]:
    """What is wrong with a text that has to be one of a few."""
    if isinstance(value, str) and value not in choices:
        problem = f"`{dotted(keys)}` cannot be `{value}`"
        yield Finding(keys, problem, nearest_hint(value, choices))


def tagged_findings(
    keys: Keys, value: Mapping[str, Any], kinds: Mapping[str, Mapping[str, str]], *, whole: bool
) -> Iterator[Finding]:
    """What is wrong with a mapping whose `type` decides which fields it has.

    Args:
        kinds: Each type's own fields.
        whole: Whether it needs every one of them.
    """
    every = {name: types for fields in kinds.values() for name, types in fields.items()}
    kind = value.get("type")
    own = kinds.get(kind) if isinstance(kind, str) else None
    known = {"type": "string", **(every if own is None else own)}
    for name, inner in value.items():
        if name in every and name not in known:
            problem = f"`{dotted((*keys, name))}` does not go with `type: {kind}`"
            yield Finding((*keys, name), problem, "Leave it out.", at_key=True)
        else:
            yield from mapping_findings(keys, {name: inner}, known)
    required = ("type", *(own or () if whole else ()))
    yield from mapping_findings(keys, {}, known, (name for name in required if name not in value))
    if isinstance(kind, str) and "{{" not in kind:
        yield from choice_findings((*keys, "type"), kind, tuple(kinds))
