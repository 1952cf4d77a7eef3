"""Whether a value is a JSON Schema, as far as we read schemas; and how its parts are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.wire.events import Json

TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
_DEEPEST = 60
_HOPS = 32


def is_schema(value: Any, depth: int = 0) -> bool:
    """Whether `value` is a JSON Schema as far as keywords that we read are of their types."""
    if isinstance(value, bool):
        return True
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return False
    return all(_KEYWORDS[key](below, depth + 1) for key, below in value.items() if key in _KEYWORDS)


def target_of(ref: str, root: Any) -> Any:
    """What a local `$ref` points to in `root`; None where it points to nothing, or elsewhere."""
    if not ref.startswith("#"):
        return None
    target = root
    for key in ref[1:].strip("/").split("/") if len(ref) > 1 else ():
        key = key.replace("~1", "/").replace("~0", "~")
        target = target.get(key) if isinstance(target, Mapping) else None
    return target


def resolved(schema: Any, root: Any) -> Any:
    """The schema with its `$ref` followed; what stands beside the reference holds as well."""
    for _ in range(_HOPS):
        if not isinstance(schema, Mapping) or not isinstance(ref := schema.get("$ref"), str):
            break
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        target = target_of(ref, root)
        if not isinstance(target, Mapping):
            return beside
        schema = merged(target, beside) if beside else target
    return schema


def types_of(schema: Json) -> list[str]:
    """The types that a schema allows, as it says itself; none where it says nothing."""
    kind = schema.get("type")
    if kind is None:
        return []
    return [str(one) for one in (kind if isinstance(kind, list) else [kind])]


def merged(one: Json, other: Json) -> dict[str, Any]:
    """A schema that asks for what both ask for, keyword by keyword."""
    both = {**one, **other}
    for key in one.keys() & other.keys():
        join = _JOINS.get(key)
        if join is not None:
            both[key] = join(one[key], other[key])
    return both


def below(schema: Json) -> Iterator[Any]:
    """The schemas directly inside a schema."""
    for key in ("properties", "$defs", "definitions"):
        yield from (schema.get(key) or {}).values()
    for key in ("anyOf", "oneOf", "allOf"):
        yield from schema.get(key) or ()
    yield from (schema[key] for key in ("items", "additionalProperties", "not") if key in schema)


def _types(one: Any, other: Any) -> list[str]:
    left, right = types_of({"type": one}), types_of({"type": other})
    number = {"integer"} if {"integer", "number"} & {*left} and "number" in right else set()
    number |= {"integer"} if "integer" in right and "number" in left else set()
    return [kind for kind in TYPES if (kind in left and kind in right) or kind in number]


def _properties(one: Json, other: Json) -> dict[str, Any]:
    shared = {
        name: {"allOf": [one[name], other[name]]}
        for name in one
        if name in other and one[name] != other[name]
    }
    return {**one, **other, **shared}


_JOINS: Mapping[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "properties": _properties,
    "$defs": lambda a, b: {**a, **b},
    "required": lambda a, b: list(dict.fromkeys([*a, *b])),
    "enum": lambda a, b: [value for value in a if value in b],
    "allOf": lambda a, b: [*a, *b],
    "items": lambda a, b: {"allOf": [a, b]},
    "additionalProperties": lambda a, b: a if a is False else b,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minItems", "minLength"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxItems", "maxLength"), min),
}


def _is_number(value: Any, _: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: Any, _: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Any, _: int) -> bool:
    return isinstance(value, str)


def _are_schemas(value: Any, depth: int) -> bool:
    return isinstance(value, list) and bool(value) and all(is_schema(v, depth) for v in value)


def _are_named_schemas(value: Any, depth: int) -> bool:
    return isinstance(value, Mapping) and all(is_schema(v, depth) for v in value.values())


def _is_type(value: Any, _: int) -> bool:
    kinds = value if isinstance(value, list) else [value]
    return bool(kinds) and all(isinstance(kind, str) and kind in TYPES for kind in kinds)


_KEYWORDS: Mapping[str, Callable[[Any, int], bool]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength"), _is_size),
    **dict.fromkeys(("anyOf", "oneOf", "allOf"), _are_schemas),
    **dict.fromkeys(("properties", "$defs", "definitions"), _are_named_schemas),
    **dict.fromkeys(("items", "additionalProperties", "not"), is_schema),
    **dict.fromkeys(("pattern", "format", "$ref"), _is_text),
    "multipleOf": lambda value, depth: _is_number(value, depth) and value > 0,
    "required": lambda value, _: isinstance(value, list) and all(isinstance(v, str) for v in value),
    "enum": lambda value, _: isinstance(value, list) and bool(value),
    "type": _is_type,
}
