"""The shape of a body: required keys, types, unknown keys. Rules 1 and 2.

Worded as the API words it, path first. What passes can be read without further checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from workbench.wire.blocks import BLOCK_SHAPES
from workbench.wire.events import Json
from workbench.wire.request import (
    BETA_REQUEST_FIELDS,
    REQUEST_FIELDS,
    REQUIRED_FIELDS,
    SAMPLING_FIELDS,
)

EXTRA = "Extra inputs are not permitted"
MISSING = "Field required"
NEW_VERSION = "2026-10-21"
COUNTED_FIELDS = (
    "model",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "cache_control",
    "speed",
)
"""What `count_tokens` takes. Source: messages-api.md section 18."""

_TOOL_FIELDS = (
    "name",
    "description",
    "input_schema",
    "input_examples",
    "strict",
    "cache_control",
    "defer_loading",
    "allowed_callers",
    "eager_input_streaming",
    "type",
)
_INNER_TYPES = ("text", "image", "document", "search_result", "tool_reference")
_CHOICES = ("auto", "any", "tool", "none")
_THINKING = ("enabled", "adaptive", "disabled", "between_tools")
_ROLES = ("user", "assistant", "system")

_Check = Callable[[Any], bool]
_TYPES: Mapping[str, tuple[_Check, str]] = {
    "string": (lambda v: isinstance(v, str), "a valid string"),
    "integer": (lambda v: isinstance(v, int) and not isinstance(v, bool), "a valid integer"),
    "number": (lambda v: isinstance(v, int | float) and not isinstance(v, bool), "a valid number"),
    "boolean": (lambda v: isinstance(v, bool), "a valid boolean"),
    "array": (lambda v: isinstance(v, list), "a valid list"),
    "object": (lambda v: isinstance(v, dict), "a valid dictionary"),
}


def shape_refusal(
    body: Json, *, counting: bool = False, version: str = "", betas: bool = False
) -> str | None:
    """What is wrong with the shape of `body`, the first thing only; None where nothing is.

    Args:
        counting: Whether it was sent to `count_tokens`, which takes fewer fields.
        version: The `anthropic-version`; the newer one knows no sampling fields.
        betas: Whether a beta was asked for, so that its fields may stand here.
    """
    return next(_wrong(body, counting=counting, version=version, betas=betas), None)


def _wrong(body: Json, *, counting: bool, version: str, betas: bool) -> Iterator[str]:
    required = tuple(f for f in REQUIRED_FIELDS if not counting or f in COUNTED_FIELDS)
    yield from _missing(body, required, "")
    known = set(COUNTED_FIELDS if counting else REQUEST_FIELDS)
    if version == NEW_VERSION:
        known -= set(SAMPLING_FIELDS)
    known |= set(BETA_REQUEST_FIELDS) if betas else set()
    yield from _extra(body, known, "")
    for field, value in body.items():
        yield from _typed(value, REQUEST_FIELDS.get(field, ""), field)
    yield from _parameters(body)
    for i, message in enumerate(body["messages"]):
        yield from _message(message, f"messages.{i}")
    if isinstance(system := body.get("system"), list):
        yield from _blocks(system, "system", "system")
    for i, tool in enumerate(body.get("tools") or ()):
        yield from _tool(tool, f"tools.{i}")


def _missing(value: Json, fields: Iterable[str], path: str) -> Iterator[str]:
    return (f"{path}{field}: {MISSING}" for field in fields if field not in value)


def _extra(value: Json, fields: Iterable[str], path: str) -> Iterator[str]:
    return (f"{path}{field}: {EXTRA}" for field in value if field not in fields)


def _typed(value: Any, kinds: str, path: str) -> Iterator[str]:
    """Whether `value` is of one of the types in `kinds`, as `REQUEST_FIELDS` writes them."""
    checks = [_TYPES[kind] for kind in kinds.split(" or ") if kind]
    if checks and not any(check(value) for check, _ in checks):
        yield f"{path}: Input should be {checks[-1][1]}"


def _parameters(body: Json) -> Iterator[str]:
    if body.get("max_tokens", 0) < 0:
        yield "max_tokens: Input should be greater than or equal to 1"
    for i, sequence in enumerate(body.get("stop_sequences") or ()):
        yield from _typed(sequence, "string", f"stop_sequences.{i}")
    for field, kinds in (("tool_choice", _CHOICES), ("thinking", _THINKING)):
        if field in body:
            yield from _tagged(body[field], kinds, field)
    if body.get("tool_choice", {}).get("type") == "tool":
        yield from _missing(body["tool_choice"], ["name"], "tool_choice.")
    if body.get("thinking", {}).get("type") == "enabled":
        yield from _missing(body["thinking"], ["budget_tokens"], "thinking.enabled.")
        yield from _typed(body["thinking"]["budget_tokens"], "integer", "thinking.budget_tokens")
    config = body.get("output_config", {})
    yield from _extra(config, ("effort", "format"), "output_config.")
    for field, kind in (("effort", "string"), ("format", "object")):
        if field in config:
            yield from _typed(config[field], kind, f"output_config.{field}")
    yield from _cache_control(body, "")


def _tagged(value: Json, tags: Iterable[str], path: str) -> Iterator[str]:
    if "type" not in value:
        yield f"{path}.type: {MISSING}"
    elif value["type"] not in tags:
        expected = ", ".join(f"'{tag}'" for tag in tags)
        yield (
            f"{path}: Input tag '{value['type']}' found using 'type' does not match any of the "
            f"expected tags: {expected}"
        )


def _message(message: Any, path: str) -> Iterator[str]:
    yield from _typed(message, "object", path)
    yield from _missing(message, ("role", "content"), f"{path}.")
    yield from _extra(message, ("role", "content"), f"{path}.")
    if message["role"] not in _ROLES:
        yield f"{path}.role: Input should be 'user' or 'assistant'"
    yield from _typed(message["content"], "string or array", f"{path}.content")
    if isinstance(message["content"], list):
        yield from _blocks(message["content"], message["role"], f"{path}.content")


def _blocks(blocks: Iterable[Any], role: str, path: str) -> Iterator[str]:
    allowed = [kind for kind, shape in BLOCK_SHAPES.items() if role in shape.roles]
    for i, block in enumerate(blocks):
        here = f"{path}.{i}"
        yield from _typed(block, "object", here)
        yield from _tagged(block, allowed, here)
        yield from _block(block, f"{here}.{block['type']}.")


def _block(block: Json, path: str) -> Iterator[str]:
    shape = BLOCK_SHAPES[block["type"]]
    yield from _missing(block, shape.required, path)
    yield from _extra(block, ("type", *shape.required, *shape.optional), path)
    for field in ("text", "id", "name", "tool_use_id"):
        if field in block:
            yield from _typed(block[field], "string", path + field)
    if block["type"] == "tool_use":
        yield from _typed(block["input"], "object", f"{path}input")
    yield from _cache_control(block, path)
    if block["type"] in ("tool_result", "search_result") and "content" in block:
        yield from _typed(block["content"], "string or array", f"{path}content")
        for i, inner in enumerate(block["content"] if isinstance(block["content"], list) else ()):
            yield from _inner(inner, f"{path}content.{i}")


def _inner(block: Any, path: str) -> Iterator[str]:
    """A block inside a result."""
    yield from _typed(block, "object", path)
    yield from _tagged(block, _INNER_TYPES, path)
    if block["type"] == "text":
        yield from _block(block, f"{path}.text.")
    yield from _cache_control(block, f"{path}.")


def _cache_control(value: Json, path: str) -> Iterator[str]:
    control = value.get("cache_control")
    if control is None:
        return
    path = f"{path}cache_control"
    yield from _typed(control, "object", path)
    yield from _tagged(control, ["ephemeral"], path)
    if control.get("ttl", "5m") not in ("5m", "1h"):
        yield f"{path}.ttl: Input should be '5m' or '1h'"
    yield from _extra(control, ("type", "ttl"), f"{path}.")


def _tool(tool: Any, path: str) -> Iterator[str]:
    yield from _typed(tool, "object", path)
    yield from _cache_control(tool, f"{path}.")
    yield from _missing(tool, ["name"], f"{path}.")
    yield from _typed(tool["name"], "string", f"{path}.name")
    if tool.get("type", "custom") != "custom":
        return  # run by the provider; its fields are its own
    path = f"{path}.custom."
    yield from _missing(tool, ["input_schema"], path)
    yield from _extra(tool, _TOOL_FIELDS, path)
    yield from _typed(tool["input_schema"], "object", f"{path}input_schema")
    if tool["input_schema"].get("type") != "object":
        yield f"{path}input_schema.type: Input should be 'object'"
