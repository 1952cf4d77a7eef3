"""Whether a request contradicts itself, on whatever model: tools, tool calls, thoughts.

Pure: a body in, findings out; run it on bodies of the right shape only. Source: messages-api.md
section 16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from workbench.documents.caching import caching_findings
from workbench.documents.finding import Finding, Keys, dotted, named, nearest_hint
from workbench.documents.json_schema import misfit, schema_findings
from workbench.documents.structured import structured_findings

_TOOL_NAME = re.compile("[a-zA-Z0-9_-]{1,128}")
_SAFE_LENGTH = 64
_THOUGHTS = ("thinking", "redacted_thinking")


def soundness_findings(body: Mapping[str, Any]) -> Iterator[Finding]:
    """What the API would refuse in this body, whoever the model is."""
    yield from named("cache-breakpoints", caching_findings(body))
    yield from named("tool-names", _tool_names(body))
    yield from named("tool-schema", _tool_schemas(body))
    yield from named("tool-choice", _tool_choice(body))
    yield from named("tool-results", _tool_calls(body))
    yield from named("thinking-blocks", _thoughts(body))
    yield from structured_findings(body)
    if body.get("max_tokens") == 0:
        problem = "`max_tokens: 0` cannot be streamed, and the workbench always streams"
        yield Finding(("max_tokens",), problem, "Give at least 1.", rule="max-tokens-zero")


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


def _tool_schemas(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Every tool has a JSON Schema, which every example of its input satisfies."""
    for index, tool in enumerate(body.get("tools") or ()):
        schema = tool.get("input_schema")
        wrong = [*schema_findings(("tools", index, "input_schema"), schema)]
        yield from wrong
        examples = tool.get("input_examples")
        for at, example in enumerate(examples if isinstance(examples, list) else ()):
            way = None if wrong else misfit(example, schema, schema)
            if way is not None:
                keys = ("tools", index, "input_examples", at)
                problem = f"`{dotted(keys)}` does not match `input_schema`"
                yield Finding(keys, problem, f"Look at `{dotted(way)}`." if way else "Mend it.")


def _turns(body: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[Keys, Any]]]]:
    """The conversation as the API reads it: messages of one role in a row are one message."""
    messages = enumerate(body.get("messages") or ())
    for role, group in groupby(messages, key=lambda pair: str(pair[1].get("role"))):
        blocks: list[tuple[Keys, Any]] = []
        for index, message in group:
            content, keys = message.get("content"), ("messages", index, "content")
            if isinstance(content, list):
                blocks += (((*keys, i), block) for i, block in enumerate(content))
            else:
                blocks.append((keys, content))
        yield role, blocks


def _tool_calls(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Every `tool_use` is answered in the next message, first thing; every answer has its call."""
    asked: dict[str, Keys] = {}
    for _, blocks in _turns(body):
        yield from _answers(blocks, asked)
        asked = {str(b.get("id")): keys for keys, b in blocks if _type(b) == "tool_use"}
    yield from _unanswered(asked)


def _type(block: Any) -> Any:
    return block.get("type") if isinstance(block, Mapping) else None


def _answers(blocks: Sequence[tuple[Keys, Any]], asked: Mapping[str, Keys]) -> Iterator[Finding]:
    answered, others = set(), False
    for here, block in blocks:
        if _type(block) != "tool_result":
            others = True
            continue
        call = str(block.get("tool_use_id"))
        if call not in asked:
            problem = f"unexpected `tool_use_id` in a `tool_result` block: {call}"
            yield Finding(here, problem, "The message before it has no such `tool_use`.")
        if others:
            yield Finding(here, "a `tool_result` has to come before other content", "Move it up.")
        answered.add(call)
    yield from _unanswered({call: where for call, where in asked.items() if call not in answered})


def _unanswered(calls: Mapping[str, Keys]) -> Iterator[Finding]:
    for call, where in calls.items():
        problem = f"`tool_use` {call} has no `tool_result` after it"
        yield Finding(where, problem, "Begin the next user message with a `tool_result` for it.")


def _thoughts(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Thinking goes back as it came: signed, and first where a budget is set and tools are used.

    Whether it was edited only the provider can tell: the signature is its secret.
    """
    turns = [*_turns(body)]
    for keys, block in (pair for _, blocks in turns for pair in blocks):
        if _type(block) == "thinking" and not str(block.get("signature")).strip():
            problem = f"Invalid `signature` in `{dotted(keys)}`, a `thinking` block"
            yield Finding(keys, problem, "Leave the block out, or send it as it came.")
    if (body.get("thinking") or {}).get("type") != "enabled" or len(turns) < 2:
        return
    (role, said), (_, last) = turns[-2:]
    if role == "assistant" and any(_type(block) == "tool_result" for _, block in last):
        keys, first = said[0] if said else (("messages",), None)
        if _type(first) not in _THOUGHTS:
            problem = (
                "with `thinking` of type `enabled`, what called a tool begins with its thoughts"
            )
            hint = "Put the `thinking` block of that answer first, or switch thinking off."
            yield Finding(keys, problem, hint)
