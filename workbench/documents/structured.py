"""What structured outputs and strict tools do not know of JSON Schema.

Pure: a body in, findings out. Source: messages-api.md section 8.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted, named, nearest_hint
from workbench.documents.json_schema import inner_schemas, schema_findings, target_of, types_of

MOST_STRICT_TOOLS, MOST_OPTIONAL, MOST_UNIONS = 20, 24, 16
FORMATS = (
    *("date-time", "time", "date", "duration", "email"),
    *("hostname", "uri", "ipv4", "ipv6", "uuid"),
)

_NUMBER_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "integer": _NUMBER_BOUNDS,
    "number": _NUMBER_BOUNDS,
    "string": ("minLength", "maxLength"),
    "array": ("maxItems", "uniqueItems", "contains", "prefixItems"),
    "object": ("minProperties", "maxProperties", "patternProperties", "propertyNames"),
}
_UNKNOWN = ("oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas")
_LOOKS_ROUND = re.compile(r"\(\?<?[=!]|\(\?[>(#]")
_REFERS_BACK = re.compile(r"(?<!\\)(?:\\\\)*\\(?:[1-9bB]|k<)")
_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")
Schema = Mapping[str, Any]


def structured_findings(body: Mapping[str, Any]) -> Iterator[Finding]:
    """What the API would refuse in the form that answers and strict calls have to keep."""
    schemas = [*_schemas(body)]
    yield from named("output-schema", _unsupported(schemas))
    yield from named("output-schema", _too_complex(body, schemas))
    if (body.get("output_config") or {}).get("format") is not None:
        yield from named("output-schema", _citations(("messages",), body.get("messages")))


def _schemas(body: Mapping[str, Any]) -> Iterator[tuple[Keys, Schema]]:
    """The schemas that have to be kept to the letter, with the way to each."""
    for index, tool in enumerate(body.get("tools") or ()):
        if tool.get("strict") and isinstance(schema := tool.get("input_schema"), Mapping):
            yield ("tools", index, "input_schema"), schema
    form = (body.get("output_config") or {}).get("format")
    if isinstance(form, Mapping) and isinstance(schema := form.get("schema"), Mapping):
        yield ("output_config", "format", "schema"), schema


def _unsupported(schemas: Sequence[tuple[Keys, Schema]]) -> Iterator[Finding]:
    for keys, root in schemas:
        if keys[0] != "tools":
            yield from schema_findings(keys, root)
        if _recursive(root, root, ()):
            yield Finding(keys, f"`{dotted(keys)}` is recursive", "Unroll it as deep as it goes.")
        for here, schema in inner_schemas(keys, root):
            for look in _LOOKS:
                yield from look(here, schema)
            yield from _reference(here, schema, root)


def _objects(keys: Keys, schema: Schema) -> Iterator[Finding]:
    kinds = types_of(schema)
    is_object = "object" in kinds or ("properties" in schema and not kinds)
    if is_object and schema.get("additionalProperties") is not False:
        problem = f"`{dotted(keys)}` has to set `additionalProperties: false`, as every object"
        yield Finding(keys, problem, "Add `additionalProperties: false`.")


def _bounds(keys: Keys, schema: Schema) -> Iterator[Finding]:
    for kind in types_of(schema):
        for name in _BOUNDS.get(kind, ()):
            if name in schema:
                yield _not_known((*keys, name), f"on `type: {kind}`")
        if kind == "array" and _more_than_one(schema.get("minItems")):
            problem = f"`{dotted((*keys, 'minItems'))}` can only be 0 or 1"
            yield Finding((*keys, "minItems"), problem, "Ask for more in the description.")


def _more_than_one(least: Any) -> bool:
    return isinstance(least, int) and least > 1


def _not_known(keys: Keys, where: str = "") -> Finding:
    problem = f"`{dotted(keys)}` is not supported" + (f" {where}" if where else "")
    return Finding(keys, problem, "Say it in the description.", at_key=True)


def _keywords(keys: Keys, schema: Schema) -> Iterator[Finding]:
    yield from (_not_known((*keys, name)) for name in _UNKNOWN if name in schema)
    choices = schema.get("enum")
    for index, choice in enumerate(choices if isinstance(choices, list) else ()):
        if isinstance(choice, list | dict):
            here = (*keys, "enum", index)
            problem = f"`{dotted(here)}` is no text, number, true, false or null"
            yield Finding(here, problem, "Use `anyOf` with `const`.")
    for index, part in enumerate(schema.get("allOf") or ()):
        here = (*keys, "allOf", index)
        if any("$ref" in inner for _, inner in inner_schemas(here, part)):
            problem = f"`{dotted(here)}`: `allOf` with `$ref` is not supported"
            yield Finding(here, problem, "Write out what it refers to.")


def _texts(keys: Keys, schema: Schema) -> Iterator[Finding]:
    form, pattern = schema.get("format"), schema.get("pattern")
    if isinstance(form, str) and form not in FORMATS:
        here = (*keys, "format")
        yield Finding(here, f"the format `{form}` is not supported", nearest_hint(form, FORMATS))
    if isinstance(pattern, str) and (why := _strange(pattern)):
        here = (*keys, "pattern")
        yield Finding(here, f"`{dotted(here)}` {why}", "Use a simpler expression.")


def _strange(pattern: str) -> str:
    """What in a regular expression structured outputs do not know; empty where nothing is."""
    if _LOOKS_ROUND.search(pattern):
        return "looks ahead or behind, which is not supported"
    if _REFERS_BACK.search(pattern):
        return "refers back or to a word's border, which is not supported"
    try:
        re.compile(_NAMED_GROUP.sub("(?P<", pattern))
    except (re.error, OverflowError, RecursionError) as error:
        return f"is no expression that is known here: {error}"
    return ""


_LOOKS: tuple[Callable[[Keys, Schema], Iterator[Finding]], ...] = (
    _objects,
    _bounds,
    _keywords,
    _texts,
)


def _reference(keys: Keys, schema: Schema, root: Schema) -> Iterator[Finding]:
    ref = schema.get("$ref")
    if isinstance(ref, str) and not isinstance(target_of(ref, root), Mapping):
        here = (*keys, "$ref")
        problem = f"`{dotted(here)}` does not point into this schema: {ref}"
        yield Finding(here, problem, "Put it under `$defs` and refer to #/$defs/NAME.")


def _recursive(schema: Any, root: Schema, followed: tuple[str, ...]) -> bool:
    """Whether following references from here leads back to where one has been."""
    for _, inner in inner_schemas((), schema):
        ref = inner.get("$ref")
        if not isinstance(ref, str):
            continue
        if ref in followed or _recursive(target_of(ref, root), root, (*followed, ref)):
            return True
    return False


def _too_complex(
    body: Mapping[str, Any], schemas: Sequence[tuple[Keys, Schema]]
) -> Iterator[Finding]:
    strict = [i for i, tool in enumerate(body.get("tools") or ()) if tool.get("strict")]
    within = [inner for keys, schema in schemas for _, inner in inner_schemas(keys, schema)]
    counts = (
        (len(strict), MOST_STRICT_TOOLS, "strict tools"),
        (sum(map(_optional, within)), MOST_OPTIONAL, "optional properties"),
        (sum(map(_unions, within)), MOST_UNIONS, "properties of more than one type"),
    )
    for found, most, what in counts:
        if found > most:
            problem = f"Schema is too complex for compilation: {found} {what}, at most {most}"
            yield Finding(schemas[-1][0], problem, "Send fewer, or make some of them required.")


def _properties(schema: Schema) -> Mapping[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, Mapping) else {}


def _optional(schema: Schema) -> int:
    required = schema.get("required")
    needed = required if isinstance(required, list) else ()
    return sum(name not in needed for name in _properties(schema))


def _unions(schema: Schema) -> int:
    return sum(
        isinstance(inner, Mapping) and ("anyOf" in inner or len(types_of(inner)) > 1)
        for inner in _properties(schema).values()
    )


def _citations(keys: Keys, value: Any) -> Iterator[Finding]:
    """Every place in messages and their blocks that asks for citations."""
    for index, inner in enumerate(value if isinstance(value, list) else ()):
        if not isinstance(inner, Mapping):
            continue
        here = (*keys, index)
        asked = inner.get("citations")
        if isinstance(asked, Mapping) and asked.get("enabled"):
            problem = f"`{dotted(here)}`: citations do not go with `output_config.format`"
            yield Finding((*here, "citations"), problem, "Remove one of them.", at_key=True)
        yield from _citations((*here, "content"), inner.get("content"))
