"""Whether a request contradicts itself, on whatever model: caching, tools, tool calls.

Pure: a body in, findings out; run it on bodies of the right shape only. Source: messages-api.md
section 16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted, named, nearest_hint

MAX_BREAKPOINTS = 4
_TOOL_NAME = re.compile("[a-zA-Z0-9_-]{1,128}")
_SAFE_LENGTH = 64


def soundness_findings(body: Mapping[str, Any]) -> Iterator[Finding]:
    """What the API would refuse in this body, whoever the model is."""
    yield from named("cache-breakpoints", _breakpoints(body))
    yield from named("tool-names", _tool_names(body))
    yield from named("tool-choice", _tool_choice(body))
    yield from named("tool-results", _tool_calls(body))
    if body.get("max_tokens") == 0:
        problem = "`max_tokens: 0` cannot be streamed, and the workbench always streams"
        yield Finding(("max_tokens",), problem, "Give at least 1.", rule="max-tokens-zero")


def _breakpoints(body: Mapping[str, Any]) -> Iterator[Finding]:
    markers = [
        (keys, marker)
        for name in ("tools", "system", "messages")
        for keys, marker in _markers((name,), body.get(name))
    ]
    count = len(markers) + ("cache_control" in body)
    if count > MAX_BREAKPOINTS:
        keys = markers[MAX_BREAKPOINTS][0] if len(markers) > MAX_BREAKPOINTS else ("cache_control",)
        problem = f"A maximum of 4 blocks with cache_control may be provided. Found {count}."
        yield Finding(keys, problem, "Remove `cache_control` where it saves least.", at_key=True)
    short = False
    for keys, marker in markers:
        long = marker.get("ttl") == "1h"
        if long and short:
            problem = f"`{dotted(keys)}`: a 1h cache breakpoint may not come after a 5m one"
            hint = "Tools come before the system prompt, that before the messages."
            yield Finding(keys, problem, hint, at_key=True)
        short = short or not long


def _markers(keys: Keys, value: Any) -> Iterator[tuple[Keys, Mapping[str, Any]]]:
    """The cache breakpoints of a list of tools, blocks or messages, in the order of the cache."""
    for index, inner in enumerate(value) if isinstance(value, list) else ():
        if not isinstance(inner, Mapping):
            continue
        here: Keys = (*keys, index)
        yield from _markers((*here, "content"), inner.get("content"))
        if isinstance(marker := inner.get("cache_control"), Mapping):
            yield (*here, "cache_control"), marker


def _tool_names(body: Mapping[str, Any]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, tool in enumerate(body.get("tools") or ()):
        name, keys = str(tool.get("name", "")), ("tools", index, "name")
        if name in first:
            problem = f"Tool names must be unique: `{name}` is also tools.{first[name]}"
            yield Finding(keys, problem, "Rename or remove one of them.")
        first.setdefault(name, index)
        if "name" in tool and not _TOOL_NAME.fullmatch(name):
            problem = f"`{dotted(keys)}` should match ^[a-zA-Z0-9_-]{{1,128}}$"
            yield Finding(keys, problem, "Use letters, digits, `_` and `-`.")
        elif len(name) > _SAFE_LENGTH:
            problem = f"`{dotted(keys)}` has {len(name)} characters; the documentation allows 64"
            yield Finding(keys, problem, "Shorten it.", "warning")


def _tool_choice(body: Mapping[str, Any]) -> Iterator[Finding]:
    choice = body.get("tool_choice")
    if not isinstance(choice, Mapping):
        return
    names = [str(tool.get("name", "")) for tool in body.get("tools") or ()]
    if not names and choice.get("type") != "none":
        problem = "`tool_choice` may only be given with `tools`"
        yield Finding(("tool_choice",), problem, "Add tools, or remove it.", at_key=True)
    elif choice.get("type") == "tool" and choice.get("name") not in names:
        keys = ("tool_choice", "name") if "name" in choice else ("tool_choice",)
        problem = f"`tool_choice` names no tool that is there: {choice.get('name', 'no name')}"
        yield Finding(keys, problem, nearest_hint(str(choice.get("name", "")), names))


def _tool_calls(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Every `tool_use` is answered in the next message, first thing; every answer has its call."""
    asked: dict[str, Keys] = {}
    for index, message in enumerate(body.get("messages") or ()):
        blocks = message.get("content")
        blocks = blocks if isinstance(blocks, list) else []
        keys: Keys = ("messages", index, "content")
        yield from _answers(keys, blocks, asked)
        asked = {
            str(block.get("id")): (*keys, i)
            for i, block in enumerate(blocks)
            if isinstance(block, Mapping) and block.get("type") == "tool_use"
        }
    for call, where in asked.items():
        yield Finding(where, f"`tool_use` {call} has no `tool_result` after it", _ANSWER)


_ANSWER = "Begin the next user message with a `tool_result` for it."


def _answers(keys: Keys, blocks: Sequence[Any], asked: Mapping[str, Keys]) -> Iterator[Finding]:
    answered, others = set(), False
    for index, block in enumerate(blocks):
        if not isinstance(block, Mapping) or block.get("type") != "tool_result":
            others = True
            continue
        here, call = (*keys, index), str(block.get("tool_use_id"))
        if call not in asked:
            problem = f"unexpected `tool_use_id` in a `tool_result` block: {call}"
            hint = "The message before it has no such `tool_use`."
            yield Finding(here, problem, hint)
        if others:
            yield Finding(here, "a `tool_result` has to come before other content", "Move it up.")
        answered.add(call)
    for call, where in asked.items():
        if call not in answered:
            yield Finding(where, f"`tool_use` {call} has no `tool_result` after it", _ANSWER)
