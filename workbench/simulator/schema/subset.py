"""What structured outputs do not know of JSON Schema, and what is too much for them.

Source: messages-api.md section 8. Messages marked [G] are our guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workbench.simulator.schema.fits import FORMATS
from workbench.simulator.schema.pattern import NotSimple, matching
from workbench.simulator.schema.sound import below, target_of, types_of
from workbench.wire.events import Json

MOST_STRICT_TOOLS, MOST_OPTIONAL, MOST_UNIONS = 20, 24, 16
TOO_COMPLEX = "Schema is too complex for compilation."

_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "integer": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "number": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "string": ("maxLength", "minLength"),
    "array": ("contains", "maxItems", "prefixItems", "uniqueItems"),
    "object": ("maxProperties", "minProperties", "patternProperties", "propertyNames"),
}
_UNKNOWN = ("oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas")
_SCALARS = (str, int, float, bool, type(None))


def unsupported(schema: Json) -> str | None:
    """What of `schema` structured outputs do not know, the first thing; None where nothing is."""
    if _recursive(schema, schema, ()):
        return "Recursive schemas are not supported"  # [G]
    return next((why for one in _within(schema) for why in _wrong(one, schema)), None)


def too_complex(schemas: Iterable[Json], strict_tools: int) -> bool:
    """Whether these schemas of one request are together more than can be compiled."""
    optional = unions = 0
    for schema in schemas:
        for one in _within(schema):
            properties = one.get("properties") or {}
            optional += len(properties.keys() - set(one.get("required") or ()))
            unions += sum(map(_is_union, properties.values()))
    return strict_tools > MOST_STRICT_TOOLS or optional > MOST_OPTIONAL or unions > MOST_UNIONS


def _is_union(schema: Any) -> bool:
    return isinstance(schema, Mapping) and ("anyOf" in schema or len(types_of(schema)) > 1)


def _within(schema: Any) -> Iterator[Json]:
    """The schema and all schemas inside it."""
    if isinstance(schema, Mapping):
        yield schema
        for one in below(schema):
            yield from _within(one)


def _wrong(schema: Json, root: Json) -> Iterator[str]:
    yield from _unbounded(schema)
    yield from (f"'{key}' is not supported" for key in _UNKNOWN if key in schema)  # [G]
    yield from _strange_texts(schema)
    if not all(isinstance(value, _SCALARS) for value in schema.get("enum") or ()):
        yield "'enum' may only hold strings, numbers, booleans and null"  # [G]
    if any("$ref" in one for part in schema.get("allOf") or () for one in _within(part)):
        yield "'allOf' with '$ref' is not supported"  # [G]
    if "$ref" in schema and not isinstance(target_of(schema["$ref"], root), Mapping):
        yield f"'$ref' {schema['$ref']!r} does not point into this schema"  # [G]


def _unbounded(schema: Json) -> Iterator[str]:
    kinds = [kind for kind in types_of(schema) if kind in _BOUNDS]
    if "properties" in schema and not kinds:
        kinds = ["object"]
    for kind in kinds:
        found = [key for key in _BOUNDS[kind] if key in schema]
        if len(found) == 1:
            yield f"For '{kind}' type, property '{found[0]}' is not supported"
        if found:
            yield f"For '{kind}' type, properties {', '.join(found)} are not supported"
        if kind == "array" and schema.get("minItems", 0) > 1:
            yield "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
        if kind == "object" and schema.get("additionalProperties") is not False:
            yield "For 'object' type, 'additionalProperties' must be explicitly set to false"


def _strange_texts(schema: Json) -> Iterator[str]:
    if (form := schema.get("format")) is not None and form not in FORMATS:
        yield f"For 'string' type, format '{form}' is not supported"  # [G]
    if "pattern" in schema:
        try:
            matching(schema["pattern"])
        except NotSimple as why:
            yield f"For 'string' type, this pattern is not supported: {why}"  # [G]


def _recursive(schema: Any, root: Json, path: tuple[str, ...]) -> bool:
    """Whether following references from here leads back to where one has been."""
    if not isinstance(schema, Mapping):
        return False
    ref = schema.get("$ref")
    if ref is not None:
        return ref in path or _recursive(target_of(ref, root), root, (*path, ref))
    return any(_recursive(one, root, path) for one in below(schema))
