"""What the API refuses, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulator.talk import GET_ORDER, body
from workbench.simulator.refusal import Refusal
from workbench.simulator.turn import count_input, take_turn
from workbench.wire.request import compact

OLD, NEW = "2023-06-01", "2026-10-21"
H55 = "claude-haiku-5-5"
EPHEMERAL = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
MANUAL = {"type": "enabled", "budget_tokens": 1024}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "shipped"}
CALL_2, RESULT_2 = {**CALL, "id": "toolu_2"}, {**RESULT, "tool_use_id": "toolu_2"}


def text(words: str, **fields: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **fields}


def user(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


ASK = user(text("Where is my order?"))
FIVE = [text(str(i), cache_control=EPHEMERAL) for i in range(5)]

REFUSED: list[tuple[str, dict[str, Any]]] = [
    # shape
    ("frequency: Extra inputs are not permitted", {"frequency": 1}),
    ("mcp_servers: Extra inputs are not permitted", {"mcp_servers": []}),
    ("max_tokens: Input should be a valid integer", {"max_tokens": "9"}),
    ("max_tokens: Input should be a valid integer", {"max_tokens": True}),
    ("max_tokens: Input should be greater than or equal to 0", {"max_tokens": -1}),
    ("messages: Input should be a valid list", {"messages": {}}),
    ("messages.0: Input should be a valid dictionary", {"messages": ["hi"]}),
    ("messages.0.role: Field required", {"messages": [{"content": "hi"}]}),
    ("messages.0.content: Field required", {"messages": [{"role": "user"}]}),
    (
        "messages.0.name: Extra inputs",
        {"messages": [{"role": "user", "content": "a", "name": "b"}]},
    ),
    ("messages.0.role: Input should be 'user'", {"messages": [{"role": "bot", "content": "a"}]}),
    ("messages.0.content.0.type: Field required", {"messages": [user({})]}),
    ("messages.0.content.0: Input tag 'song' found", {"messages": [user({"type": "song"})]}),
    ("messages.0.content.0.text.text: Field required", {"messages": [user({"type": "text"})]}),
    ("messages.0.content.0.text.tone: Extra inputs", {"messages": [user(text("a", tone="b"))]}),
    ("messages.0.content.0: Input tag 'tool_use' found", {"messages": [user(CALL)]}),
    ("stop_sequences.0: Input should be a valid string", {"stop_sequences": [1]}),
    ("thinking.type: Field required", {"thinking": {}}),
    ("thinking: Input tag 'hard' found", {"thinking": {"type": "hard"}}),
    ("thinking.enabled.budget_tokens: Field required", {"thinking": {"type": "enabled"}}),
    ("tool_choice.tool.name: Field required", {"tool_choice": {"type": "tool"}}),
    ("tools.0.custom.name: Field required", {"tools": [{}]}),
    ("tools.0.custom.input_schema: Field required", {"tools": [{"name": "a"}]}),
    ("tools.0.custom.colour: Extra inputs", {"tools": [{**GET_ORDER, "colour": "red"}]}),
    (
        "tools.0.custom.input_schema.type: Input should be 'object'",
        {"tools": [{"name": "a", "input_schema": {"type": "string"}}]},
    ),
    ("system.0: Input tag 'image' found", {"system": [{"type": "image", "source": {}}]}),
    ("output_config.colour: Extra inputs", {"output_config": {"colour": "red"}}),
    (
        "system.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
        {"system": [text("a", cache_control={"type": "ephemeral", "ttl": "2h"})]},
    ),
    # the rules, in their order
    ("messages: at least one message is required", {"messages": []}),
    ("messages: text content blocks must be non-empty", {"messages": [user(text(""))]}),
    ("messages: text content blocks must be non-empty", {"text": ""}),
    ("system: text content blocks must be non-empty", {"system": [text("")]}),
    ("messages.0: all messages must have non-empty content", {"messages": [user()]}),
    ("messages.0: all messages must have non-empty content", {"messages": [assistant()]}),
    ("messages: text content blocks must contain non-whitespace text", {"text": " \n"}),
    (
        'messages: Unexpected role "system"',
        {"messages": [ASK, {"role": "system", "content": "Be brief."}]},
    ),
    (
        "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for "
        "claude-haiku-4-5-20251001",
        {"max_tokens": 64_001},
    ),
    ("temperature: Input should be less than or equal to 1", {"temperature": 1.1}),
    ("temperature: Input should be greater than or equal to 0", {"temperature": -0.1}),
    ("top_p: Input should be less than or equal to 1", {"top_p": 2}),
    ("top_k: Input should be greater than or equal to 0", {"top_k": -1}),
    ("stop_sequences: each stop sequence must contain", {"stop_sequences": ["a", "\n"]}),
    (
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        {"temperature": 1, "top_p": 0.9},
    ),
    ("`temperature` is deprecated for this model.", {"model": H55, "temperature": 0}),
    ("`top_k` is deprecated for this model.", {"model": H55, "top_k": 5}),
    (
        "`temperature` may only be set to 1 when thinking is enabled",
        {"thinking": MANUAL, "temperature": 0.5, "max_tokens": 2000},
    ),
    ("adaptive thinking is not supported on this model", {"thinking": {"type": "adaptive"}}),
    (
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive"',
        {"model": H55, "thinking": MANUAL},
    ),
    (
        '"thinking.type.disabled" is not supported for this model.',
        {"model": "claude-opus-5-5", "thinking": {"type": "disabled"}},
    ),
    (
        '"thinking.type.disabled" is not supported for this model with effort "max"',
        {"model": H55, "thinking": {"type": "disabled"}, "output_config": {"effort": "max"}},
    ),
    (
        "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
        {"thinking": {"type": "enabled", "budget_tokens": 100}},
    ),
    ("`max_tokens` must be greater than", {"thinking": MANUAL, "max_tokens": 1024}),
    ("This model does not support the effort parameter.", {"output_config": {"effort": "low"}}),
    (
        "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
        {"model": H55, "output_config": {"effort": "most"}},
    ),
    (
        "Thinking may not be enabled when tool_choice forces tool use.",
        {
            "thinking": MANUAL,
            "max_tokens": 2000,
            "tools": [GET_ORDER],
            "tool_choice": {"type": "any"},
        },
    ),
    (
        "tool_choice: forced tool use is not supported for this model.",
        {"model": "claude-opus-5-5", "tools": [GET_ORDER], "tool_choice": {"type": "any"}},
    ),
    (
        "This model does not support assistant message prefill.",
        {"model": H55, "messages": [ASK, assistant(text("It"))]},
    ),
    (
        "messages: final assistant content cannot end with trailing whitespace",
        {"messages": [ASK, assistant(text("It "))]},
    ),
    (
        "messages: prefilling assistant messages is not supported when thinking is enabled",
        {"messages": [ASK, assistant(text("It"))], "thinking": MANUAL, "max_tokens": 2000},
    ),
    (
        "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message.",
        {"messages": [ASK, assistant(CALL), ASK]},
    ),
    ("messages.1: `tool_use` ids were found", {"messages": [ASK, assistant(CALL)]}),
    (
        "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. "
        "Each `tool_result` block must have a corresponding `tool_use` block in the previous "
        "message.",
        {"messages": [user(RESULT)]},
    ),
    (
        "messages.2: `tool_result` blocks must come before any other content",
        {"messages": [ASK, assistant(CALL), user(text("Here:"), RESULT)]},
    ),
    (
        "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
        {"tools": [{**GET_ORDER, "name": "get order"}]},
    ),
    ("tools: Tool names must be unique.", {"tools": [GET_ORDER, GET_ORDER]}),
    ("tool_choice: tool_choice may only be specified", {"tool_choice": {"type": "any"}}),
    (
        "tool_choice: Tool 'cancel' not found in provided tools",
        {"tools": [GET_ORDER], "tool_choice": {"type": "tool", "name": "cancel"}},
    ),
    (
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        {"messages": [user(*FIVE)]},
    ),
    (
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        {"system": FIVE[:4], "cache_control": EPHEMERAL},
    ),
    (
        "messages.0.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come "
        "after a ttl='5m' cache_control block. Note that blocks are processed in the following "
        "order: tools, system, messages.",
        {"system": FIVE[:1], "messages": [user(text("a", cache_control=HOUR))]},
    ),
    (
        "messages.0.content.0.text: cache_control cannot be set for empty text blocks",
        {"messages": [user(text("", cache_control=EPHEMERAL), text("a"))]},
    ),
    (
        "cache_control.ttl: messages.0.content.0 already has a cache_control with another ttl",
        {"messages": [user(text("a", cache_control=EPHEMERAL))], "cache_control": HOUR},
    ),
    ("prompt is too long: ", {"text": "tok " * 250_000}),
    ("max_tokens: 0 is not supported with `stream`", {"max_tokens": 0, "stream": True}),
]

ACCEPTED: list[dict[str, Any]] = [
    {},
    {"temperature": 0, "stop_sequences": ["x"], "metadata": {"user_id": "u"}},
    {"model": H55, "temperature": 1, "top_p": 1},
    {"model": H55, "thinking": {"type": "disabled"}, "output_config": {"effort": "high"}},
    {"model": H55, "messages": [ASK, {"role": "system", "content": "Be brief."}]},
    {"messages": [ASK, assistant(text("It"))]},
    {"messages": [ASK, assistant()]},
    {"messages": [ASK, assistant(text("I look."), CALL), user(RESULT, text("So?"))]},
    {"messages": [ASK, assistant(CALL, CALL_2), user(RESULT), user(RESULT_2)]},
    {"system": ""},
    {"messages": [user(*FIVE[:4])], "cache_control": EPHEMERAL},
    {"system": [text("a", cache_control=HOUR)], "cache_control": EPHEMERAL},
    {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]},
    {"max_tokens": 0},
    {"model": "claude-haiku-4-5-20251001", "max_tokens": 64_000},
]


def refusal(fields: Mapping[str, Any], version: str = OLD, *, betas: str = "") -> str | None:
    """Why a request with these fields is refused."""
    raw = compact(body(**fields)).encode()
    try:
        take_turn(raw, provider="anthropic", version=version, betas=betas, scripts=(), seed=0)
    except Refusal as refused:
        return refused.message if refused.status == 400 else f"status {refused.status}"
    return None


@pytest.mark.parametrize(("message", "fields"), REFUSED, ids=[m[:60] for m, _ in REFUSED])
def test_what_breaks_a_rule_is_refused_in_the_apis_words(
    message: str, fields: dict[str, Any]
) -> None:
    """Each rule of section 16 that the simulator knows gives its own message."""
    said = refusal(fields)

    assert said is not None
    assert said.startswith(message)


@pytest.mark.parametrize("fields", ACCEPTED)
def test_what_breaks_no_rule_is_answered(fields: dict[str, Any]) -> None:
    """Requests that the API takes are not refused."""
    assert refusal(fields) is None


@pytest.mark.parametrize("field", ["model", "max_tokens", "messages"])
def test_a_required_field_is_asked_for_by_name(field: str) -> None:
    """A body without a required field is refused before anything else is looked at."""
    whole = {**body(), "temperature": 9}
    del whole[field]

    with pytest.raises(Refusal, match=f"^{field}: Field required$"):
        take_turn(
            compact(whole).encode(),
            provider="anthropic",
            version=OLD,
            betas="",
            scripts=(),
            seed=0,
        )


@pytest.mark.parametrize("field", ["temperature", "top_p", "top_k"])
def test_the_new_version_knows_no_sampling(field: str) -> None:
    """Under 2026-10-21 even the default value is an extra input; under 2023-06-01 it is fine."""
    assert refusal({field: 1}, NEW) == f"{field}: Extra inputs are not permitted"
    assert refusal({field: 1}, OLD) is None


def test_the_new_version_takes_no_documents_from_the_assistant() -> None:
    """A document in an assistant message is refused under 2026-10-21 only."""
    source = {"type": "text", "media_type": "text/plain", "data": "a"}
    document = {"type": "document", "source": source}
    fields = {"messages": [ASK, assistant(document), ASK]}

    assert refusal(fields, OLD) is None
    assert refusal(fields, NEW) is not None


@pytest.mark.parametrize("version", ["", "2020-01-01"])
def test_a_version_must_be_named_and_known(version: str) -> None:
    """A missing or unknown `anthropic-version` is a 400 that names the header."""
    assert (refusal({}, version) or "").startswith("anthropic-version: ")


def test_a_beta_brings_its_fields_along() -> None:
    """Fields of the beta endpoint pass once a beta is asked for."""
    assert refusal({"mcp_servers": []}, betas="mcp-client-2025-11-20") is None


def test_counting_takes_only_what_shapes_the_prompt() -> None:
    """`count_tokens` refuses `stream` and sampling, and does not ask for `max_tokens`."""
    asked = body()
    del asked["max_tokens"]

    def counted(**fields: Any) -> int:
        raw = compact({**asked, **fields}).encode()
        return count_input(raw, provider="anthropic", version=OLD, betas="")

    assert counted() > 10
    for field in ("stream", "temperature", "metadata"):
        with pytest.raises(Refusal, match=f"^{field}: Extra inputs are not permitted$"):
            counted(**{field: 1})
