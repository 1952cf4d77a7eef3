"""JSON Schemas as far as tools and answers are described by them: their parts, and what fits.

Pure. Keywords that are not read here hold nothing back: nobody is refused on a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted, nearest_hint
from workbench.documents.typed import of_type

Schema = Mapping[str, Any]
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")

_KEYWORDS: Mapping[str, str] = {
    **dict.fromkeys(("properties", "$defs", "definitions"), "object"),
    **dict.fromkeys(("anyOf", "oneOf", "allOf", "enum", "required"), "array"),
    **dict.fromkeys(("pattern", "format", "$ref"), "string"),
    **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength"), "integer"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), "number"),
    "type": "string or array",
}
_SCHEMA = "object or boolean"
_DEEPEST = 60


def schema_findings(keys: Keys, root: Any) -> Iterator[Finding]:
    """What keeps a value from being a JSON Schema."""
    for here, schema in inner_schemas(keys, root):
        for name, types in _KEYWORDS.items():
            if name in schema and (wrong := of_type((*here, name), schema[name], types)):
                yield wrong
        for way, inner in _directly_inside(here, schema):
            yield from filter(None, [of_type(way, inner, _SCHEMA)])
        for name in ("required", "type"):
            names = schema.get(name)
            for index, inner in enumerate(names if isinstance(names, list) else ()):
                yield from filter(None, [of_type((*here, name, index), inner, "string")])
        for kind in types_of(schema):
            if kind not in TYPES:
                problem = f"`{dotted((*here, 'type'))}` cannot be `{kind}`"
                yield Finding((*here, "type"), problem, nearest_hint(kind, TYPES))


def inner_schemas(keys: Keys, schema: Any, depth: int = 0) -> Iterator[tuple[Keys, Schema]]:
    """A schema and all schemas inside it, with the way to each; references are not followed."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    yield keys, schema
    for way, inner in _directly_inside(keys, schema):
        yield from inner_schemas(way, inner, depth + 1)


def _directly_inside(keys: Keys, schema: Schema) -> Iterator[tuple[Keys, Any]]:
    for name in ("properties", "$defs", "definitions"):
        named = schema.get(name)
        for key, inner in named.items() if isinstance(named, Mapping) else ():
            yield (*keys, name, key), inner
    for name in ("anyOf", "oneOf", "allOf"):
        parts = schema.get(name)
        for index, inner in enumerate(parts if isinstance(parts, list) else ()):
            yield (*keys, name, index), inner
    for name in ("items", "additionalProperties", "not"):
        if name in schema:
            yield (*keys, name), schema[name]


def types_of(schema: Schema) -> list[str]:
    """The types that a schema allows, as it says itself; none where it says nothing."""
    kind = schema.get("type")
    return [one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)]


def target_of(ref: str, root: Any) -> Any:
    """What a local `$ref` points to in `root`; None where it points to nothing, or elsewhere."""
    if not ref.startswith("#"):
        return None
    target = root
    for key in filter(None, ref[1:].split("/")):
        name = key.replace("~1", "/").replace("~0", "~")
        target = target.get(name) if isinstance(target, Mapping) else None
    return target


def misfit(value: Any, schema: Any, root: Any, way: Keys = (), hops: int = 0) -> Keys | None:
    """Where `value` does not satisfy `schema`, the first place; None where it does.

    Args:
        root: What references in `schema` point into.
        way: How `value` was come to.
        hops: How many references were followed to come to `schema`.
    """
    if isinstance(schema, bool):
        return None if schema else way
    if not isinstance(schema, Mapping) or hops > _DEEPEST:
        return None
    if isinstance(ref := schema.get("$ref"), str):
        return misfit(value, target_of(ref, root), root, way, hops + 1)
    if not _is_one_of(value, types_of(schema)) or not _is_chosen(value, schema):
        return way
    if isinstance(value, Mapping):
        return _object_misfit(value, schema, root, way)
    if isinstance(value, list):
        wrong = (misfit(v, schema.get("items"), root, (*way, i)) for i, v in enumerate(value))
        return next((found for found in wrong if found is not None), None)
    return None if _in_bounds(value, schema) else way


def _object_misfit(value: Schema, schema: Schema, root: Any, way: Keys) -> Keys | None:
    required, properties = schema.get("required"), schema.get("properties")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in value:
            return (*way, name)
    known = properties if isinstance(properties, Mapping) else {}
    others = schema.get("additionalProperties")
    for name, inner in value.items():
        found = misfit(inner, known.get(name, others), root, (*way, name))
        if found is not None:
            return found
    return None


def _is_one_of(value: Any, kinds: list[str]) -> bool:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    own = {names.get(type(value), "null" if value is None else "object")}
    if own == {"integer"} or (isinstance(value, float) and value.is_integer()):
        own = {"integer", "number"}
    return not kinds or bool(own & {*kinds})


def _is_chosen(value: Any, schema: Schema) -> bool:
    choices = schema.get("enum")
    if "const" in schema and not _same(value, schema["const"]):
        return False
    return not isinstance(choices, list) or any(_same(value, choice) for choice in choices)


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON is: true is no 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _in_bounds(value: Any, schema: Schema) -> bool:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(value, str):
        value, low, high = len(value), schema.get("minLength"), schema.get("maxLength")
    if value is None or isinstance(value, bool):
        return True
    above = not isinstance(low, int | float) or value >= low
    return above and (not isinstance(high, int | float) or value <= high)
