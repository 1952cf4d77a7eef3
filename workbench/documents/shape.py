"""Whether a request body has the shape that the API asks for: names and JSON types.

Pure: values in, findings out. Blocks and tools of unknown type pass without complaint, and so do
the fields of the beta endpoint. Source: messages-api.md sections 4 to 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted, nearest_hint
from workbench.wire.blocks import BLOCK_SHAPES, BlockShape
from workbench.wire.request import BETA_REQUEST_FIELDS, REQUEST_FIELDS

ROLES = ("user", "assistant", "system")
TOOL_FIELDS: Mapping[str, str] = {
    "name": "string",
    "description": "string",
    "input_schema": "object",
    "input_examples": "array",
    "strict": "boolean",
    "cache_control": "object",
    "defer_loading": "boolean",
    "allowed_callers": "array",
    "eager_input_streaming": "boolean",
    "type": "string",
}
"""The fields of a tool of the user's own. Source: messages-api.md section 6."""

_BLOCK_FIELDS = {
    **dict.fromkeys(("text", "thinking", "signature", "data", "title", "context"), "string"),
    **dict.fromkeys(("id", "name", "tool_use_id", "file_id"), "string"),
    **dict.fromkeys(("input", "cache_control", "transformations"), "object"),
    "source": "string or object",
    "is_error": "boolean",
}
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "cache_control": {"type": "string", "ttl": "string"},
    "tool_choice": {"type": "string", "name": "string", "disable_parallel_tool_use": "boolean"},
    "thinking": {"type": "string", "budget_tokens": "integer", "display": "string"},
    "output_config": {"effort": "string", "format": "object"},
    "metadata": {"user_id": "string"},
    "diagnostics": {"previous_message_id": "string or null"},
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "cache_control.type": ("ephemeral",),
    "cache_control.ttl": ("5m", "1h"),
    "tool_choice.type": ("auto", "any", "tool", "none"),
    "thinking.type": ("enabled", "adaptive", "disabled", "between_tools"),
}
_RANGES: Mapping[str, tuple[float, float]] = {
    "max_tokens": (0, 10**9),
    "temperature": (0, 1),
    "top_p": (0, 1),
    "top_k": (0, 10**9),
}
_KINDS: Mapping[str, tuple[type, str]] = {
    "string": (str, "text"),
    "integer": (int, "a whole number"),
    "number": ((int, float), "a number"),  # type: ignore[dict-item]
    "boolean": (bool, "true or false"),
    "array": (list, "a list"),
    "object": (dict, "a mapping"),
    "null": (type(None), "null"),
}


def body_findings(body: Mapping[str, Any], ours: Iterable[str] = ()) -> Iterator[Finding]:
    """What is wrong with the names and types of a request body; `ours` are names to suggest."""
    known = (*REQUEST_FIELDS, *ours)
    for name, value in body.items():
        if name not in REQUEST_FIELDS:
            if name not in BETA_REQUEST_FIELDS:
                yield _unknown((name,), known)
        elif (wrong := of_type((name,), value, REQUEST_FIELDS[name])) is not None:
            yield wrong
        elif name in _RANGES:
            yield from _in_range((name,), value, *_RANGES[name])
        elif name in _FIELDS:
            yield from _fields((name,), value, name)
        elif name in _CHECKS:
            yield from _CHECKS[name]((name,), value)


def of_type(keys: Keys, value: Any, types: str) -> Finding | None:
    """What is wrong with the JSON type of a value: `types` as in "string or array"."""
    kinds = [_KINDS[name] for name in types.split(" or ")]
    if any(_is(value, kind) for kind, _ in kinds):
        return None
    wanted = " or ".join(words for _, words in kinds)
    if value is None:
        hint = f"Give {wanted}, or remove the line."
        return Finding(keys, f"`{dotted(keys)}` is empty", hint, at_key=True)
    hint = 'Quote it ("...").' if isinstance(value, bool | int | float) and "text" in wanted else ""
    problem = f"`{dotted(keys)}` has to be {wanted}, not {described(value)}"
    return Finding(keys, problem, hint or f"Give {wanted}.")


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind)


def described(value: Any) -> str:
    """What kind of value this is, in words."""
    for kind, words in (_KINDS[name] for name in ("boolean", "integer", *_KINDS)):
        if _is(value, kind):
            return words if not isinstance(value, bool | int | float) else f"{words} ({value})"
    return type(value).__name__


def _unknown(keys: Keys, known: Iterable[str]) -> Finding:
    name = str(keys[-1])
    problem = f"`{dotted(keys)}` is not a field that is known here"
    return Finding(keys, problem, nearest_hint(name, known), at_key=True)


def mapping_findings(
    keys: Keys, value: Mapping[str, Any], known: Mapping[str, str], required: Iterable[str] = ()
) -> Iterator[Finding]:
    """What is wrong with the names and types of a mapping of known fields."""
    for name, inner in value.items():
        if name not in known:
            yield _unknown((*keys, name), known)
        elif (wrong := of_type((*keys, name), inner, known[name])) is not None:
            yield wrong
    for name in required:
        if name not in value:
            yield Finding(keys, f"`{dotted(keys)}` lacks `{name}`", f"Add `{name}:`.")


def choice_findings(keys: Keys, value: Any, choices: tuple[str, ...]) -> Iterator[Finding]:
    """What is wrong with a text that has to be one of a few."""
    if isinstance(value, str) and value not in choices:
        problem = f"`{dotted(keys)}` cannot be `{value}`"
        yield Finding(keys, problem, nearest_hint(value, choices))


def _in_range(keys: Keys, value: float, low: float, high: float) -> Iterator[Finding]:
    if not low <= value <= high:
        bound = f"between {low:g} and {high:g}" if high < 10**9 else f"at least {low:g}"
        yield Finding(
            keys,
            f"`{dotted(keys)}` is {value}, outside what the API takes",
            f"Give a number {bound}.",
        )


def _fields(keys: Keys, value: Mapping[str, Any], kind: str) -> Iterator[Finding]:
    """One of the small mappings of section 4."""
    required = ("type",) if "type" in _FIELDS[kind] else ()
    yield from mapping_findings(keys, value, _FIELDS[kind], required)
    for name, inner in value.items():
        if (choices := _CHOICES.get(f"{kind}.{name}")) is not None:
            yield from choice_findings((*keys, name), inner, choices)


def _stop_sequences(keys: Keys, value: list[Any]) -> Iterator[Finding]:
    for index, text in enumerate(value):
        if (wrong := of_type((*keys, index), text, "string")) is not None:
            yield wrong
        elif not text.strip():
            problem = f"`{dotted((*keys, index))}` is nothing but blanks"
            yield Finding((*keys, index), problem, "Give a text that can be seen.")


def _messages(keys: Keys, value: list[Any]) -> Iterator[Finding]:
    if not value:
        yield Finding(keys, "`messages` needs at least one message", "Add a message.", at_key=True)
    for index, message in enumerate(value):
        yield from _message((*keys, index), message)


def _message(keys: Keys, message: Any) -> Iterator[Finding]:
    if (wrong := of_type(keys, message, "object")) is not None:
        yield Finding(keys, wrong.problem, "Write `- role: user` and `content:` below it.")
        return
    known = {"role": "string", "content": "string or array"}
    yield from mapping_findings(keys, message, known, ("role", "content"))
    role, content = message.get("role"), message.get("content")
    yield from choice_findings((*keys, "role"), role, ROLES)
    if isinstance(content, list):
        yield from _blocks((*keys, "content"), content, role if role in ROLES else None)
    elif isinstance(content, str) and not content.strip():
        yield Finding((*keys, "content"), f"`{dotted(keys)}.content` is empty", "Give it a text.")


def _system(keys: Keys, value: Any) -> Iterator[Finding]:
    if isinstance(value, list):
        yield from _blocks(keys, value, "system")


def _blocks(keys: Keys, blocks: list[Any], role: str | None) -> Iterator[Finding]:
    for index, block in enumerate(blocks):
        yield from _block((*keys, index), block, role)


def _block(keys: Keys, block: Any, role: str | None) -> Iterator[Finding]:
    if not isinstance(block, dict):
        problem = f"`{dotted(keys)}` has to be a content block, not {described(block)}"
        yield Finding(keys, problem, 'Write {type: text, text: "..."}.')
        return
    kind = block.get("type")
    if not isinstance(kind, str):
        yield Finding(keys, f"`{dotted(keys)}` lacks `type`", "Say `type: text`, for example.")
        return
    shape = BLOCK_SHAPES.get(kind)
    if shape is None:
        return  # newer than we are: kept, never guessed at
    if role is not None and not _may_stand(kind, shape, role):
        places = ", ".join(_PLACE_OF[name] for name in shape.roles) or _PLACE_OF["tool_result"]
        problem = f"`{kind}` blocks may not stand in {_PLACE_OF[role]}"
        yield Finding(keys, problem, f"They may in {places}.")
    yield from _block_fields(keys, block, shape)
    yield from _inside(keys, block, kind)


_PLACE_OF = {
    "system": "the system prompt",
    "user": "a user message",
    "assistant": "an assistant message",
    "tool_result": "a tool result",
}
_IN_RESULTS = ("text", "image", "document", "search_result", "tool_reference")


def _may_stand(kind: str, shape: BlockShape, role: str) -> bool:
    return kind in _IN_RESULTS if role == "tool_result" else role in shape.roles


def _block_fields(keys: Keys, block: Mapping[str, Any], shape: BlockShape) -> Iterator[Finding]:
    names = ("type", *shape.required, *shape.optional)
    for name, value in block.items():
        here = (*keys, name)
        if name not in names:
            yield _unknown(here, names)
        elif value is None and name in shape.optional:
            continue  # as answers of the API give it
        elif name in _BLOCK_FIELDS:
            wrong = of_type(here, value, _BLOCK_FIELDS[name])
            yield from () if wrong is None else (wrong,)
    for name in shape.required:
        if name not in block:
            problem = f"`{dotted(keys)}`, a `{block['type']}` block, lacks `{name}`"
            yield Finding(keys, problem, f"Add `{name}:`.")


def _inside(keys: Keys, block: Mapping[str, Any], kind: str) -> Iterator[Finding]:
    text, content, marker = (block.get(name) for name in ("text", "content", "cache_control"))
    if kind == "text" and isinstance(text, str) and not text.strip():
        yield Finding(
            (*keys, "text"),
            f"`{dotted(keys)}.text` is empty",
            "Give it a text, or remove the block.",
        )
    if kind == "tool_result" and content is not None:
        wrong = of_type((*keys, "content"), content, "string or array")
        yield from () if wrong is None else (wrong,)
        if isinstance(content, list):
            yield from _blocks((*keys, "content"), content, "tool_result")
    if isinstance(marker, dict):
        yield from _fields((*keys, "cache_control"), marker, "cache_control")


def _tools(keys: Keys, tools: list[Any]) -> Iterator[Finding]:
    for index, tool in enumerate(tools):
        yield from _tool((*keys, index), tool)


def _tool(keys: Keys, tool: Any) -> Iterator[Finding]:
    if (wrong := of_type(keys, tool, "object")) is not None:
        yield wrong
        return
    if tool.get("type", "custom") != "custom":
        return  # one of the provider's own; its fields depend on its version
    yield from mapping_findings(keys, tool, TOOL_FIELDS, ("name", "input_schema"))
    schema, marker = tool.get("input_schema"), tool.get("cache_control")
    if isinstance(schema, dict) and schema.get("type") != "object":
        here = (*keys, "input_schema")
        yield Finding(here, f"`{dotted(here)}` has to be of `type: object`", "Add `type: object`.")
    if isinstance(marker, dict):
        yield from _fields((*keys, "cache_control"), marker, "cache_control")


_CHECKS: Mapping[str, Callable[[Keys, Any], Iterator[Finding]]] = {
    "messages": _messages,
    "system": _system,
    "tools": _tools,
    "stop_sequences": _stop_sequences,
}
