"""Whether a value satisfies a JSON Schema, for the keywords that tools and formats use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.simulator.schema.sound import resolved, types_of
from workbench.wire.events import Json

_DEEPEST = 60
FORMATS: Mapping[str, tuple[str, str]] = {
    "date-time": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-15T09:30:00Z"),
    "date": (r"\d{4}-\d\d-\d\d", "2026-01-15"),
    "time": (r"\d\d:\d\d:\d\dZ", "09:30:00Z"),
    "duration": (r"P\d+D", "P1D"),
    "email": (r"[\w.+-]+@[\w-]+\.[\w.]+", "name@example.com"),
    "hostname": (r"(?:[a-z][a-z0-9-]*\.)+[a-z]{2,}", "example.com"),
    "uri": (r"https?://[^\s<>\"']+", "https://example.com/"),
    "ipv4": (r"\d{1,3}(?:\.\d{1,3}){3}", "192.0.2.1"),
    "ipv6": (r"2001:db8::\d", "2001:db8::1"),
    "uuid": (
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "00000000-0000-4000-8000-000000000001",
    ),
}
"""The string formats that structured outputs know: an expression for them, and an example."""


def fits(value: Any, schema: Any, root: Any, depth: int = 0) -> bool:
    """Whether `value` satisfies `schema`, whose references point into `root`."""
    if isinstance(schema, bool):
        return schema
    schema = resolved(schema, root)
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return True
    if types_of(schema) and not any(_is(value, kind) for kind in types_of(schema)):
        return False

    def inner(below: Any, other: Any) -> bool:
        return fits(below, other, root, depth + 1)

    return _fits_choices(value, schema, inner) and _fits_own(value, schema, inner)


_Inner = Callable[[Any, Any], bool]


def _fits_choices(value: Any, schema: Json, inner: _Inner) -> bool:
    if "const" in schema and not _same(value, schema["const"]):
        return False
    if "enum" in schema and not any(_same(value, one) for one in schema["enum"]):
        return False
    found = [inner(value, one) for one in schema.get("oneOf") or ()]
    return (
        all(inner(value, one) for one in schema.get("allOf") or ())
        and any(inner(value, one) for one in schema.get("anyOf") or [True])
        and (not found or found.count(True) == 1)
        and not ("not" in schema and inner(value, schema["not"]))
    )


def _fits_own(value: Any, schema: Json, inner: _Inner) -> bool:
    match value:
        case bool() | None:
            return True
        case int() | float():
            return _fits_number(value, schema)
        case str():
            return _fits_text(value, schema)
        case Mapping():
            return _fits_object(value, schema, inner)
        case Sequence():
            return _fits_array(value, schema, inner)
    return True


def _fits_number(value: float, schema: Json) -> bool:
    step = schema.get("multipleOf")
    return (
        value >= schema.get("minimum", value)
        and value <= schema.get("maximum", value)
        and not ("exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"])
        and not ("exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"])
        and (not step or value % step == 0)
    )


def _fits_text(value: str, schema: Json) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    expression = FORMATS.get(schema.get("format", ""), ("", ""))[0]
    if expression and not re.fullmatch(expression, value):
        return False
    try:
        return "pattern" not in schema or re.search(schema["pattern"], value) is not None
    except re.error:
        return True


def _fits_object(value: Json, schema: Json, inner: _Inner) -> bool:
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties", True)
    return all(name in value for name in schema.get("required") or ()) and all(
        inner(below, properties.get(name, others)) for name, below in value.items()
    )


def _fits_array(value: Sequence[Any], schema: Json, inner: _Inner) -> bool:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    if schema.get("uniqueItems") and any(
        _same(one, other) for i, one in enumerate(value) for other in value[:i]
    ):
        return False
    return all(inner(item, schema.get("items", True)) for item in value)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    match kind:
        case "integer":
            return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        case "number":
            return isinstance(value, int | float)
        case "string":
            return isinstance(value, str)
        case "object":
            return isinstance(value, Mapping)
        case "array":
            return isinstance(value, list | tuple)
    return value is None and kind == "null"


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON is: true is no 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
