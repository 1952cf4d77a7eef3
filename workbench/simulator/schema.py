"""A value that satisfies a JSON Schema, made of the words of a prompt where they fit.

Knows what tool schemas use: types, required, enum, const, formats, bounds, items, anyOf, oneOf,
allOf and local `$ref`. A `pattern` is met where the prompt holds a word that matches it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.wire.events import Json

_DEPTH = 12
_DEEPEST = 60
_MOST_CHARS, _MOST_ITEMS = 10_000, 50
_TOKEN = re.compile(r"[\w@.+:/#-]+")
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])")
_DIGIT = re.compile(r"\d")
_READ = re.compile(
    r"(?i)(?:answer|body|comment|content|description|explanation|message|note|prompt|query|question"
    r"|reason|reasoning|reply|step|summary|text)s?$"
)
_FORMATS = {
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


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills schemas with what a text says.

    Args:
        text: The text to take values from.
        phrases: Short strings to use where the text has nothing better.
        sentence: A longer one, for what is read rather than looked up.
        root: The whole schema, for its `$defs`.
    """

    text: str
    phrases: Sequence[str]
    sentence: str
    root: Json

    def value(self, schema: Any, name: str = "", depth: int = 0) -> Any:
        """A value that satisfies `schema`; `name` is the property that it is for."""
        if not isinstance(schema, Mapping):
            return self.sentence
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._chosen(schema["enum"])
        for kind in ("anyOf", "oneOf"):
            if schema.get(kind) and depth < _DEPTH:
                return self.value(self._first(schema[kind]), name, depth + 1)
        if "default" in schema:
            return schema["default"]
        return self._typed(schema, name, depth)

    def _typed(self, schema: Json, name: str, depth: int) -> Any:
        match _type_of(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer":
                return self._number(schema, whole=True)
            case "number":
                return self._number(schema, whole=False)
            case "boolean":
                return True
            case "null":
                return None
        return self._string(schema, name)

    def _object(self, schema: Json, depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        wanted = schema.get("required", list(properties) if depth == 0 else [])
        if depth >= _DEPTH:
            return {}
        return {name: self.value(properties.get(name, {}), name, depth + 1) for name in wanted}

    def _array(self, schema: Json, name: str, depth: int) -> list[Any]:
        few = 0 if depth >= _DEPTH else 1
        size = max(schema.get("minItems", few), min(few, schema.get("maxItems", few)))
        items = schema.get("items", {})
        made = [
            self.value(items, name.removesuffix("s"), depth + 1)
            for _ in range(min(size, _MOST_ITEMS))
        ]
        if schema.get("uniqueItems") and size > 1:
            return [f"{item} {i}" if isinstance(item, str) else i for i, item in enumerate(made)]
        return made

    def _number(self, schema: Json, *, whole: bool) -> float:
        low = schema.get("minimum", -math.inf)
        high = schema.get("maximum", math.inf)
        step = schema.get("multipleOf", 1 if whole else None)
        if "exclusiveMinimum" in schema:
            low = max(low, schema["exclusiveMinimum"] + (1 if whole else 1e-3))
        if "exclusiveMaximum" in schema:
            high = min(high, schema["exclusiveMaximum"] - (1 if whole else 1e-3))
        said = [float(n) for n in _NUMBER.findall(self.text)]
        fitting = (n for n in said if low <= n <= high and (not step or n % step == 0))
        number = next(fitting, min(max(1.0, low), high))
        if step:
            number = math.ceil(number / step) * step
        return int(number) if whole or float(number).is_integer() else float(number)

    def _string(self, schema: Json, name: str) -> str:
        expression, instead = _FORMATS.get(schema.get("format", ""), ("", ""))
        if expression:
            match = re.search(rf"(?<![\w.-]){expression}(?![\w-])", self.text)
            return match[0] if match else instead
        text = self._patterned(schema["pattern"]) if "pattern" in schema else self._named(name)
        while len(text) < min(schema.get("minLength", 0), _MOST_CHARS):
            text += " " + text
        return text[: schema.get("maxLength")]

    def _patterned(self, pattern: str) -> str:
        try:
            fits = re.compile(pattern)
        except re.error:
            return self.phrases[0]
        fitting = (token for token in self._tokens() if fits.search(token))
        return next(fitting, self.phrases[0])

    def _tokens(self) -> Iterator[str]:
        """The text's words, codes and addresses, without the punctuation behind them."""
        found = (match[0].rstrip(".:/#-+@") for match in _TOKEN.finditer(self.text))
        return filter(None, found)

    def _named(self, name: str) -> str:
        """What the text says of a property with this name: `name: value`, or a code for an id."""
        spoken = re.escape(name).replace("_", "[ _-]?")
        after = rf"(?i)\b{spoken}\b\W{{0,3}}(?:is\s+|of\s+)?\"?([^\s\",;<>]+)"
        if name and (match := re.search(after, self.text)):
            return match[1].rstrip(".?!:)")
        if re.search(r"(?i)(^|_)(id|ref|code|key|number|no|sku)$", name):
            codes = (token for token in self._tokens() if _DIGIT.search(token))
            return next(codes, f"{name.split('_')[0] or 'id'}-1")
        if _READ.search(name):
            return self.sentence
        return self.phrases[len(name) % len(self.phrases)].removeprefix("the ")

    def _chosen(self, values: Sequence[Any]) -> Any:
        """The value that the text mentions, else the first."""
        low = self.text.lower()
        said = (v for v in values if isinstance(v, str) and v and v.lower() in low)
        return next(said, values[0])

    def _first(self, schemas: Sequence[Any]) -> Any:
        real = (s for s in schemas if isinstance(s, Mapping) and s.get("type") != "null")
        return next(real, schemas[0])

    def _resolved(self, schema: Json) -> Json:
        """The schema with its `$ref` followed and its `allOf` merged in."""
        for _ in range(_DEPTH):
            if not isinstance(path := schema.get("$ref"), str):
                break
            target: Any = self.root
            for key in path.removeprefix("#").strip("/").split("/"):
                target = target.get(key, {}) if isinstance(target, Mapping) else {}
            schema = {**{k: v for k, v in schema.items() if k != "$ref"}, **target}
        for part in schema.get("allOf") or ():
            schema = _merged(schema, part)
        return schema


def is_schema(value: Any, depth: int = 0) -> bool:
    """Whether `value` is a JSON Schema as far as keywords that we read are of their types."""
    if isinstance(value, bool):
        return True
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return False
    return all(_KEYWORDS[key](below, depth + 1) for key, below in value.items() if key in _KEYWORDS)


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
    return bool(kinds) and all(isinstance(kind, str) and kind in _KINDS for kind in kinds)


_KINDS = ("object", "array", "string", "integer", "number", "boolean", "null")
_KEYWORDS: Mapping[str, Callable[[Any, int], bool]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength"), _is_size),
    **dict.fromkeys(("anyOf", "oneOf", "allOf"), _are_schemas),
    **dict.fromkeys(("properties", "$defs", "definitions"), _are_named_schemas),
    **dict.fromkeys(("pattern", "format", "$ref"), _is_text),
    "multipleOf": lambda value, depth: _is_number(value, depth) and value > 0,
    "required": lambda value, _: isinstance(value, list) and all(isinstance(v, str) for v in value),
    "enum": lambda value, _: isinstance(value, list) and bool(value),
    "items": is_schema,
    "type": _is_type,
}


def _merged(schema: Json, part: Json) -> Json:
    both = {**schema, **part}
    both["properties"] = {**(schema.get("properties") or {}), **(part.get("properties") or {})}
    both["required"] = [*schema.get("required", []), *part.get("required", [])]
    return {key: value for key, value in both.items() if key != "allOf"}


def _type_of(schema: Json) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema or "required" in schema:
        return "object"
    return "array" if "items" in schema else "string"
