"""Every row of the table of rules: a request that breaks it, and one that just does not."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from tests.simulator.talk import GET_ORDER, HAIKU, body
from workbench.simulator.config import Provider
from workbench.simulator.refusal import Refusal
from workbench.simulator.signature import sign
from workbench.simulator.turn import count_input, take_turn
from workbench.wire.request import compact

OLD, NEW = "2023-06-01", "2026-10-21"
H55, OPUS_46, OPUS_5, OPUS_55 = (
    "claude-haiku-5-5",
    "claude-opus-4-6",
    "claude-opus-5",
    "claude-opus-5-5",
)
FAST = "fast-mode-2026-02-01"
EPHEMERAL: dict[str, Any] = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
MANUAL = {"type": "enabled", "budget_tokens": 1024}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "shipped"}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def user(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def schema(**properties: Any) -> dict[str, Any]:
    """An object of these properties, none of them required."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def formed(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A request for an answer in this form."""
    return {"output_config": {"format": {"type": "json_schema", "schema": wanted}}}


@cache
def png(width: int, height: int) -> str:
    """A picture of this size, as far as its head goes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    raw = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    return base64.b64encode(raw).decode()


def image(width: int = 10, height: int = 10, **more: Any) -> dict[str, Any]:
    source = {"type": "base64", "media_type": "image/png", "data": png(width, height)}
    return {"type": "image", "source": source, **more}


def pdf(pages: int = 1, trailer: str = "") -> dict[str, Any]:
    raw = "%PDF-1.7\n" + "<< /Type /Page >>\n" * pages + trailer
    data = base64.b64encode(raw.encode()).decode()
    source = {"type": "base64", "media_type": "application/pdf", "data": data}
    return {"type": "document", "source": source}


def thought(words: str, sent: str | None = None, model: str = H55) -> dict[str, Any]:
    """A thinking block that says `words` and was sent as `sent`."""
    signature = sign(words if sent is None else sent, model, "luck")
    return {"type": "thinking", "thinking": words, "signature": signature}


def redacted(words: str) -> dict[str, Any]:
    """Thinking that was sent redacted."""
    return {"type": "redacted_thinking", "data": sign("", H55, "luck", hidden=words)}


ASK = user(text("Where is my order?"))
DOCUMENT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}}
CITED = {
    "type": "char_location",
    "cited_text": "a",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 1,
}
STRICT = {
    "name": "find",
    "strict": True,
    "input_schema": {**schema(a={"type": "string"}), "required": ["a"]},
}
PIECE = text("a", cache_control=EPHEMERAL)
MANY_TOKENS = "tok " * 171_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of section 16: what breaks it, in which words it is refused, what just does not."""

    number: int
    pattern: str
    breaks: dict[str, Any]
    passes: dict[str, Any]
    version: str = OLD
    passing_version: str = OLD
    betas: str = ""
    passing_betas: str = ""
    provider: Provider = "anthropic"
    passing_provider: Provider = "anthropic"
    status: int = 400
    detail: str | None = None
    omit: tuple[str, ...] = field(default=())


EXTRA = "Extra inputs are not permitted$"
OUTPUT = "maximum allowed number of output tokens for"
UNIONS = {f"p{i}": {"type": ["string", "null"]} for i in range(17)}
OPTIONS = {f"p{i}": {"type": "string"} for i in range(25)}
NODE = {"$defs": {"n": schema(next={"$ref": "#/$defs/n"})}, "$ref": "#/$defs/n"}


def first(things: Mapping[str, Any], n: int) -> dict[str, Any]:
    return dict(list(things.items())[:n])


ROWS = [
    Row(1, "^max_tokens: Field required$", {}, {}, omit=("max_tokens",)),
    Row(1, "^messages: Field required$", {}, {}, omit=("messages",)),
    Row(1, "^model: Field required$", {}, {}, omit=("model",)),
    Row(2, f"^frequency: {EXTRA}", {"frequency": 1}, {"metadata": {}}),
    Row(2, f"^metadata.name: {EXTRA}", {"metadata": {"name": "a"}}, {"metadata": {"user_id": "a"}}),
    Row(
        2,
        f"^messages.0.content.0.image.source.base64.url: {EXTRA}",
        {"messages": [user({**image(), "source": {**image()["source"], "url": "a"}})]},
        {"messages": [user(image())]},
    ),
    Row(
        2,
        f"^messages.2.content.0.tool_result.content.0.text.tone: {EXTRA}",
        {"messages": [ASK, assistant(CALL), user({**RESULT, "content": [text("a", tone="b")]})]},
        {"messages": [ASK, assistant(CALL), user({**RESULT, "content": [text("a")]})]},
    ),
    Row(
        2,
        f"^tools.0.web_search_20250305.most_uses: {EXTRA}",
        {"tools": [{"type": "web_search_20250305", "name": "web_search", "most_uses": 3}]},
        {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]},
    ),
    Row(
        2,
        f"^system.0.text.cache_control.ephemeral.scope: {EXTRA}",
        {"system": [text("a", cache_control={**EPHEMERAL, "scope": "global"})]},
        {"system": [text("a", cache_control=HOUR)]},
    ),
    Row(
        2,
        f"^tool_choice.none.disable_parallel_tool_use: {EXTRA}",
        {"tools": [GET_ORDER], "tool_choice": {"type": "none", "disable_parallel_tool_use": True}},
        {"tools": [GET_ORDER], "tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
    ),
    Row(
        2,
        f"^thinking.disabled.display: {EXTRA}",
        {"thinking": {"type": "disabled", "display": "omitted"}},
        {"thinking": {**MANUAL, "display": "omitted"}, "max_tokens": 2000},
    ),
    Row(2, f"^temperature: {EXTRA}", {"temperature": 1}, {"temperature": 1}, version=NEW),
    Row(2, f"^top_k: {EXTRA}", {"top_k": 1}, {"top_k": 1}, version=NEW),
    Row(3, "^messages: at least one message is required$", {"messages": []}, {"messages": [ASK]}),
    Row(
        4,
        "^messages: text content blocks must be non-empty$",
        {"messages": [user(text("a"), text(""))]},
        {"messages": [user(text("a"), text("b"))]},
    ),
    Row(
        5,
        "^messages: text content blocks must contain non-whitespace text$",
        {"text": " \n\t"},
        {"text": " . "},
    ),
    Row(
        6,
        '^messages: Unexpected role "system"',
        {"messages": [ASK, {"role": "system", "content": "Be brief."}]},
        {"model": H55, "messages": [ASK, {"role": "system", "content": "Be brief."}]},
    ),
    Row(
        7,
        f"^max_tokens: 64001 > 64000, which is the {OUTPUT} claude-haiku-4-5-20251001$",
        {"max_tokens": 64_001},
        {"max_tokens": 64_000},
    ),
    Row(
        7,
        f"^max_tokens: 8193 > 8192, which is the {OUTPUT} claude-haiku-4-5$",
        {"max_tokens": 8_193},
        {"max_tokens": 8_192},
        provider="bytespike",
        passing_provider="bytespike",
    ),
    Row(8, "^temperature: .*less than or equal to 1$", {"temperature": 1.01}, {"temperature": 1}),
    Row(8, "^top_p: .*greater than or equal to 0$", {"top_p": -0.01}, {"top_p": 0}),
    Row(8, "^top_k: .*greater than or equal to 0$", {"top_k": -1}, {"top_k": 0}),
    Row(
        9,
        "^`temperature` and `top_p` cannot both be specified for this model. Please use only one.$",
        {"temperature": 0.5, "top_p": 0.9},
        {"model": OPUS_46, "temperature": 0.5, "top_p": 0.9},
    ),
    Row(
        10,
        "^`temperature` is deprecated for this model.$",
        {"model": H55, "temperature": 0.9},
        {"model": H55, "temperature": 1, "top_p": 1},
    ),
    Row(10, "^`top_k` is deprecated", {"model": H55, "top_k": 40}, {"top_k": 40}),
    Row(
        11,
        "^`temperature` may only be set to 1 when thinking is enabled",
        {"thinking": MANUAL, "max_tokens": 2000, "temperature": 0.9},
        {"thinking": MANUAL, "max_tokens": 2000, "temperature": 1},
    ),
    Row(
        12,
        "^adaptive thinking is not supported on this model$",
        {"thinking": {"type": "adaptive"}},
        {"model": OPUS_46, "thinking": {"type": "adaptive"}},
    ),
    Row(
        12,
        '^"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" '
        'and "output_config.effort" to control thinking behavior.$',
        {"model": H55, "thinking": MANUAL, "max_tokens": 2000},
        {"model": OPUS_46, "thinking": MANUAL, "max_tokens": 2000},
    ),
    Row(
        12,
        '^"thinking.type.disabled" is not supported for this model.',
        {"model": H55, "thinking": {"type": "disabled"}, "output_config": {"effort": "xhigh"}},
        {"model": H55, "thinking": {"type": "disabled"}, "output_config": {"effort": "high"}},
    ),
    Row(
        12,
        '^"thinking.type.between_tools" is not supported for this model.',
        {"model": OPUS_5, "thinking": {"type": "between_tools"}},
        {"model": "claude-sonnet-5-5", "thinking": {"type": "between_tools"}},
    ),
    Row(
        13,
        "^thinking.enabled.budget_tokens: Input should be greater than or equal to 1024$",
        {"thinking": {**MANUAL, "budget_tokens": 1023}, "max_tokens": 2000},
        {"thinking": MANUAL, "max_tokens": 2000},
    ),
    Row(
        13,
        "^`max_tokens` must be greater than `thinking.budget_tokens`.",
        {"thinking": MANUAL, "max_tokens": 1024},
        {"thinking": MANUAL, "max_tokens": 1025},
    ),
    Row(
        14,
        "^This model does not support the effort parameter.$",
        {"output_config": {"effort": "low"}},
        {"model": "claude-opus-4-5", "output_config": {"effort": "low"}},
    ),
    Row(
        14,
        "^output_config.effort: Input should be 'low', 'medium' or 'high'$",
        {"model": "claude-opus-4-5", "output_config": {"effort": "max"}},
        {"model": H55, "output_config": {"effort": "max"}},
    ),
    Row(
        15,
        "^Thinking may not be enabled when tool_choice forces tool use.$",
        {
            "thinking": MANUAL,
            "max_tokens": 2000,
            "tools": [GET_ORDER],
            "tool_choice": {"type": "any"},
        },
        {
            "thinking": MANUAL,
            "max_tokens": 2000,
            "tools": [GET_ORDER],
            "tool_choice": {"type": "auto"},
        },
    ),
    Row(
        15,
        "^tool_choice: forced tool use is not supported for this model.",
        {"model": OPUS_55, "tools": [GET_ORDER], "tool_choice": {"type": "any"}},
        {"model": H55, "tools": [GET_ORDER], "tool_choice": {"type": "any"}},
    ),
    Row(
        16,
        "^This model does not support assistant message prefill. The conversation must end with a "
        "user message.$",
        {"model": OPUS_46, "messages": [ASK, assistant(text("It"))]},
        {"model": "claude-opus-4-5", "messages": [ASK, assistant(text("It"))]},
    ),
    Row(
        17,
        "^messages: final assistant content cannot end with trailing whitespace$",
        {"messages": [ASK, assistant(text("It "))]},
        {"messages": [ASK, assistant(text(" It"))]},
    ),
    Row(
        18,
        "^messages: prefilling assistant messages is not supported when thinking is enabled$",
        {"messages": [ASK, assistant(text("It"))], "thinking": MANUAL, "max_tokens": 2000},
        {"messages": [ASK, assistant(text("It"))], "thinking": {"type": "disabled"}},
    ),
    Row(
        18,
        "^messages: prefilling assistant messages is not supported with output_config.format$",
        {"messages": [ASK, assistant(text("{"))], **formed(schema())},
        {"messages": [ASK], **formed(schema())},
    ),
    Row(
        19,
        "^messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message.$",
        {"messages": [ASK, assistant(CALL), ASK, user(RESULT), assistant(text("a")), ASK]}
        | {"messages": [ASK, assistant(CALL), ASK]},
        {"messages": [ASK, assistant(CALL), user(RESULT)]},
    ),
    Row(
        20,
        "^messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. "
        "Each `tool_result` block must have a corresponding `tool_use` block in the previous "
        "message.$",
        {"messages": [ASK, assistant(text("a")), user(RESULT)]},
        {"messages": [ASK, assistant(text("a"), CALL), user(RESULT)]},
    ),
    Row(
        21,
        "^messages.2: `tool_result` blocks must come before any other content$",
        {"messages": [ASK, assistant(CALL), user(text("So:"), RESULT)]},
        {"messages": [ASK, assistant(CALL), user(RESULT, text("So?"))]},
    ),
    Row(
        22,
        r"^tools.0.custom.name: String should match pattern '\^\[a-zA-Z0-9_-\]\{1,128\}\$'$",
        {"tools": [{**GET_ORDER, "name": "get order"}]},
        {"tools": [{**GET_ORDER, "name": "get-order_2"}]},
    ),
    Row(
        22,
        "^tools.0.custom.name: String should have at most 128 characters$",
        {"tools": [{**GET_ORDER, "name": "a" * 129}]},
        {"tools": [{**GET_ORDER, "name": "a" * 128}]},
    ),
    Row(
        22,
        "^tools: Tool names must be unique.$",
        {"tools": [GET_ORDER, GET_ORDER]},
        {"tools": [GET_ORDER, {**GET_ORDER, "name": "other"}]},
    ),
    Row(
        22,
        "^tools.0.custom.input_schema.type: Input should be 'object'$",
        {"tools": [{"name": "a", "input_schema": {}}]},
        {"tools": [{"name": "a", "input_schema": {"type": "object"}}]},
    ),
    Row(
        22,
        "^tools.0.custom.input_examples.1: ",
        {
            "tools": [
                {
                    **GET_ORDER,
                    "input_examples": [{"order_id": "A", "reason": "late", "days": 3}, {}],
                }
            ]
        },
        {
            "tools": [
                {**GET_ORDER, "input_examples": [{"order_id": "A", "reason": "late", "days": 3}]}
            ]
        },
    ),
    Row(
        23,
        "^tool_choice: .*only be specified while providing tools.$",
        {"tool_choice": {"type": "auto"}},
        {"tool_choice": {"type": "none"}},
    ),
    Row(
        23,
        "^tool_choice: Tool 'cancel' not found in provided tools$",
        {"tools": [GET_ORDER], "tool_choice": {"type": "tool", "name": "cancel"}},
        {"tools": [GET_ORDER], "tool_choice": {"type": "tool", "name": "get_order"}},
    ),
    Row(
        24,
        "^A maximum of 4 blocks with cache_control may be provided. Found 5.$",
        {"system": [PIECE] * 4, "cache_control": EPHEMERAL},
        {"system": [PIECE] * 3, "cache_control": EPHEMERAL},
    ),
    Row(
        25,
        "^messages.0.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come "
        "after a ttl='5m' cache_control block. Note that blocks are processed in the following "
        "order: tools, system, messages.$",
        {"system": [PIECE], "messages": [user(text("a", cache_control=HOUR))]},
        {"system": [text("a", cache_control=HOUR)], "messages": [user(PIECE)]},
    ),
    Row(
        26,
        "^messages.0.content.1.text: cache_control cannot be set for empty text blocks$",
        {"messages": [user(text("a"), text("", cache_control=EPHEMERAL))]},
        {"messages": [user(text("a"), text("b", cache_control=EPHEMERAL))]},
    ),
    Row(
        26,
        f"^messages.1.content.0.thinking.cache_control: {EXTRA}",
        {"messages": [ASK, assistant({**thought("a"), "cache_control": EPHEMERAL}), ASK]},
        {"messages": [ASK, assistant(thought("a")), ASK]},
    ),
    Row(
        26,
        "^messages.2.content.0.content.0.cache_control: ",
        {"messages": [ASK, assistant(CALL), user({**RESULT, "content": [PIECE, text("b")]})]},
        {"messages": [ASK, assistant(CALL), user({**RESULT, "content": [text("b"), PIECE]})]},
    ),
    Row(
        27,
        "^cache_control.ttl: messages.0.content.0 already has a cache_control with another ttl$",
        {"messages": [user(PIECE)], "cache_control": HOUR},
        {"messages": [user(PIECE)], "cache_control": EPHEMERAL},
    ),
    Row(
        28,
        r"^prompt is too long: 2\d{5} tokens > 200000 maximum$",
        {"text": MANY_TOKENS + "tok " * 20_000, "max_tokens": 1},
        {"text": MANY_TOKENS, "max_tokens": 1},
    ),
    Row(
        29,
        r"^input length and `max_tokens` exceed context limit: \d+ \+ 8000 > 200000, decrease "
        "input length or `max_tokens` and try again$",
        {"text": MANY_TOKENS, "max_tokens": 8_000},
        {"text": MANY_TOKENS, "max_tokens": 8_000},
        provider="bytespike",
    ),
    Row(
        30,
        "^max_tokens: 0 is not supported with `stream`$",
        {"max_tokens": 0, "stream": True},
        {"max_tokens": 0, "stream": False},
    ),
    Row(
        30,
        "^max_tokens: 0 is not supported with `thinking`$",
        {"max_tokens": 0, "thinking": MANUAL},
        {"max_tokens": 0, "model": H55, "thinking": {"type": "adaptive"}},
    ),
    Row(
        30,
        "^max_tokens: 0 is not supported with `output_config.format`$",
        {"max_tokens": 0, **formed(schema())},
        {"max_tokens": 1, **formed(schema())},
    ),
    Row(
        30,
        "^max_tokens: 0 is not supported with `tool_choice`$",
        {"max_tokens": 0, "tools": [GET_ORDER], "tool_choice": {"type": "any"}},
        {"max_tokens": 0, "tools": [GET_ORDER], "tool_choice": {"type": "auto"}},
    ),
    Row(
        31,
        "^messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant "
        "message cannot be modified. These blocks must remain as they were in the original",
        {"model": H55, "messages": [ASK, assistant(thought("edited", "sent"), text("a")), ASK]},
        {"model": H55, "messages": [ASK, assistant(thought("sent"), text("a")), ASK]},
    ),
    Row(
        31,
        "^messages.1.content.0: Invalid `signature` in `thinking` block$",
        {"model": H55, "messages": [ASK, assistant({**thought("a"), "signature": "Es=="}), ASK]},
        {"model": OPUS_5, "messages": [ASK, assistant(thought(""), text("a")), ASK]},
    ),
    Row(
        31,
        "^messages.1.content.0: Invalid `data` in `redacted_thinking` block$",
        {"model": H55, "messages": [ASK, assistant({**redacted("a"), "data": "Es=="}), ASK]},
        {"model": H55, "messages": [ASK, assistant(redacted("a"), text("a")), ASK]},
    ),
    Row(
        31,
        "^messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found "
        "`tool_use`",
        {"messages": [ASK, assistant(CALL), user(RESULT)], "thinking": MANUAL, "max_tokens": 2000},
        {
            "messages": [ASK, assistant(thought("a"), CALL), user(RESULT)],
            "thinking": MANUAL,
            "max_tokens": 2000,
        },
    ),
    Row(
        32,
        "^messages.0.content.0.image.source.base64.data: At least one of the image dimensions "
        "exceed max allowed size: 8000 pixels$",
        {"messages": [user(image(8001, 10))]},
        {"messages": [user(image(8000, 10))]},
        detail="image_dimensions_too_large",
    ),
    Row(
        32,
        "^messages.0.content.20.image.source.base64.data: .*for many-image requests: 2000 pixels$",
        {"messages": [user(*[image()] * 20, image(2001, 10))]},
        {"messages": [user(*[image()] * 19, image(2001, 10))]},
        detail="image_dimensions_too_large",
    ),
    Row(
        32,
        "^messages.0.content.0.image: image is 2000x1500 pixels, the largest that fits is ",
        {"messages": [user(image(2000, 1500, transformations={"oversized_image": "error"}))]},
        {"messages": [user(image(2000, 1500, transformations={"oversized_image": "downsize"}))]},
        detail="image_dimensions_too_large",
    ),
    Row(
        32,
        "^messages: too many images: 101 > 100 maximum$",
        {"messages": [user(*[image()] * 101)]},
        {"messages": [user(*[image()] * 100)]},
    ),
    Row(
        32,
        "^messages.0.content.0.image.source.base64: image exceeds 10 MB maximum: ",
        {
            "messages": [
                user(
                    {
                        **image(),
                        "source": {**image()["source"], "data": png(9, 9) + "A" * 10_485_760},
                    }
                )
            ]
        },
        {
            "messages": [
                user({**image(), "source": {**image()["source"], "data": png(9, 9) + "A" * 400}})
            ]
        },
    ),
    Row(
        32,
        "^messages.0.content.0.image.source.base64: Could not process image$",
        {"messages": [user({**image(), "source": {**image()["source"], "data": "AAAA"}})]},
        {
            "messages": [
                user({"type": "image", "source": {"type": "url", "url": "https://a.example"}})
            ]
        },
    ),
    Row(
        32,
        "the image appears to be a image/png image$",
        {
            "messages": [
                user({**image(), "source": {**image()["source"], "media_type": "image/gif"}})
            ]
        },
        {"messages": [user(image())]},
    ),
    Row(
        32,
        "^messages: A maximum of 100 PDF pages may be provided. Found 101.$",
        {"messages": [user(pdf(101))]},
        {"model": H55, "messages": [user(pdf(101))]},
    ),
    Row(
        32,
        "^messages.0.content.0.document.source.base64: The PDF specified is password protected.$",
        {"messages": [user(pdf(1, "trailer << /Encrypt 5 0 R >>"))]},
        {"messages": [user(pdf(1))]},
    ),
    Row(
        33,
        "^output_config.format.schema: For 'object' type, 'additionalProperties' must be "
        "explicitly set to false$",
        formed({"type": "object", "properties": {}}),
        formed(schema()),
    ),
    Row(
        33,
        "^output_config.format.schema: For 'integer' type, properties maximum, minimum are not "
        "supported$",
        formed(schema(n={"type": "integer", "minimum": 0, "maximum": 5})),
        formed(schema(n={"type": "integer"})),
    ),
    Row(
        33,
        "^output_config.format.schema: For 'string' type, property 'maxLength' is not supported$",
        formed(schema(s={"type": "string", "maxLength": 5})),
        formed(schema(s={"type": "string", "format": "uuid"})),
    ),
    Row(
        33,
        "^output_config.format.schema: For 'array' type, 'minItems' values other than 0 or 1 are "
        "not supported$",
        formed(schema(a={"type": "array", "items": {"type": "string"}, "minItems": 2})),
        formed(schema(a={"type": "array", "items": {"type": "string"}, "minItems": 1})),
    ),
    Row(
        33,
        "^output_config.format.schema: Recursive schemas are not supported$",
        formed(NODE),
        formed({"$defs": {"n": schema(a={"type": "null"})}, "$ref": "#/$defs/n"}),
    ),
    Row(
        33,
        r"^output_config.format.schema: '\$ref' 'https://a.example/s' does not point into this",
        formed(schema(a={"$ref": "https://a.example/s"})),
        formed({**schema(a={"$ref": "#/$defs/s"}), "$defs": {"s": {"type": "string"}}}),
    ),
    Row(
        33,
        "^output_config.format.schema: For 'string' type, this pattern is not supported: ",
        formed(schema(s={"type": "string", "pattern": "^(?=a)b"})),
        formed(schema(s={"type": "string", "pattern": r"^[A-Z]{2}-\d+$"})),
    ),
    Row(
        33,
        "^Schema is too complex for compilation.$",
        formed(schema(**OPTIONS)),
        formed(schema(**first(OPTIONS, 24))),
    ),
    Row(
        33,
        "^Schema is too complex for compilation.$",
        formed({**schema(**UNIONS), "required": list(UNIONS)}),
        formed({**schema(**first(UNIONS, 16)), "required": list(UNIONS)[:16]}),
    ),
    Row(
        33,
        "^Schema is too complex for compilation.$",
        {"tools": [{**STRICT, "name": f"t{i}"} for i in range(21)]},
        {"tools": [{**STRICT, "name": f"t{i}"} for i in range(20)]},
    ),
    Row(
        33,
        "^tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to",
        {"tools": [{**STRICT, "input_schema": {"type": "object"}}]},
        {"tools": [{**STRICT, "input_schema": {"type": "object"}, "strict": False}]},
    ),
    Row(
        33,
        "^output_config.format: citations are not supported",
        {"messages": [user({**DOCUMENT, "citations": {"enabled": True}})], **formed(schema())},
        {"messages": [user({**DOCUMENT, "citations": {"enabled": False}})], **formed(schema())},
    ),
    Row(34, "^anthropic-version: header is required$", {}, {}, version=""),
    Row(
        34, '^anthropic-version: "2024-01-01" is not a valid version$', {}, {}, version="2024-01-01"
    ),
    Row(
        35,
        "^inference_geo: This model does not support the inference_geo parameter.$",
        {"inference_geo": "us"},
        {"model": OPUS_46, "inference_geo": "us"},
    ),
    Row(
        35,
        "^speed: 'claude-haiku-4-5-20251001' does not support fast mode.$",
        {"speed": "fast"},
        {"model": OPUS_55, "speed": "fast"},
    ),
    Row(
        35,
        f"^speed: fast mode on this model requires the beta header '{FAST}'.$",
        {"model": OPUS_5, "speed": "fast"},
        {"model": OPUS_5, "speed": "fast"},
        passing_betas=f"other-2026-01-01, {FAST}",
    ),
    Row(
        36,
        "^messages.1.content.0: document blocks are not permitted in assistant messages$",
        {"messages": [ASK, assistant(DOCUMENT), ASK]},
        {"messages": [ASK, assistant(DOCUMENT), ASK]},
        version=NEW,
    ),
    Row(
        36,
        "^messages.0.content.0.citations: citations are not permitted in user messages$",
        {"messages": [user(text("a", citations=[CITED]))]},
        {"messages": [user(text("a", citations=[]))]},
        version=NEW,
        passing_version=NEW,
    ),
    Row(
        36,
        "^messages.0.content.0.content.0.citations: citations are not permitted in user messages$",
        {
            "messages": [
                user(
                    {
                        "type": "search_result",
                        "source": "a",
                        "title": "b",
                        "content": [text("a", citations=[CITED])],
                    }
                )
            ]
        },
        {"messages": [user({**DOCUMENT, "citations": {"enabled": True}})]},
        version=NEW,
        passing_version=NEW,
    ),
]


def refused(
    fields: Mapping[str, Any],
    *,
    version: str = OLD,
    betas: str = "",
    provider: Provider = "anthropic",
    omit: tuple[str, ...] = (),
) -> Refusal | None:
    """Why a request with these fields is refused; None where it is answered."""
    whole = {key: value for key, value in body(**fields).items() if key not in omit}
    raw = compact(whole).encode()
    try:
        take_turn(raw, provider=provider, version=version, betas=betas, scripts=(), seed=0)
    except Refusal as refusal:
        return refusal
    return None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}-{row.pattern[:48]}")
def test_a_row_is_enforced_in_the_apis_words(row: Row) -> None:
    """What breaks the row is refused as it says; what just does not break it is answered."""
    why = refused(
        row.breaks, version=row.version, betas=row.betas, provider=row.provider, omit=row.omit
    )
    passing = refused(
        row.passes,
        version=row.passing_version,
        betas=row.passing_betas,
        provider=row.passing_provider,
    )

    assert why is not None
    assert (why.status, why.detail) == (row.status, row.detail)
    assert re.search(row.pattern, why.message), why.message
    assert passing is None


def test_no_row_is_left_out() -> None:
    """The table has every number of section 16."""
    assert sorted({row.number for row in ROWS}) == list(range(1, 37))


def test_rows_are_tried_in_their_order() -> None:
    """A request that breaks two rows is refused for the one that comes first."""
    broken = [(r.number, r.pattern, r.breaks) for r in ROWS if r.provider == "anthropic"]
    for number, pattern, fields in broken:
        alone = not {"max_tokens", "model"} & fields.keys()
        if 7 < number < 34 and alone and not _of_shape(pattern):
            both = refused({**fields, "max_tokens": 64_001})
            assert both is not None
            assert OUTPUT in both.message, number


def _of_shape(pattern: str) -> bool:
    """Whether a row is broken by a shape that is seen before any rule."""
    return EXTRA in pattern or "Input should be 'object'" in pattern


def test_images_that_are_too_large_are_all_named() -> None:
    """The details of the error name every image over the limit and the limit itself."""
    nested = {**RESULT, "content": [image(9000, 10)]}
    why = refused({"messages": [user(image(10, 8001)), assistant(CALL), user(nested)]})

    assert why is not None
    details = why.body("req_1")["error"]["details"]
    assert details == {
        "error_code": "image_dimensions_too_large",
        "max_side_length_pixels": 8000,
        "paths": ["messages.0.content.0", "messages.2.content.0.content.0"],
    }


def test_a_batch_takes_no_warm_up() -> None:
    """30: `max_tokens: 0` in a batch is refused; elsewhere it is not."""
    raw = compact(body(max_tokens=0)).encode()
    terms: dict[str, Any] = {"provider": "anthropic", "version": OLD, "betas": "", "seed": 0}

    take_turn(raw, scripts=(), **terms)
    with pytest.raises(Refusal, match="max_tokens: 0 is not supported with `batches`"):
        take_turn(raw, scripts=(), batched=True, **terms)


def test_counting_knows_the_same_rules() -> None:
    """`count_tokens` refuses what the messages endpoint refuses, and asks for no `max_tokens`."""

    def counted(**fields: Any) -> int:
        whole = {key: value for key, value in body(**fields).items() if key != "max_tokens"}
        raw = compact(whole).encode()
        return count_input(raw, provider="anthropic", version=OLD, betas="")

    assert counted() > 10
    with pytest.raises(Refusal, match="at least one message"):
        counted(messages=[])
    with pytest.raises(Refusal, match="must be explicitly set to false"):
        counted(**formed({"type": "object"}))


@pytest.mark.parametrize(
    ("model", "tool_loop", "old_turn"),
    [(HAIKU, True, True), (H55, True, False), ("claude-opus-4-5", True, False)],
)
def test_thoughts_that_are_stripped_are_not_looked_at(
    model: str, tool_loop: bool, old_turn: bool
) -> None:
    """Haiku up to 4.5 drops the thoughts of earlier turns, so foreign ones do no harm there."""
    foreign = {"type": "thinking", "thinking": "a", "signature": "from elsewhere"}
    turns = [ASK, assistant(foreign, text("a")), ASK, assistant(text("b")), ASK]

    assert (refused({"model": model, "messages": turns}) is None) is old_turn
    assert (
        refused({"model": model, "messages": [ASK, assistant(foreign, CALL), user(RESULT)]})
        is not None
    ) is tool_loop


def test_a_paused_turn_is_sent_back_as_it_is() -> None:
    """A last message that ends in a tool the provider runs is no prefill, on any model."""
    search = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    tools = [{"type": "web_search_20250305", "name": "web_search"}]
    turns = [ASK, assistant(text("I look."), search)]

    assert refused({"model": H55, "messages": turns, "tools": tools}) is None


def test_a_conversation_cannot_be_held_by_the_server() -> None:
    """A `thread` is refused with the code that makes clients send the whole conversation."""
    why = refused({"thread": {"type": "new"}}, betas="message-threads-2026-08-12")

    assert why is not None
    assert why.body("req_1")["error"]["details"] == {"error_code": "thread_unsupported_request"}
