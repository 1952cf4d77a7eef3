"""The JSON Schemas that editors check and complete our files by."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.documents.conftest import MINIMAL
from tests.documents.test_prompt import PASTED
from workbench.documents.ours import (
    CASE_FIELDS,
    DEFAULT_FIELDS,
    FILE_FIELDS,
    INPUT_FIELDS,
    LIMIT_FIELDS,
    MOCK_FIELDS,
    OUR_FIELDS,
    VERSION_FIELD,
)
from workbench.documents.tool_shape import TOOL_FIELDS
from workbench.wire.blocks import BLOCK_SHAPES
from workbench.wire.request import BETA_REQUEST_FIELDS, REQUEST_FIELDS

KINDS = ("api", "prompt", "system", "tools", "cases")
SCHEMAS: dict[str, Any] = {
    kind: json.loads(
        resources.files("workbench.documents").joinpath(f"schemas/{kind}.json").read_text("utf-8")
    )
    for kind in KINDS
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"{kind}.json", Resource.from_contents(schema)) for kind, schema in SCHEMAS.items()
)


def wrong(kind: str, value: Any) -> list[str]:
    """What the schema of this kind finds wrong."""
    validator = Draft202012Validator(SCHEMAS[kind], registry=REGISTRY)
    return [error.message for error in validator.iter_errors(value)]


PROMPT = """
model: claude-haiku-4-5
max_tokens: 400
temperature: 0
system: file://triage.system.yaml
tools: file://orders.tools.yaml
tool_choice: {type: auto}
messages:
  - role: user
    content: |-
      Locale: {{locale}}
inputs:
  ticket: {required: true}
  locale: {default: "en"}
cases: file://triage.cases.yaml
variants:
  base: {}
  terse: {system: file://triage-terse.system.yaml}
  warm: {temperature: 0.7}
matrix: {model: [claude-haiku-4-5, claude-haiku-5-5]}
exclude: [{variant: warm, model: claude-haiku-5-5}]
limits: {cost_usd: 0.25, concurrency: 4}
redact: [ticket]
redact_tools: true
"""
SYSTEM = """
system:
  - type: text
    text: file://policy.md
    cache_control: {type: ephemeral}
"""
TOOLS = """
tools:
  - name: get_order
    description: Look an order up by its number.
    input_schema: {type: object, properties: {order_id: {type: string}}, required: [order_id]}
mocks:
  get_order:
    - {when: {order_id: "A-1"}, result: {status: shipped, days_late: 9}}
    - {error: "no such order"}
"""
CASES = """
defaults: {vars: {locale: "en"}, assert: [{type: is-json}]}
cases:
  - id: late-order
    vars: {ticket: "Order A-1 is nine days late."}
    ideal: {queue: billing}
    assert: [{type: equals, path: $.queue, value: billing}]
"""


@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_is_a_schema(kind: str) -> None:
    """What we ship is valid by the draft that it names."""
    Draft202012Validator.check_schema(SCHEMAS[kind])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("prompt", PROMPT),
        ("prompt", MINIMAL),
        ("system", SYSTEM),
        ("tools", TOOLS),
        ("cases", CASES),
    ],
)
def test_the_examples_of_the_design_pass(kind: str, text: str) -> None:
    """The files of the design are good files."""
    assert wrong(kind, yaml.safe_load(text)) == []


@pytest.mark.parametrize("body", PASTED)
def test_pasted_requests_pass(body: dict[str, Any]) -> None:
    """Unknown blocks, the provider's tools and beta fields are no slips."""
    assert wrong("prompt", body) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("prompt", "modle: x"),
        ("prompt", "max_tokens: lots"),
        ("prompt", "messages: [{role: bot, content: x}]"),
        ("prompt", "messages: [{role: user, content: [{type: text, txt: x}]}]"),
        ("prompt", "tools: [{name: a}]"),
        ("prompt", "tools: not-a-file"),
        ("prompt", "inputs: {a: {defualt: 1}}"),
        ("prompt", "template: jinja"),
        ("prompt", "limits: {cost: 1}"),
        ("prompt", "redact: ticket"),
        ("system", "sytem: x"),
        ("tools", "tools: []\nmocks: {x: [{result: 1, error: e}]}"),
        ("cases", "cases: [{var: {}}]"),
    ],
)
def test_slips_do_not_pass(kind: str, text: str) -> None:
    """A schema that lets everything through helps nobody."""
    assert wrong(kind, yaml.safe_load(text))


def test_the_names_are_those_of_the_code() -> None:
    """Schema and reader know the same fields, so that neither can forget one."""
    prompt, part = SCHEMAS["prompt"]["properties"], SCHEMAS["api"]["$defs"]

    assert set(prompt) == {*(*REQUEST_FIELDS, *BETA_REQUEST_FIELDS, *OUR_FIELDS, VERSION_FIELD)}
    assert set(prompt["inputs"]["additionalProperties"]["properties"]) == set(INPUT_FIELDS)
    assert set(prompt["limits"]["properties"]) == set(LIMIT_FIELDS)
    assert set(part["tool"]["then"]["properties"]) == set(TOOL_FIELDS)
    for kind, fields in FILE_FIELDS.items():
        assert set(SCHEMAS[kind]["properties"]) == set(fields)
    mock = SCHEMAS["tools"]["properties"]["mocks"]["additionalProperties"]["items"]
    assert set(mock["properties"]) == set(MOCK_FIELDS)
    cases = SCHEMAS["cases"]["properties"]
    assert set(cases["cases"]["items"]["properties"]) == set(CASE_FIELDS)
    assert set(cases["defaults"]["properties"]) == set(DEFAULT_FIELDS)


def test_the_blocks_are_those_of_the_wire() -> None:
    """Every block type of the wire is checked with its own fields."""
    found = {}
    for rule in SCHEMAS["api"]["$defs"]["block"]["allOf"]:
        then = rule["then"]
        found[rule["if"]["properties"]["type"]["const"]] = (
            set(then["properties"]) - {"type"},
            set(then["required"]) - {"type"},
        )

    assert found == {
        kind: ({*shape.required, *shape.optional}, set(shape.required))
        for kind, shape in BLOCK_SHAPES.items()
    }
