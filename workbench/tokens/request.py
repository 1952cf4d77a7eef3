"""What a request is billed for as input: its texts, and all that is added around them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from workbench.catalog.model import Model
from workbench.tokens.bases import UNKNOWN_BAND, Basis, Estimate
from workbench.tokens.block import about, block_tokens, content_tokens
from workbench.tokens.text import measure, tokenizer_of
from workbench.wire.events import Json
from workbench.wire.request import MessagesRequest

Ttl = Literal["5m", "1h"]

_TOOL_PROMPT_GUESS = (290, 410)
_THINKING: Mapping[str, int] = {"enabled": 29, "adaptive": 0}
_THINKING_OPUS_4_6 = 17
_SCHEMA_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a request, in cache order.

    Args:
        path: Where it stands in the body: `tools`, `tools.0`, `system.1`, `messages.2.content.0`.
        tokens: What it is billed for, fixed overheads that belong to it included.
        ttl: The lifetime asked for by a cache breakpoint that stands on it, else None.
        band: As in `Estimate`.
        basis: As in `Estimate`.
    """

    path: str
    tokens: int
    ttl: Ttl | None
    band: float = 0.0
    basis: Basis = "exact"


def estimate(request: MessagesRequest, model: Model | None) -> Estimate:
    """What the whole request will be billed for as input, cached or not."""
    return whole(parts(request.body, model), model)


def whole(counted: Iterable[Part], model: Model | None) -> Estimate:
    """What all parts of a request are billed for."""
    total = Estimate(0)
    for part in counted:
        total += Estimate(part.tokens, part.band, part.basis)
    if model is None or model.tokenizer is None:
        return replace(total, band=total.band + UNKNOWN_BAND)
    return total


def parts(body: Json, model: Model | None) -> tuple[Part, ...]:
    """The request taken apart in cache order: tools, system, messages.

    Their tokens add up to what the request is billed for as input. A fixed overhead is counted
    with the part that brings it: the hidden tool prompt as `tools`, the frame of a message with
    its first block. Bodies that the API would refuse are counted as far as they make sense.
    """
    found = [
        *_tool_parts(body, model),
        *_format_parts(body, model),
        *_content_parts("system", body.get("system"), model),
        *_message_parts(body, model),
    ]
    automatic = _ttl(body)
    if automatic and (path := _last_cacheable(body)):
        found = [replace(p, ttl=p.ttl or automatic) if p.path == path else p for p in found]
    return tuple(found)


def _part(path: str, tokens: Estimate, ttl: Ttl | None = None) -> Part:
    return Part(path, tokens.tokens, ttl, tokens.band, tokens.basis)


def _ttl(marked: object) -> Ttl | None:
    control = marked.get("cache_control") if isinstance(marked, Mapping) else None
    if not isinstance(control, Mapping):
        return None
    return "1h" if control.get("ttl") == "1h" else "5m"


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _last_cacheable(body: Json) -> str | None:
    """Where automatic caching puts its breakpoint. Source: messages-api.md section 21.4."""
    messages = _list(body.get("messages"))
    for at in range(len(messages) - 1, -1, -1):
        content = messages[at].get("content") if isinstance(messages[at], Mapping) else None
        if isinstance(content, str) and content:
            return f"messages.{at}.content"
        blocks = _list(content)
        for index in range(len(blocks) - 1, -1, -1):
            if _cacheable(blocks[index]):
                return f"messages.{at}.content.{index}"
    return None


def _cacheable(block: object) -> bool:
    if not isinstance(block, Mapping):
        return False
    kind = block.get("type")
    if kind == "text":
        return bool(block.get("text"))
    return kind not in ("thinking", "redacted_thinking")


def _tool_parts(body: Json, model: Model | None) -> Iterator[Part]:
    tools = _list(body.get("tools"))
    if not tools:
        return
    choice = body.get("tool_choice")
    forced = isinstance(choice, Mapping) and choice.get("type") in ("any", "tool")
    known = model.tool_prompt_tokens[forced] if model else None
    guess = _TOOL_PROMPT_GUESS[forced]
    yield _part("tools", about(guess, 0.4 * guess) if known is None else Estimate(known))
    for index, tool in enumerate(tools):
        yield _part(f"tools.{index}", _tool(tool, model), _ttl(tool))


def _tool(tool: object, model: Model | None) -> Estimate:
    """A tool as Claude is shown it, on a line of its own, which costs one token more."""
    if not isinstance(tool, Mapping):
        return Estimate(0)
    if "input_schema" not in tool:  # run by the provider, who writes its description
        return about(400, 400)
    told = {
        **({"description": tool["description"]} if tool.get("description") else {}),
        "name": tool.get("name", ""),
        "parameters": tool["input_schema"],
    }
    line = f"<function>{json.dumps(told, default=str)}</function>"
    return measure(line, tokenizer_of(model)) + Estimate(1)


def _format_parts(body: Json, model: Model | None) -> Iterator[Part]:
    config = body.get("output_config")
    form = config.get("format") if isinstance(config, Mapping) else None
    if isinstance(form, Mapping) and form.get("type") == "json_schema":
        schema = measure(json.dumps(form.get("schema"), default=str), tokenizer_of(model))
        unsure = 7 if tokenizer_of(model) == "classic" else 60
        yield _part("output_config.format", schema + about(_SCHEMA_TOKENS, unsure))


def _content_parts(
    path: str, content: object, model: Model | None, extra: int = 0
) -> Iterator[Part]:
    """A string, or blocks; `extra` goes to the first of them, or stands alone where none is."""
    blocks = _list(content)
    if not blocks and (content or extra):
        yield _part(path, content_tokens(content, model) + Estimate(extra))
    for index, block in enumerate(blocks):
        tokens = block_tokens(block, model) + Estimate(0 if index else extra)
        yield _part(f"{path}.{index}", tokens, _ttl(block) or _inner_ttl(block))


def _inner_ttl(block: object) -> Ttl | None:
    """A breakpoint on the last piece inside a tool result counts for the result itself."""
    inner = _list(block.get("content") if isinstance(block, Mapping) else None)
    return _ttl(inner[-1]) if inner else None


def _message_parts(body: Json, model: Model | None) -> Iterator[Part]:
    messages = _list(body.get("messages"))
    frames = _frames(messages, model)
    thinking = _thinking(body, model)
    for index, message in enumerate(messages):
        extra = frames[index] + (0 if index else thinking)
        content = message.get("content") if isinstance(message, Mapping) else None
        yield from _content_parts(f"messages.{index}.content", content, model, extra)


def _frames(messages: Sequence[Any], model: Model | None) -> list[int]:
    """What each message costs beyond its content."""
    classic = tokenizer_of(model) == "classic"
    opus_4_7 = model is not None and model.id.startswith("claude-opus-4-7")
    first, further = (7, 3.0) if classic else (11 if opus_4_7 else 6, 2.3)
    totals = [first + round(further * index) for index in range(len(messages))]
    each = [total - before for total, before in zip(totals, [0, *totals], strict=False)]
    if classic and len(each) > 1 and _role(messages[-1]) == "assistant":
        each[-1] = 1  # words put into Claude's mouth: no new turn is opened after them
    return each


def _role(message: object) -> object:
    return message.get("role") if isinstance(message, Mapping) else None


def _thinking(body: Json, model: Model | None) -> int:
    thinking = body.get("thinking")
    mode = thinking.get("type") if isinstance(thinking, Mapping) else None
    if mode == "adaptive" and model is not None and model.id.startswith("claude-opus-4-6"):
        return _THINKING_OPUS_4_6
    return _THINKING.get(str(mode), 0)
