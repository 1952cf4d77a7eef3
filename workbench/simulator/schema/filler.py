"""A value that satisfies a JSON Schema, made of the words of a prompt where they fit.

Knows what tool schemas use: types, required, enum, const, formats, patterns, bounds, items, anyOf,
oneOf, allOf and local `$ref`. Where several values could do, the first that fits is taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.simulator.schema.fits import FORMATS, fits
from workbench.simulator.schema.pattern import NotSimple, matching
from workbench.simulator.schema.sound import merged, resolved, types_of
from workbench.wire.events import Json

_DEPTH, _OPTIONAL_DEPTH = 12, 3
_MOST_CHARS, _MOST_ITEMS, _MOST_STEPS = 10_000, 50, 3_000
_TOKEN = re.compile(r"[\w@.+:/#-]+")
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])")
_DIGIT = re.compile(r"\d")
_READ = re.compile(
    r"(?i)(?:answer|body|comment|content|description|explanation|message|note|prompt|query|question"
    r"|reason|reasoning|reply|step|summary|text)s?$"
)


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills schemas with what a text says.

    Args:
        text: The text to take values from.
        phrases: Short strings to use where the text has nothing better.
        sentence: A longer one, for what is read rather than looked up.
        root: The whole schema, for its `$defs`.
        optional: Whether properties that need not be there are filled in as well.
    """

    text: str
    phrases: Sequence[str]
    sentence: str
    root: Any
    optional: bool = False
    _steps: list[None] = field(default_factory=list)

    def value(self, schema: Any, name: str = "", depth: int = 0) -> Any:
        """A value that satisfies `schema`; `name` is the property that it is for.

        Of a schema that nothing satisfies, or only something far-fetched, the nearest thing found.
        """
        self._steps.append(None)
        tired = len(self._steps) > _MOST_STEPS
        nearest = None
        for i, candidate in enumerate(self._candidates(schema, name, depth)):
            if tired or fits(candidate, schema, self.root):
                return candidate
            nearest = candidate if i == 0 else nearest
        return nearest

    def _candidates(self, schema: Any, name: str, depth: int) -> Iterator[Any]:
        if not isinstance(schema, Mapping):
            yield self.sentence
            return
        schema = resolved(schema, self.root)
        if depth < _DEPTH and (together := schema.get("allOf")):
            bare = {key: value for key, value in schema.items() if key != "allOf"}
            for part in together:
                part = resolved(part, self.root)
                bare = merged(bare, part) if isinstance(part, Mapping) else bare
            yield from self._candidates(bare, name, depth + 1)
            return
        yield from self._given(schema)
        if depth < _DEPTH:
            yield from self._branches(schema, name, depth)
        for kind in _kinds(schema):
            yield self._typed(kind, schema, name, depth)

    def _given(self, schema: Json) -> Iterator[Any]:
        """The values that a schema names itself."""
        if "const" in schema:
            yield schema["const"]
        if schema.get("enum"):
            yield self._chosen(schema["enum"])
            yield from schema["enum"]
        if "default" in schema:
            yield schema["default"]

    def _branches(self, schema: Json, name: str, depth: int) -> Iterator[Any]:
        """What one of the alternatives asks for, together with what stands beside them."""
        for key in ("anyOf", "oneOf"):
            beside = {k: value for k, value in schema.items() if k != key}
            branches = [resolved(one, self.root) for one in schema.get(key) or ()]
            real = [one for one in branches if isinstance(one, Mapping)]
            for one in sorted(real, key=lambda one: one.get("type") == "null"):
                yield from self._candidates(merged(beside, one), name, depth + 1)

    def _typed(self, kind: str, schema: Json, name: str, depth: int) -> Any:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number":
                return self._number(schema, whole=kind == "integer")
            case "boolean":
                return True
            case "null":
                return None
        return self._string(schema, name)

    def _object(self, schema: Json, depth: int) -> dict[str, Any]:
        """The required properties, then such as need not be there."""
        properties = schema.get("properties") or {}
        wanted = list(schema.get("required", () if depth else properties))
        if depth >= _DEPTH:
            return {}
        if self.optional and depth < _OPTIONAL_DEPTH:
            wanted += properties
        others = schema.get("additionalProperties", {})
        return {
            name: self.value(properties.get(name, others), name, depth + 1)
            for name in dict.fromkeys(wanted)
        }

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
        low, high = _bounds(schema, 1 if whole else 1e-3)
        step = schema.get("multipleOf", 1 if whole else None)
        said = [float(n) for n in _NUMBER.findall(self.text)]
        fitting = (n for n in said if low <= n <= high and (not step or n % step == 0))
        number = next(fitting, min(max(1.0, low), high))
        try:
            if step:
                number = math.ceil(number / step) * step
            return int(number) if whole or float(number).is_integer() else float(number)
        except OverflowError:  # a bound beyond all numbers
            return 1

    def _string(self, schema: Json, name: str) -> str:
        expression, instead = FORMATS.get(schema.get("format", ""), ("", ""))
        if expression:
            match = re.search(rf"(?<![\w.-]){expression}(?![\w-])", self.text)
            return match[0] if match else instead
        text = self._patterned(schema["pattern"]) if "pattern" in schema else self._named(name)
        while len(text) < min(schema.get("minLength", 0), _MOST_CHARS):
            text += " " + text
        return text[: schema.get("maxLength")]

    def _patterned(self, pattern: str) -> str:
        try:
            wanted = re.compile(pattern)
            fitting = (token for token in self._tokens() if wanted.search(token))
            return next(fitting, "") or matching(pattern)
        except (re.error, NotSimple):
            return self.phrases[0]

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


def _bounds(schema: Json, hair: float) -> tuple[float, float]:
    """The least and the greatest number that a schema allows, `hair` off the ones it excludes."""
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is not None and under is not None and under - above <= 2 * hair:
        middle = above / 2 + under / 2
        return middle, middle
    if above is not None:
        low = max(low, above + hair)
    return low, high if under is None else min(high, under - hair)


def _kinds(schema: Json) -> list[str]:
    """The types to try, what says something before null."""
    if found := types_of(schema):
        return sorted(found, key=lambda kind: kind == "null")
    if {"properties", "required", "additionalProperties"} & schema.keys():
        return ["object"]
    return ["array" if "items" in schema else "string"]
