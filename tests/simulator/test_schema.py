"""JSON Schemas: what is made of one satisfies it, and what nothing satisfies does no harm."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.talk import TICKET, body
from workbench.simulator.answer import TextBlock, ToolBlock
from workbench.simulator.schema.filler import Filler
from workbench.simulator.schema.fits import FORMATS, fits
from workbench.simulator.schema.pattern import NotSimple, matching
from workbench.simulator.schema.sound import is_schema
from workbench.simulator.schema.subset import too_complex, unsupported
from workbench.simulator.turn import take_turn
from workbench.wire.request import compact

NAMES = st.sampled_from(["id", "queue", "reason", "when", "tags", "note", "score", "a b", "ü"])
PATTERNS = [
    "^[A-Z]{2}-\\d+$",
    "^(late|damaged)$",
    "[^a-z0-9]+x?",
    "^\\w+@\\w+\\.\\w{2,3}$",
    "a*b+",
    ".",
]
SCALARS = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["late", "", "A-17", "ß"])
)
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(["string", "integer", "number", "boolean", "null"]).map(lambda t: {"type": t}),
    st.sampled_from(sorted(FORMATS)).map(lambda f: {"type": "string", "format": f}),
    st.sampled_from(PATTERNS).map(lambda p: {"type": "string", "pattern": p}),
    st.lists(SCALARS, min_size=1, max_size=4).map(lambda values: {"enum": values}),
    SCALARS.map(lambda value: {"const": value}),
    st.just({"type": ["string", "null"]}),
    st.just({"type": ["null", "integer"], "default": None}),
    st.just({"type": "string", "default": "usual", "description": "Anything."}),
    st.just({"$ref": "#/$defs/shared"}),
    st.just({}),
)


def closed(properties: dict[str, Any], required: set[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(required & properties.keys()),
        "additionalProperties": False,
    }


def wider(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas made of smaller ones."""
    return st.one_of(
        st.builds(closed, st.dictionaries(NAMES, inner, max_size=4), st.sets(NAMES)),
        st.builds(
            lambda items, least: {"type": "array", "items": items, "minItems": least},
            inner,
            st.integers(0, 1),
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda schemas: {"anyOf": schemas}),
        inner.map(lambda schema: {"allOf": [schema], "title": "One"}),
    )


SCHEMAS = st.recursive(LEAVES, wider, max_leaves=12)
ROOTS = st.builds(
    lambda properties, required, shared: {
        **closed(properties, required),
        "$defs": {"shared": shared},
    },
    st.dictionaries(NAMES, SCHEMAS, max_size=4),
    st.sets(NAMES),
    LEAVES.filter(lambda schema: "$ref" not in schema),
)


def accepted(schema: dict[str, Any]) -> bool:
    """Whether structured outputs take it: what is made at random may be too much, or too deep."""
    return unsupported(schema) is None and not too_complex([schema], 0)


@settings(max_examples=120, deadline=None)
@given(schema=ROOTS.filter(accepted))
def test_an_answer_satisfies_any_schema_of_the_subset(schema: dict[str, Any]) -> None:
    """Whatever the schema, the whole answer is JSON that an independent validator accepts."""
    whole = body(output_config={"format": {"type": "json_schema", "schema": schema}})
    turn = take_turn(compact(whole).encode(), **TERMS)
    (block,) = turn.answer.blocks
    assert isinstance(block, TextBlock)
    value = json.loads(block.text)

    jsonschema.validate(value, schema)
    assert fits(value, schema, schema)
    assert list(value)[: len(schema["required"])] == schema["required"]


@settings(max_examples=120, deadline=None)
@given(schema=ROOTS.filter(accepted), strict=st.booleans())
def test_the_input_of_a_forced_tool_satisfies_its_schema(
    schema: dict[str, Any], strict: bool
) -> None:
    """So does a tool's input, strict or not."""
    tool = {"name": "find", "input_schema": schema, "strict": strict}
    whole = body(tools=[tool], tool_choice={"type": "tool", "name": "find"})
    turn = take_turn(compact(whole).encode(), **TERMS)
    (block,) = turn.answer.blocks
    assert isinstance(block, ToolBlock)

    jsonschema.validate(json.loads(block.text or "{}"), schema)


TERMS: dict[str, Any] = {
    "provider": "anthropic",
    "version": "2023-06-01",
    "betas": "",
    "scripts": (),
    "seed": 0,
}


@settings(max_examples=120, deadline=None)
@given(
    schema=SCHEMAS, value=st.recursive(SCALARS, lambda v: st.lists(v) | st.dictionaries(NAMES, v))
)
def test_we_judge_as_an_independent_validator_does(schema: dict[str, Any], value: Any) -> None:
    """`fits` agrees with jsonschema, formats apart, which that one does not check."""
    whole = {**schema, "$defs": {"shared": {"type": "integer"}}}
    if "format" not in json.dumps(schema):
        assert fits(value, whole, whole) is jsonschema.Draft202012Validator(whole).is_valid(value)


BOUNDED = [
    {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    {"type": "number", "minimum": 0.5, "multipleOf": 0.25, "maximum": 0.75},
    {"type": "string", "minLength": 60, "maxLength": 61},
    {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    {"type": "object", "properties": {"a": {"type": "string"}}, "anyOf": [{"required": ["a"]}]},
    {"oneOf": [{"type": "string", "const": "x"}, {"type": "integer"}]},
    {"enum": [1, "a"], "type": "string"},
    {"type": "integer", "default": "none"},
    {"allOf": [{"type": "number", "minimum": 3}, {"type": "integer", "maximum": 3}]},
    {"type": "object", "additionalProperties": {"type": "integer"}, "required": ["n"]},
    {"type": "string", "pattern": r"^\d{3}-[a-f]+\.?$"},
]


@pytest.mark.parametrize("schema", BOUNDED, ids=json.dumps)
def test_bounds_of_ordinary_tools_are_met(schema: dict[str, Any]) -> None:
    """Tools that are not strict may use more of JSON Schema; what is made satisfies that too."""
    value = Filler(TICKET, ["the tent", "the refund"], "It comes down to it.", schema).value(schema)

    jsonschema.validate(value, schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 10**400},
        {"type": "number", "multipleOf": 5e-324},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"allOf": [{"const": 1}, {"const": 2}]},
        {"$ref": "#"},
        {"$ref": "#/nowhere"},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"anyOf": [{"anyOf": [{"$ref": "#"}] * 8}] * 8},
    ],
    ids=str,
)
def test_what_nothing_satisfies_is_answered_all_the_same(schema: dict[str, Any]) -> None:
    """Contradictions, endless schemas and numbers beyond all bounds give some value, soon."""
    made = Filler("", ["a"], "b", schema).value(schema)

    json.dumps(made, allow_nan=False)


@pytest.mark.parametrize(
    "pattern", [*PATTERNS, r"^a{3}b{0}c{1,}$", "(?:x|y)+?z", r"[\]\-]", r"\x41é", "^$"]
)
def test_a_simple_pattern_is_met(pattern: str) -> None:
    """A text is found that the expression matches."""
    assert re.search(pattern, matching(pattern))


@pytest.mark.parametrize(
    "pattern", [r"(?=a)a", r"(?!a)", r"(?<=a)b", r"(a)\1", r"\bword\b", "(", "[", "*a", "a{5000}"]
)
def test_what_is_not_simple_is_told(pattern: str) -> None:
    """Looking around, referring back, word boundaries and broken expressions are refused."""
    with pytest.raises(NotSimple):
        matching(pattern)


@pytest.mark.parametrize(
    ("schema", "sound"),
    [
        ({}, True),
        (True, True),
        ({"type": ["string", "null"]}, True),
        ([], False),
        ({"type": "text"}, False),
        ({"required": [1]}, False),
        ({"properties": {"a": 1}}, False),
        ({"minLength": -1}, False),
        ({"anyOf": []}, False),
    ],
)
def test_a_schema_is_told_from_other_values(schema: Any, sound: bool) -> None:
    """Keywords of the wrong type are no schema; unknown keywords are nobody's business."""
    assert is_schema(schema) is sound
